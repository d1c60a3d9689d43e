// What the detail of an object says of its events.
#include "host/object_events.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>

#include "cache/cache_fixture.h"
#include "host/console_view.h"
#include "json/value.h"

namespace masthead::host {
namespace {

using Lines = std::vector<std::string>;

Kind event_kind() {
  Kind kind;
  kind.group_kind = {"", "Event"};
  kind.resource = "events";
  kind.has_status = false;
  kind.columns = {{"last", "Last seen", cache::ColumnType::kTime, true, 0, ""},
                  {"first", "First seen", cache::ColumnType::kTime, true, 0, ""},
                  {"type", "Type", cache::ColumnType::kText, true, 0, ""},
                  {"reason", "Reason", cache::ColumnType::kText, true, 0, ""},
                  {"message", "Message", cache::ColumnType::kText, true, 0, ""},
                  {"source", "Source", cache::ColumnType::kText, true, 0, ""},
                  {"count", "Count", cache::ColumnType::kNumber, true, 0, ""}};
  kind.fill = [](const json::Value& event, int64_t, cache::RowBuilder& row) {
    for (const char* key : {"type", "reason", "message", "source"}) row.text(key, event[key].str());
    for (const char* key : {"first", "last"}) {
      if (const int64_t ms = event[key].integer_or(0); ms != 0) row.integer(key, ms);
    }
    row.number("count", static_cast<double>(event["count"].integer_or(1)));
    row.revision(event["revision"].str());
    row.link("about", {std::string(event["group"].str()), std::string(event["kind"].str()),
                       std::string(event["metadata"]["namespace"].str()),
                       std::string(event["about"].str())});
  };
  return kind;
}

struct Said {
  std::string message;
  int64_t first = 1000, last = 1000;
  int64_t count = 1;
  std::string revision = {};
  std::string type = "Warning";
  std::string reason = "BuildFailed";
  std::string source = "kustomize-controller";
};

class ObjectEvents : public testing::Test {
 protected:
  // A Thing default/web, and events in the namespaces given; empty: in all.
  void look(const std::vector<std::string>& namespaces = {}) {
    thing_.group_kind = {"", "Thing"};
    thing_.resource = "things";
    auto snapshot = std::make_shared<ClusterSnapshot>();
    snapshot->ready = true;
    snapshot->kinds = {{&thing_, "v1", things_.table}, {&kind_, "v1", events_}};
    snapshot->scope =
        std::make_shared<const k8s::Scope>(std::map<std::string, k8s::Partitions, std::less<>>{
            {"things", cache::fixture::everything()},
            {"events", namespaces.empty() ? cache::fixture::everything()
                                          : cache::fixture::only(namespaces)}});
    view_ = std::make_unique<ConsoleView>(snapshot, plugins_, nullptr, things_.clock, [] {});
    cache::fixture::upsert(things_.sink(), {.name = "web"});
  }
  void say(const Said& said) { put(said, "default", "", "Thing", "web"); }
  void store(const Said& said) {
    put(said, "flux-system", "source.toolkit.fluxcd.io", "GitRepository", "fleet");
  }
  // "3x 1000-2000 message [revision] "subject"" of each.
  Lines told() {
    view_->update();
    const auto detail =
        json::Document::parse(view_->detail_json("things", "default", "web").value());
    Lines lines;
    for (const json::Value event : detail->root()["events"].items()) {
      std::string line = std::to_string(event["count"].integer_or(0)) + "x " +
                         std::to_string(event["first"].integer_or(0)) + "-" +
                         std::to_string(event["last"].integer_or(0)) + " " +
                         std::string(event["message"].str());
      if (event["revision"].exists()) line += " [" + std::string(event["revision"].str()) + "]";
      if (event["subject"].exists()) line += " \"" + std::string(event["subject"].str()) + "\"";
      lines.push_back(std::move(line));
    }
    return lines;
  }

 private:
  void put(const Said& said, const char* ns, const char* group, const char* kind,
           const char* about) {
    json::Writer out;
    out.begin_object().key("metadata").begin_object();
    out.key("namespace").string(ns).key("name").string("e" + std::to_string(++made_));
    out.key("uid").string("u" + std::to_string(made_));
    out.key("resourceVersion").string(std::to_string(made_)).end_object();
    out.key("type").string(said.type).key("reason").string(said.reason);
    out.key("message").string(said.message).key("source").string(said.source);
    out.key("revision").string(said.revision).key("count").integer(said.count);
    out.key("first").integer(said.first).key("last").integer(said.last);
    out.key("group").string(group).key("kind").string(kind).key("about").string(about);
    out.end_object();
    cache::fixture::send(events_->sink(""), k8s::ReflectorEvent::Type::kUpsert,
                         std::move(out).finish());
  }

  cache::fixture::Things things_;
  Kind thing_;
  const Kind kind_ = event_kind();
  const std::unique_ptr<cache::Schema> schema_ = make_schema(kind_);
  const std::shared_ptr<cache::Table> events_ = std::make_shared<cache::Table>(
      cache::Table::Options{"events", kind_.group_kind, schema_.get(), true}, things_.clock,
      nullptr);
  const std::vector<const Plugin*> plugins_;
  std::unique_ptr<ConsoleView> view_;
  int made_ = 0;
};

TEST_F(ObjectEvents, that_differ_in_numbers_alone_are_one_with_all_counts_and_the_newest_message) {
  look();
  say({.message = "not found: stat /tmp/kustomization-2918/base", .first = 2000, .last = 2000});
  say({.message = "not found: stat /tmp/kustomization-117/base",
       .first = 1000,
       .last = 5000,
       .count = 4});
  say({.message = "(combined from similar events): not found: stat /tmp/kustomization-3/base",
       .first = 6000,
       .last = 9000,
       .count = 7});
  EXPECT_EQ(told(), Lines{"12x 1000-9000 (combined from similar events): not found: stat "
                          "/tmp/kustomization-3/base"});
}

TEST_F(ObjectEvents, that_differ_in_anything_else_stay_apart) {
  look();
  say({.message = "gone 1", .last = 8000});
  say({.message = "gone 1 again", .last = 7000});
  say({.message = "gone 2", .last = 6000, .type = "Normal"});
  say({.message = "gone 2", .last = 5000, .reason = "PruneFailed"});
  say({.message = "gone 2", .last = 4000, .source = "helm-controller"});
  say({.message = "gone 2", .last = 3000, .revision = "main@sha1:1"});
  say({.message = "gone 2", .last = 2000, .revision = "main@sha1:2"});
  EXPECT_EQ(told().size(), 7u);
}

TEST_F(ObjectEvents, tell_the_subject_of_their_commit_as_its_source_tells_it) {
  look();
  say({.message = "applied", .last = 3000, .revision = "main@sha1:2"});
  say({.message = "applied", .last = 2000, .revision = "main@sha1:1"});
  store({.message = "stored artifact for commit 'it's the port'", .revision = "main@sha1:1"});
  store({.message = "(combined from similar events): stored artifact for commit 'a later one'",
         .revision = "main@sha1:2"});
  store({.message = "stored artifact for commit 'of no revision'"});
  EXPECT_EQ(told(), (Lines{"1x 1000-3000 applied [main@sha1:2]",
                           "1x 1000-2000 applied [main@sha1:1] \"it's the port\""}));
}

TEST_F(ObjectEvents, tell_no_subject_that_only_an_event_outside_the_scope_tells) {
  look({"default"});
  say({.message = "applied", .revision = "main@sha1:1"});
  store({.message = "stored artifact for commit 'secret plans'", .revision = "main@sha1:1"});
  EXPECT_EQ(told(), Lines{"1x 1000-1000 applied [main@sha1:1]"});
}

TEST(WithoutNumbers, puts_one_mark_for_a_run_of_digits_and_tells_hashes_apart) {
  EXPECT_EQ(without_numbers(""), "");
  EXPECT_EQ(without_numbers("took 1.25s"), "took #.#s");
  EXPECT_EQ(without_numbers("stat /tmp/kustomization-1192837/base"),
            "stat /tmp/kustomization-#/base");
  EXPECT_NE(without_numbers("at main@sha1:4f2c9e1"), without_numbers("at main@sha1:4f2d9e1"));
}

TEST(CommitSubject, is_what_stands_between_the_quotes) {
  EXPECT_EQ(commit_subject("stored artifact for commit 'Merge 'a' into b'"), "Merge 'a' into b");
  EXPECT_EQ(commit_subject("stored artifact for commit 'cut off"), "cut off");
  EXPECT_EQ(commit_subject("stored artifact with revision 'latest'"), "");
  EXPECT_EQ(commit_subject("pushed commit 'abc' to branch 'main'"), "");
}

}  // namespace
}  // namespace masthead::host
