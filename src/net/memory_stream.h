// Two streams joined in memory: what one writes the other reads. For tests and for embedding a
// server in the same process. Both ends live on one loop.
#pragma once

#include <memory>
#include <utility>

#include "net/byte_stream.h"
#include "net/loop.h"

namespace masthead::net {

std::pair<std::unique_ptr<ByteStream>, std::unique_ptr<ByteStream>> memory_stream_pair(Loop& loop);

}  // namespace masthead::net
