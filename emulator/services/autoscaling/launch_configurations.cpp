#include "services/autoscaling/launch_configurations.h"

#include <algorithm>
#include <charconv>

#include "api/ec2/catalogue.h"
#include "api/ec2/images.h"
#include "api/ec2/key_pairs.h"
#include "api/ec2/security_groups.h"
#include "services/autoscaling/errors.h"
#include "services/autoscaling/handlers.h"
#include "services/autoscaling/pages.h"

namespace fallstreak::services::autoscaling {
namespace {

using api::autoscaling::CreateLaunchConfigurationType;
using api::autoscaling::LaunchConfiguration;

/// AWS: the quota of a region.
constexpr std::size_t kMostConfigurations = 200;

/// Security groups are given by id, or by name in a default VPC.
bool is_group_id(const std::string& group) { return group.starts_with("sg-"); }

template <class Outcome>
void require(const Outcome& outcome) {
  if (outcome) return;
  if (outcome.error().status >= 500) throw outcome.error();
  throw validation_error(outcome.error().message);
}

/// Chosen: what does not exist is refused in EC2's words, when the configuration is made.
void check_references(Context& context, const CreateLaunchConfigurationType& request) {
  require(context.try_call<api::ec2::DescribeImages>({.ImageIds = {{*request.ImageId}}}));
  require(context.try_call<api::ec2::DescribeInstanceTypes>(
      {.InstanceTypes = {{*request.InstanceType}}}));
  if (!request.KeyName.value_or("").empty()) {
    require(context.try_call<api::ec2::DescribeKeyPairs>({.KeyNames = {{*request.KeyName}}}));
  }
  for (const auto& group : api::each(request.SecurityGroups)) {
    api::ec2::DescribeSecurityGroups::Request wanted;
    (is_group_id(group) ? wanted.GroupIds : wanted.GroupNames) = {{group}};
    require(context.try_call<api::ec2::DescribeSecurityGroups>(wanted));
  }
}

void check_members(const CreateLaunchConfigurationType& request) {
  if (!request.ImageId || !request.InstanceType) {
    throw validation_error(
        "Valid requests must contain either the InstanceID parameter or both the ImageId and "
        "InstanceType parameters.");
  }
  const auto& tenancy = request.PlacementTenancy;
  if (tenancy && tenancy != "default" && tenancy != "dedicated") {
    throw validation_error("PlacementTenancy must be one of [default, dedicated]");
  }
  if (request.SpotPrice) {
    const std::string& text = *request.SpotPrice;
    double price = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), price);
    const bool is_price =
        problem == std::errc() && end == text.data() + text.size() && price > 0 && price < 1e6;
    if (!is_price) throw validation_error("Invalid Spot price: " + text);
  }
  for (const auto& mapping : api::each(request.BlockDeviceMappings)) {
    const int found = int(mapping.Ebs.has_value()) + int(mapping.VirtualName.has_value()) +
                      int(mapping.NoDevice.value_or(false));
    if (found == 1) continue;
    throw validation_error(
        "A block device mapping has exactly one of Ebs, VirtualName and NoDevice");
  }
}

/// AWS: what is not given is as the instance has it, but for its volumes.
void take_from_instance(Context& context, CreateLaunchConfigurationType& request) {
  const auto described =
      context.try_call<api::ec2::DescribeInstances>({.InstanceIds = {{*request.InstanceId}}});
  require(described);
  const auto& instance = described->Reservations->front().Instances->front();
  const auto fill = [](auto& member, const auto& value) {
    if (!member && value) member = *value;
  };
  fill(request.ImageId, instance.ImageId);
  fill(request.InstanceType, instance.InstanceType);
  fill(request.KeyName, instance.KeyName);
  fill(request.EbsOptimized, instance.EbsOptimized);
  if (instance.IamInstanceProfile)
    fill(request.IamInstanceProfile, instance.IamInstanceProfile->Arn);
  if (instance.Placement) fill(request.PlacementTenancy, instance.Placement->Tenancy);
  if (!request.SecurityGroups) {
    auto& groups = request.SecurityGroups.emplace();
    for (const auto& group : api::each(instance.SecurityGroups)) groups.push_back(*group.GroupId);
  }
  if (!request.InstanceMonitoring) {
    request.InstanceMonitoring = {{.Enabled = instance.Monitoring->State == "enabled"}};
  }
  const auto data = context.try_call<api::ec2::DescribeInstanceAttribute>(
      {.InstanceId = request.InstanceId, .Attribute = "userData"});
  require(data);
  if (data->UserData) fill(request.UserData, data->UserData->Value);
}

LaunchConfiguration configuration_of(Context& context,
                                     const CreateLaunchConfigurationType& request) {
  const std::string& name = *request.LaunchConfigurationName;
  return {.LaunchConfigurationName = name,
          .LaunchConfigurationARN = context.arn(
              "autoscaling", "launchConfiguration:" + context.new_uuid("configuration-id") +
                                 ":launchConfigurationName/" + name),
          .ImageId = request.ImageId,
          // AWS: shown empty where nothing was given.
          .KeyName = request.KeyName.value_or(""),
          .SecurityGroups = request.SecurityGroups.value_or(std::vector<std::string>()),
          .ClassicLinkVPCSecurityGroups = {{}},
          .UserData = request.UserData.value_or(""),
          .InstanceType = request.InstanceType,
          .KernelId = "",
          .RamdiskId = "",
          .BlockDeviceMappings = request.BlockDeviceMappings.value_or(
              std::vector<api::autoscaling::BlockDeviceMapping>()),
          // AWS: detailed monitoring, unless it is switched off.
          .InstanceMonitoring = {{.Enabled = !request.InstanceMonitoring ||
                                             request.InstanceMonitoring->Enabled.value_or(true)}},
          .SpotPrice = request.SpotPrice,
          .IamInstanceProfile = request.IamInstanceProfile,
          .CreatedTime = context.now(),
          .EbsOptimized = request.EbsOptimized.value_or(false),
          .AssociatePublicIpAddress = request.AssociatePublicIpAddress,
          .PlacementTenancy = request.PlacementTenancy,
          .MetadataOptions = request.MetadataOptions};
}

void apply_volumes(const LaunchConfiguration& configuration,
                   api::ec2::RunInstancesRequest& request) {
  for (const auto& mapping : *configuration.BlockDeviceMappings) {
    if (!request.BlockDeviceMappings) request.BlockDeviceMappings.emplace();
    auto& wanted = request.BlockDeviceMappings->emplace_back();
    wanted.DeviceName = mapping.DeviceName;
    wanted.VirtualName = mapping.VirtualName;
    if (mapping.NoDevice.value_or(false)) wanted.NoDevice = "";
    if (!mapping.Ebs) continue;
    wanted.Ebs = {{.DeleteOnTermination = mapping.Ebs->DeleteOnTermination,
                   .Iops = mapping.Ebs->Iops,
                   .SnapshotId = mapping.Ebs->SnapshotId,
                   .VolumeSize = mapping.Ebs->VolumeSize,
                   .VolumeType = mapping.Ebs->VolumeType,
                   .Throughput = mapping.Ebs->Throughput,
                   .Encrypted = mapping.Ebs->Encrypted}};
  }
}

/// AWS: an instance whose public address is asked for, or refused, gets its interface spelled out.
void apply_network(const LaunchConfiguration& configuration, const PlacementRecord& placement,
                   api::ec2::RunInstancesRequest& request) {
  for (const auto& group : *configuration.SecurityGroups) {
    auto& list = is_group_id(group) ? request.SecurityGroupIds : request.SecurityGroups;
    if (!list) list.emplace();
    list->push_back(group);
  }
  if (!configuration.AssociatePublicIpAddress) return;
  auto& interface = request.NetworkInterfaces.emplace().emplace_back();
  interface.DeviceIndex = 0;
  interface.AssociatePublicIpAddress = configuration.AssociatePublicIpAddress;
  interface.Groups = std::exchange(request.SecurityGroupIds, std::nullopt);
  if (!placement.subnet_id.empty()) interface.SubnetId = placement.subnet_id;
  request.SubnetId.reset();
}

}  // namespace

const LaunchConfiguration& find_launch_configuration(const Context& context,
                                                     const std::string& name) {
  const auto* found = context.state.launch_configurations.find(name);
  if (found == nullptr) throw launch_configuration_not_found(name);
  return *found;
}

void put_launch_configuration(Context& context, CreateLaunchConfigurationType request) {
  const std::string name = *request.LaunchConfigurationName;
  if (context.state.launch_configurations.contains(name)) {
    throw launch_configuration_exists(name);
  }
  if (context.state.launch_configurations.size() >= kMostConfigurations) {
    throw limit_exceeded("You have reached the limit of 200 launch configurations.");
  }
  if (request.InstanceId) take_from_instance(context, request);
  check_members(request);
  check_references(context, request);
  context.state.launch_configurations.insert(name, configuration_of(context, request));
}

bool launches_from_configuration(const GroupRecord& group) {
  return group.group.LaunchConfigurationName && !group.refresh_template;
}

void apply_configuration(const LaunchConfiguration& configuration, const PlacementRecord& placement,
                         api::ec2::RunInstancesRequest& request) {
  request.ImageId = configuration.ImageId;
  request.InstanceType = configuration.InstanceType;
  if (!configuration.KeyName->empty()) request.KeyName = configuration.KeyName;
  if (!configuration.UserData->empty()) request.UserData = configuration.UserData;
  request.Monitoring = {{.Enabled = configuration.InstanceMonitoring->Enabled}};
  request.EbsOptimized = configuration.EbsOptimized;
  if (const std::string profile = configuration.IamInstanceProfile.value_or(""); !profile.empty()) {
    auto& wanted = request.IamInstanceProfile.emplace();
    (profile.starts_with("arn:") ? wanted.Arn : wanted.Name) = profile;
  }
  if (configuration.PlacementTenancy) {
    if (!request.Placement) request.Placement.emplace();
    request.Placement->Tenancy = configuration.PlacementTenancy;
  }
  if (const auto& options = configuration.MetadataOptions) {
    request.MetadataOptions = {{.HttpTokens = options->HttpTokens,
                                .HttpPutResponseHopLimit = options->HttpPutResponseHopLimit,
                                .HttpEndpoint = options->HttpEndpoint}};
  }
  if (configuration.SpotPrice) {
    request.InstanceMarketOptions = {
        {.MarketType = "spot",
         .SpotOptions = {{.MaxPrice = configuration.SpotPrice, .SpotInstanceType = "one-time"}}}};
  }
  apply_volumes(configuration, request);
  apply_network(configuration, placement, request);
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateLaunchConfiguration.html
api::autoscaling::CreateLaunchConfigurationResponse create_launch_configuration(
    Context& context, const CreateLaunchConfigurationType& request) {
  put_launch_configuration(context, request);
  return {};
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeLaunchConfigurations.html
api::autoscaling::LaunchConfigurationsType describe_launch_configurations(
    Context& context, const api::autoscaling::LaunchConfigurationNamesType& request) {
  const auto names = api::each(request.LaunchConfigurationNames);
  api::autoscaling::LaunchConfigurationsType response;
  auto& list = response.LaunchConfigurations.emplace();
  const Page page{request.NextToken, request.MaxRecords, 50, 100};
  const auto every = [](const auto&) { return true; };
  const auto add = [&](const auto& row) { list.push_back(row.second); };
  if (names.empty()) {
    response.NextToken = read_page(context.state.launch_configurations, page, every, add);
    return response;
  }
  std::vector<std::string> sorted;
  const auto rows = rows_named(context.state.launch_configurations, names, sorted);
  response.NextToken = read_page(rows, page, every, add);
  return response;
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteLaunchConfiguration.html
api::autoscaling::DeleteLaunchConfigurationResponse delete_launch_configuration(
    Context& context, const api::autoscaling::LaunchConfigurationNameType& request) {
  const std::string& name = *request.LaunchConfigurationName;
  find_launch_configuration(context, name);
  // AWS: a region has 500 groups at most; instances may outlive what they were launched from.
  for (const auto& [group_name, record] : context.state.groups) {
    if (record.group.LaunchConfigurationName == name) {
      throw launch_configuration_in_use(name, group_name);
    }
  }
  context.state.launch_configurations.erase(name);
  return {};
}

}  // namespace fallstreak::services::autoscaling
