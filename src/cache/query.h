// What a list asks for: filter and order. Plain values; the grammar of the filter is that of the
// page's search box.
//
//   web ns:shop status:failed -label:tier=test secret:shop/db
//
// Words are free text, all of which must be found. Terms of one key are alternatives (`ns:a ns:b`),
// terms of different keys must all hold, a leading '-' negates. Quotes keep blanks: "no such".
// `secret:` and `configmap:` find what names that very object, with or without its namespace.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cache/row.h"
#include "k8s/identifiers.h"

namespace masthead::cache {

struct FilterTerm {
  enum class Key { kText, kNamespace, kKind, kStatus, kLabel, kSecret, kConfigMap };
  Key key = Key::kText;
  bool negated = false;
  std::string value;  // lower case for text, kind and status
  bool operator==(const FilterTerm&) const = default;
};

class Filter {
 public:
  Filter() = default;
  // kTooLarge past limits::kFilterBytes or kFilterTerms; kInvalid for a status nobody has.
  static base::Result<Filter> parse(std::string_view text);

  bool matches(const Row& row, const k8s::GroupKind& kind) const;
  bool empty() const { return terms_.empty(); }
  const std::vector<FilterTerm>& terms() const { return terms_; }
  // The same filter without its namespace terms.
  Filter without_namespaces() const;
  // The same text for the same meaning: what queries are shared by.
  std::string canonical() const;

 private:
  std::vector<FilterTerm> terms_;
};

// Whether `haystack` holds `needle` (already lower case), ASCII letters in any case.
bool contains_ignoring_case(std::string_view haystack, std::string_view needle);
// Whether `ref` is the Secret or the ConfigMap that the term asks for.
bool asks_for(const FilterTerm& term, const k8s::ObjectRef& ref);

// The order of rows by one column's value. Rows without a value come last either way; ties are
// always broken by namespace and name, so that rows never swap for no reason.
class Order {
 public:
  Order() = default;
  // kInvalid for a column the schema does not have or that has no order.
  static base::Result<Order> by(const Schema& schema, std::string_view column, bool descending);

  bool less(const Row& a, const Row& b) const;

  // What most comparisons of a full sort end at, without touching the rows: the value, and the name
  // where the value is told completely. Names of namespaces, nodes and pods begin alike: with half
  // as much of them, sorting 100,000 pods by namespace takes twice as long.
  struct SortKey {
    bool absent = false;
    bool whole_value = true;
    bool value_is_name = false;  // a long one, told by what there is of the name
    std::array<uint64_t, 4> value{};
    std::array<uint64_t, 4> name{};

    // The key as words that are compared one after another, for who sorts by them. False where the
    // key tells no further: less() must decide.
    bool tells(size_t level) const {
      return level < (whole_value ? 1 + value.size() + name.size() : 1 + value.size());
    }
    uint64_t word(size_t level) const {
      if (level == 0) return absent ? 1 : 0;
      return level <= value.size() ? value[level - 1] : name[level - 1 - value.size()];
    }
  };
  SortKey sort_key(const Row& row) const;
  // Negative, 0 or positive as less() has it; 0 where less() must decide.
  static int compare(const SortKey& a, const SortKey& b);
  // less(a, b) for who has the keys of both.
  bool less(const SortKey& key_a, const Row& a, const SortKey& key_b, const Row& b) const;

 private:
  int compare_values(const Row& a, const Row& b) const;
  static bool less_by_name(const Row& a, const Row& b);

  size_t column_ = 0;
  ColumnType type_ = ColumnType::kText;
  bool descending_ = false;
};

}  // namespace masthead::cache
