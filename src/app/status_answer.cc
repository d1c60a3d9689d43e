#include "app/status_answer.h"

#include <fmt/format.h>

#include <iterator>

#include "base/terminal.h"
#include "base/time_format.h"

namespace masthead::app {
namespace {

// What an object names may be called anything.
std::string named(const k8s::ObjectRef& ref) {
  return base::for_terminal(k8s::said(ref), 0);
}

std::string since_text(const k8s::StatusValue& status, int64_t now_ms) {
  if (status.since_ms == 0) return "since when is not known";
  return (status.since_exact ? "for " : "for at least ") +
         base::format_age(now_ms - status.since_ms);
}

using Out = std::back_insert_iterator<std::string>;

void write_summary(Out out, const host::ConsoleView& view, const host::Home& home) {
  const auto& snapshot = view.snapshot();
  const k8s::Freshness& connection = snapshot.connection;
  if (!home.known) {
    fmt::format_to(out, "{}: could not tell: {}\n", snapshot.name,
                   snapshot.ready && !view.lists_anything()
                       ? "you may not list anything that was tried."
                       : "not everything has been read.");
    if (!connection.cause.text.empty()) {
      fmt::format_to(out, "  {}\n", base::for_terminal(connection.cause.message(), 2));
    }
    return;
  }
  if (connection.state == k8s::Freshness::State::kStale) {
    fmt::format_to(out, "{}: no connection since {}; what follows is of before.\n  {}\n",
                   snapshot.name, base::format_rfc3339(connection.since_ms / 1'000 * 1'000),
                   base::for_terminal(connection.cause.message(), 2));
  }
  if (home.causes.empty()) {
    fmt::format_to(out, "{}: all {} objects are well.\n", snapshot.name, home.total);
  } else {
    fmt::format_to(out, "{}: {} {}, {} waiting\n\n", snapshot.name, home.causes.size(),
                   home.causes.size() == 1 ? "cause" : "causes", home.waiting);
  }
}

void write_cause_text(Out out, const host::Cause& cause, int64_t now_ms) {
  fmt::format_to(out, "{:<9} {}\n", k8s::status_name(cause.status.status), named(cause.ref));
  fmt::format_to(out, "          {}", since_text(cause.status, now_ms));
  if (!cause.waiting.empty()) fmt::format_to(out, ", {} wait", cause.waiting.size());
  fmt::format_to(out, "\n");
  if (!cause.status.message.empty()) {
    fmt::format_to(out, "          {}\n", base::for_terminal(cause.status.message, 10));
  }
  if (!cause.before) return;
  fmt::format_to(out, "          before it: {} {}",
                 cause.before->ref ? named(*cause.before->ref) : "",
                 base::for_terminal(cause.before->text, 10));
  if (!cause.before->revision.empty()) {
    fmt::format_to(out, " to {}", base::for_terminal(cause.before->revision, 10));
  }
  if (!cause.before->subject.empty()) {
    fmt::format_to(out, " \"{}\"", base::for_terminal(cause.before->subject, 10));
  }
  fmt::format_to(out, "\n");
}

void write_ref(json::Writer& out, const k8s::ObjectRef& ref) {
  out.key("kind").string(ref.kind).key("namespace").string(ref.ns).key("name").string(ref.name);
}

void write_cause_json(json::Writer& out, const host::Cause& cause) {
  out.begin_object();
  write_ref(out, cause.ref);
  out.key("status").string(k8s::status_name(cause.status.status));
  out.key("reason").string(cause.status.reason.text());
  out.key("message").string(cause.status.message);
  out.key("since");
  if (cause.status.since_ms == 0) {
    out.null();
  } else {
    out.string(base::format_rfc3339(cause.status.since_ms));
  }
  out.key("sinceExact").boolean(cause.status.since_exact);
  out.key("waiting").integer(static_cast<int64_t>(cause.waiting.size()));
  out.key("waitingObjects").begin_array();
  for (const k8s::ObjectRef& ref : cause.waiting) {
    out.begin_object();
    write_ref(out, ref);
    out.end_object();
  }
  out.end_array().end_object();
}

std::string json_with(const host::ConsoleView& view, const host::Home& home,
                      const k8s::Freshness& freshness) {
  const auto& snapshot = view.snapshot();
  json::Writer out;
  out.begin_object();
  out.key("cluster").begin_object().key("name").string(snapshot.name);
  out.key("uid").string(snapshot.uid).key("server").string(snapshot.server).end_object();
  out.key("freshness");
  host::write_freshness(out, freshness);
  out.key("counts").begin_object();
  for (const host::KindCount& count : home.counts) {
    out.key(count.kind->group_kind.kind).begin_object();
    for (size_t i = 0; i < k8s::kStatusCount; ++i) {
      if (count.tally.by_status[i] == 0) continue;
      out.key(k8s::status_name(static_cast<k8s::Status>(i))).integer(count.tally.by_status[i]);
    }
    out.end_object();
  }
  out.end_object().key("causes").begin_array();
  for (const host::Cause& cause : home.causes) write_cause_json(out, cause);
  out.end_array().end_object();
  return std::move(out).finish() + "\n";
}

k8s::Freshness freshness_of(const host::ConsoleView& view, const host::Home& home) {
  k8s::Freshness freshness = view.snapshot().connection;
  if (!home.known && freshness.state == k8s::Freshness::State::kLive) {
    freshness.state = k8s::Freshness::State::kSyncing;
  }
  return freshness;
}

}  // namespace

std::string answer_text(const host::ConsoleView& view, const host::Home& home, int64_t now_ms) {
  std::string text;
  const Out out(text);
  write_summary(out, view, home);
  for (const host::Cause& cause : home.causes) write_cause_text(out, cause, now_ms);
  for (const host::Missing& missing : view.snapshot().missing) {
    fmt::format_to(out, "not seen: {}\n", missing.text);
  }
  return text;
}

std::string answer_json(const host::ConsoleView& view, const host::Home& home) {
  return json_with(view, home, freshness_of(view, home));
}

std::string answer_substance(const host::ConsoleView& view, const host::Home& home, bool json) {
  k8s::Freshness freshness;
  freshness.state = freshness_of(view, home).state;
  std::string substance = json_with(view, home, freshness);
  // At the epoch every age is "now"; since when something is so stands in the JSON.
  if (!json) substance += answer_text(view, home, 0);
  return substance;
}

}  // namespace masthead::app
