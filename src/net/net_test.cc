#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "base/limits.h"
#include "net/byte_stream.h"
#include "net/loop.h"
#include "net/memory_stream.h"
#include "net/tcp.h"

namespace masthead::net {
namespace {

TEST(Loop, runs_timers_in_order_of_time_by_the_clock_given) {
  base::ManualClock clock;
  Loop loop(clock);
  std::string order;
  const Timer b = loop.post_after(200, [&] { order += "b"; });
  const Timer a = loop.post_after(100, [&] { order += "a"; });
  Timer cancelled = loop.post_after(150, [&] { order += "x"; });
  cancelled.cancel();
  loop.drive_for(20);
  EXPECT_EQ(order, "");
  clock.advance(199);
  loop.drive_for(10);
  EXPECT_EQ(order, "a");
  EXPECT_TRUE(b.pending());
  clock.advance(1);
  loop.drive_for(10);
  EXPECT_EQ(order, "ab");
}

TEST(Loop, a_timer_may_cancel_another_that_is_due_too) {
  base::ManualClock clock;
  Loop loop(clock);
  bool called = false;
  Timer second;
  const Timer first = loop.post_after(1, [&] { second.cancel(); });
  second = loop.post_after(1, [&] { called = true; });
  clock.advance(5);
  loop.drive_for(10);
  EXPECT_FALSE(called);
}

TEST(Loop, stepped_calls_what_is_posted_in_order_and_timers_as_picked) {
  base::ManualClock clock;
  Loop loop(clock, Loop::Mode::kStepped);
  std::string order;
  std::vector<size_t> ready;
  const auto step = [&](size_t choice) {
    return loop.step([&](size_t n) {
      ready.push_back(n);
      return choice;
    });
  };
  EXPECT_FALSE(step(0));
  EXPECT_EQ(loop.next_due_ms(), INT64_MAX);
  loop.post([&] { order += "1"; });
  loop.post([&] { order += "2"; });
  const Timer a = loop.post_after(10, [&] { order += "a"; });
  const Timer b = loop.post_after(10, [&] { order += "b"; });
  const Timer later = loop.post_after(11, [&] { order += "c"; });
  EXPECT_EQ(loop.next_due_ms(), clock.monotonic_ms() + 10);
  clock.advance(10);
  EXPECT_TRUE(step(2));
  EXPECT_TRUE(step(0));
  EXPECT_TRUE(step(1));
  EXPECT_TRUE(step(0));
  EXPECT_FALSE(step(0));
  EXPECT_EQ(order, "b1a2");
  EXPECT_EQ(ready, (std::vector<size_t>{3, 2, 2, 1})) << "one that is posted, and what is due";
}

TEST(Loop, may_be_stopped_as_soon_as_it_is_started) {
  Loop loop;
  for (int i = 0; i < 300; ++i) {
    loop.start();
    EXPECT_FALSE(loop.on_loop());
    loop.stop();
  }
  EXPECT_TRUE(loop.on_loop());
}

TEST(Loop, takes_posts_from_any_thread_and_joins_on_stop) {
  Loop loop;
  std::atomic<int> count = 0;
  loop.start("test");
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 1000; ++n) loop.post([&] { ++count; });
      loop.post_after(1, [&] { ++count; }).detach();
    });
  }
  threads.clear();
  while (count < 4004) std::this_thread::yield();
  loop.stop();
  loop.post([&] { ++count; });
  EXPECT_EQ(count, 4004);
}

// Echoes what it reads, until the peer ends.
struct Echo {
  std::unique_ptr<ByteStream> stream;
  void run() {
    stream->read_some([this](base::Result<std::string_view> bytes) {
      if (!bytes || bytes->empty()) return stream.reset();
      stream->write(std::string(*bytes), [this](base::Result<void> written) {
        if (written) run();
      });
    });
  }
};

std::string round_trip(Loop& loop, ByteStream& stream, const std::string& text) {
  std::string heard;
  bool failed = false;
  stream.write(text, [&](base::Result<void> written) { failed = !written; });
  std::function<void()> read = [&] {
    stream.read_some([&](base::Result<std::string_view> bytes) {
      if (!bytes || bytes->empty()) {
        failed = true;
        return;
      }
      heard += *bytes;
      if (heard.size() < text.size()) read();
    });
  };
  read();
  loop.drive_until([&] { return failed || heard.size() >= text.size(); });
  return heard;
}

TEST(Tcp, carries_bytes_both_ways) {
  Loop loop;
  Echo echo;
  auto listener = Listener::open(loop, "127.0.0.1", 0, [&](std::unique_ptr<ByteStream> stream) {
                    echo.stream = std::move(stream);
                    echo.run();
                  }).value();
  std::unique_ptr<ByteStream> client;
  const auto connecting = connect_tcp(loop, "localhost", listener->port(),
                                      [&](auto stream) { client = std::move(stream).value(); });
  ASSERT_TRUE(loop.drive_until([&] { return client != nullptr; }));
  const std::string big(3'000'000, 'x');
  EXPECT_EQ(round_trip(loop, *client, big), big);
  client.reset();
  EXPECT_TRUE(loop.drive_until([&] { return echo.stream == nullptr; }));
}

// What flows is handed over in pieces; the end of it, less than one, is not held back.
TEST(Tcp, hands_over_the_end_of_a_flow_soon) {
  Loop loop;
  std::unique_ptr<ByteStream> sender, reader;
  auto listener = Listener::open(loop, "127.0.0.1", 0, [&](auto stream) {
                    sender = std::move(stream);
                  }).value();
  const auto connecting = connect_tcp(loop, "127.0.0.1", listener->port(),
                                      [&](auto stream) { reader = std::move(stream).value(); });
  ASSERT_TRUE(loop.drive_until([&] { return sender && reader; }));
  size_t heard = 0;
  std::function<void()> read = [&] {
    reader->read_some([&](base::Result<std::string_view> bytes) {
      heard += bytes.value_or("").size();
      read();
    });
  };
  read();
  const auto send = [&](size_t bytes) {
    bool sent = false;
    sender->write(std::string(bytes, 'x'), [&](auto) { sent = true; });
    loop.drive_until([&] { return sent; });
  };
  size_t wanted = 0;
  for (int flow = 0; flow < 3; ++flow) {
    for (int frame = 0; frame < 200; ++frame) send(9'000);
    send(10);
    wanted += 200 * 9'000 + 10;
    EXPECT_TRUE(loop.drive_until([&] { return heard == wanted; }, 1'000)) << heard;
  }
}

TEST(Tcp, says_who_refused) {
  Loop loop;
  uint16_t port = 0;
  {
    port = Listener::open(loop, "127.0.0.1", 0, [](auto) {}).value()->port();
  }
  std::optional<base::Error> error;
  const auto connecting =
      connect_tcp(loop, "127.0.0.1", port, [&](auto stream) { error = stream.error(); });
  ASSERT_TRUE(loop.drive_until([&] { return error.has_value(); }));
  EXPECT_EQ(error->text, "127.0.0.1:" + std::to_string(port) + ": Connection refused");
  EXPECT_EQ(error->code, base::ErrorCode::kUnavailable);
}

TEST(Tcp, a_name_nobody_knows_is_said) {
  Loop loop;
  std::optional<base::Error> error;
  const auto connecting =
      connect_tcp(loop, "no-such-host.invalid", 1, [&](auto stream) { error = stream.error(); });
  ASSERT_TRUE(loop.drive_until([&] { return error.has_value(); }));
  EXPECT_NE(error->text.find("no-such-host.invalid"), std::string::npos) << error->text;
}

// A listening socket whose queue is full: the kernel drops what comes after, so a connect hangs.
struct FullBacklog {
  FullBacklog() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(fd, reinterpret_cast<sockaddr*>(&address), size);
    listen(fd, 0);
    getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
    for (const int one : fill) connect(one, reinterpret_cast<sockaddr*>(&address), size);
  }
  ~FullBacklog() {
    for (const int one : fill) ::close(one);
    ::close(fd);
  }
  static int open_socket() {
    return socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  }
  int fd = open_socket();
  int fill[3] = {open_socket(), open_socket(), open_socket()};
  uint16_t port = 0;
};

TEST(Tcp, connecting_gives_up_at_its_limit) {
  base::ManualClock clock;
  Loop loop(clock);
  std::optional<base::Error> error;
  const FullBacklog server;
  const auto connecting =
      connect_tcp(loop, "127.0.0.1", server.port, [&](auto stream) { error = stream.error(); });
  clock.advance(limits::kConnectTimeoutMs - 1);
  loop.drive_for(20);
  EXPECT_FALSE(error);
  clock.advance(1);
  loop.drive_until([&] { return error.has_value(); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, base::ErrorCode::kTimeout);
}

TEST(Tcp, listening_twice_on_a_port_says_so) {
  Loop loop;
  const auto first = Listener::open(loop, "127.0.0.1", 0, [](auto) {}).value();
  const auto second = Listener::open(loop, "127.0.0.1", first->port(), [](auto) {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().hint, "Another program listens there. Choose another port.");
  EXPECT_FALSE(Listener::open(loop, "nowhere", 0, [](auto) {}));
}

TEST(Tcp, a_paused_listener_leaves_connections_waiting) {
  Loop loop;
  int accepted = 0;
  auto listener = Listener::open(loop, "127.0.0.1", 0, [&](auto) { ++accepted; }).value();
  listener->pause();
  bool connected = false;
  const auto connecting =
      connect_tcp(loop, "127.0.0.1", listener->port(), [&](auto) { connected = true; });
  loop.drive_until([&] { return connected; });
  loop.drive_for(20);
  EXPECT_EQ(accepted, 0);
  listener->resume();
  EXPECT_TRUE(loop.drive_until([&] { return accepted == 1; }));
}

template <typename Make>
void check_stream_rules(Loop& loop, const Make& make) {
  {  // Destroying drops the callbacks.
    auto [a, b] = make();
    bool called = false;
    a->read_some([&](auto) { called = true; });
    a.reset();
    b.reset();
    loop.drive_for(20);
    EXPECT_FALSE(called);
  }
  {  // A callback may destroy its own stream.
    auto [a, b] = make();
    bool called = false;
    a->read_some([&, stream = &a](auto) {
      called = true;
      stream->reset();
    });
    b->write("x", [](auto) {});
    EXPECT_TRUE(loop.drive_until([&] { return called; }));
    b.reset();
  }
  {  // Closing cancels; the peer hears the end.
    auto [a, b] = make();
    std::optional<base::ErrorCode> cancelled;
    bool ended = false;
    a->read_some([&](auto bytes) { cancelled = bytes.error().code; });
    b->read_some([&](auto bytes) { ended = !bytes || bytes->empty(); });
    a->close();
    EXPECT_TRUE(loop.drive_until([&] { return cancelled && ended; }));
    EXPECT_EQ(cancelled, base::ErrorCode::kCancelled);
  }
}

TEST(ByteStream, rules_hold_in_memory) {
  Loop loop;
  check_stream_rules(loop, [&] { return memory_stream_pair(loop); });
}

TEST(ByteStream, rules_hold_over_tcp) {
  Loop loop;
  check_stream_rules(loop, [&] {
    std::pair<std::unique_ptr<ByteStream>, std::unique_ptr<ByteStream>> ends;
    auto listener = Listener::open(loop, "127.0.0.1", 0, [&](auto stream) {
                      ends.second = std::move(stream);
                    }).value();
    const auto connecting = connect_tcp(loop, "127.0.0.1", listener->port(), [&](auto stream) {
      ends.first = std::move(stream).value();
    });
    loop.drive_until([&] { return ends.first && ends.second; });
    return ends;
  });
}

}  // namespace
}  // namespace masthead::net
