#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/elbv2/rules.h"
#include "api/regex.h"

/// How a rule rewrites requests before they go to targets.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-transforms.html
namespace fallstreak::dataplane::alb {

class Transforms {
 public:
  Transforms() = default;
  explicit Transforms(const std::optional<std::vector<api::elbv2::RuleTransform>>& transforms);

  [[nodiscard]] bool empty() const { return !host_ && !url_; }
  /// What becomes of a request's host, and of its path with its query. A pattern that is not found
  /// changes nothing. AWS: "If there is a pattern match but the transform fails, we return an HTTP
  /// 500 error": nothing then.
  [[nodiscard]] std::optional<std::string> host(std::string_view host) const;
  [[nodiscard]] std::optional<std::string> url(std::string_view url) const;

 private:
  struct Rewrite {
    api::Regex regex;
    std::string replacement;
  };
  std::optional<Rewrite> host_;
  std::optional<Rewrite> url_;
};

}  // namespace fallstreak::dataplane::alb
