// What the page asks to be done, and what was done: offers, operations, the audit log
// (api/openapi.yaml). Who may ask is decided before (console.cc).
//
// Threading: the server's loop.
#pragma once

#include <memory>
#include <string_view>

#include "history/history.h"
#include "host/operations.h"
#include "server/http_server.h"
#include "server/live_hub.h"
#include "server/target.h"

namespace masthead::server {

class OperationsApi {
 public:
  // `operations` and `history` may be null.
  OperationsApi(net::Loop& loop, LiveHub& hub, host::ClusterSource& source,
                host::Operations* operations, history::History* history)
      : loop_(loop), hub_(hub), source_(source), operations_(operations), history_(history) {}

  static bool takes(std::string_view path);
  void post(std::string_view path, std::string_view body, HttpServer::Reply reply);
  Answer audit(const Target& target);

 private:
  void offers(host::OperationRequest request, HttpServer::Reply reply);
  void start(host::OperationRequest request, HttpServer::Reply reply);

  net::Loop& loop_;
  LiveHub& hub_;
  host::ClusterSource& source_;
  host::Operations* operations_;
  history::History* history_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace masthead::server
