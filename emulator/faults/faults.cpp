#include "faults/faults.h"

#include <algorithm>
#include <array>

namespace fallstreak::faults {
namespace {

constexpr std::array<std::string_view, 7> kKinds = {"api-error",         "az-power",       "insufficient-capacity", "scheduled-event",
                                                   "spot-interruption", "spot-rebalance", "status-check"};

/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instances-status-check_sched.html
constexpr std::array<std::string_view, 5> kEvents = {"instance-reboot", "instance-retirement", "instance-stop",
                                                    "system-maintenance", "system-reboot"};

bool matches(std::string_view pattern, std::string_view value) {
  return pattern.empty() || pattern == value;
}

}  // namespace

bool is_known(std::string_view kind) { return std::ranges::find(kKinds, kind) != kKinds.end(); }

std::string problem(const FaultRecord& fault) {
  if (!is_known(fault.kind)) return "there is no fault of kind '" + fault.kind + "'";
  if (fault.kind == "az-power" && fault.zone.empty()) return "az-power needs a zone";
  if (fault.kind == "status-check") {
    if (fault.instance_id.empty()) return "status-check needs an instance_id";
    const bool is_known_check = fault.check.empty() || fault.check == "instance" ||
                                fault.check == "system" || fault.check == "ebs";
    if (!is_known_check) return "check must be instance, system or ebs";
  }
  if (fault.kind == "scheduled-event") {
    if (fault.instance_id.empty()) return "scheduled-event needs an instance_id";
    if (std::ranges::find(kEvents, fault.code) == kEvents.end()) {
      return "code must be instance-reboot, instance-retirement, instance-stop, system-maintenance or system-reboot";
    }
  }
  if (fault.kind == "api-error") {
    if (fault.code.empty()) return "api-error needs a code";
    if (fault.status < 400 || fault.status > 599) return "status must be from 400 to 599";
  }
  if (fault.percentage < 1 || fault.percentage > 100) return "percentage must be from 1 to 100";
  return {};
}

bool zone_has_power(const FaultState& state, std::string_view zone) {
  return std::ranges::none_of(state.active, [&](const auto& row) {
    return row.second.kind == "az-power" && row.second.zone == zone;
  });
}

bool has_capacity(const FaultState& state, std::string_view zone, std::string_view instance_type) {
  return std::ranges::none_of(state.active, [&](const auto& row) {
    const FaultRecord& fault = row.second;
    if (fault.kind == "az-power") return fault.zone == zone;
    return fault.kind == "insufficient-capacity" && matches(fault.zone, zone) &&
           matches(fault.instance_type, instance_type);
  });
}

std::optional<ApiError> api_error(const FaultState& state, const api::Operation& operation,
                                  std::uint64_t draw) {
  for (const auto& row : state.active) {
    const FaultRecord& fault = row.second;
    if (fault.kind != "api-error" || !matches(fault.service, operation.service->id) ||
        !matches(fault.operation, operation.name) || draw >= std::uint64_t(fault.percentage)) {
      continue;
    }
    return ApiError(fault.code, fault.message, fault.status);
  }
  return std::nullopt;
}

}  // namespace fallstreak::faults
