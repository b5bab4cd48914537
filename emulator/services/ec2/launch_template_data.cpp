#include "services/ec2/convert.h"
#include "services/ec2/instances.h"
#include "services/ec2/launch_templates.h"
#include "services/ec2/tags.h"

namespace fallstreak::services::ec2 {
namespace {

using Data = api::ec2::ResponseLaunchTemplateData;

/// The volumes that the instance has, as a launch would make them.
void add_volumes(const Ec2State& state, const InstanceRecord& row, Data& data) {
  auto& mappings = data.BlockDeviceMappings.emplace();
  for (const auto& attached : row.volumes) {
    const VolumeRecord* volume = state.volumes.find(attached.volume_id);
    if (volume == nullptr) continue;
    const VolumeSettings& settings = volume->settings;
    api::ec2::LaunchTemplateEbsBlockDevice ebs{
        .Encrypted = !volume->kms_key_id.empty(),
        .DeleteOnTermination = attached.delete_on_termination,
        .VolumeSize = settings.size_gib,
        .VolumeType = settings.type};
    if (settings.iops > 0) ebs.Iops = settings.iops;
    if (settings.throughput > 0) ebs.Throughput = settings.throughput;
    if (!volume->kms_key_id.empty()) ebs.KmsKeyId = volume->kms_key_id;
    if (!volume->snapshot_id.empty()) ebs.SnapshotId = volume->snapshot_id;
    mappings.push_back({.DeviceName = attached.device_name, .Ebs = std::move(ebs)});
  }
}

/// New interfaces like those that the instance has.
void add_interfaces(const api::ec2::Instance& instance, Data& data) {
  auto& interfaces = data.NetworkInterfaces.emplace();
  for (const auto& shown : api::each(instance.NetworkInterfaces)) {
    auto& one = interfaces.emplace_back();
    one.AssociatePublicIpAddress = shown.Association.has_value();
    one.DeleteOnTermination = shown.Attachment->DeleteOnTermination;
    one.Description = shown.Description;
    one.DeviceIndex = shown.Attachment->DeviceIndex;
    one.NetworkCardIndex = shown.Attachment->NetworkCardIndex;
    one.InterfaceType = shown.InterfaceType;
    one.SubnetId = shown.SubnetId;
    one.Ipv6Addresses = shown.Ipv6Addresses;
    for (const auto& each : api::each(shown.Ipv6Addresses)) {
      if (each.IsPrimaryIpv6 == true) one.PrimaryIpv6 = true;
    }
    for (const auto& each : api::each(shown.Ipv4Prefixes)) {
      if (!one.Ipv4Prefixes) one.Ipv4Prefixes.emplace();
      one.Ipv4Prefixes->push_back({.Ipv4Prefix = each.Ipv4Prefix});
    }
    for (const auto& each : api::each(shown.Ipv6Prefixes)) {
      if (!one.Ipv6Prefixes) one.Ipv6Prefixes.emplace();
      one.Ipv6Prefixes->push_back({.Ipv6Prefix = each.Ipv6Prefix});
    }
    auto& groups = one.Groups.emplace();
    for (const auto& group : api::each(shown.Groups)) groups.push_back(*group.GroupId);
    auto& addresses = one.PrivateIpAddresses.emplace();
    for (const auto& address : api::each(shown.PrivateIpAddresses)) {
      addresses.push_back(
          {.Primary = address.Primary, .PrivateIpAddress = address.PrivateIpAddress});
    }
  }
}

void add_spot_options(const Ec2State& state, const InstanceRecord& row, Data& data) {
  const SpotRequestRecord* spot = state.spot_requests.find(row.spot_request_id);
  if (spot == nullptr) return;
  data.InstanceMarketOptions = {.MarketType = "spot",
                                .SpotOptions = {{.MaxPrice = spot->request.SpotPrice,
                                                 .SpotInstanceType = spot->request.Type,
                                                 .InstanceInterruptionBehavior =
                                                     spot->request.InstanceInterruptionBehavior}}};
}

}  // namespace

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetLaunchTemplateData.html
api::ec2::GetLaunchTemplateDataResult get_launch_template_data(
    Context& context, const api::ec2::GetLaunchTemplateDataRequest& request) {
  const InstanceRecord& row = find_instance(context, *request.InstanceId);
  const api::ec2::Instance shown = describe(context.state, row);
  Data data;
  data.ImageId = shown.ImageId;
  data.InstanceType = shown.InstanceType;
  data.KeyName = shown.KeyName;
  data.EbsOptimized = shown.EbsOptimized;
  if (shown.IamInstanceProfile) data.IamInstanceProfile = {.Arn = shown.IamInstanceProfile->Arn};
  data.Monitoring = {.Enabled = row.is_monitored};
  data.Placement = convert<api::ec2::LaunchTemplatePlacement>(*shown.Placement);
  // AWS shows the zone by one of its two names.
  data.Placement->AvailabilityZoneId.reset();
  data.DisableApiTermination = row.disable_api_termination;
  data.DisableApiStop = row.disable_api_stop;
  data.InstanceInitiatedShutdownBehavior = row.shutdown_behavior;
  if (!row.user_data.empty()) data.UserData = row.user_data;
  if (!row.cpu_credits.empty()) data.CreditSpecification = {.CpuCredits = row.cpu_credits};
  data.CpuOptions = {.CoreCount = shown.CpuOptions->CoreCount,
                     .ThreadsPerCore = shown.CpuOptions->ThreadsPerCore};
  data.MetadataOptions =
      convert<api::ec2::LaunchTemplateInstanceMetadataOptions>(*shown.MetadataOptions);
  data.CapacityReservationSpecification =
      convert<api::ec2::LaunchTemplateCapacityReservationSpecificationResponse>(
          *shown.CapacityReservationSpecification);
  data.HibernationOptions = {.Configured = false};
  data.EnclaveOptions = {.Enabled = false};
  data.MaintenanceOptions = {.AutoRecovery = shown.MaintenanceOptions->AutoRecovery};
  if (shown.PrivateDnsNameOptions) {
    data.PrivateDnsNameOptions =
        convert<api::ec2::LaunchTemplatePrivateDnsNameOptions>(*shown.PrivateDnsNameOptions);
  }
  if (!row.tags.empty()) {
    data.TagSpecifications = {{{.ResourceType = "instance", .Tags = to_wire(row.tags)}}};
  }
  add_volumes(context.state, row, data);
  add_interfaces(shown, data);
  add_spot_options(context.state, row, data);
  return {.LaunchTemplateData = std::move(data)};
}

}  // namespace fallstreak::services::ec2
