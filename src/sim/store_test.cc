#include "sim/store.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace masthead::sim {
namespace {

struct Filled {
  ResourceTypes types;
  ResourceTypePtr maps = types.find("", "configmaps");
  ResourceTypePtr secrets = types.find("", "secrets");
  Store store;

  uint64_t put(const char* ns, const char* name, const char* value = "") {
    Document object = Fields{{"metadata", Fields{{"namespace", ns}, {"name", name}}},
                             {"data", Fields{{"value", value}}}};
    return store.put(maps, object)->revision;
  }
  std::string names(const Store::Objects& objects) {
    std::string all;
    for (const auto& [key, object] : objects) {
      const Document document = object->document(*maps);
      all += key.first + "/" + key.second + "=" +
             std::string(text_at(document, {"data", "value"})) + " ";
    }
    return all;
  }
};

TEST(Store, orders_objects_as_etcd_orders_their_keys) {
  Filled t;
  for (const char* ns : {"team", "team-a", "team.b"}) t.put(ns, "x");
  t.put("team", "a-b");
  t.put("team", "a");
  EXPECT_EQ(t.names(t.store.objects(*t.maps)), "team-a/x= team.b/x= team/a= team/a-b= team/x= ");
}

TEST(Store, reads_an_object_in_the_version_that_is_stored_now) {
  Filled t;
  t.put("a", "x");
  const StoredPtr object = t.store.get(*t.maps, "a", "x");
  EXPECT_EQ(text_at(object->document(*t.maps), {"apiVersion"}), "v1");
  // Its definition was written anew.
  ResourceType later = *t.maps;
  later.versions.front().name = "v2";
  EXPECT_EQ(text_at(object->document(later), {"apiVersion"}), "v2");
  EXPECT_EQ(text_at(object->document(*t.maps), {"apiVersion"}), "v1");
}

TEST(Store, lists_the_past_until_it_is_compacted) {
  Filled t;
  const uint64_t first = t.put("a", "x", "1");
  const uint64_t second = t.put("a", "y", "1");
  t.put("a", "x", "2");
  t.store.remove(t.maps, "a", "y");
  EXPECT_EQ(t.names(*t.store.objects_at(*t.maps, first)), "a/x=1 ");
  EXPECT_EQ(t.names(*t.store.objects_at(*t.maps, second)), "a/x=1 a/y=1 ");
  EXPECT_EQ(t.names(*t.store.objects_at(*t.maps, t.store.revision())), "a/x=2 ");
  EXPECT_FALSE(t.store.objects_at(*t.maps, t.store.revision() + 1).has_value());
  t.store.compact(second);
  EXPECT_FALSE(t.store.objects_at(*t.maps, first).has_value());
  EXPECT_EQ(t.names(*t.store.objects_at(*t.maps, second)), "a/x=1 a/y=1 ");
}

TEST(Store, compacts_nothing_of_the_future_and_never_goes_back) {
  Filled t;
  t.put("a", "x");
  t.store.compact(1'000);
  EXPECT_EQ(t.store.compacted(), t.store.revision());
  t.put("a", "x", "2");
  t.store.compact(1);
  EXPECT_EQ(t.store.compacted(), t.store.revision() - 1);
}

TEST(Store, tells_what_happened_to_one_kind_since_a_revision) {
  Filled t;
  const uint64_t first = t.put("a", "x");
  Document secret = Fields{{"metadata", Fields{{"namespace", "a"}, {"name", "s"}}}};
  t.store.put(t.secrets, secret);
  const uint64_t second = t.put("a", "x", "2");
  t.store.remove(t.maps, "a", "x");
  const auto events = t.store.since(*t.maps, first);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].type, StoreEvent::Type::kModified);
  EXPECT_EQ(events[0].revision, second);
  EXPECT_EQ(events[1].type, StoreEvent::Type::kDeleted);
  EXPECT_EQ(events[1].now->revision, events[1].revision) << "its deletion's, not its last write's";
}

TEST(Store, restores_what_was_and_counts_on_from_there) {
  Filled t;
  const uint64_t first = t.put("a", "x", "1");
  t.put("a", "x", "2");
  t.put("a", "y", "1");
  EXPECT_FALSE(t.store.restore(t.store.revision() + 1));
  ASSERT_TRUE(t.store.restore(first));
  EXPECT_EQ(t.names(t.store.objects(*t.maps)), "a/x=1 ");
  EXPECT_EQ(t.put("a", "z"), first + 1);
  EXPECT_EQ(t.store.since(*t.maps, first).size(), 1U);
}

TEST(Store, keeps_so_much_history_and_no_more) {
  Filled t;
  const uint64_t first = t.put("a", "x");
  for (size_t i = 1; i < limits::kSimHistoryEvents; ++i) t.put("a", "x");
  EXPECT_TRUE(t.store.objects_at(*t.maps, first).has_value());
  EXPECT_EQ(t.store.compacted(), 0U);
  t.put("a", "x");
  EXPECT_EQ(t.store.compacted(), first);
}

TEST(Store, lets_a_listener_remove_itself) {
  Filled t;
  int told = 0;
  uint64_t id = 0;
  id = t.store.listen([&](const StoreEvent&) {
    ++told;
    t.store.unlisten(id);
  });
  t.put("a", "x");
  t.put("a", "y");
  EXPECT_EQ(told, 1);
}

TEST(Store, restamps_an_object_and_leaves_it_otherwise) {
  Filled t;
  t.put("a", "x", "1");
  const StoredPtr stored = t.store.get(*t.maps, "a", "x");
  const StoredPtr later = restamped(*stored, *t.maps, 99);
  EXPECT_EQ(later->revision, 99U);
  EXPECT_EQ(text_at(later->document(*t.maps), {"metadata", "resourceVersion"}), "99");
  EXPECT_EQ(text_at(later->document(*t.maps), {"data", "value"}), "1");
}

}  // namespace
}  // namespace masthead::sim
