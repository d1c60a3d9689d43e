#include "simulation/faults.h"

namespace masthead::simulation {
namespace {

const char* const kFilters[] = {"",
                                "",
                                "ns:team-a",
                                "ns:team-a ns:team-b",
                                "status:failed",
                                "-label:tier=web",
                                "o1",
                                "status:ready ns:team-c"};
const char* const kSorts[] = {"name", "namespace", "size", "status", "created", "note"};

Browser::Question some_question(base::Random& random) {
  Browser::Question question;
  question.filter = kFilters[random.below(std::size(kFilters))];
  question.sort = kSorts[random.below(std::size(kSorts))];
  question.descending = random.below(2) == 0;
  question.first = random.below(3) == 0 ? random.below(15) : 0;
  question.count = 1 + random.below(30);
  return question;
}

}  // namespace

void Faults::for_a_while(int64_t most_ms, net::Function undo) {
  const auto ms = 500 + static_cast<int64_t>(random_.below(static_cast<uint64_t>(most_ms)));
  loop_
      .post_after(ms,
                  [this, era = era_, undo = std::move(undo)]() mutable {
                    if (era == era_) undo();
                  })
      .detach();
}

void Faults::one() {
  const uint64_t which = random_.below(24);
  if (which < 9) return of_the_network(which);
  if (which < 18) return of_the_server(which - 9);
  of_the_readers(which - 18);
}

void Faults::cut_links() {
  for (const auto& link : network_.links())
    random_.below(2) == 0 ? link->reset() : link->cut_orderly();
}

void Faults::of_the_network(uint64_t which) {
  const auto links = network_.links();
  const auto some = links.empty() ? nullptr : links[random_.below(links.size())];
  trace_.note("fault of the network {} with {} links", which, links.size());
  switch (which) {
    case 0:
      if (some != nullptr) some->reset();
      return;
    case 1:
      if (some != nullptr) some->cut_orderly();
      return;
    case 2:
      return cut_links();
    case 3:
      if (some == nullptr) return;
      some->stall();
      return for_a_while(40'000, [some] { some->release(); });
    case 4:
      for (const auto& link : links) link->stall();
      return for_a_while(40'000, [links] {
        for (const auto& link : links) link->release();
      });
    case 5:  // Dead, and nobody says so.
      if (some != nullptr) some->stall();
      return;
    case 6:
    case 7:
      if (unreachable_since_ms_) return;
      close_door(which == 6 ? Network::Door::kRefuses : Network::Door::kSilent);
      return for_a_while(40'000, [this] {
        unreachable_since_ms_.reset();
        network_.set_door(Network::Door::kOpen);
      });
    default:
      network_.set_delay(2'000);
      return for_a_while(30'000, [this] { network_.set_delay(5); });
  }
}

void Faults::close_door(Network::Door door) {
  unreachable_since_ms_ = clock_.monotonic_ms();
  network_.set_door(door);
  if (door == Network::Door::kRefuses) return cut_links();
  for (const auto& link : network_.links()) link->stall();
}

void Faults::set_health(Server::Health health) {
  server_.set_health(health, random_.below(watched_kinds().size()));
  unready_since_ms_.reset();
  if (health == Server::Health::kUnready) {
    unready_since_ms_ = clock_.monotonic_ms();
    // As a server that is starting: who was connected no longer is.
    cut_links();
  }
}

void Faults::of_the_server(uint64_t which) {
  trace_.note("fault of the server {}", which);
  switch (which) {
    case 0:
    case 1:
    case 2: {
      static constexpr Server::Health kHealths[] = {Server::Health::kUnready,
                                                    Server::Health::kBroken, Server::Health::kBusy};
      set_health(kHealths[which]);
      return for_a_while(40'000, [this] { set_health(Server::Health::kWell); });
    }
    case 3:
      return server_.front().goaway();
    case 4:
      return server_.reset_some_stream();
    case 5:
      return server_.write_into_some_watch(
          random_.below(2) == 0 ? "this is not JSON\n"
                                : R"({"type":"ERROR","object":{"kind":"Status","code":410,)"
                                  R"("reason":"Expired","message":"too old"}})"
                                  "\n");
    case 6:
      return server_.compact();
    case 7:
      server_.set_flaky(20);
      return for_a_while(30'000, [this] { server_.set_flaky(0); });
    default:
      for (uint64_t i = random_.below(80); i > 0; --i) server_.write_something();
  }
}

void Faults::of_the_readers(uint64_t which) {
  trace_.note("fault of the readers {}", which);
  auto& browsers = console_.browsers();
  Browser& some = *browsers[random_.below(browsers.size())];
  switch (which) {
    case 0:
      some.freeze(true);
      return for_a_while(60'000, [this, &some] { console_.thaw(some); });
    case 1:
      return some.ask(some_question(random_));
    case 2:
      return some.scroll(random_.below(15), 1 + random_.below(30));
    case 3:
      clock_.jump_wall(static_cast<int64_t>(random_.below(7'200'000)) - 3'600'000);
      return;
    default: {
      const uint64_t right = random_.below(watched_namespaces().size() + 1);
      const std::string ns = right == 0 ? "" : watched_namespaces()[right - 1];
      const bool granted = !server_.has_right(ns);
      trace_.note("right in '{}': {}", ns, granted);
      server_.set_right(ns, granted);
    }
  }
}

void Faults::outage() {
  switch (random_.below(3)) {
    case 0:
      return close_door(Network::Door::kRefuses);
    case 1:
      // Cut as well, as when a machine restarts: what is only silent takes longer to notice.
      close_door(Network::Door::kSilent);
      return cut_links();
    default:
      return set_health(Server::Health::kUnready);
  }
}

void Faults::stop() {
  ++era_;
  trace_.note("faults stop");
  network_.set_door(Network::Door::kOpen);
  network_.set_delay(5);
  for (const auto& link : network_.links()) link->release();
  server_.set_health(Server::Health::kWell);
  server_.set_flaky(0);
  unreachable_since_ms_.reset();
  unready_since_ms_.reset();
  for (const auto& browser : console_.browsers()) console_.thaw(*browser);
}

}  // namespace masthead::simulation
