#include "services/ec2/spot_groups.h"

namespace fallstreak::services::ec2 {
namespace {

/// The members of a group are the rows that begin so.
std::string group_prefix(std::string_view kind, const std::string& name) {
  return std::string(kind) + "/" + std::to_string(name.size()) + ":" + name + "/";
}

std::vector<std::string> prefixes_of(const api::ec2::SpotInstanceRequest& request) {
  std::vector<std::string> prefixes;
  if (request.LaunchGroup) prefixes.push_back(group_prefix("launch", *request.LaunchGroup));
  if (request.AvailabilityZoneGroup) {
    prefixes.push_back(group_prefix("zone", *request.AvailabilityZoneGroup));
  }
  return prefixes;
}

bool waits_for_launch(const api::ec2::SpotInstanceRequest& request) {
  return request.State == "open" && request.Status->Code != "instance-stopped-no-capacity";
}

/// AWS: what was cancelled while its instance runs keeps the instance.
bool has_instance(const api::ec2::SpotInstanceRequest& request) {
  return request.State == "active" || request.State == "disabled" ||
         (request.State == "open" && !waits_for_launch(request)) ||
         request.Status->Code == "request-canceled-and-instance-running";
}

}  // namespace

void update_spot_groups(Context& context, const std::string& request_id) {
  const auto& request = context.state.spot_requests.find(request_id)->request;
  const bool is_member = waits_for_launch(request) || has_instance(request);
  for (const auto& prefix : prefixes_of(request)) {
    if (is_member) {
      context.state.spot_groups.put(prefix + request_id, {.id = request_id});
    } else {
      context.state.spot_groups.erase(prefix + request_id);
    }
  }
}

std::string zone_of_group(const Context& context, const SpotRequestRecord& record) {
  if (!record.request.AvailabilityZoneGroup) return {};
  const std::string prefix = group_prefix("zone", *record.request.AvailabilityZoneGroup);
  for (const auto& row : context.state.spot_groups.range(prefix)) {
    const auto& other = context.state.spot_requests.find(row.second.id)->request;
    // AWS: "The group applies only to requests for Spot Instances of the same instance type."
    const bool counts = has_instance(other) && other.LaunchSpecification->InstanceType ==
                                                   record.request.LaunchSpecification->InstanceType;
    if (counts) return *other.LaunchedAvailabilityZone;
  }
  return {};
}

bool leads_group(const Context& context, const SpotRequestRecord& record) {
  const std::string prefix = group_prefix("launch", *record.request.LaunchGroup);
  for (const auto& row : context.state.spot_groups.range(prefix)) {
    if (!waits_for_launch(context.state.spot_requests.find(row.second.id)->request)) continue;
    return row.second.id == record.request.SpotInstanceRequestId;
  }
  return false;
}

std::vector<std::string> waiting_in_group(const Context& context, const SpotRequestRecord& record) {
  std::vector<std::string> waiting;
  const std::string prefix = group_prefix("launch", *record.request.LaunchGroup);
  for (const auto& row : context.state.spot_groups.range(prefix)) {
    const std::string& id = row.second.id;
    if (waits_for_launch(context.state.spot_requests.find(id)->request)) waiting.push_back(id);
  }
  return waiting;
}

std::vector<std::string> instances_in_group(const Context& context,
                                            const SpotRequestRecord& record) {
  std::vector<std::string> instances;
  if (!record.request.LaunchGroup) return instances;
  const std::string prefix = group_prefix("launch", *record.request.LaunchGroup);
  for (const auto& row : context.state.spot_groups.range(prefix)) {
    const auto& other = context.state.spot_requests.find(row.second.id)->request;
    if (has_instance(other)) instances.push_back(*other.InstanceId);
  }
  return instances;
}

}  // namespace fallstreak::services::ec2
