#include "cache/query.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "base/limits.h"
#include "cache/cache_fixture.h"
#include "cache/live_query.h"
#include "cache/table_view.h"

namespace masthead::cache {
namespace {

using fixture::everything;
using fixture::Item;
using fixture::reset;
using fixture::Things;
using fixture::upsert;

const k8s::GroupKind kThing{"", "Thing"};

std::vector<std::string> matching(const Things& t, std::string_view text) {
  const auto filter = Filter::parse(text);
  EXPECT_TRUE(filter.has_value()) << text;
  std::vector<std::string> found;
  for (const RowPtr& row : t.table->snapshot(everything())) {
    if (filter->matches(*row, kThing)) found.emplace_back(row->name());
  }
  std::sort(found.begin(), found.end());
  return found;
}

TEST(Filter, understands_words_and_terms) {
  Things t;
  reset(t.sink(),
        {{.ns = "shop", .name = "web", .is = "Failed", .labels_json = R"({"tier":"front"})"},
         {.ns = "shop", .name = "api", .is = "Ready", .note = "Behind WEB"},
         {.ns = "obs", .name = "loki", .is = "Waiting", .labels_json = R"({"tier":"back"})"}});
  using Names = std::vector<std::string>;
  EXPECT_EQ(matching(t, ""), (Names{"api", "loki", "web"}));
  EXPECT_EQ(matching(t, "web"), (Names{"api", "web"})) << "any text, any case";
  EXPECT_EQ(matching(t, "ns:shop"), (Names{"api", "web"}));
  EXPECT_EQ(matching(t, "ns:shop ns:obs status:failed status:waiting"), (Names{"loki", "web"}));
  EXPECT_EQ(matching(t, "-ns:shop"), (Names{"loki"}));
  EXPECT_EQ(matching(t, "label:tier"), (Names{"loki", "web"}));
  EXPECT_EQ(matching(t, "label:tier=back"), (Names{"loki"}));
  EXPECT_EQ(matching(t, "-label:tier=back kind:thing"), (Names{"api", "web"}));
  EXPECT_EQ(matching(t, "kind:pod"), (Names{}));
  EXPECT_EQ(matching(t, "\"behind web\""), (Names{"api"}));
  EXPECT_EQ(matching(t, "ns:"), (Names{"api", "loki", "web"})) << "a key while typing asks nothing";
  EXPECT_EQ(matching(t, "status:nonsense"), (Names{}));
  EXPECT_EQ(matching(t, "NS:shop Status:FAILED"), (Names{"web"})) << "keys in any case";
}

TEST(Filter, only_what_means_the_same_is_shared) {
  const auto shared = [](const char* text) { return Filter::parse(text)->canonical(); };
  EXPECT_EQ(shared("a ns:b"), shared("ns:b  A"));
  EXPECT_NE(shared("a"), shared("-a"));
  // A value that spells the next term.
  EXPECT_NE(shared("x\n0+y"), shared("x y"));
  EXPECT_NE(shared("x3:0+y"), shared("x y"));
}

TEST(Filter, is_limited_in_length_and_terms) {
  EXPECT_TRUE(Filter::parse(std::string(limits::kFilterBytes, 'x')).has_value());
  EXPECT_FALSE(Filter::parse(std::string(limits::kFilterBytes + 1, 'x')).has_value());
  std::string terms;
  for (size_t i = 0; i < limits::kFilterTerms; ++i) terms += "w" + std::to_string(i) + " ";
  EXPECT_TRUE(Filter::parse(terms).has_value());
  EXPECT_FALSE(Filter::parse(terms + "more").has_value());
}

TEST(Order, sorts_by_value_not_by_text_and_keeps_unknown_last) {
  Things t;
  reset(t.sink(), {{.name = "a", .size = 10}, {.name = "b", .size = 9}, {.name = "c", .size = -1}});
  fixture::send(t.sink(), k8s::ReflectorEvent::Type::kUpsert,
                R"({"metadata":{"namespace":"default","name":"none","resourceVersion":"5"}})");
  TableView view(t.table, everything(), [] {});
  const auto order = [&](bool descending) {
    base::Error error;
    const auto index = view.index({}, "size", descending, &error);
    std::string names;
    for (const RowPtr& row : index->window(0, 10)) names += std::string(row->name()) + " ";
    return names;
  };
  EXPECT_EQ(order(false), "c b a none ");
  EXPECT_EQ(order(true), "a b c none ");
  base::Error error;
  EXPECT_EQ(view.index({}, "nonsense", false, &error), nullptr);
  EXPECT_NE(error.text.find("nonsense"), std::string::npos);
}

// Rows that are hard to tell apart.
std::vector<Item> alike(size_t count) {
  std::mt19937 random(1);
  std::vector<Item> items;
  while (items.size() < count) {
    // Texts that share up to 33 bytes, in both cases, some with a zero byte behind them.
    std::string note(random() % 34, random() % 2 == 0 ? 'a' : 'A');
    if (random() % 3 == 0) note.push_back('\0');
    if (random() % 3 == 0) note.push_back(static_cast<char>('b' + random() % 2));
    // Names that share up to 33 bytes; some are what the note says too.
    const std::string name =
        std::string(random() % 34, random() % 8 == 0 ? 'N' : 'n') + std::to_string(random() % 40);
    if (random() % 4 == 0) note = name;
    items.push_back({.ns = random() % 2 == 0 ? "x" : "y",
                     .name = name,
                     .is = random() % 2 == 0 ? "Ready" : "Failed",
                     .size = static_cast<double>(random() % 5) - 2,
                     .note = note});
  }
  return items;
}

TEST(Order, many_rows_are_sorted_as_less_sorts_them) {
  Things t;
  reset(t.sink(), alike(3'000));
  const std::vector<RowPtr> rows = t.table->snapshot(everything());
  ASSERT_GT(rows.size(), 1'000U);
  TableView view(t.table, everything(), [] {});
  for (const char* column : {"name", "namespace", "note", "size", "status", "created"}) {
    for (const bool descending : {false, true}) {
      const Order order = Order::by(t.schema, column, descending).value();
      std::vector<RowPtr> wanted = rows;
      std::sort(wanted.begin(), wanted.end(),
                [&](const RowPtr& a, const RowPtr& b) { return order.less(*a, *b); });
      base::Error error;
      const auto index = view.index({}, column, descending, &error);
      EXPECT_TRUE(index->window(0, rows.size()) == wanted) << column << descending;
    }
  }
}

TEST(Order, a_sort_key_decides_only_what_less_decides) {
  Things t;
  reset(t.sink(), alike(300));
  const std::vector<RowPtr> rows = t.table->snapshot(everything());
  for (const char* column : {"name", "namespace", "note", "size", "status", "created"}) {
    for (const bool descending : {false, true}) {
      const Order order = Order::by(t.schema, column, descending).value();
      size_t decided = 0;
      for (const RowPtr& a : rows) {
        for (const RowPtr& b : rows) {
          const auto key_a = order.sort_key(*a), key_b = order.sort_key(*b);
          ASSERT_EQ(order.less(key_a, *a, key_b, *b), order.less(*a, *b))
              << column << ": " << a->key() << " and " << b->key();
          const int by_key = Order::compare(key_a, key_b);
          if (by_key == 0) continue;
          ++decided;
          ASSERT_EQ(by_key < 0, order.less(*a, *b))
              << column << ": " << a->key() << " and " << b->key();
          ASSERT_EQ(by_key > 0, order.less(*b, *a)) << column;
        }
      }
      EXPECT_GT(decided, rows.size()) << column;
    }
  }
}

TEST(Filter, finds_a_word_wherever_it_stands_and_nothing_that_only_looks_like_it) {
  std::mt19937 random(1);
  const std::string letters = "abAB@`[{0P";  // pairs that differ in bit 0x20 alone
  const auto some = [&](size_t size) {
    std::string text;
    while (text.size() < size) text += letters[random() % letters.size()];
    return text;
  };
  const auto lower = [](std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return text;
  };
  size_t found = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string haystack = some(random() % 60);
    const std::string needle = lower(some(random() % 5));
    const bool expected = lower(haystack).find(needle) != std::string::npos;
    found += expected ? 1 : 0;
    ASSERT_EQ(contains_ignoring_case(haystack, needle), expected)
        << "'" << needle << "' in '" << haystack << "'";
  }
  EXPECT_GT(found, 1'000U);
}

// The index, the window and the deltas against the plainest second computation there is.
TEST(LiveQuery, deltas_applied_one_by_one_equal_a_fresh_sort_for_twenty_seeds) {
  for (uint32_t seed = 1; seed <= 20; ++seed) {
    std::mt19937 random(seed);
    Things t;
    reset(t.sink(), {});
    TableView view(t.table, everything(), [] {});
    base::Error error;
    const auto filter = Filter::parse("-status:static").value();
    const auto index = view.index(filter, "size", seed % 2 == 0, &error);
    LiveQuery query(index, seed % 5, 7);
    std::vector<std::string> shown;
    int64_t version = 1;
    for (int step = 0; step < 300; ++step) {
      const Item item{.name = "n" + std::to_string(random() % 40),
                      .version = ++version,
                      .is = random() % 4 == 0 ? "Static" : "Ready",
                      .size = static_cast<double>(random() % 10)};
      if (random() % 5 == 0) {
        fixture::send(t.sink(), k8s::ReflectorEvent::Type::kDelete, fixture::object(item));
      } else {
        upsert(t.sink(), item);
      }
      if (random() % 3 == 0) continue;
      view.update();
      if (const auto frame = query.flush()) {
        if (frame->reset) shown.clear();
        for (const std::string& key : frame->removes) std::erase(shown, key);
        for (const RowPtr& row : frame->upserts) {
          if (std::find(shown.begin(), shown.end(), row->key()) == shown.end()) {
            shown.push_back(row->key());
          }
        }
        if (!frame->order.empty()) {
          auto sorted_shown = shown;
          auto sorted_order = frame->order;
          std::sort(sorted_shown.begin(), sorted_shown.end());
          std::sort(sorted_order.begin(), sorted_order.end());
          ASSERT_EQ(sorted_shown, sorted_order) << "order names exactly the window, seed " << seed;
          shown = frame->order;
        }
        ASSERT_EQ(frame->total, index->size());
      }
      std::vector<std::string> expected;
      for (const RowPtr& row : index->window(0, 1'000)) expected.push_back(row->key());
      QueryIndex fresh(filter, Order::by(t.schema, "size", seed % 2 == 0).value(), kThing);
      const auto rows = t.table->snapshot(everything());
      std::vector<const RowPtr*> places;
      for (const RowPtr& row : rows) places.push_back(&row);
      fresh.rebuild(places);
      std::vector<std::string> wanted;
      for (const RowPtr& row : fresh.window(0, 1'000)) wanted.push_back(row->key());
      ASSERT_EQ(expected, wanted) << "seed " << seed << " step " << step;
    }
    view.update();
    (void)query.flush();
  }
}

TEST(LiveQuery, a_change_costs_each_of_twenty_sessions_a_logarithm_of_the_rows) {
  Things t;
  std::vector<Item> items;
  for (int i = 0; i < 50'000; ++i) {
    items.push_back({.ns = "ns" + std::to_string(i % 50),
                     .name = "pod-" + std::to_string(i),
                     .version = 1,
                     .size = static_cast<double>(i)});
  }
  reset(t.sink(), items);
  TableView view(t.table, everything(), [] {});
  std::vector<std::unique_ptr<LiveQuery>> sessions;
  for (int i = 0; i < 20; ++i) {
    base::Error error;
    const auto filter = Filter::parse(i % 4 == 0 ? "" : "-name" + std::to_string(i)).value();
    const auto index = view.index(filter, i % 2 == 0 ? "size" : "name", false, &error);
    sessions.push_back(std::make_unique<LiveQuery>(index, static_cast<size_t>(i) * 2'000, 100));
    (void)sessions.back()->flush();
  }
  const auto visited = [&] {
    std::set<const QueryIndex*> indexes;
    uint64_t sum = 0;
    for (const auto& session : sessions) {
      if (indexes.insert(session->index().get()).second) sum += session->index()->rows_visited();
    }
    return sum;
  };
  const uint64_t before = visited();
  std::mt19937 random(7);
  for (int change = 0; change < 1'000; ++change) {
    const auto at = random() % 50'000;
    upsert(t.sink(), {.ns = "ns" + std::to_string(at % 50),
                      .name = "pod-" + std::to_string(at),
                      .version = 2 + change,
                      .size = static_cast<double>(random() % 50'000)});
    view.update();
    for (const auto& session : sessions) (void)session->flush();
  }
  const double per_change_and_session = static_cast<double>(visited() - before) / 1'000 / 20;
  // Two searches of log2(50,000) ≈ 16 comparisons each, and now and then a walk over the window.
  EXPECT_LT(per_change_and_session, 100) << "a rerun would be 50,000";
}

TEST(TableView, shows_what_others_say_of_a_row_until_the_row_itself_changes) {
  Things t;
  reset(t.sink(), {{.name = "a", .is = "Waiting"}});
  TableView view(t.table, everything(), [] {});
  k8s::StatusValue blocked;
  blocked.status = k8s::Status::kBlocked;
  view.overlay(*view.find("default", "a"), {blocked, std::nullopt});
  EXPECT_EQ(view.find("default", "a")->status().status, k8s::Status::kBlocked);
  EXPECT_EQ(view.tally("").by_status[static_cast<size_t>(k8s::Status::kBlocked)], 1);
  upsert(t.sink(), {.name = "a", .version = 2, .is = "Ready"});
  view.update();
  EXPECT_EQ(view.find("default", "a")->status().status, k8s::Status::kReady);
  EXPECT_EQ(view.tally("default").total, 1);
}

TEST(TableView, is_not_called_complete_before_its_rows_are_those_of_the_complete_list) {
  Things t;
  t.sink();
  TableView view(t.table, everything(), [] {});
  reset(t.sink(), {{.name = "a"}, {.name = "b"}});
  EXPECT_TRUE(t.table->confidence(everything()).complete);
  EXPECT_FALSE(view.confidence().complete) << "no row has been taken yet";
  const uint64_t before = view.version();
  EXPECT_TRUE(view.update());
  EXPECT_TRUE(view.confidence().complete);
  EXPECT_EQ(view.tally("").total, 2);
  EXPECT_GT(view.version(), before);
}

TEST(TableView, an_empty_list_that_completes_is_news) {
  Things t;
  t.sink();
  TableView view(t.table, everything(), [] {});
  EXPECT_FALSE(view.update());
  reset(t.sink(), {});
  EXPECT_TRUE(view.update()) << "who judged by what is not listed must judge again";
  EXPECT_FALSE(view.update());
}

TEST(TableView, counts_only_its_partitions) {
  Things t;
  reset(t.sink(), {{.ns = "mine", .name = "a"}, {.ns = "theirs", .name = "b"}});
  TableView view(t.table, fixture::only({"mine"}), [] {});
  upsert(t.sink(), {.ns = "theirs", .name = "c", .version = 3});
  view.update();
  EXPECT_EQ(view.tally("").total, 1);
  base::Error error;
  EXPECT_EQ(view.index({}, "name", false, &error)->unfiltered(), 1u);
}

}  // namespace
}  // namespace masthead::cache
