#include "host/console_view.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "cache/cache_fixture.h"

namespace masthead::host {
namespace {

constexpr int64_t kTakesMs = 5;

// Counts how often it is asked; the clock goes on meanwhile.
class SlowAnalyst final : public Analyst {
 public:
  SlowAnalyst(base::ManualClock& clock, int& asked) : clock_(clock), asked_(asked) {}
  const std::vector<std::string>& reads() const override { return reads_; }
  std::vector<Cause> analyse(Views&, int64_t) override {
    ++asked_;
    clock_.advance(kTakesMs);
    return {};
  }

 private:
  base::ManualClock& clock_;
  int& asked_;
  std::vector<std::string> reads_{"things"};
};

class SlowPlugin final : public Plugin {
 public:
  SlowPlugin(base::ManualClock& clock, int& asked) : clock_(clock), asked_(asked) {}
  std::string_view id() const override { return "slow"; }
  const std::vector<Section>& sections() const override { return sections_; }
  const std::vector<Kind>& kinds() const override { return kinds_; }
  std::unique_ptr<Analyst> make_analyst() const override {
    return std::make_unique<SlowAnalyst>(clock_, asked_);
  }

 private:
  base::ManualClock& clock_;
  int& asked_;
  std::vector<Section> sections_;
  std::vector<Kind> kinds_;
};

SnapshotPtr snapshot_of(const cache::fixture::Things& things, const Kind& kind) {
  auto snapshot = std::make_shared<ClusterSnapshot>();
  snapshot->ready = true;
  snapshot->kinds.push_back({&kind, "v1", things.table});
  snapshot->scope =
      std::make_shared<const k8s::Scope>(std::map<std::string, k8s::Partitions, std::less<>>{
          {"things", cache::fixture::everything()}});
  return snapshot;
}

TEST(ConsoleView, lets_lists_go_on_while_an_analyst_that_takes_long_rests) {
  cache::fixture::Things things;
  int asked = 0;
  const SlowPlugin plugin(things.clock, asked);
  const Kind kind;
  ConsoleView view(snapshot_of(things, kind), {&plugin}, nullptr, things.clock, [] {});
  ASSERT_EQ(asked, 1);

  cache::fixture::upsert(things.sink(), {.name = "a"});
  EXPECT_TRUE(view.update(ConsoleView::Analysis::kMayWait));
  EXPECT_EQ(asked, 1) << "it rests";
  EXPECT_TRUE(view.analysis_waits());
  EXPECT_NE(view.view("things")->find("default", "a"), nullptr) << "the list went on";

  const uint64_t before = view.version();
  things.clock.advance(kTakesMs * limits::kAnalystRest);
  EXPECT_TRUE(view.update(ConsoleView::Analysis::kMayWait)) << "what it concludes is news";
  EXPECT_EQ(asked, 2);
  EXPECT_FALSE(view.analysis_waits());
  EXPECT_GT(view.version(), before);

  cache::fixture::upsert(things.sink(), {.name = "b"});
  EXPECT_TRUE(view.update()) << "who asks for an answer now does not wait";
  EXPECT_EQ(asked, 3);
  EXPECT_FALSE(view.update(ConsoleView::Analysis::kMayWait)) << "nothing has changed since";
}

TEST(ConsoleView, shows_an_object_that_makes_no_sense_as_it_was_received) {
  cache::fixture::Things things;
  const Kind kind;
  cache::fixture::send(things.sink(), k8s::ReflectorEvent::Type::kUpsert,
                       R"({"metadata":{"uid":"u","resourceVersion":"6"},"spec":[1,"odd"]})");
  const ConsoleView view(snapshot_of(things, kind), {}, nullptr, things.clock, [] {});
  std::vector<std::string> names;
  view.view("things")->for_each([&](const cache::Row& row) { names.emplace_back(row.name()); });
  ASSERT_EQ(names.size(), 1u);
  const auto detail = view.detail_json("things", "", names[0]);
  ASSERT_TRUE(detail.has_value());
  EXPECT_NE(detail->find("it is shown as it was received"), std::string::npos);
  const auto raw = view.object("things", "", names[0]);
  ASSERT_TRUE(raw.has_value());
  EXPECT_NE(raw->find(R"("spec":[1,"odd"])"), std::string::npos) << *raw;
}

}  // namespace
}  // namespace masthead::host
