// A session of the console as a page has one: a WebSocket with subscriptions, and nothing drawn.
// Threading: the loop.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "net/loop.h"
#include "net/tcp.h"
#include "proto/websocket.h"

namespace masthead::bench {

// "http://127.0.0.1:8765/login?secret=…", as `masthead serve` prints it.
struct ConsoleUrl {
  std::string host;
  uint16_t port = 0;
  std::string secret;
  static ConsoleUrl read(const std::string& text);
};

struct ListQuery {
  std::string filter, sort;
  bool descending = false;
};

class LiveClient {
 public:
  using OnFrame = std::function<void(std::string_view frame)>;
  LiveClient(net::Loop& loop, ConsoleUrl url, OnFrame on_frame);

  void open();
  // Of pods, a window of 100 rows; before open() or after it.
  void subscribe(int id, const ListQuery& query);
  void unsubscribe(int id);
  bool broken() const { return broken_; }

 private:
  void say(std::string_view frame);
  void write_next();
  void read();
  void take(std::string_view bytes);

  net::Loop& loop_;
  ConsoleUrl url_;
  OnFrame on_frame_;
  std::unique_ptr<net::Connecting> connecting_;
  std::unique_ptr<net::ByteStream> stream_;
  proto::WebSocketCodec codec_;
  std::string head_;  // of the answer to the upgrade, until it is complete
  bool upgraded_ = false;
  bool broken_ = false;
  bool writing_ = false;
  std::string waiting_;
  int frames_ = 0;
};

}  // namespace masthead::bench
