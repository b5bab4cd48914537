#include "services/autoscaling/processes.h"

#include <algorithm>
#include <array>

#include "services/autoscaling/activities.h"
#include "services/autoscaling/capacity.h"
#include "services/autoscaling/errors.h"
#include "services/autoscaling/handlers.h"
#include "services/autoscaling/lookup.h"
#include "services/autoscaling/timing.h"

namespace fallstreak::services::autoscaling {
namespace {

using api::autoscaling::ScalingProcessQuery;
using api::autoscaling::SuspendedProcess;

/// In the order of the enumeration.
constexpr std::array<std::string_view, 9> kNames = {
    "Launch",      "Terminate",       "AddToLoadBalancer", "AlarmNotification", "AZRebalance",
    "HealthCheck", "InstanceRefresh", "ReplaceUnhealthy",  "ScheduledActions"};

/// AWS: all of them, if none is named.
std::vector<std::string> processes_in(const ScalingProcessQuery& request) {
  const auto named = api::each(request.ScalingProcesses);
  if (named.empty()) return {kNames.begin(), kNames.end()};
  for (const auto& name : named) {
    if (std::ranges::find(kNames, name) == kNames.end()) throw process_unknown(name);
  }
  return {named.begin(), named.end()};
}

}  // namespace

std::string_view name_of(Process process) { return kNames[static_cast<std::size_t>(process)]; }

bool is_suspended(const GroupRecord& group, Process process) {
  return std::ranges::any_of(
      api::each(group.group.SuspendedProcesses),
      [&](const SuspendedProcess& one) { return one.ProcessName == name_of(process); });
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SuspendProcesses.html
api::autoscaling::SuspendProcessesResponse suspend_processes(Context& context,
                                                             const ScalingProcessQuery& request) {
  const std::string& name = *request.AutoScalingGroupName;
  find_changeable_group(context, name);
  const auto processes = processes_in(request);
  context.state.groups.update(name, [&](GroupRecord& record) {
    auto& suspended = *record.group.SuspendedProcesses;
    for (const auto& process : processes) {
      const bool is_already = std::ranges::any_of(
          suspended, [&](const auto& one) { return one.ProcessName == process; });
      if (is_already) continue;
      suspended.push_back(
          {.ProcessName = process, .SuspensionReason = "User suspended at " + cause_time(context)});
    }
  });
  return {};
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_ResumeProcesses.html
api::autoscaling::ResumeProcessesResponse resume_processes(Context& context,
                                                           const ScalingProcessQuery& request) {
  const std::string& name = *request.AutoScalingGroupName;
  find_changeable_group(context, name);
  const auto processes = processes_in(request);
  context.state.groups.update(name, [&](GroupRecord& record) {
    std::erase_if(*record.group.SuspendedProcesses, [&](const SuspendedProcess& one) {
      return std::ranges::find(processes, *one.ProcessName) != processes.end();
    });
  });
  reconcile_later(context, name, kReaction);
  return {};
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeScalingProcessTypes.html
api::autoscaling::ProcessesType describe_scaling_process_types(
    Context&, const api::autoscaling::DescribeScalingProcessTypes::Request&) {
  api::autoscaling::ProcessesType response;
  auto& list = response.Processes.emplace();
  for (const auto name : kNames) list.push_back({.ProcessName = std::string(name)});
  std::ranges::sort(list, {}, &api::autoscaling::ProcessType::ProcessName);
  return response;
}

}  // namespace fallstreak::services::autoscaling
