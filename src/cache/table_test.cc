#include "cache/table.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/limits.h"
#include "cache/cache_fixture.h"
#include "cache/object_codec.h"
#include "json/value.h"

namespace masthead::cache {
namespace {

using fixture::everything;
using fixture::Item;
using fixture::only;
using fixture::reset;
using fixture::send;
using fixture::Things;
using fixture::upsert;
using Type = k8s::ReflectorEvent::Type;

std::vector<std::string> names(const Table& table, const k8s::Partitions& partitions) {
  std::vector<std::string> keys;
  for (const RowPtr& row : table.snapshot(partitions)) keys.push_back(row->key());
  std::sort(keys.begin(), keys.end());
  return keys;
}

TEST(Table, a_reset_is_swapped_in_at_its_end_and_drops_what_it_did_not_name) {
  Things t;
  auto& sink = t.sink();
  reset(sink, {{.name = "a"}, {.name = "b"}});
  send(sink, Type::kResetBegin);
  upsert(sink, {.name = "b", .version = 2});
  upsert(sink, {.name = "c", .version = 2});
  EXPECT_EQ(names(*t.table, everything()), (std::vector<std::string>{"default/a", "default/b"}));
  send(sink, Type::kResetEnd);
  EXPECT_EQ(names(*t.table, everything()), (std::vector<std::string>{"default/b", "default/c"}));
}

TEST(Table, a_reset_that_breaks_off_leaves_nothing_behind) {
  Things t;
  auto& sink = t.sink();
  reset(sink, {{.name = "a"}});
  send(sink, Type::kResetBegin);
  upsert(sink, {.name = "ghost"});
  reset(sink, {{.name = "a"}});
  EXPECT_EQ(names(*t.table, everything()), (std::vector<std::string>{"default/a"}));
}

TEST(Table, no_object_goes_back_in_resource_version_except_at_a_reset) {
  Things t;
  auto& sink = t.sink();
  reset(sink, {{.name = "a", .version = 10, .note = "new"}});
  upsert(sink, {.name = "a", .version = 9, .note = "old"});
  EXPECT_EQ(t.table->find(everything(), "default", "a")->resource_version(), "10");
  reset(sink, {{.name = "a", .version = 9, .note = "old"}});
  EXPECT_EQ(t.table->find(everything(), "default", "a")->resource_version(), "9");
}

// Another cluster and a restored snapshot count anew: the same numbers stand for other things.
TEST(Table, a_list_with_other_content_at_the_same_resource_version_is_believed) {
  Things t;
  auto& sink = t.sink();
  reset(sink, {{.name = "a", .version = 10, .note = "undone"}, {.name = "b", .version = 10}});
  const RowPtr before = t.table->find(everything(), "default", "b");
  reset(sink, {{.name = "a", .version = 10, .note = "instead"}, {.name = "b", .version = 10}});
  EXPECT_EQ(t.table->find(everything(), "default", "a")->text(4), "instead");
  EXPECT_EQ(t.table->find(everything(), "default", "b"), before) << "what is the same stays";
}

TEST(Table, a_reset_from_nothing_believes_no_resource_version_of_before) {
  Things t;
  auto& sink = t.sink();
  reset(sink, {{.name = "a", .version = 10, .note = "before"}});
  k8s::ReflectorEvent begin{Type::kResetBegin, {}, {}, nullptr, /*anew=*/true};
  sink.on_event(begin);
  upsert(sink, {.name = "a", .version = 10, .note = "after"});
  send(sink, Type::kResetEnd);
  const auto object = t.table->object(everything(), "default", "a");
  ASSERT_TRUE(object);
  EXPECT_NE(object->find("after"), std::string::npos);
}

TEST(Table, a_deletion_older_than_the_object_that_took_its_name_is_no_news) {
  Things t;
  auto& sink = t.sink();
  reset(sink, {{.name = "a", .version = 12, .uid = "second"}});
  send(sink, Type::kDelete, fixture::object({.name = "a", .version = 11, .uid = "first"}));
  EXPECT_EQ(names(*t.table, everything()), (std::vector<std::string>{"default/a"}));
  send(sink, Type::kDelete, fixture::object({.name = "a", .version = 13, .uid = "second"}));
  EXPECT_TRUE(names(*t.table, everything()).empty());
}

TEST(Table, is_complete_only_after_a_whole_list) {
  Things t;
  auto& sink = t.sink();
  EXPECT_FALSE(t.table->confidence(everything()).complete);
  send(sink, Type::kResetBegin);
  EXPECT_FALSE(t.table->confidence(everything()).complete);
  send(sink, Type::kResetEnd);
  EXPECT_TRUE(t.table->confidence(everything()).complete);
}

TEST(Table, gives_nothing_outside_the_partitions) {
  Things t;
  reset(t.sink(), {{.ns = "mine", .name = "a"}, {.ns = "theirs", .name = "b"}});
  const auto mine = only({"mine"});
  EXPECT_EQ(names(*t.table, mine), (std::vector<std::string>{"mine/a"}));
  EXPECT_EQ(t.table->find(mine, "theirs", "b"), nullptr);
  // What may not be seen and what does not exist look the same.
  EXPECT_EQ(t.table->object(mine, "theirs", "b").error().text,
            t.table->object(mine, "theirs", "nothing").error().text);
  EXPECT_TRUE(t.table->snapshot(k8s::Partitions{}).empty());
}

TEST(Table, scopes_do_not_delete_each_others_rows) {
  Things t;
  reset(t.sink("one"), {{.ns = "one", .name = "a"}});
  reset(t.sink("two"), {{.ns = "two", .name = "b"}});
  reset(t.sink("one"), {});
  EXPECT_EQ(names(*t.table, everything()), (std::vector<std::string>{"two/b"}));
  t.table->remove_scope("two");
  EXPECT_TRUE(names(*t.table, everything()).empty());
}

TEST(Table, keeps_an_object_without_a_name_and_one_of_wrong_types) {
  Things t;
  auto& sink = t.sink();
  send(sink, Type::kUpsert, R"({"metadata":{"uid":"u1","resourceVersion":"1"},"spec":7})");
  send(
      sink, Type::kUpsert,
      R"({"metadata":{"name":"odd","labels":[1,2],"ownerReferences":"x"},"spec":{"size":"big"},"status":[]})");
  send(sink, Type::kUpsert, "not json at all");
  EXPECT_EQ(names(*t.table, everything()), (std::vector<std::string>{"/(no name) u1", "/odd"}));
}

TEST(Table,
     objects_come_back_without_field_ownership_but_with_who_owned_suspend_and_who_wrote_what) {
  Things t;
  reset(t.sink(), {{.name = "a", .note = "kept"}});
  const auto bytes = t.table->object(everything(), "default", "a");
  ASSERT_TRUE(bytes.has_value());
  const auto document = json::Document::parse(*bytes);
  const auto owner = document->root()["metadata"]["managedFields"].at(0);
  EXPECT_EQ(owner["manager"].str(), "m");
  EXPECT_TRUE(owner["ownsSuspend"].boolean());
  EXPECT_FALSE(owner["fieldsV1"].exists());
  EXPECT_FALSE(owner["specVersion"].exists()) << "a suspension says nothing about it";
  const auto writer = document->root()["metadata"]["managedFields"].at(1);
  EXPECT_EQ(writer["specVersion"].str(), "things/v1beta1");
  EXPECT_FALSE(writer["ownsSuspend"].exists());
  EXPECT_EQ(document->root()["spec"]["note"].str(), "kept");
}

TEST(Table, a_row_whose_status_time_changes_is_computed_anew_when_due) {
  Things t;
  t.schema.row_deadline_ms = t.clock.wall_ms() + 1'000;
  reset(t.sink(), {{.name = "a", .is = "Waiting"}});
  EXPECT_EQ(t.table->recheck(t.clock.wall_ms()), t.schema.row_deadline_ms);
  EXPECT_EQ(t.table->find(everything(), "default", "a")->status().status, k8s::Status::kWaiting);
  t.clock.advance(1'000);
  EXPECT_EQ(t.table->recheck(t.clock.wall_ms()), 0);
  EXPECT_EQ(t.table->find(everything(), "default", "a")->status().status, k8s::Status::kUnknown);
}

TEST(ChangeQueue, past_its_limit_it_asks_for_a_snapshot_instead_of_growing) {
  int woken = 0;
  ChangeQueue queue([&] { ++woken; });
  for (size_t i = 0; i < limits::kQueuedChanges; ++i) queue.push({});
  EXPECT_EQ(woken, 1);
  auto at_limit = queue.drain();
  EXPECT_FALSE(at_limit.overflowed);
  EXPECT_EQ(at_limit.changes.size(), limits::kQueuedChanges);
  for (size_t i = 0; i < limits::kQueuedChanges + 1; ++i) queue.push({});
  EXPECT_TRUE(queue.drain().overflowed);
  EXPECT_EQ(woken, 2);
}

TEST(ObjectCodec, blobs_from_before_and_after_the_dictionary_are_read_back) {
  ObjectCodec codec;
  std::vector<std::pair<std::string, std::string>> kept;
  for (size_t i = 0; i < limits::kDictionarySamples + 50; ++i) {
    const std::string object = fixture::object({.name = "pod-" + std::to_string(i * 7919),
                                                .version = static_cast<int64_t>(i) + 1,
                                                .note = std::string(i % 50, 'x')});
    const std::string stripped(*codec.strip(object));
    const std::string blob = codec.compress(stripped);
    if (i % 97 == 0) kept.emplace_back(stripped, blob);
  }
  EXPECT_TRUE(codec.has_dictionary());
  for (const auto& [object, blob] : kept) EXPECT_EQ(codec.decompress(blob).value(), object);
  EXPECT_FALSE(codec.decompress("").has_value());
  EXPECT_FALSE(codec.decompress("\x01garbage").has_value());
}

}  // namespace
}  // namespace masthead::cache
