#include "server/live_logs.h"

#include <utility>

#include "base/limits.h"
#include "json/writer.h"

namespace masthead::server {
namespace {

std::string_view kind_name(const host::LogContainer& container) {
  using Kind = host::LogContainer::Kind;
  if (container.sidecar) return "sidecar";
  switch (container.kind) {
    case Kind::kContainer:
      return "container";
    case Kind::kInit:
      return "init";
    case Kind::kEphemeral:
      return "ephemeral";
  }
  return "container";
}

std::string_view state_name(host::LogContainer::State state) {
  using State = host::LogContainer::State;
  switch (state) {
    case State::kUnknown:
      return "unknown";
    case State::kWaiting:
      return "waiting";
    case State::kRunning:
      return "running";
    case State::kTerminated:
      return "terminated";
  }
  return "unknown";
}

void write_pods(json::Writer& out, const host::LogPods& pods) {
  out.key("pods").begin_array();
  for (const host::LogPod& pod : pods.pods) {
    out.begin_object().key("namespace").string(pod.ns).key("name").string(pod.name);
    out.key("containers").begin_array();
    for (const host::LogContainer& container : pod.containers) {
      out.begin_object().key("name").string(container.name);
      out.key("kind").string(kind_name(container));
      out.key("state").string(state_name(container.state));
      if (!container.reason.empty()) out.key("reason").string(container.reason);
      out.key("restarts").integer(container.restarts);
      if (!container.last_end.empty()) out.key("lastEnd").string(container.last_end);
      out.end_object();
    }
    out.end_array().end_object();
  }
  out.end_array().key("podsTotal").integer(static_cast<int64_t>(pods.total));
}

void write_sources(json::Writer& out, const std::vector<host::LogSource>& sources) {
  out.key("sources").begin_array();
  for (const host::LogSource& source : sources) {
    out.begin_object().key("namespace").string(source.ns).key("pod").string(source.pod);
    out.key("container").string(source.container);
    out.key("state").string(host::log_state_name(source.state));
    if (!source.text.empty()) out.key("text").string(source.text);
    if (!source.hint.empty()) out.key("hint").string(source.hint);
    out.end_object();
  }
  out.end_array();
}

void write_line(json::Writer& out, const host::LogLine& line) {
  out.begin_object().key("source").integer(static_cast<int64_t>(line.source));
  out.key("time").string(line.time).key("text").string(line.text);
  if (line.left_out != 0) out.key("leftOut").integer(static_cast<int64_t>(line.left_out));
  if (line.marker) out.key("marker").boolean(true);
  out.end_object();
}

}  // namespace

LiveLogs::LiveLogs(host::Logs& logs, host::LogQuery query, std::function<void()> ready)
    : logs_(logs), query_(std::move(query)), ready_(std::move(ready)) {}

// What is there now, when it is not what was there before.
std::optional<host::LogPods> LiveLogs::find_pods(const host::ConsoleView& view, int64_t now_ms) {
  const bool changed = view.version() != looked_version_;
  const bool due = looked_ms_ == 0 || (changed && now_ms - looked_ms_ >= limits::kLogPodsEveryMs);
  if (!due) return std::nullopt;
  const auto* pods = view.view("pods");
  if (pods != nullptr && !pods->confidence().complete) return std::nullopt;
  looked_ms_ = now_ms;
  looked_version_ = view.version();
  host::LogPods found = view.log_pods(query_.object, query_.controller).value_or(host::LogPods());
  if (pods_ && *pods_ == found) return std::nullopt;
  return found;
}

base::Result<std::optional<std::string>> LiveLogs::next(const host::ConsoleView& view,
                                                        int64_t now_ms, int64_t id, int64_t seq) {
  more_ = false;
  if (!view.snapshot().ready) return std::nullopt;
  auto found = find_pods(view, now_ms);
  if (!found && !pods_) return std::nullopt;
  if (feed_ == nullptr) feed_ = TRY(logs_.open(query_, ready_));
  if (found) feed_->set_pods(found->pods);
  host::LogBatch batch = feed_->take(limits::kLogFrameBytes);
  more_ = batch.more;
  if (!found && !batch.sources && !batch.missing && batch.lines.empty()) return std::nullopt;
  json::Writer out;
  out.begin_object().key("type").string("logs").key("id").integer(id).key("seq").integer(seq);
  if (found) {
    write_pods(out, *found);
    pods_ = std::move(found);
  }
  if (batch.sources) write_sources(out, *batch.sources);
  if (batch.missing) {
    out.key("missing");
    host::write_missing(out, *batch.missing);
  }
  out.key("lines").begin_array();
  for (const host::LogLine& line : batch.lines) write_line(out, line);
  out.end_array().end_object();
  return std::move(out).finish();
}

}  // namespace masthead::server
