#include "flux/label_selector.h"

#include <gtest/gtest.h>

namespace masthead::flux {
namespace {

bool selects(const char* selector, const char* labels) {
  const auto parsed = LabelSelector::parse(selector);
  EXPECT_TRUE(parsed.has_value()) << selector;
  return parsed && parsed->selects(labels);
}

TEST(LabelSelector, selects_as_kubernetes_does) {
  const char* labels = "team=a\nsharding.fluxcd.io/key=shard1\nempty=\n";
  for (const char* yes : {"", "team=a", "team==a", " team = a , empty= ", "team!=b", "absent!=x",
                          "sharding.fluxcd.io/key", "!absent", "team in (a, b)",
                          "team notin (b),empty", "absent notin (x)"}) {
    EXPECT_TRUE(selects(yes, labels)) << yes;
  }
  for (const char* no : {"team=b", "tea=a", "team!=a", "absent", "!sharding.fluxcd.io/key",
                         "team in (b)", "team notin (a,b)", "absent=", "team=a,absent"}) {
    EXPECT_FALSE(selects(no, labels)) << no;
  }
}

TEST(LabelSelector, what_is_not_understood_selects_neither_all_nor_nothing) {
  for (const char* text : {"a,", "a in", "a in ()", "a among (b)", "=b", "a b", "a=b=c", "n>3",
                           "a in (b) c", "!", "(a)"}) {
    EXPECT_FALSE(LabelSelector::parse(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace masthead::flux
