// The label selectors of k8s.io/apimachinery/pkg/labels: the same grammar, the same refusals.
#include <fmt/format.h>

#include <charconv>
#include <expected>

#include "sim/names.h"
#include "sim/selectors.h"

namespace masthead::sim {
namespace {

struct Token {
  enum class Kind { kEnd, kIdentifier, kSymbol, kWord };  // a word is "in" or "notin"
  Kind kind = Kind::kEnd;
  std::string text;

  bool is(std::string_view symbol) const { return kind == Kind::kSymbol && text == symbol; }
  bool is_identifier() const { return kind == Kind::kIdentifier || kind == Kind::kWord; }
  bool ends_requirement() const { return kind == Kind::kEnd || is(","); }
};

bool is_symbol(char c) {
  return std::string_view("=!(),><").find(c) != std::string_view::npos;
}
bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  for (size_t i = 0; i < text.size();) {
    size_t end = i + 1;
    if (is_space(text[i])) {
      ++i;
      continue;
    }
    Token token;
    if (is_symbol(text[i])) {
      const bool doubles = text[i] == '=' || text[i] == '!';
      if (doubles && end < text.size() && text[end] == '=') ++end;
      token.kind = Token::Kind::kSymbol;
    } else {
      while (end < text.size() && !is_symbol(text[end]) && !is_space(text[end])) ++end;
      const std::string_view word = text.substr(i, end - i);
      token.kind = word == "in" || word == "notin" ? Token::Kind::kWord : Token::Kind::kIdentifier;
    }
    token.text = text.substr(i, end - i);
    tokens.push_back(std::move(token));
    i = end;
  }
  tokens.emplace_back();
  return tokens;
}

template <typename T>
using Parsed = std::expected<T, std::string>;
using Failure = std::unexpected<std::string>;

class Parser {
 public:
  explicit Parser(std::string_view text) : tokens_(tokens_of(text)) {}

  Parsed<std::vector<LabelRequirement>> all() {
    std::vector<LabelRequirement> selector;
    while (next().kind != Token::Kind::kEnd) {
      if (!next().is_identifier() && !next().is("!")) {
        return found(next(), ", expected: !, identifier, or 'end of string'");
      }
      auto one = requirement();
      if (!one) return Failure("unable to parse requirement: " + one.error());
      selector.push_back(std::move(*one));
      const Token after = take();
      if (after.kind == Token::Kind::kEnd) break;
      if (!after.is(",")) return found(after, ", expected: ',' or 'end of string'");
      if (!next().is_identifier() && !next().is("!")) {
        return found(next(), ", expected: identifier after ','");
      }
    }
    return selector;
  }

 private:
  using Op = LabelRequirement::Op;

  const Token& next() const { return tokens_[at_]; }
  Token take() { return at_ + 1 < tokens_.size() ? tokens_[at_++] : tokens_[at_]; }
  static Failure found(const Token& token, std::string_view expected) {
    return Failure(fmt::format("found '{}'{}", token.text, expected));
  }

  Parsed<LabelRequirement> requirement() {
    LabelRequirement out;
    const bool absent = next().is("!");
    if (absent) take();
    const Token key = take();
    if (!key.is_identifier()) return found(key, ", expected: identifier");
    out.key = key.text;
    const std::string problem = qualified_name_problem(out.key);
    if (!problem.empty()) {
      return Failure(fmt::format("<nil>: Invalid value: \"{}\": {}", out.key, problem));
    }
    if (absent) out.op = Op::kAbsent;
    if (absent || next().ends_requirement()) return out;
    const Token op = take();
    const bool set = op.kind == Token::Kind::kWord;
    if (op.is("=") || op.is("==") || op.text == "in") {
      out.op = Op::kIn;
    } else if (op.is("!=") || op.text == "notin") {
      out.op = Op::kNotIn;
    } else if (op.is(">") || op.is("<")) {
      out.op = op.is(">") ? Op::kGreater : Op::kLess;
    } else {
      return found(op, ", expected: in, notin, =, ==, !=, gt, lt");
    }
    auto values = set ? value_set() : exact_value();
    if (!values) return Failure(values.error());
    out.values = std::move(*values);
    return checked(std::move(out));
  }

  Parsed<std::set<std::string>> exact_value() {
    if (next().ends_requirement()) return std::set<std::string>{""};
    const Token value = take();
    if (!value.is_identifier()) return found(value, ", expected: identifier");
    return std::set<std::string>{value.text};
  }

  Parsed<std::set<std::string>> value_set() {
    const Token open = take();
    if (!open.is("(")) return found(open, " expected: '('");
    std::set<std::string> values;
    for (bool wants_value = true;;) {
      const Token token = take();
      if (token.is_identifier() && wants_value) {
        values.insert(token.text);
        wants_value = false;
      } else if (token.is(",") || token.is(")")) {
        if (wants_value) values.insert("");
        wants_value = true;
        if (token.is(")")) return values;
      } else if (wants_value) {
        return found(token, ", expected: ',', or identifier");
      } else {
        return found(token, ", expected: ',' or ')'");
      }
    }
  }

  static Parsed<LabelRequirement> checked(LabelRequirement one) {
    size_t i = 0;
    for (const std::string& value : one.values) {
      if (one.op == Op::kGreater || one.op == Op::kLess) {
        int64_t number = 0;
        const auto [end, error] =
            std::from_chars(value.data(), value.data() + value.size(), number);
        if (error != std::errc() || end != value.data() + value.size()) {
          return Failure(
              fmt::format("values[0]: Invalid value: \"{}\": for 'Gt', 'Lt' operators, "
                          "the value must be an integer",
                          value));
        }
      }
      const std::string problem = label_value_problem(value);
      if (!problem.empty()) {
        return Failure(
            fmt::format("values[{}][{}]: Invalid value: \"{}\": {}", i, one.key, value, problem));
      }
      ++i;
    }
    return one;
  }

  std::vector<Token> tokens_;
  size_t at_ = 0;
};

}  // namespace

Outcome<std::vector<LabelRequirement>> parse_label_selector(std::string_view text) {
  auto parsed = Parser(text).all();
  if (!parsed) return refuse(bad_request(parsed.error()));
  return std::move(*parsed);
}

}  // namespace masthead::sim
