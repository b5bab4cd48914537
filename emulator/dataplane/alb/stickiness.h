#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

/// Sessions that stay with a target, by cookies.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/sticky-sessions.html
namespace fallstreak::dataplane::alb {

/// Of a target group: its attributes stickiness.*.
struct Stickiness {
  enum class Kind : std::uint8_t { off, lb_cookie, app_cookie };
  Kind kind = Kind::off;
  Duration duration = std::chrono::hours(24);
  std::string app_cookie_name;
};

/// The target, as an index into `target_ids`, that the request's cookies bind it to; empty when the
/// algorithm chooses. `target_ids` name targets among all groups; `routable` is what
/// routable_targets() gave.
std::optional<std::uint32_t> bound_target(const Stickiness& stickiness,
                                          std::string_view cookie_header, Time now,
                                          std::span<const std::string> target_ids,
                                          std::span<const std::uint32_t> routable);

/// The Set-Cookie values that the load balancer adds to the answer of a target. `set_by_target` are
/// the target's own.
std::vector<std::string> cookies_to_set(const Stickiness& stickiness, std::string_view target_id,
                                        Time now, std::span<const std::string> set_by_target);

/// The target group, as an index into `target_group_arns`, that a weighted forward with stickiness
/// gave this client to before; empty when the weights choose.
std::optional<std::size_t> bound_group(std::string_view cookie_header, Time now,
                                       std::span<const std::string> target_group_arns);

/// The Set-Cookie values that keep a client with a target group of a weighted forward.
std::vector<std::string> group_cookies_to_set(std::string_view target_group_arn, Duration duration,
                                              Time now);

}  // namespace fallstreak::dataplane::alb
