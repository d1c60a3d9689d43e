#include "sim/front.h"

#include <gtest/gtest.h>

#include "net/memory_stream.h"

namespace masthead::sim {
namespace {

TEST(Front, serves_streams_that_are_open_already) {
  net::Loop loop;
  const auto front =
      Front::without_listener(loop, [](const ApiRequest& request, const ExchangePtr& exchange) {
        exchange->answer(200, {}, request.target);
      });
  auto [client, server] = net::memory_stream_pair(loop);
  front->serve(std::move(server), /*http2=*/false);
  std::string answer;
  bool closed = false;
  client->write("GET /readyz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
                [](base::Result<void>) {});
  std::function<void()> read = [&] {
    client->read_some([&](base::Result<std::string_view> bytes) {
      if (!bytes || bytes->empty()) {
        closed = true;
        return;
      }
      answer += *bytes;
      read();
    });
  };
  read();
  EXPECT_TRUE(loop.drive_until([&] { return closed; }));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
  EXPECT_TRUE(answer.ends_with("/readyz")) << answer;
}

}  // namespace
}  // namespace masthead::sim
