#include "yaml/tree.h"

#include <yaml.h>

#include <algorithm>
#include <map>

#include "base/limits.h"
#include "base/utf8.h"

namespace masthead::yaml {
namespace {

std::string text_of(const yaml_char_t* text) {
  return text == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(text));
}

std::unexpected<base::Error> fail_at_byte(std::string_view text, size_t offset,
                                          const std::string& what) {
  const std::string_view before = text.substr(0, offset);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const size_t begin = before.rfind('\n') + 1;  // 0 where there is no line before
  return fail_at(base::ErrorCode::kInvalid, what, static_cast<int>(line),
                 static_cast<int>(offset - begin) + 1);
}

// libyaml would take a text that begins with another encoding's mark for one in that encoding.
base::Result<void> check_utf8(std::string_view text) {
  if (base::is_utf8(text)) return {};
  size_t line = 0;
  while (line < text.size()) {
    const size_t end = std::min(text.find('\n', line), text.size());
    if (!base::is_utf8(text.substr(line, end - line))) break;
    line = end + 1;
  }
  return fail_at_byte(text, line, "not UTF-8");
}

class Event {
 public:
  Event() = default;
  ~Event() { yaml_event_delete(&event_); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  yaml_event_t* operator->() { return &event_; }
  yaml_event_t* get() { return &event_; }

 private:
  yaml_event_t event_{};
};

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}
  ~Parser() {
    if (made_) yaml_parser_delete(&parser_);
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  base::Result<std::vector<Node>> run() {
    made_ = yaml_parser_initialize(&parser_) != 0;
    if (!made_) return base::fail(base::ErrorCode::kInternal, "no YAML parser");
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text_.data()),
                                 text_.size());
    for (bool more = true; more;) more = TRY(next());
    return std::move(nodes_);
  }

 private:
  std::unexpected<base::Error> syntax_error() const {
    std::string what = parser_.problem == nullptr ? "not YAML" : parser_.problem;
    if (parser_.error == YAML_READER_ERROR) {
      return fail_at_byte(text_, std::min(parser_.problem_offset, text_.size()), what);
    }
    // Where the text ends before something does, its beginning says more than the end of the text.
    const bool ended = what == "found unexpected end of stream" && parser_.context != nullptr;
    const yaml_mark_t& mark = ended ? parser_.context_mark : parser_.problem_mark;
    if (parser_.context != nullptr) what += std::string(", ") + parser_.context;
    return fail_at(base::ErrorCode::kInvalid, what, static_cast<int>(mark.line) + 1,
                   static_cast<int>(mark.column) + 1);
  }

  // Takes one event; false after the last one of the first document.
  base::Result<bool> next() {
    Event event;
    if (yaml_parser_parse(&parser_, event.get()) == 0) return syntax_error();
    switch (event->type) {
      case YAML_SCALAR_EVENT: {
        const auto& scalar = event->data.scalar;
        Node& node = add(Node::Kind::kScalar, *event.get(), scalar.anchor, scalar.tag);
        node.text.assign(reinterpret_cast<const char*>(scalar.value), scalar.length);
        node.plain = scalar.style == YAML_PLAIN_SCALAR_STYLE;
        return true;
      }
      case YAML_SEQUENCE_START_EVENT:
        add(Node::Kind::kSequence, *event.get(), event->data.sequence_start.anchor,
            event->data.sequence_start.tag);
        return open();
      case YAML_MAPPING_START_EVENT:
        add(Node::Kind::kMapping, *event.get(), event->data.mapping_start.anchor,
            event->data.mapping_start.tag);
        return open();
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT:
        open_.pop_back();
        return true;
      case YAML_ALIAS_EVENT:
        return alias(*event.get());
      case YAML_DOCUMENT_END_EVENT:
      case YAML_STREAM_END_EVENT:
        return false;
      default:
        return true;
    }
  }

  Node& add(Node::Kind kind, const yaml_event_t& event, const yaml_char_t* anchor,
            const yaml_char_t* tag) {
    const size_t index = nodes_.size();
    if (!open_.empty()) nodes_[open_.back()].parts.push_back(index);
    Node& node = nodes_.emplace_back();
    node.kind = kind;
    node.tag = text_of(tag);
    node.line = static_cast<int>(event.start_mark.line) + 1;
    node.column = static_cast<int>(event.start_mark.column) + 1;
    if (anchor != nullptr) anchors_[text_of(anchor)] = index;
    return node;
  }

  base::Result<bool> open() {
    const Node& node = nodes_.back();
    if (open_.size() > limits::kJsonDepth) {
      return fail_at(base::ErrorCode::kTooLarge,
                     "nested deeper than " + std::to_string(limits::kJsonDepth), node.line,
                     node.column);
    }
    open_.push_back(nodes_.size() - 1);
    return true;
  }

  base::Result<bool> alias(const yaml_event_t& event) {
    Node& node = add(Node::Kind::kAlias, event, nullptr, nullptr);
    const auto found = anchors_.find(text_of(event.data.alias.anchor));
    if (found == anchors_.end()) {
      return fail_at(base::ErrorCode::kInvalid, "unknown alias", node.line, node.column);
    }
    if (std::ranges::find(open_, found->second) != open_.end()) {
      return fail_at(base::ErrorCode::kInvalid, "an alias to what it is a part of", node.line,
                     node.column);
    }
    node.parts = {found->second};
    return true;
  }

  std::string_view text_;
  yaml_parser_t parser_{};
  bool made_ = false;
  std::vector<Node> nodes_;
  std::vector<size_t> open_;  // the sequences and mappings around what comes next
  std::map<std::string, size_t> anchors_;
};

}  // namespace

std::unexpected<base::Error> fail_at(base::ErrorCode code, const std::string& text, int line,
                                     int column) {
  const std::string at_line = std::to_string(line), at_column = std::to_string(column);
  base::Error error{code, "line " + at_line + ", column " + at_column + ": " + text, {}, {}, 0};
  error.params = {{"line", at_line}, {"column", at_column}};
  return std::unexpected(std::move(error));
}

base::Result<std::vector<Node>> parse(std::string_view text) {
  TRY_VOID(check_utf8(text));
  return Parser(text).run();
}

}  // namespace masthead::yaml
