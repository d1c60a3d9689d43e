#include "sim/api_server.h"

#include <gtest/gtest.h>

namespace masthead::sim {
namespace {

struct RecordingExchange : Exchange {
  int status = 0;
  void answer(int code, const proto::Headers&, std::string_view) override { status = code; }
  void begin(int code, const proto::Headers&) override { status = code; }
  void write(std::string_view) override {}
  void end() override {}
  void abort() override {}
  void cut() override {}
  size_t queued() const override { return 0; }
  bool open() const override { return true; }
};

TEST(ApiServer, that_is_held_answers_once_it_is_released) {
  net::Loop loop;
  base::SeededRandom random(1);
  ApiServer server(loop, random, {});
  server.hold();
  const auto exchange = std::make_shared<RecordingExchange>();
  ApiRequest request;
  request.method = "GET";
  request.target = "/version";
  server.handle(std::move(request), exchange);
  EXPECT_EQ(exchange->status, 0);
  server.release();
  EXPECT_EQ(exchange->status, 200);
}

}  // namespace
}  // namespace masthead::sim
