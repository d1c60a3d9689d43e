// Helm's --set lines: "a.b[0].c=value,d={x,y}". Follows strvals to the letter, its odd corners
// included: what a controller reads out of them is what is shown.
#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "base/limits.h"
#include "helm/values.h"

namespace masthead::helm {
namespace {

constexpr size_t kMaxIndex = 65'536;
constexpr int kMaxNestedNames = 30;

base::Error error(std::string text) {
  return {base::ErrorCode::kInvalid, std::move(text), {}, {}, 0};
}

bool is_word(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) | 0x20) != static_cast<unsigned char>(lower[i])) {
      return false;
    }
  }
  return true;
}

std::optional<int64_t> whole_number(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  int64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || failed != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

std::string quoted(std::string_view text) {
  json::Writer out;
  out.string(text);
  return std::move(out).finish();
}

std::string typed(std::string_view text, bool string) {
  if (string) return quoted(text);
  for (const char* word : {"true", "false", "null"}) {
    if (is_word(text, word)) return word;
  }
  if (text == "0") return "0";
  if (!text.starts_with('0')) {
    if (const auto number = whole_number(text)) return std::to_string(*number);
  }
  return quoted(text);
}

// As Go's runtime names what is in an interface.
std::string_view go_type(const NodePtr& node) {
  if (node == nullptr || node->json == "null") {
    if (node == nullptr || node->type == Node::Type::kScalar) return "nil";
  }
  if (node->type == Node::Type::kMap) return "map[string]interface {}";
  if (node->type == Node::Type::kList) return "[]interface {}";
  if (node->json.starts_with('"')) return "string";
  return node->json == "true" || node->json == "false" ? "bool" : "float64";
}

base::Error wrong_type(const NodePtr& node, std::string_view wanted) {
  return error(
      fmt::format("unable to parse key: interface conversion: interface {{}} is {}, not {}",
                  go_type(node), wanted));
}

NodePtr make(Node::Type type, int source) {
  NodePtr node = make_scalar("null", source);
  node->type = type;
  return node;
}

class SetLine {
 public:
  SetLine(std::string_view line, bool string, int source)
      : rest_(line), string_(string), source_(source) {}

  base::Result<void> run(Node& root) {
    for (;;) {
      const State state = key(root, 0);
      if (state == State::kFailed) return std::unexpected(failure_);
      if (state == State::kEnd) return {};
    }
  }

 private:
  enum class State { kGood, kEnd, kFailed };
  struct Piece {
    std::string text;
    std::optional<char> stop;  // none: the line has ended
  };

  State fail(base::Error why) {
    failure_ = std::move(why);
    return State::kFailed;
  }

  Piece until(std::string_view stops) {
    Piece piece;
    while (!rest_.empty()) {
      char c = rest_.front();
      rest_.remove_prefix(1);
      if (stops.contains(c)) {
        piece.stop = c;
        return piece;
      }
      if (c == '\\') {
        if (rest_.empty()) return piece;
        c = rest_.front();
        rest_.remove_prefix(1);
      }
      piece.text += c;
    }
    return piece;
  }

  static void set(Node& map, const std::string& key, NodePtr value) {
    if (!key.empty()) map.map[key] = std::move(value);
  }

  State key(Node& map, int nested) {
    const Piece name = until("=[,.");
    if (!name.stop) {
      if (name.text.empty()) return State::kEnd;
      return fail(error(fmt::format("key {} has no value", quoted(name.text))));
    }
    switch (*name.stop) {
      case '[':
        return list_key(map, name.text, nested);
      case '=':
        return value_key(map, name.text);
      case ',':
        return fail(
            error(fmt::format("key {} has no value (cannot end with ,)", quoted(name.text))));
      default:
        return map_key(map, name.text, nested + 1);
    }
  }

  State map_key(Node& map, const std::string& name, int nested) {
    if (nested > kMaxNestedNames) {
      return fail(
          error(fmt::format("value name nested level is greater than maximum supported "
                            "nested level of {}",
                            kMaxNestedNames)));
    }
    NodePtr inner = make(Node::Type::kMap, source_);
    if (const auto found = map.map.find(name); found != map.map.end()) {
      inner = found->second;
      if (inner == nullptr || inner->type != Node::Type::kMap) {
        return fail(wrong_type(inner, "map[string]interface {}"));
      }
    }
    const State state = key(*inner, nested);
    if (state == State::kFailed) return state;
    if (state == State::kGood && inner->map.empty()) {
      return fail(error(fmt::format("key map {} has no value", quoted(name))));
    }
    if (!inner->map.empty()) set(map, name, inner);
    return state;
  }

  State value_key(Node& map, const std::string& name) {
    if (rest_.empty()) {
      set(map, name, make_scalar("\"\"", source_));
      return State::kEnd;
    }
    NodePtr value;
    const State state = read_value(value);
    if (state != State::kFailed) set(map, name, std::move(value));
    return state;
  }

  // A list in braces, or all up to the next comma. Something is there.
  State read_value(NodePtr& value) {
    if (!rest_.starts_with('{')) {
      value = make_scalar(typed(until(",").text, string_), source_);
      return State::kGood;
    }
    rest_.remove_prefix(1);
    value = make(Node::Type::kList, source_);
    for (;;) {
      const Piece item = until(",}");
      if (!item.stop) return fail(error("list must terminate with '}'"));
      value->list.push_back(make_scalar(typed(item.text, string_), source_));
      if (*item.stop == ',') continue;
      if (rest_.starts_with(',')) rest_.remove_prefix(1);
      return State::kGood;
    }
  }

  // kEnd where the line breaks off within the brackets.
  State read_index(size_t& index) {
    const Piece piece = until("]");
    if (!piece.stop) return State::kEnd;
    const auto number = whole_number(piece.text);
    if (!number) {
      return fail(error(fmt::format("error parsing index: strconv.Atoi: parsing {}: invalid syntax",
                                    quoted(piece.text))));
    }
    if (*number < 0) {
      return fail(error(fmt::format("negative {} index not allowed", *number)));
    }
    index = static_cast<size_t>(*number);
    return State::kGood;
  }

  State list_key(Node& map, const std::string& name, int nested) {
    size_t index = 0;
    if (const State read = read_index(index); read != State::kGood) return read;
    NodePtr list = make(Node::Type::kList, source_);
    if (const auto found = map.map.find(name); found != map.map.end()) {
      list = found->second;
      if (list == nullptr || list->type != Node::Type::kList) {
        return fail(wrong_type(list, "[]interface {}"));
      }
    }
    const State state = list_item(list, index, nested);
    if (state != State::kFailed) set(map, name, list);
    return state;
  }

  State set_index(NodePtr& list, size_t index, NodePtr value) {
    if (index > kMaxIndex) {
      return fail(error(fmt::format("index of {} is greater than maximum supported index of {}",
                                    index, kMaxIndex)));
    }
    // A longer list is another one: whoever holds the old one keeps it.
    if (index >= list->list.size()) {
      places_ += index + 1;
      if (places_ > limits::kSetLinePlaces) return fail(error("lists of such lengths are not set"));
      list = std::make_shared<Node>(*list);
      list->list.resize(index + 1);
    }
    list->list[index] = std::move(value);
    return State::kGood;
  }

  State list_item(NodePtr& list, size_t index, int nested) {
    const Piece piece = until("[.=");
    if (!piece.stop || *piece.stop != '[') lists_within_ = 0;
    if (!piece.text.empty()) {
      return fail(
          error(fmt::format("unexpected data at end of array index: {}", quoted(piece.text))));
    }
    if (!piece.stop) return State::kEnd;
    if (*piece.stop == '=') {
      NodePtr value = make_scalar("\"\"", source_);
      if (!rest_.empty() && read_value(value) == State::kFailed) return State::kFailed;
      return set_index(list, index, std::move(value));
    }
    return *piece.stop == '[' ? list_in_list(list, index, nested)
                              : map_in_list(list, index, nested);
  }

  State list_in_list(NodePtr& list, size_t index, int nested) {
    size_t next = 0;
    if (const State read = read_index(next); read != State::kGood) return read;
    if (++lists_within_ > limits::kJsonDepth) return fail(error("lists are nested too deep"));
    NodePtr inner = make(Node::Type::kList, source_);
    if (index < list->list.size() && go_type(list->list[index]) != "nil") {
      inner = list->list[index];
      if (inner->type != Node::Type::kList) return fail(wrong_type(inner, "[]interface {}"));
    }
    const State state = list_item(inner, next, nested);
    return state == State::kGood ? set_index(list, index, inner) : state;
  }

  State map_in_list(NodePtr& list, size_t index, int nested) {
    NodePtr inner = make(Node::Type::kMap, source_);
    if (index < list->list.size()) {
      NodePtr& place = list->list[index];
      if (place == nullptr || place->type != Node::Type::kMap) place = inner;
      inner = place;
    }
    const State state = key(*inner, nested);
    return state == State::kGood ? set_index(list, index, inner) : state;
  }

  std::string_view rest_;
  const bool string_;
  const int source_;
  int lists_within_ = 0;
  size_t places_ = 0;
  base::Error failure_;
};

}  // namespace

base::Result<void> set_line(Node& root, std::string_view line, bool string, int source) {
  return SetLine(line, string, source).run(root);
}

}  // namespace masthead::helm
