#include "dataplane/alb/stickiness.h"

#include <algorithm>
#include <charconv>

#include "base/encoding.h"
#include "dataplane/alb/cookies.h"

namespace fallstreak::dataplane::alb {
namespace {

constexpr std::string_view kDurationCookie = "AWSALB";
constexpr std::string_view kCorsCookie = "AWSALBCORS";
constexpr std::string_view kGroupCookie = "AWSALBTG";
constexpr std::string_view kGroupCorsCookie = "AWSALBTGCORS";
constexpr std::string_view kApplicationCookie = "AWSALBAPP-0";

struct Binding {
  Time until;
  std::string target_id;
};

/// Chosen: readable text in base64. AWS encrypts with a rotating key, so that nobody may rely on
/// the content.
std::string encode(const Binding& binding) {
  return to_base64(std::to_string(to_nanoseconds(binding.until)) + " " + binding.target_id);
}

std::optional<Binding> decode(std::string_view text) {
  const auto plain = from_base64(text);
  if (!plain) return std::nullopt;
  const auto space = plain->find(' ');
  if (space == std::string::npos) return std::nullopt;
  std::int64_t until = 0;
  const char* const last = plain->data() + space;
  const auto [end, error] = std::from_chars(plain->data(), last, until);
  if (error != std::errc() || end != last) return std::nullopt;
  return Binding{from_nanoseconds(until), plain->substr(space + 1)};
}

/// What follows a cookie's name when it is set.
/// AWS: the cookie itself lives 7 days, whatever the duration.
std::string attributes_of(const Binding& binding, Time now) {
  return "=" + encode(binding) + "; Expires=" + to_http_date(now + std::chrono::hours(7 * 24)) +
         "; Path=/";
}

/// A cookie, and the same again with SameSite=None for cross-origin requests of browsers.
std::vector<std::string> pair_of(std::string_view name, std::string_view cors_name,
                                 const std::string& attributes) {
  return {std::string(name) + attributes, std::string(cors_name) + attributes + "; SameSite=None"};
}

/// The cookie of the load balancer that counts, if the request may be bound at all.
std::optional<std::string_view> binding_cookie(const Stickiness& stickiness,
                                               std::string_view header) {
  switch (stickiness.kind) {
    case Stickiness::Kind::off:
      return std::nullopt;
    case Stickiness::Kind::lb_cookie:
      if (const auto cookie = find_cookie(header, kDurationCookie)) return cookie;
      return find_cookie(header, kCorsCookie);
    case Stickiness::Kind::app_cookie:
      // AWS: a session ends when the application's own cookie is gone.
      if (!find_cookie(header, stickiness.app_cookie_name)) return std::nullopt;
      return find_cookie(header, kApplicationCookie);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::uint32_t> bound_target(const Stickiness& stickiness,
                                          std::string_view cookie_header, Time now,
                                          std::span<const std::string> target_ids,
                                          std::span<const std::uint32_t> routable) {
  const auto cookie = binding_cookie(stickiness, cookie_header);
  if (!cookie) return std::nullopt;
  // AWS: "If the cookie is present but cannot be decoded, or if it refers to a target that was
  // deregistered or is unhealthy, the load balancer selects a new target".
  const auto binding = decode(*cookie);
  if (!binding || binding->until <= now) return std::nullopt;
  const auto found = std::ranges::find_if(
      routable, [&](std::uint32_t index) { return target_ids[index] == binding->target_id; });
  if (found == routable.end()) return std::nullopt;
  return *found;
}

std::vector<std::string> cookies_to_set(const Stickiness& stickiness, std::string_view target_id,
                                        Time now, std::span<const std::string> set_by_target) {
  if (stickiness.kind == Stickiness::Kind::off) return {};
  // Chosen: every answer begins the duration anew, since every answer sets the cookie anew.
  const std::string attributes =
      attributes_of({now + stickiness.duration, std::string(target_id)}, now);
  if (stickiness.kind == Stickiness::Kind::lb_cookie) {
    return pair_of(kDurationCookie, kCorsCookie, attributes);
  }
  const std::string begin = stickiness.app_cookie_name + "=";
  const bool is_session = std::ranges::any_of(
      set_by_target, [&](const std::string& cookie) { return cookie.starts_with(begin); });
  if (!is_session) return {};
  return {std::string(kApplicationCookie) + attributes};
}

std::optional<std::size_t> bound_group(std::string_view cookie_header, Time now,
                                       std::span<const std::string> target_group_arns) {
  auto cookie = find_cookie(cookie_header, kGroupCookie);
  if (!cookie) cookie = find_cookie(cookie_header, kGroupCorsCookie);
  const auto binding = cookie ? decode(*cookie) : std::nullopt;
  if (!binding || binding->until <= now) return std::nullopt;
  const auto found = std::ranges::find(target_group_arns, binding->target_id);
  if (found == target_group_arns.end()) return std::nullopt;
  return static_cast<std::size_t>(found - target_group_arns.begin());
}

std::vector<std::string> group_cookies_to_set(std::string_view target_group_arn, Duration duration,
                                              Time now) {
  const Binding binding{now + duration, std::string(target_group_arn)};
  return pair_of(kGroupCookie, kGroupCorsCookie, attributes_of(binding, now));
}

}  // namespace fallstreak::dataplane::alb
