// What the console cuts off, it counts: answers at their limits and one past them.
#include <gtest/gtest.h>

#include "base/limits.h"
#include "cache/cache_fixture.h"
#include "host/console_view.h"
#include "json/value.h"

namespace masthead::host {
namespace {

// Every object of the table waits on the first one.
class WaitingAnalyst final : public Analyst {
 public:
  const std::vector<std::string>& reads() const override { return reads_; }
  std::vector<Cause> analyse(Views& views, int64_t) override {
    Cause cause;
    cause.ref = {"", "Thing", "default", "cause"};
    cause.status.status = k8s::Status::kFailed;
    std::vector<Cause> causes;
    views.find("things")->second->for_each([&](const cache::Row& row) {
      const k8s::ObjectRef ref{"", "Thing", "default", std::string(row.name())};
      if (row.name().starts_with("broken")) {
        causes.push_back({ref, {}, {}, {}});
      } else {
        cause.waiting.push_back(ref);
      }
    });
    causes.insert(causes.begin(), std::move(cause));
    return causes;
  }

 private:
  std::vector<std::string> reads_{"things"};
};

class WaitingPlugin final : public Plugin {
 public:
  std::string_view id() const override { return "waiting"; }
  const std::vector<Section>& sections() const override { return sections_; }
  const std::vector<Kind>& kinds() const override { return kinds_; }
  std::unique_ptr<Analyst> make_analyst() const override {
    return std::make_unique<WaitingAnalyst>();
  }

 private:
  std::vector<Section> sections_;
  std::vector<Kind> kinds_;
};

// An event about Thing default/owner, each with a revision of its own, so that none is counted with
// another.
class EventSchema final : public cache::Schema {
 public:
  const std::vector<cache::Column>& columns() const override { return columns_; }
  bool has_status() const override { return false; }
  void fill(const json::Value& object, int64_t, cache::RowBuilder& row) const override {
    row.integer("last", static_cast<int64_t>(*object["spec"]["size"].number()));
    row.link("about", {"", "Thing", "default", "owner"});
    row.revision(object["metadata"]["name"].str());
  }

 private:
  std::vector<cache::Column> columns_{
      {"namespace", "Namespace", cache::ColumnType::kText, true, 0, ""},
      {"name", "Name", cache::ColumnType::kText, true, 0, ""},
      {"last", "Last", cache::ColumnType::kTime, true, 0, ""},
      {"created", "Age", cache::ColumnType::kTime, true, 0, ""}};
};

class ConsoleLimits : public testing::Test {
 protected:
  ConsoleLimits() {
    thing_.group_kind = {"", "Thing"};
    thing_.resource = "things";
    event_.group_kind = {"", "Event"};
    event_.resource = "events";
    events_ = std::make_shared<cache::Table>(
        cache::Table::Options{"events", {"", "Event"}, &event_schema_, true}, things_.clock,
        nullptr);
    auto snapshot = std::make_shared<ClusterSnapshot>();
    snapshot->ready = true;
    snapshot->uid = "cluster";
    snapshot->watched_since_ms = things_.clock.wall_ms() - 60'000;
    snapshot->kinds = {{&thing_, "v1", things_.table}, {&event_, "v1", events_}};
    snapshot->scope =
        std::make_shared<const k8s::Scope>(std::map<std::string, k8s::Partitions, std::less<>>{
            {"things", cache::fixture::everything()}, {"events", cache::fixture::everything()}});
    view_ = std::make_unique<ConsoleView>(snapshot, plugins_, history_.get(), things_.clock, [] {});
  }

  // Things "thing-1000", "thing-1001", …; what is added comes behind those there are.
  void add_things(size_t count, const std::string& owner_uid = "") {
    for (size_t i = 0; i < count; ++i) {
      std::string object = cache::fixture::object(
          {.name = "thing-" + std::to_string(1000 + made_++), .note = "owner"});
      if (!owner_uid.empty()) {
        object.replace(
            object.find(R"("labels")"), 0,
            R"("ownerReferences":[{"apiVersion":"v1","kind":"Thing","name":"owner","uid":")" +
                owner_uid + R"("}],)");
      }
      cache::fixture::send(things_.sink(), k8s::ReflectorEvent::Type::kUpsert, object);
    }
    view_->update();
  }
  void add_events(size_t count) {
    for (size_t i = 0; i < count; ++i, ++made_) {
      cache::fixture::upsert(events_->sink(""), {.name = "event-" + std::to_string(made_),
                                                 .size = static_cast<double>(made_)});
    }
    view_->update();
  }
  static json::Document read(const std::string& text) {
    return json::Document::parse(text).value();
  }

  cache::fixture::Things things_;
  EventSchema event_schema_;
  std::shared_ptr<cache::Table> events_;
  Kind thing_, event_;
  WaitingPlugin plugin_;
  const std::vector<const Plugin*> plugins_{&plugin_};
  std::unique_ptr<history::History> history_ =
      history::History::open(":memory:", things_.clock).value();
  std::unique_ptr<ConsoleView> view_;
  size_t made_ = 0;
};

TEST_F(ConsoleLimits, home_names_so_many_who_wait_and_counts_all) {
  add_things(limits::kWaitingShown);
  for (const size_t waiting : {limits::kWaitingShown, limits::kWaitingShown + 1}) {
    const auto home = read(view_->home_json(""));
    const auto cause = home.root()["causes"].at(0);
    EXPECT_EQ(cause["waiting"].integer(), waiting);
    EXPECT_EQ(cause["waitingObjects"].size(), limits::kWaitingShown);
    add_things(1);
  }
}

TEST_F(ConsoleLimits, home_shows_so_many_causes_and_counts_all) {
  const auto break_things = [&](size_t count) {
    for (size_t i = 0; i < count; ++i) {
      cache::fixture::upsert(things_.sink(), {.name = "broken-" + std::to_string(made_++)});
    }
    view_->update();
    return read(view_->home_json(""));
  };
  const auto at_limit = break_things(limits::kCausesShown - 1);
  EXPECT_EQ(at_limit.root()["causes"].size(), limits::kCausesShown);
  const auto past = break_things(1);
  EXPECT_EQ(past.root()["causes"].size(), limits::kCausesShown);
  EXPECT_EQ(past.root()["causesTotal"].integer(), limits::kCausesShown + 1);
}

TEST_F(ConsoleLimits, home_shows_so_many_that_moved_and_counts_those_it_reads) {
  const auto move = [&](size_t count) {
    for (size_t i = 0; i < count; ++i, ++made_) {
      history_->record("cluster", {"u" + std::to_string(made_),
                                   "1",
                                   {"", "Event", "default", "a"},
                                   k8s::Status::kReady,
                                   k8s::Status::kFailed,
                                   things_.clock.wall_ms(),
                                   "",
                                   ""});
    }
    history_->flush();
    return read(view_->home_json(""));
  };
  EXPECT_EQ(move(limits::kMovedShown).root()["moved"].size(), limits::kMovedShown);
  const auto one_more = move(1);
  EXPECT_EQ(one_more.root()["moved"].size(), limits::kMovedShown);
  EXPECT_EQ(one_more.root()["movedTotal"].integer(), limits::kMovedShown + 1);
  const size_t to_limit = limits::kMovedRows - limits::kMovedShown - 1;
  EXPECT_EQ(move(to_limit).root()["movedTotal"].integer(), limits::kMovedRows);
  EXPECT_EQ(move(1).root()["movedTotal"].integer(), limits::kMovedRows);
}

TEST_F(ConsoleLimits, home_says_from_when_on_it_has_seen_what_moved) {
  const int64_t now_ms = things_.clock.wall_ms();
  EXPECT_EQ(read(view_->home_json("")).root()["movedSince"].integer(), now_ms - 60'000);
  things_.clock.advance(limits::kMovedMs);
  EXPECT_EQ(read(view_->home_json("")).root()["movedSince"].integer(), now_ms);
}

TEST_F(ConsoleLimits, search_shows_so_many_hits_and_counts_all) {
  add_things(limits::kSearchHits);
  for (const size_t hits : {limits::kSearchHits, limits::kSearchHits + 1}) {
    const auto found = read(view_->search_json("thing"));
    EXPECT_EQ(found.root()["total"].integer(), hits);
    EXPECT_EQ(found.root()["hits"].size(), limits::kSearchHits);
    add_things(1);
  }
}

TEST_F(ConsoleLimits, a_detail_shows_so_many_owned_objects_and_counts_all) {
  cache::fixture::upsert(things_.sink(), {.name = "owner", .uid = "owner-uid"});
  add_things(limits::kOwnedShown, "owner-uid");
  for (const size_t owned : {limits::kOwnedShown, limits::kOwnedShown + 1}) {
    const auto detail = read(view_->detail_json("things", "default", "owner").value());
    EXPECT_EQ(detail.root()["ownedTotal"].integer(), owned);
    EXPECT_EQ(detail.root()["owned"].size(), limits::kOwnedShown);
    add_things(1, "owner-uid");
  }
}

TEST_F(ConsoleLimits, a_detail_shows_the_newest_events) {
  cache::fixture::upsert(things_.sink(), {.name = "owner"});
  made_ = 1;
  add_events(limits::kEventsShown);
  for (int64_t oldest = 1; oldest <= 2; ++oldest) {
    const auto detail = read(view_->detail_json("things", "default", "owner").value());
    const auto events = detail.root()["events"];
    ASSERT_EQ(events.size(), limits::kEventsShown);
    EXPECT_EQ(events.at(limits::kEventsShown - 1)["last"].integer(), oldest);
    add_events(1);
  }
}

}  // namespace
}  // namespace masthead::host
