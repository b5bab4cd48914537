#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace fallstreak::api {

/// A regular expression that a customer writes, of the kind whose search takes linear time: AWS
/// takes no look-around, back-references, atomic groups, possessive quantifiers, subroutines,
/// recursion or classes of Unicode.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html
///
/// Compiled when it is made and never changed after, so every thread may share it.
class Regex {
 public:
  enum class Case { sensitive, insensitive };
  explicit Regex(std::string_view expression, Case letter_case = Case::sensitive);
  ~Regex();
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;

  [[nodiscard]] bool is_valid() const { return code_ != nullptr; }
  /// Whether some part of the text matches; an expression that is not valid matches nothing, nor
  /// does one that takes too long.
  [[nodiscard]] bool finds_in(std::string_view text) const;
  /// The text with its first match replaced, in which `$1` is the first group. Empty when nothing
  /// can come of it: the replacement names a group that there is not, or the result is too long.
  [[nodiscard]] std::optional<std::string> replace_in(std::string_view text,
                                                      std::string_view replacement) const;

 private:
  struct Code;
  std::unique_ptr<const Code> code_;  // null: it is none
};

}  // namespace fallstreak::api
