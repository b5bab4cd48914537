#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/elbv2/rules.h"
#include "base/ip_block.h"
#include "base/time.h"

/// Which rule of a listener takes a request, and what comes of it: a pure function, so that a
/// simulated request goes where a live one would.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
namespace fallstreak::dataplane::alb {

class Transforms;

struct HeaderField {
  std::string name;
  std::string value;
};

/// What rules can ask of a request.
struct RequestFacts {
  std::string method;
  std::string host;   // of the Host header, with or without its port
  std::string path;   // `/img/a.png`, as it was sent
  std::string query;  // behind the `?`, as it was sent
  std::vector<HeaderField> headers;
  IpAddress source;               // of the connection; X-Forwarded-For says nothing here
  std::string protocol = "HTTP";  // of the listener, as is its port
  std::int32_t port = 80;
  Time now{};  // cookies bind until a time
};

struct ForwardTo {
  std::string target_group_arn;
  /// How long the client stays with the group, when the action says so.
  std::optional<Duration> group_stickiness;
  bool operator==(const ForwardTo&) const = default;
};
struct RedirectTo {
  int status = 0;
  std::string location;
  bool operator==(const RedirectTo&) const = default;
};
struct FixedResponse {
  int status = 0;
  std::string content_type;
  std::string body;
  bool operator==(const FixedResponse&) const = default;
};

struct Decision {
  std::string rule_arn;
  std::variant<ForwardTo, RedirectTo, FixedResponse> outcome;
  bool operator==(const Decision&) const = default;
};

/// A listener's rules, ready to be asked: made once for each change, read for every request.
class RuleSet {
 public:
  /// As DescribeRules lists them, in any order; the default rule must be among them.
  explicit RuleSet(std::span<const api::elbv2::Rule> rules);
  /// Whether users sign in for any of them.
  [[nodiscard]] bool authenticates() const { return authenticates_; }
  ~RuleSet();
  RuleSet(RuleSet&&) noexcept;
  RuleSet& operator=(RuleSet&&) noexcept;

 private:
  struct CompiledRule;
  friend const api::elbv2::AuthenticateOidcActionConfig* authentication_of(
      const RuleSet& rules, std::string_view rule_arn);
  friend const api::elbv2::JwtValidationActionConfig* validation_of(const RuleSet& rules,
                                                                    std::string_view rule_arn);
  friend const Transforms* transforms_of(const RuleSet& rules, std::string_view rule_arn);
  friend std::string priority_of(const RuleSet& rules, std::string_view rule_arn);
  friend std::uint64_t rules_processed(const RuleSet& rules, std::string_view rule_arn);
  friend Decision decide(const RuleSet& rules, const RequestFacts& request, std::uint64_t draw);
  std::vector<CompiledRule> rules_;  // in the order of evaluation
  bool authenticates_ = false;
  bool validates_ = false;
  bool transforms_ = false;
};

/// What the first rule does whose conditions all hold. `draw` is 64 random bits, of the caller's
/// seed: they choose among the target groups of a weighted forward.
Decision decide(const RuleSet& rules, const RequestFacts& request, std::uint64_t draw);

/// The priority of a rule as access logs show it: `0` for the default one.
std::string priority_of(const RuleSet& rules, std::string_view rule_arn);

/// How many rules were looked at until this one took the request. AWS: the default one is not
/// counted.
std::uint64_t rules_processed(const RuleSet& rules, std::string_view rule_arn);

/// How a rule rewrites requests that go to targets; null when it does not.
const Transforms* transforms_of(const RuleSet& rules, std::string_view rule_arn);

/// How a rule has users sign in before it does anything else; null when it does not, or is not of
/// these.
const api::elbv2::AuthenticateOidcActionConfig* authentication_of(const RuleSet& rules,
                                                                  std::string_view rule_arn);

/// Which tokens a rule wants to see of clients before it does anything else; null when none.
const api::elbv2::JwtValidationActionConfig* validation_of(const RuleSet& rules,
                                                           std::string_view rule_arn);

}  // namespace fallstreak::dataplane::alb
