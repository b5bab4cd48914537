#include "scenarios/run/workload.h"

#include <algorithm>

#include "base/portable_math.h"
#include "scenarios/traffic/random.h"
#include "scenarios/traffic/simulator.h"

namespace fallstreak::scenarios {

Duration draw_duration(const Distribution& distribution, std::uint64_t bits) {
  const double scale = static_cast<double>(distribution.scale.count());
  double value = scale;
  switch (distribution.kind) {
    case Distribution::Kind::fixed:
      break;
    case Distribution::Kind::exponential:
      value = scale * traffic::exponential_draw(traffic::ziggurat(), bits);
      break;
    case Distribution::Kind::lognormal: {
      const double sigma =
          traffic::lognormal(scale, static_cast<double>(distribution.p99.count())).sigma;
      value = scale * portable_exp(sigma * traffic::normal_draw(bits));
      break;
    }
  }
  return Duration(static_cast<std::int64_t>(value + 0.5));
}

std::optional<Time> Workload::ready_at(std::string_view instance_id, Time launch_time) const {
  const auto found = instances_.find(instance_id);
  if (found == instances_.end()) return std::nullopt;
  const AutoScalingGroup& group = *found->second.first;
  const std::uint64_t key = traffic::stream_key(seed_, instance_id, "boot");
  // An instance that is stopped and started again boots again, and takes its own time for it.
  const auto bits = traffic::draw(key, static_cast<std::uint64_t>(to_nanoseconds(launch_time)));
  return launch_time + draw_duration(group.boot, bits);
}

dispatch::ProbeAnswer Workload::answer(const dispatch::Probe& probe) const {
  const auto ready = ready_at(probe.instance_id, probe.launch_time);
  if (!ready || probe.now < *ready) return {.kind = dispatch::ProbeAnswer::Kind::refused};
  const auto& [id, running] = *instances_.find(probe.instance_id);
  const auto& [group, serve] = running;
  if (serve->health == Serve::Health::failing) return {.http_status = 500};
  if (serve->health == Serve::Health::aside || !wait_) return {};
  const Duration wait = wait_(id);
  if (serve->queue && wait > *serve->queue) return {.http_status = 503};
  if (wait > check_timeout(*group)) return {.kind = dispatch::ProbeAnswer::Kind::timed_out};
  return {};
}

Duration Workload::check_timeout(const AutoScalingGroup& group) const {
  for (const LoadBalancer& balancer : scenario_->cloud.load_balancers) {
    if (std::ranges::find(balancer.to, group.name, &ForwardTo::group) != balancer.to.end())
      return balancer.health_check.timeout;
  }
  return Duration::max();
}

}  // namespace fallstreak::scenarios
