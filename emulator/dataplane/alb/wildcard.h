#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace fallstreak::dataplane::alb {

enum class Case : std::uint8_t { sensitive, insensitive };
enum class Escape : std::uint8_t { none, backslash };

/// Rules compare ASCII only.
inline char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

/// A text with `*` (any characters, also none) and `?` (exactly one) in it.
class WildcardPattern {
 public:
  WildcardPattern(std::string_view pattern, Case letter_case, Escape escape)
      : letter_case_(letter_case) {
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      char c = pattern[i];
      Kind kind = c == '*' ? Kind::many : c == '?' ? Kind::one : Kind::literal;
      if (c == '\\' && escape == Escape::backslash && i + 1 < pattern.size()) {
        c = pattern[++i];
        kind = Kind::literal;
      }
      parts_.push_back({kind, folded(c)});
    }
  }

  /// Whether the whole text is of this form. Takes at most text times pattern steps: a star that
  /// was followed by another need not be tried again.
  [[nodiscard]] bool matches(std::string_view text) const {
    std::size_t part = 0;
    std::size_t at = 0;
    std::size_t star = parts_.size();  // none yet
    std::size_t resume = 0;            // where the text behind that star begins
    while (at < text.size()) {
      if (part < parts_.size() && parts_[part].kind == Kind::many) {
        star = part++;
        resume = at;
      } else if (part < parts_.size() && takes(parts_[part], text[at])) {
        ++part;
        ++at;
      } else if (star < parts_.size()) {
        part = star + 1;
        at = ++resume;
      } else {
        return false;
      }
    }
    while (part < parts_.size() && parts_[part].kind == Kind::many) ++part;
    return part == parts_.size();
  }

 private:
  enum class Kind : std::uint8_t { literal, one, many };
  struct Part {
    Kind kind;
    char character;
  };

  [[nodiscard]] char folded(char c) const {
    return letter_case_ == Case::insensitive ? to_lower(c) : c;
  }
  [[nodiscard]] bool takes(const Part& part, char c) const {
    return part.kind == Kind::one || part.character == folded(c);
  }

  std::vector<Part> parts_;
  Case letter_case_;
};

}  // namespace fallstreak::dataplane::alb
