#include "services/ec2/placement_groups.h"

#include <algorithm>
#include <iterator>

#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/tags.h"

/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/placement-strategies.html
namespace fallstreak::services::ec2 {
namespace {

/// AWS: "a maximum of seven running instances per Availability Zone per group".
constexpr std::ptrdiff_t kMostInSpread = 7;
/// AWS: "a maximum of seven partitions per Availability Zone".
constexpr std::int32_t kMostPartitions = 7;

constexpr FilterRow<Ec2State, PlacementGroupRecord> kPlacementGroupsFilters[] = {
    {"group-arn",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.group.GroupArn); }},
    {"group-name",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.group.GroupName); }},
    {"spread-level",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.group.SpreadLevel); }},
    {"state", [](const auto&, const auto& row, const auto& p) { return p.match(row.group.State); }},
    {"strategy",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.group.Strategy); }},
};

std::string member_prefix(const std::string& group_name) { return group_name + "/"; }
std::string member_key(const InstanceRecord& row) {
  return member_prefix(row.placement_group) + row.zone + "/" + row.instance_id;
}

}  // namespace

const PlacementGroupRecord& find_placement_group(const Context& context, const std::string& name) {
  const PlacementGroupRecord* row = context.state.placement_groups.find(name);
  if (row == nullptr) throw invalid_placement_group_unknown(name);
  return *row;
}

void check_placement(const Context& context, const PlacementGroupRecord& group,
                     const InstanceType& type, const std::string& zone, int count) {
  const std::string& strategy = *group.group.Strategy;
  if (strategy == "cluster" && type.is_burstable) {
    throw invalid_parameter_combination(
        "Cluster placement groups are not supported by the '" + std::string(type.name) +
        "' instance type. Specify a supported instance type or change the placement group "
        "strategy, and try again.");
  }
  if (strategy != "spread") return;
  const auto members =
      context.state.placement_members.range(member_prefix(*group.group.GroupName) + zone + "/");
  if (std::distance(members.begin(), members.end()) + count > kMostInSpread) {
    throw insufficient_instance_capacity(
        "There is insufficient unique hardware in " + zone + " for placement group " +
        *group.group.GroupName + ", which spreads at most 7 running instances in each zone.");
  }
}

void join_placement_group(Context& context, const InstanceRecord& row) {
  if (!row.placement_group.empty()) context.state.placement_members.put(member_key(row), {});
}

void leave_placement_group(Context& context, const InstanceRecord& row) {
  if (!row.placement_group.empty()) context.state.placement_members.erase(member_key(row));
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreatePlacementGroup.html
api::ec2::CreatePlacementGroupResult create_placement_group(
    Context& context, const api::ec2::CreatePlacementGroupRequest& request) {
  if (!request.GroupName) throw missing_parameter("groupName");
  const std::string& name = *request.GroupName;
  if (context.state.placement_groups.contains(name)) throw invalid_placement_group_duplicate(name);
  const std::string strategy = request.Strategy.value_or("cluster");
  if (request.PartitionCount && strategy != "partition") {
    throw invalid_parameter_combination(
        "The parameter PartitionCount is only valid for the partition strategy");
  }
  const std::int32_t partitions = request.PartitionCount.value_or(2);
  if (partitions < 1 || partitions > kMostPartitions) {
    throw invalid_value_for(std::to_string(partitions), "PartitionCount",
                            "Expecting a value between 1 and 7.");
  }
  if (request.SpreadLevel && strategy != "spread") {
    throw invalid_parameter_combination(
        "The parameter SpreadLevel is only valid for the spread strategy");
  }
  PlacementGroupRecord row;
  row.group = {.GroupName = name,
               .State = "available",
               .Strategy = strategy,
               .GroupId = context.new_id("pg-"),
               .Tags = to_wire(tags_for(request.TagSpecifications, "placement-group")),
               .GroupArn = context.arn("ec2", "placement-group/" + name)};
  if (strategy == "partition") row.group.PartitionCount = partitions;
  if (strategy == "spread") row.group.SpreadLevel = request.SpreadLevel.value_or("rack");
  context.state.placement_groups.insert(name, row);
  return {.PlacementGroup = row.group};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribePlacementGroups.html
api::ec2::DescribePlacementGroupsResult describe_placement_groups(
    Context& context, const api::ec2::DescribePlacementGroupsRequest& request) {
  const Selection<Ec2State, PlacementGroupRecord> selection(
      context.state, request.Filters, kPlacementGroupsFilters,
      [](const PlacementGroupRecord& row) { return tag_span(row.group.Tags); });
  const auto names = api::each(request.GroupNames);
  const auto ids = api::each(request.GroupIds);
  for (const auto& name : names) find_placement_group(context, name);
  api::ec2::DescribePlacementGroupsResult result;
  auto& shown = result.PlacementGroups.emplace();
  std::size_t found_by_id = 0;
  for (const auto& [name, row] : context.state.placement_groups) {
    const bool is_its_id = std::ranges::find(ids, *row.group.GroupId) != ids.end();
    found_by_id += std::size_t(is_its_id);
    const bool is_named = std::ranges::find(names, std::string(name)) != names.end();
    const bool is_wanted = (names.empty() || is_named) && (ids.empty() || is_its_id);
    if (is_wanted && selection.passes(row)) shown.push_back(row.group);
  }
  if (found_by_id < ids.size()) throw invalid_placement_group_unknown(ids.front());
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeletePlacementGroup.html
api::ec2::DeletePlacementGroupResponse delete_placement_group(
    Context& context, const api::ec2::DeletePlacementGroupRequest& request) {
  const std::string& name = *request.GroupName;
  find_placement_group(context, name);
  if (!context.state.placement_members.range(member_prefix(name)).empty()) {
    throw invalid_placement_group_in_use(name);
  }
  context.state.placement_groups.erase(name);
  return {};
}

}  // namespace fallstreak::services::ec2
