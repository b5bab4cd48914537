#pragma once

#include <string>
#include <string_view>

#include "services/route53/state.h"

/// How health checks come to their verdict.
/// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
namespace fallstreak::services::route53 {

/// A checker of the check: which region it is in, and its address.
struct Checker {
  std::string region;
  std::string ip_address;
};
std::vector<Checker> checkers_of(const api::route53::HealthCheckConfig& config);
/// When a checker looked last; empty before its first look.
std::optional<Time> last_look(const HealthCheckRecord& record, std::size_t checker, Time now);

/// Begins, or begins anew after a change of the settings.
void start_checks(Context& context, const std::string& id);
/// The check is going: nobody counts it any more.
void stop_checks(Context& context, const std::string& id);

void on_look_due(Context& context, const world::Event& event);
void on_look_timed_out(Context& context, const world::Event& event);
void on_alarm_look_due(Context& context, const world::Event& event);

}  // namespace fallstreak::services::route53
