// Browsers that are slow, frozen or gone, and what they see while the cluster has trouble.
#include <fmt/format.h>

#include <map>

#include "base/limits.h"
#include "fault/fault_fixture.h"
#include "json/value.h"
#include "net/tcp.h"
#include "proto/websocket.h"
#include "server/console.h"

namespace masthead::fault {
namespace {

constexpr const char* kSecret = "s3cret";

// A tab with one list, kept as the page keeps it. On the loop given.
class Tab {
 public:
  Tab(net::Loop& loop, uint16_t port) : port_(port) {
    connecting_ = net::connect_tcp(loop, "127.0.0.1", port, [this](auto connected) {
      if (!connected) return;
      stream_ = std::move(*connected);
      greet();
      read();
    });
  }

  // The keys in the order in which they are shown.
  const std::vector<std::string>& keys() const { return order_; }
  size_t total() const { return total_; }
  const std::string& connection() const { return connection_; }
  int resets = 0, frames = 0, doubled = 0, lost = 0;
  bool reading = true;
  bool closed = false;
  void vanish() { stream_.reset(); }
  void go_on() {
    reading = true;
    read();
  }

 private:
  void greet() {
    const std::string host = fmt::format("127.0.0.1:{}", port_);
    send(
        fmt::format("GET /api/live HTTP/1.1\r\nHost: {}\r\nOrigin: http://{}\r\nCookie: "
                    "masthead-{}={}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                    "Sec-WebSocket-Protocol: masthead.v1\r\n\r\n",
                    host, host, port_, kSecret));
    send(codec_.text(R"({"type":"credit","n":1000})"));
    send(codec_.text(R"({"type":"subscribe","id":1,"query":{"type":"list","table":"pods",)"
                     R"("first":0,"count":500}})"));
  }
  void send(std::string bytes) {
    outgoing_ += bytes;
    if (writing_ || stream_ == nullptr) return;
    writing_ = true;
    stream_->write(std::exchange(outgoing_, {}), [this](const base::Result<void>& written) {
      writing_ = false;
      if (written && !outgoing_.empty()) send({});
    });
  }
  void read() {
    stream_->read_some([this](base::Result<std::string_view> got) {
      if (!got || got->empty()) {
        closed = true;
        return;
      }
      take(*got);
      if (reading) read();
    });
  }
  void take(std::string_view bytes) {
    if (!upgraded_) {
      head_ += bytes;
      const size_t end = head_.find("\r\n\r\n");
      if (end == std::string::npos) return;
      upgraded_ = true;
      const std::string rest = head_.substr(end + 4);
      if (!rest.empty()) take(rest);
      return;
    }
    (void)codec_.feed(bytes, [this](const proto::WebSocketMessage& message) {
      if (message.type == proto::WebSocketMessage::Type::kText) frame(message.data);
    });
  }
  void frame(const std::string& text) {
    ++frames;
    if (frames % 100 == 0) send(codec_.text(R"({"type":"credit","n":100})"));
    const auto document = json::Document::parse(text);
    const json::Value root = document->root();
    const auto type = root["type"].str();
    if (type == "connection") connection_ = root["freshness"]["state"].str();
    if (type != "reset" && type != "delta") return;
    total_ = static_cast<size_t>(root["total"].integer_or(0));
    if (type == "reset") {
      ++resets;
      order_.clear();
      for (const json::Value row : root["rows"].items()) order_.emplace_back(row["key"].str());
    } else {
      apply(root);
    }
    if (std::set<std::string>(order_.begin(), order_.end()).size() != order_.size()) ++doubled;
    if (order_.size() != std::min<size_t>(total_, limits::kWindowRows)) ++lost;
  }
  void apply(const json::Value& delta) {
    for (const json::Value key : delta["removes"].items()) {
      std::erase(order_, std::string(key.str()));
    }
    if (delta["order"].is_array()) {
      order_.clear();
      for (const json::Value key : delta["order"].items()) order_.emplace_back(key.str());
    }
  }

  uint16_t port_;
  base::SeededRandom random_{1};
  proto::WebSocketCodec codec_{proto::WebSocketCodec::Side::kClient, 64 * limits::kMiB, &random_};
  std::unique_ptr<net::Connecting> connecting_;
  std::unique_ptr<net::ByteStream> stream_;
  std::string outgoing_, head_, connection_;
  std::vector<std::string> order_;
  size_t total_ = 0;
  bool writing_ = false, upgraded_ = false;
};

class BrowserFaults : public FaultTest {
 protected:
  void begin_console() {
    begin();
    server::ConsoleOptions options;
    options.port = 0;
    options.secret = kSecret;
    options.version = "test";
    console_ = server::Console::open(server_loop_, *session_, plugins_, nullptr, std::move(options))
                   .value();
    port_ = console_->port();
    server_loop_.start("server");
  }
  ~BrowserFaults() override {
    tabs_.clear();
    server_loop_.stop();
    console_.reset();
  }
  Tab& open() {
    tabs_.push_back(std::make_unique<Tab>(loop_, port_));
    return *tabs_.back();
  }
  bool until(const std::function<bool()>& done, int64_t limit_ms = 10'000) {
    return loop_.drive_until(done, limit_ms);
  }
  std::vector<std::string> pods() {
    std::vector<std::string> keys;
    on_server([&](sim::ApiServer& server) {
      for (const auto& [key, object] : server.store().objects(*server.types().find("", "pods"))) {
        keys.push_back(key.first + "/" + key.second);
      }
    });
    std::sort(keys.begin(), keys.end());
    return keys;
  }
  static std::vector<std::string> sorted(std::vector<std::string> keys) {
    std::sort(keys.begin(), keys.end());
    return keys;
  }
  bool shows_all(const Tab& tab) { return sorted(tab.keys()) == pods(); }

  net::Loop loop_, server_loop_;
  std::unique_ptr<server::Console> console_;
  uint16_t port_ = 0;
  std::vector<std::unique_ptr<Tab>> tabs_;
};

TEST_F(BrowserFaults, no_row_is_lost_or_doubled_in_a_tab_through_an_outage_with_a_relist) {
  begin_console();
  Tab& tab = open();
  ASSERT_TRUE(until([&] { return shows_all(tab); }));
  const uint64_t before = revision();
  cluster_->kill();
  ASSERT_TRUE(until([&] { return tab.connection() == "stale"; }, 5'000)) << "it is said";
  EXPECT_EQ(tab.keys().size(), 200u);
  for (int i = 0; i < 20; ++i) add_pod(fmt::format("new-{}", i));
  for (int i = 0; i < 30; i += 2) remove_pod(fmt::format("pod-{}", i));
  on_server([](sim::ApiServer& server) { server.store().compact(server.store().revision()); });
  const size_t from = mark();
  ASSERT_TRUE(cluster_->come_back());
  EXPECT_TRUE(until([&] { return shows_all(tab) && tab.connection() == "live"; }, 7'000));
  EXPECT_EQ(tab.resets, 1) << "a relist is no reason to draw everything anew";
  EXPECT_EQ(tab.doubled, 0);
  EXPECT_EQ(tab.lost, 0);
  expect_each_asked(from, {fmt::format("watch rv={}", before), "list limit=0",
                           fmt::format("watch rv={}", revision())});
}

TEST_F(BrowserFaults, two_hundred_sockets_that_reconnect_at_once_are_all_served) {
  begin_console();
  const size_t from = mark();
  for (int i = 0; i < 200; ++i) open();
  const auto all_there = [&] {
    return std::all_of(tabs_.begin(), tabs_.end(),
                       [](const auto& tab) { return tab->keys().size() == 200; });
  };
  ASSERT_TRUE(until(all_there, 15'000));
  tabs_.clear();
  const int64_t began_ms = base::system_clock().monotonic_ms();
  for (int i = 0; i < 200; ++i) open();
  EXPECT_TRUE(until(all_there, 15'000));
  RecordProperty("reconnect_ms", std::to_string(base::system_clock().monotonic_ms() - began_ms));
  add_pod("afterwards");
  EXPECT_TRUE(until([&] {
    return std::all_of(tabs_.begin(), tabs_.end(),
                       [](const auto& tab) { return tab->keys().size() == 201; });
  }));
  for (const auto& tab : tabs_) EXPECT_EQ(tab->doubled + tab->lost, 0);
  expect_nothing_asked(from);  // of the API server
}

TEST_F(BrowserFaults, frozen_and_vanished_tabs_hold_nobody_up_and_a_frozen_one_catches_up) {
  begin_console();
  const size_t from = mark();
  Tab& good = open();
  Tab& frozen = open();
  Tab& gone = open();
  ASSERT_TRUE(until([&] { return shows_all(good) && shows_all(frozen) && shows_all(gone); }));
  frozen.reading = false;
  gone.vanish();
  for (int round = 0; round < 20; ++round) {
    on_server([&](sim::ApiServer& server) {
      for (int i = 0; i < 200; ++i) {
        touch(server, "", "pods", i % 2 == 0 ? "one" : "two", fmt::format("pod-{}", i),
              fmt::format("r{}", round));
      }
    });
    add_pod(fmt::format("new-{}", round));
    ASSERT_TRUE(until([&] { return shows_all(good); }, 2'000)) << round;
  }
  frozen.go_on();
  EXPECT_TRUE(until([&] { return frozen.closed || shows_all(frozen); }, 10'000));
  EXPECT_EQ(good.doubled + good.lost + frozen.doubled + frozen.lost, 0);
  EXPECT_EQ(good.resets, 1);
  expect_nothing_asked(from);  // of the API server
}

}  // namespace
}  // namespace masthead::fault
