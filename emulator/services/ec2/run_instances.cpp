#include <algorithm>

#include "services/ec2/capacity_reservations.h"
#include "services/ec2/client_tokens.h"
#include "services/ec2/errors.h"
#include "services/ec2/iam_instance_profiles.h"
#include "services/ec2/instance_metadata.h"
#include "services/ec2/instances.h"
#include "services/ec2/launch.h"
#include "services/ec2/launch_plan.h"
#include "services/ec2/placement_groups.h"

namespace fallstreak::services::ec2 {
namespace {

/// AWS: the launch says how it is, else the account's defaults, else the image.
api::ec2::InstanceMetadataOptionsResponse metadata_options_of(
    const Context& context, const Image& image, const api::ec2::RunInstancesRequest& request) {
  auto given = request.MetadataOptions.value_or(api::ec2::InstanceMetadataOptionsRequest());
  if (const RegionRecord* region = context.state.region.find("region")) {
    const auto& defaults = region->metadata_defaults;
    if (!given.HttpTokens) given.HttpTokens = defaults.HttpTokens;
    if (!given.HttpEndpoint) given.HttpEndpoint = defaults.HttpEndpoint;
    if (!given.InstanceMetadataTags) given.InstanceMetadataTags = defaults.InstanceMetadataTags;
    if (!given.HttpPutResponseHopLimit) {
      given.HttpPutResponseHopLimit = defaults.HttpPutResponseHopLimit;
    }
  }
  // AWS: Amazon Linux 2023 registers its images with `imds-support=v2.0`.
  const bool is_v2_only = image.imds_support == "v2.0" || image.name.starts_with("al2023");
  return {.HttpTokens = given.HttpTokens.value_or(is_v2_only ? "required" : "optional"),
          .HttpPutResponseHopLimit = given.HttpPutResponseHopLimit.value_or(is_v2_only ? 2 : 1),
          .HttpEndpoint = given.HttpEndpoint.value_or("enabled"),
          .HttpProtocolIpv6 = given.HttpProtocolIpv6.value_or("disabled"),
          .InstanceMetadataTags = given.InstanceMetadataTags.value_or("disabled")};
}

void set_profile(Context& context, const api::ec2::RunInstancesRequest& request,
                 InstanceRecord& row) {
  if (!request.IamInstanceProfile) return;
  const auto profile = profile_of(context, *request.IamInstanceProfile);
  row.profile_arn = *profile.Arn;
  row.profile_id = *profile.Id;
  row.profile_association_id = context.new_id("iip-assoc-");
  associate_profile(context, row, "associated");
}

InstanceRecord make_instance(Context& context, const api::ec2::RunInstancesRequest& request,
                             const LaunchPlan& plan, const std::string& reservation_id, int index) {
  InstanceRecord row;
  row.instance_id = context.new_id("i-");
  row.owner_id = context.account_id();
  row.reservation_id = reservation_id;
  row.image_id = plan.image.id;
  row.key_name = request.KeyName.value_or("");
  row.instance_type = plan.type->name;
  row.launch_index = index;
  row.zone = plan.zone;
  row.vpc_id = plan.vpc_id;
  row.subnet_id = plan.subnet_id;
  row.wants_public_address = plan.wants_public_address;
  row.placement_group = plan.placement_group;
  row.partition_number = plan.partition_number;
  row.cpu_credits = plan.cpu_credits;
  row.cores = plan.cpu.cores;
  row.threads_per_core = plan.cpu.threads_per_core;
  row.capacity_preference = plan.capacity_preference;
  row.tags = plan.tags;
  row.client_token = request.ClientToken.value_or("");
  row.user_data = request.UserData.value_or("");
  row.disable_api_termination = request.DisableApiTermination.value_or(false);
  row.disable_api_stop = request.DisableApiStop.value_or(false);
  row.shutdown_behavior = request.InstanceInitiatedShutdownBehavior.value_or("stop");
  row.is_monitored = request.Monitoring && request.Monitoring->Enabled.value_or(false);
  row.ebs_optimized = request.EbsOptimized.value_or(false);
  if (request.MaintenanceOptions) {
    row.recovers_automatically = request.MaintenanceOptions->AutoRecovery != "disabled";
  }
  if (const auto& names = request.PrivateDnsNameOptions) {
    row.has_resource_name = names->HostnameType == "resource-name";
    row.has_resource_a_record = names->EnableResourceNameDnsARecord.value_or(false);
    row.has_resource_aaaa_record = names->EnableResourceNameDnsAAAARecord.value_or(false);
  }
  row.metadata_options = metadata_options_of(context, plan.image, request);
  check_metadata_tags(row.metadata_options, row.tags);
  row.tenancy = plan.tenancy;
  set_profile(context, request, row);
  return row;
}

/// Makes or takes the interface that the plan says.
std::string take_interface(Context& context, const PlannedInterface& planned,
                           const std::string& instance_id) {
  const std::string id =
      planned.existing_id.empty() ? add_interface(context, planned.wanted) : planned.existing_id;
  attach_interface(context, id, instance_id, planned.device_index, planned.delete_on_termination);
  return id;
}

std::string launch_one(Context& context, const api::ec2::RunInstancesRequest& request,
                       const LaunchPlan& plan, const std::string& reservation_id, int index,
                       const std::string& spot_request_id = {}) {
  InstanceRecord row = make_instance(context, request, plan, reservation_id, index);
  for (const auto& planned : plan.interfaces) {
    row.interface_ids.push_back(take_interface(context, planned, row.instance_id));
  }
  row.private_ip_address = primary_interface(context.state, row)->addresses.front().address;
  row.volumes = make_volumes(context, plan.volumes, row, plan.volume_tags);
  join_placement_group(context, row);
  begin_pending(context, row);
  if (!plan.spot) join_capacity_reservation(context, row);
  if (plan.spot) {
    row.spot_request_id = spot_request_id.empty()
                              ? add_fulfilled_request(context, request, *plan.spot, row)
                              : spot_request_id;
  }
  std::string instance_id = row.instance_id;
  context.state.instances.insert(instance_id, std::move(row));
  return instance_id;
}

/// The reservation as it is now; an instance that AWS has forgotten is not in it.
api::ec2::Reservation describe_reservation(const Context& context,
                                           const std::vector<std::string>& instance_ids) {
  api::ec2::Reservation reservation;
  reservation.OwnerId = context.account_id();
  reservation.Groups.emplace();
  auto& shown = reservation.Instances.emplace();
  for (const auto& id : instance_ids) {
    const InstanceRecord* row = context.state.instances.find(id);
    if (row == nullptr) continue;
    reservation.ReservationId = row->reservation_id;
    shown.push_back(describe(context.state, *row));
  }
  return reservation;
}

}  // namespace

std::string launch_planned(Context& context, const api::ec2::RunInstancesRequest& effective,
                           const LaunchPlan& plan, const std::string& spot_request_id) {
  return launch_one(context, effective, plan, context.new_id("r-"), 0, spot_request_id);
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html
api::ec2::Reservation run_instances(Context& context,
                                    const api::ec2::RunInstancesRequest& request) {
  const IdempotentRequest idempotent(context, "RunInstances", request);
  if (!idempotent.earlier().empty()) return describe_reservation(context, idempotent.earlier());

  const api::ec2::RunInstancesRequest effective = effective_request(context, request);
  const LaunchPlan plan = plan_launch(context, effective);
  const std::string reservation_id = context.new_id("r-");
  std::vector<std::string> instance_ids;
  for (int index = 0; index < plan.count; ++index) {
    instance_ids.push_back(launch_one(context, effective, plan, reservation_id, index));
  }
  idempotent.remember(context, instance_ids);
  api::ec2::Reservation reservation = describe_reservation(context, instance_ids);
  // Observed: the answer to the launch does not have the public address yet.
  for (auto& instance : *reservation.Instances) {
    instance.PublicDnsName = "";
    instance.PublicIpAddress.reset();
    for (auto& interface : *instance.NetworkInterfaces) {
      interface.Association.reset();
      interface.PrivateIpAddresses->front().Association.reset();
    }
  }
  return reservation;
}

}  // namespace fallstreak::services::ec2
