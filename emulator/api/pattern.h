#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

namespace fallstreak::api {

/// A pattern of a model: a Java regular expression that the whole text must match.
///
/// Compiled when first used, once, and never changed after, so every thread may share it.
class Pattern {
 public:
  explicit Pattern(std::string_view java) : java_(java) {}
  ~Pattern();
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;

  /// A pattern that does not compile, and one that takes too long, refuse nothing.
  [[nodiscard]] bool matches(std::string_view text) const;
  /// False when the expression is none that we can read.
  [[nodiscard]] bool is_valid() const;

 private:
  struct Code;
  [[nodiscard]] const Code& code() const;

  std::string_view java_;
  mutable std::atomic<const Code*> code_ = nullptr;
};

/// The same expression in PCRE's spelling: `\uXXXX` and its surrogate pairs become `\x{…}`.
std::string to_pcre(std::string_view java);

}  // namespace fallstreak::api
