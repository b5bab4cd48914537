#include "services/ec2/filters.h"

namespace fallstreak::services::ec2 {

Patterns::Patterns(const std::optional<std::vector<std::string>>& values) {
  for (const auto& value : api::each(values)) {
    patterns_.push_back({value, value.find_first_of("*?\\") != std::string::npos});
  }
}

bool Patterns::match(std::string_view text) const {
  for (const Pattern& pattern : patterns_) {
    if (pattern.has_wildcard ? matches_wildcard(pattern.text, text) : pattern.text == text) {
      return true;
    }
  }
  return false;
}

bool matches_wildcard(std::string_view pattern, std::string_view text) {
  std::size_t at = 0;
  std::size_t in = 0;
  // Where to go back to: after the last star, with one character more given to it.
  std::size_t after_star = std::string_view::npos;
  std::size_t given = 0;
  while (in < text.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      after_star = ++at;
      given = in;
      continue;
    }
    const bool is_escaped = at + 1 < pattern.size() && pattern[at] == '\\';
    const std::size_t literal = is_escaped ? at + 1 : at;
    const bool fits = literal < pattern.size() &&
                      ((!is_escaped && pattern[literal] == '?') || pattern[literal] == text[in]);
    if (fits) {
      at = literal + 1;
      ++in;
    } else if (after_star != std::string_view::npos) {
      at = after_star;
      in = ++given;
    } else {
      return false;
    }
  }
  while (at < pattern.size() && pattern[at] == '*') ++at;
  return at == pattern.size();
}

}  // namespace fallstreak::services::ec2
