// The whole log of a container as a file: its request read, its body passed on as it comes.
//
// Threading: the server's loop.
#pragma once

#include "host/logs.h"
#include "net/loop.h"
#include "server/http_server.h"
#include "server/target.h"

namespace masthead::server {

// `logs` may be null. Answers later, on the loop.
void answer_log_file(net::Loop& loop, host::Logs* logs, const Target& target,
                     HttpServer::Reply reply);

}  // namespace masthead::server
