#include "app/event_outcomes.h"

#include <algorithm>

#include "host/object_events.h"
#include "k8s/known_kinds.h"

namespace masthead::app {

using Outcome = host::StatusKeeper::Outcome;

std::vector<EventOutcome> outcomes_of(
    const std::vector<cache::Change>& changes, const cache::Schema& events,
    const std::function<const host::Kind*(std::string_view table)>& kind_of) {
  const auto column = [&](std::string_view id) { return events.index_of(id).value(); };
  const size_t type = column("type"), reason = column("reason"), first = column("first"),
               last = column("last"), message = column("message");
  std::vector<EventOutcome> told;
  for (const cache::Change& change : changes) {
    if (change.after == nullptr) continue;
    const cache::Row& event = *change.after;
    if (!event.has(type) || !event.has(reason) || !event.has(last)) continue;
    const std::string_view uid = cache::first_owner_uid(event.owners());
    if (uid.empty()) continue;
    for (const cache::Link& link : cache::links_of(event)) {
      const std::string_view table = k8s::known_table_id(link.ref.group, link.ref.kind);
      const host::Kind* kind = kind_of(table);
      if (kind == nullptr || !kind->is_success) continue;
      const bool good = kind->is_success(event.text(reason));
      if (!good && event.text(type) != "Warning") continue;
      EventOutcome& one = told.emplace_back(std::string(table), std::string(uid));
      one.event = {good ? Outcome::kSuccess : Outcome::kFailure, event.integer(first),
                   event.integer(last)};
      if (good) continue;
      one.event.reason = std::string(event.text(reason));
      one.event.message = std::string(host::without_mark(event.text(message)));
    }
  }
  // A list has them in no order.
  std::partition(told.begin(), told.end(),
                 [](const EventOutcome& one) { return one.event.outcome == Outcome::kSuccess; });
  return told;
}

}  // namespace masthead::app
