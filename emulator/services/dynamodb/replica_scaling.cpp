#include "services/dynamodb/replica_scaling.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "api/application-autoscaling/policies.h"
#include "api/application-autoscaling/targets.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/peer.h"
#include "services/dynamodb/replica_overrides.h"
#include "services/dynamodb/replicas.h"
#include "services/dynamodb/table_access.h"
#include "services/dynamodb/table_description.h"

namespace fallstreak::services::dynamodb {
namespace {

namespace scaling = api::application_autoscaling;
using api::dynamodb::AutoScalingSettingsDescription;
using api::dynamodb::AutoScalingSettingsUpdate;
using api::dynamodb::ReplicaAutoScalingDescription;
using api::dynamodb::UpdateTableReplicaAutoScalingInput;

const std::string kScaledNamespace = "dynamodb";

/// What is scaled: the reads or the writes of a table or of an index.
struct Scaled {
  std::string resource_id;
  std::string dimension;
  std::string metric;

  [[nodiscard]] std::string policy_name() const { return metric + ":" + resource_id; }
};

enum class ScaledUnits { reads, writes };

Scaled scaled(const std::string& table, const std::string& index, ScaledUnits units) {
  const std::string kind = units == ScaledUnits::reads ? "Read" : "Write";
  return {.resource_id = "table/" + table + (index.empty() ? "" : "/index/" + index),
          .dimension = std::string(index.empty() ? "dynamodb:table:" : "dynamodb:index:") + kind +
                       "CapacityUnits",
          .metric = "DynamoDB" + kind + "CapacityUtilization"};
}

/// AWS: an error of Application Auto Scaling is told in its words.
ApiError refusal_of(const ApiError& error) {
  if (error.code == "ValidationException") return validation_exception(error.message);
  if (error.code == "LimitExceededException") return {error.code, error.message};
  return internal_server_error();
}

template <class Operation>
typename Operation::Response ask(Context& at, const typename Operation::Request& request) {
  auto outcome = at.try_call<Operation>(request);
  if (!outcome) throw refusal_of(outcome.error());
  return std::move(*outcome);
}

std::optional<scaling::ScalableTarget> target_of(Context& at, const Scaled& what) {
  auto found = ask<scaling::DescribeScalableTargets>(at, {.ServiceNamespace = kScaledNamespace,
                                                          .ResourceIds = {{what.resource_id}},
                                                          .ScalableDimension = what.dimension});
  if (found.ScalableTargets->empty()) return std::nullopt;
  return std::move(found.ScalableTargets->front());
}

std::vector<scaling::ScalingPolicy> policies_of(Context& at, const Scaled& what) {
  return *ask<scaling::DescribeScalingPolicies>(at, {.ServiceNamespace = kScaledNamespace,
                                                     .ResourceId = what.resource_id,
                                                     .ScalableDimension = what.dimension})
              .ScalingPolicies;
}

AutoScalingSettingsDescription described_scaling(Context& at, const Scaled& what) {
  const auto target = target_of(at, what);
  if (!target) return {.AutoScalingDisabled = true};
  AutoScalingSettingsDescription settings{.MinimumUnits = *target->MinCapacity,
                                          .MaximumUnits = *target->MaxCapacity,
                                          .AutoScalingRoleArn = target->RoleARN};
  auto& policies = settings.ScalingPolicies.emplace();
  for (const scaling::ScalingPolicy& policy : policies_of(at, what)) {
    const auto& tracking = *policy.TargetTrackingScalingPolicyConfiguration;
    policies.push_back({.PolicyName = policy.PolicyName,
                        .TargetTrackingScalingPolicyConfiguration = {
                            {.DisableScaleIn = tracking.DisableScaleIn,
                             .ScaleInCooldown = tracking.ScaleInCooldown,
                             .ScaleOutCooldown = tracking.ScaleOutCooldown,
                             .TargetValue = tracking.TargetValue}}});
  }
  return settings;
}

/// Chosen: a table in on-demand mode has no settings to show.
ReplicaAutoScalingDescription described_member(Context& at, const std::string& name,
                                               const TableRecord& table,
                                               const std::string& status) {
  ReplicaAutoScalingDescription replica{.RegionName = at.region(), .ReplicaStatus = status};
  auto& indexes = replica.GlobalSecondaryIndexes.emplace();
  const bool is_scaled = table.billing_mode == BillingMode::provisioned;
  const api::dynamodb::TableDescription shown = describe(at, name, table);
  for (const auto& index : api::each(shown.GlobalSecondaryIndexes)) {
    auto& description = indexes.emplace_back();
    description.IndexName = index.IndexName;
    description.IndexStatus = index.IndexStatus;
    if (!is_scaled) continue;
    description.ProvisionedReadCapacityAutoScalingSettings =
        described_scaling(at, scaled(name, *index.IndexName, ScaledUnits::reads));
    description.ProvisionedWriteCapacityAutoScalingSettings =
        described_scaling(at, scaled(name, *index.IndexName, ScaledUnits::writes));
  }
  if (!is_scaled) return replica;
  replica.ReplicaProvisionedReadCapacityAutoScalingSettings =
      described_scaling(at, scaled(name, "", ScaledUnits::reads));
  replica.ReplicaProvisionedWriteCapacityAutoScalingSettings =
      described_scaling(at, scaled(name, "", ScaledUnits::writes));
  return replica;
}

api::dynamodb::TableAutoScalingDescription described_group(Context& context,
                                                           const std::string& name,
                                                           const TableRecord& table) {
  api::dynamodb::TableAutoScalingDescription group{
      .TableName = name, .TableStatus = describe(context, name, table).TableStatus};
  auto& members = group.Replicas.emplace();
  members.push_back(described_member(context, name, table, *group.TableStatus));
  for (const auto& replica : described_replicas(table)) {
    Peer peer(context, *replica.RegionName);
    const TableRecord* member = peer.context.state.tables.find(name);
    if (member == nullptr) continue;
    members.push_back(described_member(peer.context, name, *member, *replica.ReplicaStatus));
  }
  return group;
}

std::optional<std::int32_t> scaling_bound(const std::optional<std::int64_t>& units) {
  if (!units) return std::nullopt;
  if (*units > std::numeric_limits<std::int32_t>::max()) {
    throw validation_exception("Given value " + std::to_string(*units) +
                               " for auto scaling is out of bounds");
  }
  return static_cast<std::int32_t>(*units);
}

void put_policy(Context& at, const Scaled& what,
                const api::dynamodb::AutoScalingPolicyUpdate& update) {
  const auto& wanted = *update.TargetTrackingScalingPolicyConfiguration;
  // AWS: without a name it is the one that the target has.
  std::string name = update.PolicyName.value_or("");
  const auto known = name.empty() ? policies_of(at, what) : std::vector<scaling::ScalingPolicy>();
  if (name.empty()) name = known.empty() ? what.policy_name() : *known.front().PolicyName;
  ask<scaling::PutScalingPolicy>(
      at, {.PolicyName = name,
           .ServiceNamespace = kScaledNamespace,
           .ResourceId = what.resource_id,
           .ScalableDimension = what.dimension,
           .PolicyType = "TargetTrackingScaling",
           .TargetTrackingScalingPolicyConfiguration = {
               {.TargetValue = wanted.TargetValue,
                .PredefinedMetricSpecification = {{.PredefinedMetricType = what.metric}},
                .ScaleOutCooldown = wanted.ScaleOutCooldown,
                .ScaleInCooldown = wanted.ScaleInCooldown,
                .DisableScaleIn = wanted.DisableScaleIn}}});
}

void apply_scaling(Context& at, const Scaled& what, const AutoScalingSettingsUpdate& update) {
  if (update.AutoScalingDisabled.value_or(false)) {
    if (!target_of(at, what)) return;
    ask<scaling::DeregisterScalableTarget>(at, {.ServiceNamespace = kScaledNamespace,
                                                .ResourceId = what.resource_id,
                                                .ScalableDimension = what.dimension});
    return;
  }
  ask<scaling::RegisterScalableTarget>(at, {.ServiceNamespace = kScaledNamespace,
                                            .ResourceId = what.resource_id,
                                            .ScalableDimension = what.dimension,
                                            .MinCapacity = scaling_bound(update.MinimumUnits),
                                            .MaxCapacity = scaling_bound(update.MaximumUnits)});
  if (update.ScalingPolicyUpdate) put_policy(at, what, *update.ScalingPolicyUpdate);
}

void check_scaled_index(const TableRecord& table, const std::optional<std::string>& name) {
  const auto is_it = [&](const IndexRecord& index) {
    return index.kind == IndexKind::global && index.name == name;
  };
  if (std::ranges::any_of(table.indexes, is_it)) return;
  throw ApiError("ResourceNotFoundException",
                 "Requested resource not found: Index: " + name.value_or("") + " not found");
}

/// AWS: write capacity is that of all members.
void apply_writes(Context& at, const std::string& name, const TableRecord& table,
                  const UpdateTableReplicaAutoScalingInput& request) {
  if (request.ProvisionedWriteCapacityAutoScalingUpdate) {
    apply_scaling(at, scaled(name, "", ScaledUnits::writes),
                  *request.ProvisionedWriteCapacityAutoScalingUpdate);
  }
  for (const auto& index : api::each(request.GlobalSecondaryIndexUpdates)) {
    check_scaled_index(table, index.IndexName);
    if (!index.ProvisionedWriteCapacityAutoScalingUpdate) continue;
    apply_scaling(at, scaled(name, *index.IndexName, ScaledUnits::writes),
                  *index.ProvisionedWriteCapacityAutoScalingUpdate);
  }
}

/// Read capacity is the member's own, so from now on it does not follow the others'.
void apply_reads(Context& at, const std::string& name, const TableRecord& table,
                 const api::dynamodb::ReplicaAutoScalingUpdate& update) {
  if (update.ReplicaProvisionedReadCapacityAutoScalingUpdate) {
    apply_scaling(at, scaled(name, "", ScaledUnits::reads),
                  *update.ReplicaProvisionedReadCapacityAutoScalingUpdate);
    keep_own_reads(at, name, "");
  }
  for (const auto& index : api::each(update.ReplicaGlobalSecondaryIndexUpdates)) {
    check_scaled_index(table, index.IndexName);
    if (!index.ProvisionedReadCapacityAutoScalingUpdate) continue;
    apply_scaling(at, scaled(name, *index.IndexName, ScaledUnits::reads),
                  *index.ProvisionedReadCapacityAutoScalingUpdate);
    keep_own_reads(at, name, *index.IndexName);
  }
}

void check_scaling_request(const UpdateTableReplicaAutoScalingInput& request) {
  if (!request.ProvisionedWriteCapacityAutoScalingUpdate && !request.GlobalSecondaryIndexUpdates &&
      !request.ReplicaUpdates) {
    // Chosen: the words.
    throw validation_exception(
        "At least one of ProvisionedWriteCapacityAutoScalingUpdate, GlobalSecondaryIndexUpdates or "
        "ReplicaUpdates is required");
  }
  std::vector<std::string> regions;
  for (const auto& update : api::each(request.ReplicaUpdates)) {
    if (std::ranges::find(regions, *update.RegionName) != regions.end()) {
      throw invalid_parameter_values("Only one update per replica is allowed. Region: " +
                                     *update.RegionName);
    }
    regions.push_back(*update.RegionName);
  }
}

/// What Application Auto Scaling refuses, as under an injected fault, is not scaled there.
void copy_target(Context& context, Context& peer, const Scaled& what) {
  const auto found =
      context.try_call<scaling::DescribeScalableTargets>({.ServiceNamespace = kScaledNamespace,
                                                          .ResourceIds = {{what.resource_id}},
                                                          .ScalableDimension = what.dimension});
  if (!found || found->ScalableTargets->empty()) return;
  const scaling::ScalableTarget& target = found->ScalableTargets->front();
  const auto registered =
      peer.try_call<scaling::RegisterScalableTarget>({.ServiceNamespace = kScaledNamespace,
                                                      .ResourceId = what.resource_id,
                                                      .ScalableDimension = what.dimension,
                                                      .MinCapacity = target.MinCapacity,
                                                      .MaxCapacity = target.MaxCapacity});
  const auto policies =
      context.try_call<scaling::DescribeScalingPolicies>({.ServiceNamespace = kScaledNamespace,
                                                          .ResourceId = what.resource_id,
                                                          .ScalableDimension = what.dimension});
  if (!registered || !policies) return;
  for (const scaling::ScalingPolicy& policy : *policies->ScalingPolicies) {
    static_cast<void>(peer.try_call<scaling::PutScalingPolicy>(
        {.PolicyName = policy.PolicyName,
         .ServiceNamespace = kScaledNamespace,
         .ResourceId = what.resource_id,
         .ScalableDimension = what.dimension,
         .PolicyType = policy.PolicyType,
         .TargetTrackingScalingPolicyConfiguration =
             policy.TargetTrackingScalingPolicyConfiguration}));
  }
}

const TableRecord& found_table(Context& context, const std::string& name) {
  const TableRecord* table = context.state.tables.find(name);
  if (table == nullptr) throw table_not_found(name);
  return *table;
}

}  // namespace

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTableReplicaAutoScaling.html
api::dynamodb::DescribeTableReplicaAutoScalingOutput describe_table_replica_auto_scaling(
    Context& context, const api::dynamodb::DescribeTableReplicaAutoScalingInput& request) {
  const std::string name(table_name_of(context, *request.TableName));
  return {.TableAutoScalingDescription =
              described_group(context, name, found_table(context, name))};
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTableReplicaAutoScaling.html
api::dynamodb::UpdateTableReplicaAutoScalingOutput update_table_replica_auto_scaling(
    Context& context, const UpdateTableReplicaAutoScalingInput& request) {
  const std::string name(table_name_of(context, *request.TableName));
  check_scaling_request(request);
  const TableRecord table = found_table(context, name);
  if (table.status == TableStatus::creating) throw table_being_created(name);
  if (table.status == TableStatus::deleting) throw table_being_deleted(name);
  check_members_are_settled(table);
  if (table.billing_mode == BillingMode::pay_per_request) {
    // Chosen: the words.
    throw invalid_parameter_values(
        "Auto scaling settings cannot be updated when BillingMode is PAY_PER_REQUEST");
  }
  apply_writes(context, name, table, request);
  for (const ReplicaRecord& replica : table.replicas) {
    Peer peer(context, replica.region);
    apply_writes(peer.context, name, table, request);
  }
  for (const auto& update : api::each(request.ReplicaUpdates)) {
    const std::string& region = *update.RegionName;
    const bool is_member =
        region == context.region() ||
        std::ranges::find(table.replicas, region, &ReplicaRecord::region) != table.replicas.end();
    if (!is_member) throw replica_not_found(region);
    Peer peer(context, region);
    apply_reads(peer.context, name, TableRecord(found_table(peer.context, name)), update);
  }
  return {.TableAutoScalingDescription =
              described_group(context, name, found_table(context, name))};
}

bool scales_writes(Context& context, const std::string& name, const TableRecord& table) {
  if (!target_of(context, scaled(name, "", ScaledUnits::writes))) return false;
  return std::ranges::all_of(table.indexes, [&](const IndexRecord& index) {
    return index.kind == IndexKind::local ||
           target_of(context, scaled(name, index.name, ScaledUnits::writes)).has_value();
  });
}

void copy_scaling(Context& context, Context& peer, const std::string& name,
                  const TableRecord& table) {
  std::vector<std::string> places{""};
  for (const IndexRecord& index : table.indexes) {
    if (index.kind == IndexKind::global) places.push_back(index.name);
  }
  for (const std::string& index : places) {
    copy_target(context, peer, scaled(name, index, ScaledUnits::reads));
    copy_target(context, peer, scaled(name, index, ScaledUnits::writes));
  }
}

}  // namespace fallstreak::services::dynamodb
