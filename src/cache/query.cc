#include "cache/query.h"

#include <emmintrin.h>

#include <algorithm>
#include <bit>

#include "base/limits.h"
#include "k8s/label_lines.h"

namespace masthead::cache {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

// `wanted` is lower case already.
bool equals_ignoring_case(std::string_view text, std::string_view wanted) {
  return std::equal(text.begin(), text.end(), wanted.begin(), wanted.end(),
                    [](char a, char b) { return lower(a) == b; });
}

// Takes one blank-separated word off `text`; quotes keep blanks and may start after a key.
std::string take_word(std::string_view& text) {
  std::string word;
  bool quoted = false;
  while (!text.empty() && (quoted || text.front() != ' ')) {
    if (text.front() == '"') {
      quoted = !quoted;
    } else {
      word += text.front();
    }
    text.remove_prefix(1);
  }
  return word;
}

struct KeyName {
  std::string_view prefix;
  FilterTerm::Key key;
};
constexpr KeyName kKeys[] = {
    {"ns:", FilterTerm::Key::kNamespace},  {"kind:", FilterTerm::Key::kKind},
    {"status:", FilterTerm::Key::kStatus}, {"label:", FilterTerm::Key::kLabel},
    {"secret:", FilterTerm::Key::kSecret}, {"configmap:", FilterTerm::Key::kConfigMap}};
constexpr size_t kKeyCount = std::size(kKeys) + 1;

base::Result<FilterTerm> parse_term(std::string_view word) {
  FilterTerm term;
  if (word.size() > 1 && word.front() == '-') {
    term.negated = true;
    word.remove_prefix(1);
  }
  for (const KeyName& name : kKeys) {
    if (lowered(word.substr(0, name.prefix.size())) == name.prefix) {
      term.key = name.key;
      word.remove_prefix(name.prefix.size());
      break;
    }
  }
  const bool any_case = term.key == FilterTerm::Key::kText || term.key == FilterTerm::Key::kKind ||
                        term.key == FilterTerm::Key::kStatus;
  term.value = any_case ? lowered(word) : std::string(word);
  return term;
}

// "k=v" finds that label, "k" any value of it.
// A status term finds the status, the kind's own word, or a badge.
bool has_status(const k8s::StatusValue& status, std::string_view wanted) {
  if (equals_ignoring_case(k8s::status_name(status.status), wanted)) return true;
  if (!status.word.empty() && equals_ignoring_case(status.word.text(), wanted)) return true;
  for (int bit = 0; bit < 8; ++bit) {
    const auto badge = static_cast<k8s::Badge>(1 << bit);
    if (status.has(badge) && k8s::badge_name(badge) == wanted) return true;
  }
  return false;
}

bool names_what_is_asked_for(const FilterTerm& term, const Row& row) {
  if (!row.links().contains(term.key == FilterTerm::Key::kSecret ? "\tSecret\t"
                                                                 : "\tConfigMap\t")) {
    return false;
  }
  return std::ranges::any_of(links_of(row),
                             [&](const Link& link) { return asks_for(term, link.ref); });
}

bool term_holds(const FilterTerm& term, const Row& row, const k8s::GroupKind& kind) {
  switch (term.key) {
    case FilterTerm::Key::kText:
      return contains_ignoring_case(row.search_text(), term.value) ||
             contains_ignoring_case(row.status().message, term.value) ||
             contains_ignoring_case(row.status().reason.text(), term.value);
    case FilterTerm::Key::kNamespace:
      return row.ns().text() == term.value;
    case FilterTerm::Key::kKind:
      return equals_ignoring_case(kind.kind, term.value);
    case FilterTerm::Key::kStatus:
      return has_status(row.status(), term.value);
    case FilterTerm::Key::kLabel:
      return k8s::has_label(row.labels(), term.value);
    case FilterTerm::Key::kSecret:
    case FilterTerm::Key::kConfigMap:
      return names_what_is_asked_for(term, row);
  }
  return false;
}

__m128i sixteen_bytes(const char* at) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}

// How much of what is wanted is there: what ratios are ordered by.
double share(const Row& row, size_t column) {
  const auto bits = static_cast<uint64_t>(row.integer(column));
  const auto want = static_cast<double>(bits & 0xFFFFFFFF);
  return want == 0 ? 1.0 : static_cast<double>(bits >> 32) / want;
}

constexpr uint64_t kSignBit = uint64_t{1} << 63;

uint64_t number_key(double number) {
  // Adding 0 makes -0 and 0, which are equal, the same bits.
  const auto bits = std::bit_cast<uint64_t>(number + 0.0);
  return (bits & kSignBit) != 0 ? ~bits : bits | kSignBit;
}

// Bytes of a text in a sort key; the last one is its length, so that "a" and "a\0" differ.
template <size_t kWords>
constexpr size_t kKeyBytes = kWords * 8 - 1;

template <size_t kWords, typename Fold>
std::array<uint64_t, kWords> text_key(std::string_view text, Fold fold) {
  std::array<uint64_t, kWords> key{};
  const size_t told = std::min(text.size(), kKeyBytes<kWords>);
  for (size_t i = 0; i < told; ++i) {
    key[i / 8] |= uint64_t{static_cast<uint8_t>(fold(text[i]))} << (56 - 8 * (i % 8));
  }
  key.back() |= std::min(text.size(), kKeyBytes<kWords> + 1);
  return key;
}

bool has_upper_case(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c != lower(c); });
}

}  // namespace

bool asks_for(const FilterTerm& term, const k8s::ObjectRef& ref) {
  const std::string_view kind = term.key == FilterTerm::Key::kSecret ? "Secret" : "ConfigMap";
  if (ref.kind != kind || !ref.group.empty()) return false;
  const std::string_view wanted = term.value;
  const size_t slash = wanted.find('/');
  if (slash == std::string_view::npos) return ref.name == wanted;
  return ref.ns == wanted.substr(0, slash) && ref.name == wanted.substr(slash + 1);
}

bool contains_ignoring_case(std::string_view haystack, std::string_view needle) {
  if (needle.empty()) return true;
  if (needle.size() > haystack.size()) return false;
  const auto stands_at = [&](const char* at) {
    size_t i = 0;
    while (i < needle.size() && lower(at[i]) == needle[i]) ++i;
    return i == needle.size();
  };
  const char* at = haystack.data();
  const char* const last = at + (haystack.size() - needle.size());
  // Sixteen places at a time: where neither the first nor the last letter is, there is no match.
  // Bit 0x20 makes letters lower case, and what else it changes is looked at again.
  const __m128i bit = _mm_set1_epi8(0x20);
  const __m128i first = _mm_set1_epi8(static_cast<char>(needle.front() | 0x20));
  const __m128i final = _mm_set1_epi8(static_cast<char>(needle.back() | 0x20));
  for (; at + 15 <= last; at += 16) {
    const __m128i fits = _mm_and_si128(
        _mm_cmpeq_epi8(_mm_or_si128(sixteen_bytes(at), bit), first),
        _mm_cmpeq_epi8(_mm_or_si128(sixteen_bytes(at + needle.size() - 1), bit), final));
    auto maybe = static_cast<uint32_t>(_mm_movemask_epi8(fits));
    for (; maybe != 0; maybe &= maybe - 1) {
      if (stands_at(at + std::countr_zero(maybe))) return true;
    }
  }
  for (; at <= last; ++at) {
    if (stands_at(at)) return true;
  }
  return false;
}

base::Result<Filter> Filter::parse(std::string_view text) {
  if (text.size() > limits::kFilterBytes) {
    return base::fail(base::ErrorCode::kTooLarge, "The filter is longer than 1,024 bytes.");
  }
  Filter filter;
  while (true) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    if (text.empty()) return filter;
    FilterTerm term = TRY(parse_term(take_word(text)));
    // A key without a value yet, as while typing, asks for nothing.
    if (term.value.empty()) continue;
    if (filter.terms_.size() >= limits::kFilterTerms) {
      return base::fail(base::ErrorCode::kTooLarge, "The filter has more than 32 terms.");
    }
    filter.terms_.push_back(std::move(term));
  }
}

bool Filter::matches(const Row& row, const k8s::GroupKind& kind) const {
  bool asked[kKeyCount] = {};
  bool found[kKeyCount] = {};
  for (const FilterTerm& term : terms_) {
    if (term.key == FilterTerm::Key::kText) continue;
    const bool holds = term_holds(term, row, kind);
    const auto key = static_cast<size_t>(term.key);
    // Negated terms and labels must hold one by one; the others are alternatives.
    if (term.negated) {
      if (holds) return false;
    } else if (term.key == FilterTerm::Key::kLabel) {
      if (!holds) return false;
    } else {
      asked[key] = true;
      found[key] = found[key] || holds;
    }
  }
  for (size_t key = 0; key < kKeyCount; ++key) {
    if (asked[key] && !found[key]) return false;
  }
  // Words must all be found; last, since looking for one costs more than all the rest.
  return std::ranges::all_of(terms_, [&](const FilterTerm& term) {
    return term.key != FilterTerm::Key::kText || term_holds(term, row, kind) != term.negated;
  });
}

Filter Filter::without_namespaces() const {
  Filter rest;
  for (const FilterTerm& term : terms_) {
    if (term.key != FilterTerm::Key::kNamespace) rest.terms_.push_back(term);
  }
  return rest;
}

std::string Filter::canonical() const {
  std::vector<std::string> words;
  for (const FilterTerm& term : terms_) {
    words.push_back(std::to_string(static_cast<int>(term.key)) + (term.negated ? "-" : "+") +
                    term.value);
  }
  std::sort(words.begin(), words.end());
  // With their sizes: a value may hold anything, also what would look like the next term.
  std::string text;
  for (const std::string& word : words) text += std::to_string(word.size()) + ':' + word;
  return text;
}

base::Result<Order> Order::by(const Schema& schema, std::string_view column, bool descending) {
  const auto& columns = schema.columns();
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].id != column || !columns[i].sortable()) continue;
    Order order;
    order.column_ = i;
    order.type_ = columns[i].type;
    order.descending_ = descending;
    return order;
  }
  return base::fail(base::ErrorCode::kInvalid,
                    "There is no column to sort by with the name " + std::string(column) + ".");
}

Order::SortKey Order::sort_key(const Row& row) const {
  SortKey key;
  key.name = text_key<4>(row.name(), [](char c) { return c; });
  key.absent = !row.has(column_);
  if (key.absent) return key;
  switch (type_) {
    case ColumnType::kStatus:
      key.value[0] = static_cast<uint64_t>(row.status().status);
      break;
    case ColumnType::kNumber:
      key.value[0] = number_key(row.number(column_));
      break;
    case ColumnType::kRatio:
      key.value[0] = number_key(share(row, column_));
      break;
    case ColumnType::kTime:
    case ColumnType::kDuration:
    case ColumnType::kFlag:
      key.value[0] = static_cast<uint64_t>(row.integer(column_)) ^ kSignBit;
      break;
    default: {
      const std::string_view text = row.text(column_);
      key.value = text_key<4>(text, lower);
      key.whole_value = text.size() <= kKeyBytes<4>;
      // A long value that is the name is told by what the key has of the name.
      if (key.whole_value || text != row.name() || has_upper_case(text)) break;
      key.whole_value = key.value_is_name = true;
      if (descending_) {
        for (uint64_t& word : key.name) word = ~word;
      }
    }
  }
  if (descending_) {
    for (uint64_t& word : key.value) word = ~word;
  }
  return key;
}

int Order::compare(const SortKey& a, const SortKey& b) {
  if (a.absent != b.absent) return a.absent ? 1 : -1;
  for (size_t i = 0; i < a.value.size(); ++i) {
    if (a.value[i] != b.value[i]) return a.value[i] < b.value[i] ? -1 : 1;
  }
  if (!a.whole_value || !b.whole_value) return 0;
  for (size_t i = 0; i < a.name.size(); ++i) {
    if (a.name[i] != b.name[i]) return a.name[i] < b.name[i] ? -1 : 1;
  }
  return 0;
}

bool Order::less(const SortKey& key_a, const Row& a, const SortKey& key_b, const Row& b) const {
  if (const int decided = compare(key_a, key_b); decided != 0) return decided < 0;
  const auto equal_but_for_names = [](const SortKey& key) {
    return key.whole_value && !key.value_is_name;
  };
  return equal_but_for_names(key_a) && equal_but_for_names(key_b) ? less_by_name(a, b) : less(a, b);
}

int Order::compare_values(const Row& a, const Row& b) const {
  const auto three_way = [](auto x, auto y) { return x < y ? -1 : (y < x ? 1 : 0); };
  switch (type_) {
    case ColumnType::kStatus:
      return three_way(static_cast<int>(a.status().status), static_cast<int>(b.status().status));
    case ColumnType::kNumber:
      return three_way(a.number(column_), b.number(column_));
    case ColumnType::kRatio:
      return three_way(share(a, column_), share(b, column_));
    case ColumnType::kTime:
    case ColumnType::kDuration:
    case ColumnType::kFlag:
      return three_way(a.integer(column_), b.integer(column_));
    default: {
      const std::string_view x = a.text(column_);
      const std::string_view y = b.text(column_);
      const size_t common = std::min(x.size(), y.size());
      for (size_t i = 0; i < common; ++i) {
        const auto cx = static_cast<uint8_t>(lower(x[i]));
        const auto cy = static_cast<uint8_t>(lower(y[i]));
        if (cx != cy) return cx < cy ? -1 : 1;
      }
      return three_way(x.size(), y.size());
    }
  }
}

bool Order::less(const Row& a, const Row& b) const {
  const bool has_a = a.has(column_);
  const bool has_b = b.has(column_);
  if (has_a != has_b) return has_a;
  if (has_a) {
    const int order = compare_values(a, b);
    if (order != 0) return descending_ ? order > 0 : order < 0;
  }
  return less_by_name(a, b);
}

bool Order::less_by_name(const Row& a, const Row& b) {
  if (const int order = a.name().compare(b.name()); order != 0) return order < 0;
  return a.ns().text() < b.ns().text();
}

}  // namespace masthead::cache
