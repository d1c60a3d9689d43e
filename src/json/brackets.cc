#include "json/brackets.h"

#include <emmintrin.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace masthead::json {
namespace {

constexpr size_t kBlockBytes = 64;
constexpr uint64_t kEvenBits = 0x5555'5555'5555'5555U;

uint64_t where_equal(const std::array<__m128i, 4>& parts, char wanted) {
  const __m128i all = _mm_set1_epi8(wanted);
  uint64_t mask = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    const auto hits = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(parts.at(i), all)));
    mask |= static_cast<uint64_t>(hits) << (16 * i);
  }
  return mask;
}

// Bit i is the parity of bits 0 to i: between an opening quote and its closing one it is set.
uint64_t running_parity(uint64_t bits) {
  for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

// Characters behind a backslash that is not escaped itself: in a run of backslashes every second
// one escapes. Adding a run's first bit to the run carries to the character behind it, whose
// parity against the start tells whether the run was odd.
uint64_t behind_backslashes(uint64_t backslashes, bool first_is_escaped) {
  backslashes &= ~static_cast<uint64_t>(first_is_escaped);
  const uint64_t follows = backslashes << 1 | static_cast<uint64_t>(first_is_escaped);
  const uint64_t odd_starts = backslashes & ~kEvenBits & ~follows;
  const uint64_t ends_of_odd = (odd_starts + backslashes) << 1;
  return (kEvenBits ^ ends_of_odd) & follows;
}

}  // namespace

// One bit a character.
struct Brackets::Block {
  uint64_t quotes, backslashes, opens, closes;

  explicit Block(const char* text) {
    std::array<__m128i, 4> plain{}, folded{};
    // `[` and `{`, `]` and `}` differ in one bit only, which is set here.
    const __m128i bit = _mm_set1_epi8(0x20);
    for (size_t i = 0; i < plain.size(); ++i) {
      plain.at(i) = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + 16 * i));
      folded.at(i) = _mm_or_si128(plain.at(i), bit);
    }
    quotes = where_equal(plain, '"');
    backslashes = where_equal(plain, '\\');
    opens = where_equal(folded, '{');
    closes = where_equal(folded, '}');
  }
};

size_t Brackets::feed(std::string_view text) {
  std::array<char, kBlockBytes> rest{};
  for (size_t at = 0; at < text.size(); at += kBlockBytes) {
    const size_t size = std::min(kBlockBytes, text.size() - at);
    const char* bytes = text.data() + at;
    if (size < kBlockBytes) {
      std::memcpy(rest.data(), bytes, size);
      bytes = rest.data();
    }
    Block block(bytes);
    if (block.backslashes != 0 || escaped_) {
      const uint64_t escaped = behind_backslashes(block.backslashes, escaped_);
      block.quotes &= ~escaped;
      // What stands behind the last character belongs to the next block.
      escaped_ = (block.backslashes & ~escaped) >> (size - 1) & 1;
    }
    const uint64_t in_string = running_parity(block.quotes) ^ (in_string_ ? ~uint64_t{0} : 0);
    block.opens &= ~in_string;
    block.closes &= ~in_string;
    // Most blocks can't hold the end.
    if (depth_ > std::popcount(block.closes)) {
      depth_ += std::popcount(block.opens) - std::popcount(block.closes);
    } else if (const size_t end = find_end(block, in_string); ended_) {
      return at + end;
    }
    in_string_ = in_string >> (size - 1) & 1;
  }
  return text.size();
}

size_t Brackets::find_end(const Block& block, uint64_t in_string) {
  uint64_t marks = block.quotes | block.opens | block.closes;
  for (; marks != 0 && !ended_; marks &= marks - 1) {
    const uint64_t mark = marks & -marks;
    if ((block.quotes & mark) != 0) {
      ended_ = depth_ == 0 && (in_string & mark) == 0;
    } else if ((block.opens & mark) != 0) {
      ++depth_;
    } else {
      ended_ = --depth_ <= 0;
    }
    if (ended_) return static_cast<size_t>(std::countr_zero(mark)) + 1;
  }
  return 0;
}

}  // namespace masthead::json
