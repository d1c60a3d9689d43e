// Any text as a filter: within its limits, written out and read back the same, and each term holds
// for a row exactly when its negation does not.
#include "base/check.h"
#include "base/limits.h"
#include "cache/cache_fixture.h"
#include "cache/query.h"

namespace {
using namespace masthead;
using cache::Filter;
using cache::FilterTerm;

std::string written(const FilterTerm& term) {
  const char* const prefix[] = {"", "ns:", "kind:", "status:", "label:", "secret:", "configmap:"};
  return (term.negated ? "-\"" : "\"") + std::string(prefix[static_cast<size_t>(term.key)]) +
         term.value + "\"";
}

void check_term(const FilterTerm& term, const cache::Row& row) {
  FilterTerm opposite = term;
  opposite.negated = !term.negated;
  const auto one = Filter::parse(written(term));
  CHECK(one && one->terms() == std::vector{term}, "a term reads back the same");
  const auto other = Filter::parse(written(opposite));
  // A single dash has no negation that could be written without one.
  if (!other || other->terms() != std::vector{opposite}) return;
  CHECK(one->matches(row, {"", "Thing"}) != other->matches(row, {"", "Thing"}),
        "a term or its negation holds");
  CHECK(one->canonical() != other->canonical(), "what means something else is shared by nobody");
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static cache::fixture::Things things;
  static const cache::RowPtr row = [] {
    cache::fixture::upsert(things.sink(), {.ns = "shop",
                                           .name = "web-1",
                                           .note = "Some Note",
                                           .labels_json = R"({"app":"web","tier":""})"});
    return things.table->find(cache::fixture::everything(), "shop", "web-1");
  }();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto filter = Filter::parse(text);
  if (!filter) {
    CHECK(filter.error().code == base::ErrorCode::kTooLarge, "every text short enough is a filter");
    return 0;
  }
  CHECK(size <= limits::kFilterBytes, "the text is within its limit");
  CHECK(filter->terms().size() <= limits::kFilterTerms, "so are its terms");
  std::string all;
  for (const FilterTerm& term : filter->terms()) {
    all += written(term) + " ";
    check_term(term, *row);
  }
  if (all.size() <= limits::kFilterBytes) {
    const auto again = Filter::parse(all);
    CHECK(again && again->terms() == filter->terms(), "a filter reads back the same");
    CHECK(again->canonical() == filter->canonical(), "and is shared");
  }
  (void)filter->without_namespaces().matches(*row, {"", "Thing"});
  return 0;
}
