// For tests of the server: a cluster of things that the test fills, and a browser's end of a live
// socket.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/random.h"
#include "host/cluster_snapshot.h"
#include "json/value.h"
#include "json/writer.h"
#include "net/memory_stream.h"
#include "proto/websocket.h"
#include "server/live_hub.h"

namespace masthead::server::fixture {

inline host::Kind things() {
  host::Kind kind;
  kind.group_kind = {"", "Thing"};
  kind.resource = "things";
  kind.title = "Things";
  kind.singular = "Thing";
  kind.section = "all";
  kind.columns = {{"note", "Note", cache::ColumnType::kText, true, 0, ""}};
  kind.fill = [](const json::Value& object, int64_t, cache::RowBuilder& row) {
    row.text("note", object["note"].str());
    k8s::StatusValue status;
    status.status = k8s::Status::kReady;
    row.status(std::move(status));
  };
  return kind;
}

// One cluster with one kind, "things", which may be listed everywhere until the test says else.
class Cluster final : public host::ClusterSource {
 public:
  explicit Cluster(const base::Clock& clock)
      : table_(std::make_shared<cache::Table>(
            cache::Table::Options{"things", kind_.group_kind, schema_.get(), true}, clock,
            nullptr)) {
    all_.all = true;
    allow(all_);
    send(k8s::ReflectorEvent::Type::kResetBegin);
    send(k8s::ReflectorEvent::Type::kResetEnd);
  }

  host::SnapshotPtr snapshot() const override { return snapshot_; }
  void set_listener(std::function<void()> changed) override { listener_ = std::move(changed); }
  void demand(std::set<std::string> tables) override { demanded = std::move(tables); }
  std::set<std::string> demanded;

  void allow(const k8s::Partitions& partitions) {
    auto next = std::make_shared<host::ClusterSnapshot>();
    next->revision = ++revision_;
    next->ready = true;
    next->kinds.push_back({&kind_, "v1", table_});
    next->demandable = std::make_shared<const std::map<k8s::GroupKind, std::string>>(
        std::map<k8s::GroupKind, std::string>{{{"", "Other"}, "others"}});
    if (!partitions.none()) {
      next->scope = std::make_shared<const k8s::Scope>(
          std::map<std::string, k8s::Partitions, std::less<>>{{"things", partitions}});
    }
    snapshot_ = std::move(next);
    if (listener_) listener_();
  }
  // From now on it is read namespace by namespace, and not yet listed there.
  void begin_reading(const std::string& ns) {
    table_->remove_scope("");
    table_->sink(ns);
  }
  void put(const std::string& ns, const std::string& name, const std::string& note = "") {
    json::Writer out;
    out.begin_object().key("metadata").begin_object().key("namespace").string(ns);
    out.key("name").string(name).key("uid").string(ns + name);
    out.key("resourceVersion").string(std::to_string(++version_)).end_object();
    out.key("note").string(note).end_object();
    send(k8s::ReflectorEvent::Type::kUpsert, std::move(out).finish());
  }

 private:
  void send(k8s::ReflectorEvent::Type type, std::string_view bytes = {}) {
    k8s::ReflectorEvent event{type, bytes, {}, nullptr};
    table_->sink("").on_event(event);
  }

  host::Kind kind_ = things();
  std::unique_ptr<cache::Schema> schema_ = host::make_schema(kind_);
  std::shared_ptr<cache::Table> table_;
  k8s::Partitions all_;
  host::SnapshotPtr snapshot_;
  std::function<void()> listener_;
  uint64_t revision_ = 0;
  int version_ = 0;
};

// A page: sends frames, reads only when told to, and keeps what it got.
class Page {
 public:
  explicit Page(std::unique_ptr<net::ByteStream> stream) : stream_(std::move(stream)) {}

  void send(const std::string& text) { send_bytes(codec_.text(text)); }
  void ping() { send_bytes(codec_.ping("are you there")); }
  void subscribe(int id, const std::string& filter = "", int first = 0, int count = 100) {
    json::Writer out;
    out.begin_object().key("type").string("subscribe").key("id").integer(id).key("query");
    out.begin_object().key("type").string("list").key("table").string("things");
    out.key("filter").string(filter).key("first").integer(first).key("count").integer(count);
    out.end_object().end_object();
    send(std::move(out).finish());
  }
  void credit(int n) { send(R"({"type":"credit","n":)" + std::to_string(n) + "}"); }
  void read() {
    reading_ = true;
    stream_->read_some([this](base::Result<std::string_view> got) {
      if (!got || got->empty()) {
        closed = true;
        return;
      }
      bytes += got->size();
      (void)codec_.feed(*got, [this](proto::WebSocketMessage message) { take(message); });
      if (reading_) read();
    });
  }

  // Frames of a type, oldest first.
  std::vector<json::Document> of(const std::string& type) const {
    std::vector<json::Document> found;
    for (const std::string& frame : frames) {
      auto document = json::Document::parse(frame);
      if (document && document->root()["type"].str() == type) {
        found.push_back(std::move(*document));
      }
    }
    return found;
  }

  std::vector<std::string> frames;
  size_t pongs = 0;
  size_t bytes = 0;
  bool closed = false;
  uint16_t close_code = 0;

 private:
  void take(const proto::WebSocketMessage& message) {
    if (message.type == proto::WebSocketMessage::Type::kText) frames.push_back(message.data);
    if (message.type == proto::WebSocketMessage::Type::kPong) ++pongs;
    if (message.type == proto::WebSocketMessage::Type::kClose) close_code = message.close_code;
  }
  void send_bytes(std::string more) {
    outgoing_ += more;
    if (writing_) return;
    writing_ = true;
    stream_->write(std::exchange(outgoing_, {}), [this](base::Result<void> written) {
      writing_ = false;
      if (written && !outgoing_.empty()) send_bytes({});
    });
  }

  base::SeededRandom random_{1};
  proto::WebSocketCodec codec_{proto::WebSocketCodec::Side::kClient, 64 * limits::kMiB, &random_};
  std::unique_ptr<net::ByteStream> stream_;
  std::string outgoing_;
  bool writing_ = false;
  bool reading_ = false;
};

}  // namespace masthead::server::fixture
