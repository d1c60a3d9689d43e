#include "json/brackets.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace masthead::json {
namespace {

// The same, character by character: how many bytes the value at the front has, 0 without an end.
size_t value_size(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\') {
      ++i;
    } else if (c == '"') {
      in_string = !in_string;
      if (!in_string && depth == 0) return i + 1;
    } else if (!in_string && (c == '{' || c == '[')) {
      ++depth;
    } else if (!in_string && (c == '}' || c == ']') && --depth <= 0) {
      return i + 1;
    }
  }
  return 0;
}

// Fed in pieces of so many bytes: the same answer.
size_t size_in_pieces(std::string_view text, size_t piece) {
  Brackets brackets;
  for (size_t at = 0; at < text.size(); at += piece) {
    const size_t used = brackets.feed(text.substr(at, piece));
    if (brackets.ended()) return at + used;
    EXPECT_EQ(used, std::min(piece, text.size() - at));
  }
  return 0;
}

TEST(Brackets, end_a_value_where_its_last_bracket_or_quote_stands) {
  EXPECT_EQ(size_in_pieces(R"({"a":[1,2]},{})", 100), 11U);
  EXPECT_EQ(size_in_pieces(R"("a}\"b",1)", 100), 7U);
  EXPECT_EQ(size_in_pieces(R"({"a":"}\\"}])", 1), 11U);
  EXPECT_EQ(size_in_pieces(R"({"a":"}")", 3), 0U);
}

TEST(Brackets, agree_with_a_walk_over_each_character_however_the_text_is_cut) {
  std::mt19937 random(7);
  constexpr std::string_view kAlphabet = R"({[}]""\\\aaaaaa)";
  for (int round = 0; round < 3'000; ++round) {
    std::string text = round % 3 == 0 ? "\"" : "{";
    // Brackets would close soon: what is wanted is ends at any place in a block.
    if (round % 2 == 0) text += std::string(random() % 70, '[');
    const size_t size = random() % 400;
    while (text.size() < size) {
      // Inside a string a backslash may stand; outside JSON has none, and none is looked for.
      const char c = kAlphabet[random() % kAlphabet.size()];
      text += c == '\\' ? '"' : c;
      if (c == '\\') text += std::string(random() % 5, '\\') + "x\"";
    }
    const size_t expected = value_size(text);
    for (const size_t piece : {1UL, 7UL, 63UL, 64UL, 65UL, 1000UL}) {
      ASSERT_EQ(size_in_pieces(text, piece), expected) << text << "\nin pieces of " << piece;
    }
  }
}

}  // namespace
}  // namespace masthead::json
