// One live socket: its subscriptions, its credit, what it has been sent.
//
// Back-pressure: a browser that grants no credit, or does not read, is sent nothing; it gets one
// reset a subscription when it comes back. The queue of a session is at most
// limits::kSessionQueueBytes plus one frame: what would have to be sent beyond that (pongs,
// refusals, news of the cluster) ends the connection of a peer that does not read.
//
// Threading: the server's loop. The hub owns it; on_closed asks the hub to let it go.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "cache/live_query.h"
#include "host/console_view.h"
#include "net/byte_stream.h"
#include "net/loop.h"
#include "proto/websocket.h"
#include "server/live_frames.h"

namespace masthead::server {

// What a session shows besides the view; each may be null and outlives the session.
struct LiveServices {
  host::Operations* operations = nullptr;
  host::Logs* logs = nullptr;
};

class LiveSession {
 public:
  LiveSession(net::Loop& loop, std::unique_ptr<net::ByteStream> stream, std::string bytes,
              std::function<void(LiveSession*)> on_closed, std::function<void()> on_change,
              LiveServices services = {});
  ~LiveSession();

  void start(std::string hello, std::string connection);
  // Shows another view (new tables or rights): every subscription starts over on it.
  void bind(host::ConsoleView* view);
  // Sends what has changed, as far as credit and queue allow.
  void flush();
  // A frame about the cluster as a whole: sent without waiting for credit.
  void announce(std::string frame, bool costs_credit);
  void close(uint16_t code, std::string_view reason);
  // Adds the tables that its subscriptions look at.
  void add_demands(std::set<std::string>& tables) const;

 private:
  struct Subscription;
  void read();
  void take(proto::WebSocketMessage message);
  void take_frame(const ClientFrame& frame);
  void subscribe(const ClientFrame& frame);
  void refuse(std::optional<int64_t> id, const base::Error& error);
  void bind(Subscription& subscription);
  void flush_state(int64_t id, Subscription& subscription);
  void flush_list(int64_t id, Subscription& subscription);
  void flush_graph(int64_t id, Subscription& subscription);
  void flush_answer(int64_t id, Subscription& subscription);
  bool due(const Subscription& subscription) const;
  std::optional<std::string> answer_of(Subscription& subscription) const;
  void flush_operations(int64_t id, Subscription& subscription);
  void begin_logs(Subscription& subscription);
  void flush_logs(int64_t id, Subscription& subscription);
  bool may_send() const;
  void send(std::string frame, bool costs_credit);
  void enqueue(std::string bytes);
  void write_next();
  void keep_alive();
  void finish();

  net::Loop& loop_;
  std::unique_ptr<net::ByteStream> stream_;
  std::string bytes_;
  std::function<void(LiveSession*)> on_closed_;
  std::function<void()> on_change_;
  LiveServices services_;
  proto::WebSocketCodec codec_;
  host::ConsoleView* view_ = nullptr;
  std::map<int64_t, std::unique_ptr<Subscription>> subscriptions_;
  int64_t credit_ = 0;
  std::deque<std::string> queue_;
  size_t queued_bytes_ = 0;
  bool asked_ = false;
  bool writing_ = false;
  bool closing_ = false;
  bool closed_ = false;
  int64_t heard_ms_ = 0;
  net::Timer keep_alive_timer_;
  // Logs come from another thread, and may when the session is gone.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace masthead::server
