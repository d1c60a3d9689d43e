#include "host/object_events.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "base/limits.h"
#include "k8s/known_kinds.h"

namespace masthead::host {
namespace {

constexpr std::string_view kCombined = "(combined from similar events): ";

struct Columns {
  explicit Columns(const cache::Schema& schema)
      : type(schema.index_of("type")),
        reason(schema.index_of("reason")),
        message(schema.index_of("message")),
        source(schema.index_of("source")),
        count(schema.index_of("count")),
        first(schema.index_of("first")),
        last(schema.index_of("last")) {}
  std::optional<size_t> type, reason, message, source, count, first, last;
};

std::string text_of(const cache::Row& row, std::optional<size_t> column) {
  return column && row.has(*column) ? std::string(row.text(*column)) : std::string();
}

int64_t time_of(const cache::Row& row, std::optional<size_t> column) {
  return column && row.has(*column) ? row.integer(*column) : 0;
}

ObjectEvent event_of(const cache::Row& row, const Columns& columns) {
  ObjectEvent event;
  event.type = text_of(row, columns.type);
  event.reason = text_of(row, columns.reason);
  event.message = text_of(row, columns.message);
  event.source = text_of(row, columns.source);
  event.revision = std::string(row.revision());
  const bool counted = columns.count && row.has(*columns.count);
  event.count = counted ? static_cast<int64_t>(row.number(*columns.count)) : 1;
  event.first_ms = time_of(row, columns.first);
  event.last_ms = time_of(row, columns.last);
  return event;
}

void add(ObjectEvent& to, const ObjectEvent& older) {
  to.count += older.count;
  to.last_ms = std::max(to.last_ms, older.last_ms);
  if (older.first_ms != 0 && (to.first_ms == 0 || older.first_ms < to.first_ms)) {
    to.first_ms = older.first_ms;
  }
}

// A source's own event has the revision of the artifact that others tell to have applied.
void add_subjects(std::vector<ObjectEvent>& told, const cache::TableView& events,
                  const Columns& columns) {
  std::map<std::string, std::string, std::less<>> subjects;  // by revision
  for (const ObjectEvent& event : told) {
    if (!event.revision.empty()) subjects.emplace(event.revision, "");
  }
  if (subjects.empty()) return;
  events.for_each([&](const cache::Row& row) {
    const auto wanted = subjects.find(row.revision());
    if (wanted == subjects.end() || !wanted->second.empty()) return;
    const std::string message = text_of(row, columns.message);
    // A combined event has the newest message, but the revision of when it was first combined.
    if (message.starts_with(kCombined)) return;
    const auto links = cache::links_of(row);
    const bool of_source = std::ranges::any_of(
        links, [](const cache::Link& link) { return link.ref.group == k8s::kSourceGroup; });
    if (of_source) wanted->second = commit_subject(message);
  });
  for (ObjectEvent& event : told) {
    const auto known = subjects.find(event.revision);
    if (known == subjects.end() || event.message.contains(known->second)) continue;
    event.subject = known->second;
  }
}

}  // namespace

std::vector<ObjectEvent> merged_events(const cache::TableView& events,
                                       const std::vector<cache::RowPtr>& rows) {
  const Columns columns(events.table().schema());
  using Sameness = std::tuple<std::string, std::string, std::string, std::string, std::string>;
  std::map<Sameness, size_t> places;
  std::vector<ObjectEvent> merged;
  for (const cache::RowPtr& row : rows) {
    ObjectEvent event = event_of(*row, columns);
    const Sameness same(event.type, event.reason, event.source, event.revision,
                        without_numbers(without_mark(event.message)));
    const auto [place, is_new] = places.try_emplace(same, merged.size());
    if (is_new) {
      merged.push_back(std::move(event));
    } else {
      add(merged[place->second], event);
    }
  }
  if (merged.size() > limits::kEventsShown) merged.resize(limits::kEventsShown);
  add_subjects(merged, events, columns);
  return merged;
}

void write_event(json::Writer& out, const ObjectEvent& event) {
  const bool known_type = event.type == "Normal" || event.type == "Warning";
  out.begin_object().key("type").string(known_type ? event.type : "Other");
  out.key("reason").string(event.reason).key("message").string(event.message);
  out.key("count").integer(event.count);
  if (event.first_ms != 0) out.key("first").integer(event.first_ms);
  if (event.last_ms != 0) out.key("last").integer(event.last_ms);
  if (!event.source.empty()) out.key("source").string(event.source);
  if (!event.revision.empty()) out.key("revision").string(event.revision);
  if (!event.subject.empty()) out.key("subject").string(event.subject);
  out.end_object();
}

std::string without_numbers(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  std::string out;
  for (const char c : text) {
    if (!is_digit(c)) {
      out += c;
    } else if (!out.ends_with('#')) {
      out += '#';
    }
  }
  return out;
}

std::string commit_subject(std::string_view message) {
  constexpr std::string_view kBefore = "stored artifact for commit '";
  const size_t from = message.find(kBefore);
  if (from == std::string_view::npos) return {};
  const std::string_view rest = message.substr(from + kBefore.size());
  return std::string(rest.substr(0, rest.rfind('\'')));
}

std::string_view without_mark(std::string_view message) {
  if (message.starts_with(kCombined)) message.remove_prefix(kCombined.size());
  return message;
}

}  // namespace masthead::host
