#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fallstreak {

/// An Amazon Resource Name.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
struct Arn {
  std::string partition = "aws";
  std::string service;
  std::string region;
  std::string account_id;
  /// All that follows the fifth colon, whatever separators it has.
  std::string resource;

  [[nodiscard]] std::string to_string() const;
  static std::optional<Arn> parse(std::string_view text);
  bool operator==(const Arn&) const = default;
};

}  // namespace fallstreak
