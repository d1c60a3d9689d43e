// Search over everything one Scope lists: names first, then what else says the words, each hit
// with where they stand.
#include <algorithm>
#include <compare>

#include "base/limits.h"
#include "cache/query.h"
#include "host/console_view.h"

namespace masthead::host {
namespace {

using cache::FilterTerm;

// Where a word was found, the best place first.
enum class Place { kWholeName, kNameStart, kName, kField, kAround };

Place place_of(const cache::Row& row, std::string_view word) {
  const std::string_view name = row.name();
  if (cache::contains_ignoring_case(name, word)) {
    if (name.size() == word.size()) return Place::kWholeName;
    return cache::contains_ignoring_case(name.substr(0, word.size()), word) ? Place::kNameStart
                                                                            : Place::kName;
  }
  return cache::contains_ignoring_case(row.field_text(), word) ? Place::kField : Place::kAround;
}

bool asks_for_an_input(const FilterTerm& term) {
  return term.key == FilterTerm::Key::kSecret || term.key == FilterTerm::Key::kConfigMap;
}

// "chart" of "Chart"; "URL" and "IP" stay.
std::string word_of(const cache::Column& column) {
  std::string word = column.found_as.empty() ? column.title : column.found_as;
  const bool one_capital =
      std::ranges::count_if(word, [](char c) { return c >= 'A' && c <= 'Z'; }) == 1;
  if (one_capital && word.front() >= 'A' && word.front() <= 'Z') word.front() += 32;
  return word;
}

// Of a list in one cell ("a, b") the item that holds the word.
std::string_view item_with(std::string_view text, std::string_view word) {
  while (true) {
    const size_t end = text.find(", ");
    const std::string_view item = text.substr(0, end);
    if (end == std::string_view::npos || cache::contains_ignoring_case(item, word)) return item;
    text.remove_prefix(end + 2);
  }
}

// A long text around where the word stands, cut between characters.
std::string around(std::string_view text, std::string_view word) {
  size_t at = 0;
  while (at + word.size() < text.size() &&
         !cache::contains_ignoring_case(text.substr(at, word.size()), word)) {
    ++at;
  }
  const auto splits_character = [&](size_t i) {
    return i < text.size() && (static_cast<uint8_t>(text[i]) & 0xC0) == 0x80;
  };
  size_t begin = at > limits::kWhyBefore ? at - limits::kWhyBefore : 0;
  while (begin > 0 && splits_character(begin)) --begin;
  size_t end = std::min(text.size(), begin + limits::kWhyBytes);
  while (splits_character(end)) ++end;
  std::string cut(text.substr(begin, end - begin));
  if (begin > 0) cut.insert(0, "…");
  if (end < text.size()) cut += "…";
  return cut;
}

std::string said_link(const cache::Link& link) {
  return std::string(link.relation) + " " + k8s::said(link.ref);
}

bool is_text(cache::ColumnType type) {
  using cache::ColumnType;
  return type == ColumnType::kText || type == ColumnType::kMono || type == ColumnType::kRevision ||
         type == ColumnType::kUrl;
}

// Which column, or which object that is named, says the word: "image ghcr.io/x/web:1.2".
std::string field_with(const cache::Row& row, const cache::Schema& schema, std::string_view word) {
  const auto& columns = schema.columns();
  for (size_t i = 0; i < columns.size(); ++i) {
    if (!is_text(columns[i].type) || !row.has(i) || columns[i].id == "namespace") continue;
    const std::string_view text = row.text(i);
    if (cache::contains_ignoring_case(text, word) ||
        (columns[i].type == cache::ColumnType::kRevision &&
         cache::contains_ignoring_case(cache::without_algorithm(text), word))) {
      return word_of(columns[i]) + " " + around(item_with(text, word), word);
    }
  }
  for (const cache::Link& link : cache::links_of(row)) {
    if (cache::contains_ignoring_case(link.ref.kind + "/" + link.ref.name, word)) {
      return said_link(link);
    }
  }
  return {};
}

std::string where(const cache::Row& row, const cache::Schema& schema, std::string_view word) {
  if (place_of(row, word) == Place::kField) return field_with(row, schema, word);
  if (cache::contains_ignoring_case(row.ns().text(), word)) {
    return "namespace " + std::string(row.ns().text());
  }
  const k8s::StatusValue& status = row.status();
  if (cache::contains_ignoring_case(status.message, word)) {
    return "message " + around(status.message, word);
  }
  return "reason " + std::string(status.reason.text());
}

std::string why(const cache::Row& row, const cache::Schema& schema, const cache::Filter& filter) {
  std::vector<std::string> reasons;
  const auto add = [&](std::string reason) {
    if (!reason.empty() && std::ranges::find(reasons, reason) == reasons.end()) {
      reasons.push_back(std::move(reason));
    }
  };
  for (const FilterTerm& term : filter.terms()) {
    if (term.negated) continue;
    if (asks_for_an_input(term)) {
      for (const cache::Link& link : cache::links_of(row)) {
        if (cache::asks_for(term, link.ref)) add(said_link(link));
      }
    } else if (term.key == FilterTerm::Key::kText &&
               !cache::contains_ignoring_case(row.name(), term.value)) {
      add(where(row, schema, term.value));
    }
  }
  std::string text;
  for (const std::string& reason : reasons) text += (text.empty() ? "" : ", ") + reason;
  return text;
}

// How well a row fits all words: by the word that stands worst, and among equals by all of them
// ("team-a site": both stand around namespace team-a, but one of them is named "site").
struct Fit {
  Place worst = Place::kWholeName;
  int all = 0;
  auto operator<=>(const Fit&) const = default;
};

struct Hit {
  Fit fit;
  const ServedKind* served;
  cache::RowPtr row;
};

bool better(const Hit& a, const Hit& b) {
  if (a.fit != b.fit) return a.fit < b.fit;
  if (a.served != b.served) return a.served < b.served;
  if (a.row->name() != b.row->name()) return a.row->name() < b.row->name();
  return a.row->ns().text() < b.row->ns().text();
}

// The best hits alone, however many there are.
class BestHits {
 public:
  void add(Hit hit) {
    ++total_;
    if (kept_.size() == limits::kSearchHits) {
      if (!better(hit, kept_.front())) return;
      std::ranges::pop_heap(kept_, better);
      kept_.pop_back();
    }
    kept_.push_back(std::move(hit));
    std::ranges::push_heap(kept_, better);
  }
  // Whether a hit that fits so well can still be among them.
  bool takes(const Fit& fit) const {
    return kept_.size() < limits::kSearchHits || fit <= kept_.front().fit;
  }
  void pass() { ++total_; }
  int64_t total() const { return total_; }
  std::vector<Hit> sorted() && {
    std::ranges::sort_heap(kept_, better);
    return std::move(kept_);
  }

 private:
  std::vector<Hit> kept_;  // a heap, the worst in front
  int64_t total_ = 0;
};

Fit fit_of(const cache::Row& row, const cache::Filter& filter) {
  Fit fit;
  const auto found = [&](Place place) {
    fit.worst = std::max(fit.worst, place);
    fit.all += static_cast<int>(place);
  };
  for (const FilterTerm& term : filter.terms()) {
    if (term.negated) continue;
    if (term.key == FilterTerm::Key::kText) found(place_of(row, term.value));
    if (asks_for_an_input(term)) found(Place::kField);
  }
  return fit;
}

void write_hit(json::Writer& out, const Hit& hit, const cache::Filter& filter) {
  const Kind& kind = *hit.served->kind;
  out.begin_object().key("ref");
  cache::write_ref(out, ref_of(kind, *hit.row), hit.served->table->id());
  if (kind.has_status) out.key("status").string(k8s::status_name(hit.row->status().status));
  if (const std::string text = why(*hit.row, hit.served->table->schema(), filter); !text.empty()) {
    out.key("why").string(text);
  }
  out.end_object();
}

}  // namespace

std::string ConsoleView::search_json(std::string_view text) const {
  BestHits best;
  const auto filter = cache::Filter::parse(text);
  if (filter && !filter->empty()) {
    for (const ServedKind& served : snapshot_->kinds) {
      const auto* shown = view(served.table->id());
      if (shown == nullptr || served.kind->group_kind.kind == "Event") continue;
      shown->for_each([&](const cache::Row& row) {
        if (!filter->matches(row, served.kind->group_kind)) return;
        const Fit fit = fit_of(row, *filter);
        if (best.takes(fit)) {
          best.add({fit, &served, shown->row(row.slot())});
        } else {
          best.pass();
        }
      });
    }
  }
  json::Writer out;
  out.begin_object().key("total").integer(best.total()).key("hits").begin_array();
  for (const Hit& hit : std::move(best).sorted()) write_hit(out, hit, *filter);
  out.end_array().end_object();
  return std::move(out).finish();
}

}  // namespace masthead::host
