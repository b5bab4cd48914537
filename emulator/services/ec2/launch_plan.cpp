#include "services/ec2/launch_plan.h"

#include <algorithm>
#include <set>

#include "services/ec2/capacity_reservations.h"
#include "services/ec2/convert.h"
#include "services/ec2/errors.h"
#include "services/ec2/images.h"
#include "services/ec2/instance_options.h"
#include "services/ec2/interface_prefixes.h"
#include "services/ec2/ipv6.h"
#include "services/ec2/launch_templates.h"
#include "services/ec2/network_errors.h"
#include "services/ec2/placement_groups.h"
#include "services/ec2/security_groups.h"
#include "services/ec2/spot_errors.h"
#include "services/ec2/subnets.h"
#include "services/ec2/tags.h"
#include "services/ec2/user_data.h"
#include "services/ec2/vpcs.h"

namespace fallstreak::services::ec2 {
namespace {

using Specification = api::ec2::InstanceNetworkInterfaceSpecification;
using Ipv4Prefix = api::ec2::Ipv4PrefixSpecificationRequest;
using Ipv6Prefix = api::ec2::Ipv6PrefixSpecificationRequest;

/// The specification of the primary interface; null when the request has none.
const Specification* primary_of(const api::ec2::RunInstancesRequest& request) {
  for (const auto& each : api::each(request.NetworkInterfaces)) {
    if (each.DeviceIndex.value_or(0) == 0) return &each;
  }
  return nullptr;
}

void check_interfaces(const api::ec2::RunInstancesRequest& request) {
  const auto interfaces = api::each(request.NetworkInterfaces);
  if (interfaces.empty()) return;
  if (primary_of(request) == nullptr) {
    throw invalid_parameter_value("Network interface at index 0 is required");
  }
  std::set<std::int32_t> indices;
  for (const auto& each : interfaces) {
    const std::int32_t index = each.DeviceIndex.value_or(0);
    if (!indices.insert(index).second) {
      throw invalid_parameter_combination("Multiple network interfaces have the device index " +
                                          std::to_string(index));
    }
    if (interfaces.size() > 1 && each.AssociatePublicIpAddress) {
      throw invalid_parameter_combination(
          "The associatePublicIPAddress parameter cannot be specified when launching with multiple "
          "network interfaces.");
    }
    const bool is_new_too = each.SubnetId || each.Groups || each.PrivateIpAddress ||
                            each.Description || each.AssociatePublicIpAddress || each.PrimaryIpv6;
    if (each.NetworkInterfaceId && is_new_too) {
      throw invalid_parameter_combination(
          "A network interface may not specify both a network interface ID and the properties of a "
          "new one");
    }
  }
  // AWS: with an interface, subnet and groups are the interface's.
  const auto refuse = [](std::string_view what) {
    throw invalid_parameter_combination("Network interfaces and an instance-level " +
                                        std::string(what) +
                                        " may not be specified on the same request");
  };
  if (request.SubnetId) refuse("subnet ID");
  if (request.SecurityGroupIds || request.SecurityGroups) refuse("security groups");
  if (request.PrivateIpAddress) refuse("private address");
  if (request.EnablePrimaryIpv6) refuse("primary IPv6 address");
}

Image image_of(const Context& context, const api::ec2::RunInstancesRequest& request) {
  if (!request.ImageId) throw missing_parameter("ImageId");
  constexpr std::string_view kBySsm = "resolve:ssm:";
  const std::string& id = *request.ImageId;
  if (!id.starts_with(kBySsm)) return find_image_to_launch(context, id);
  const Image* image = find_image_by_parameter(std::string_view(id).substr(kBySsm.size()));
  if (image == nullptr) throw invalid_ami_id_not_found(id);
  check_allowed(context, std::string(image->id));
  return *image;
}

const InstanceType& type_of(const api::ec2::RunInstancesRequest& request) {
  // AWS: "Default: m1.small", which is not in the catalogue.
  const std::string name = request.InstanceType.value_or("m1.small");
  const InstanceType* type = find_instance_type(name);
  if (type != nullptr) return *type;
  const auto& member = *api::shape_of<api::ec2::RunInstancesRequest>().member("InstanceType");
  const bool aws_has_it =
      std::ranges::find(member.shape->values, name) != member.shape->values.end();
  if (aws_has_it) throw not_implemented("Instance type " + name);
  throw invalid_instance_type(name);
}

void check_counts(const api::ec2::RunInstancesRequest& request) {
  const auto check = [](std::string_view name, std::int32_t value) {
    if (value < 1) {
      throw invalid_value_for(std::to_string(value), name, "The minimum number of instances is 1.");
    }
  };
  check("minCount", *request.MinCount);
  check("maxCount", *request.MaxCount);
  if (*request.MinCount > *request.MaxCount) {
    throw invalid_value_for(std::to_string(*request.MinCount), "minCount",
                            "The minimum count may not be greater than the maximum count.");
  }
}

CapacityWish wish_of(const LaunchPlan& plan, std::string_view zone) {
  return {.preference = plan.capacity_preference,
          .instance_type = plan.type->name,
          .zone = zone,
          .platform = plan.image.platform_details,
          .tenancy = plan.tenancy};
}

/// Room for as many as there must be at least; AWS takes whatever capacity was reserved for them.
bool finds_room(Context& context, std::string_view zone, const LaunchPlan& plan) {
  if (plan.spot) return has_room(context, zone, plan.type->name, true);
  return launchable(context, wish_of(plan, zone), plan.least_count) >= plan.least_count;
}

/// The zones of the region that have this type and room for it, named in a row.
std::string zones_with_room(Context& context, const LaunchPlan& plan) {
  std::string names;
  for (const Zone& zone : zones_of(context.region())) {
    const bool is_choice = offers(zone, *plan.type) && finds_room(context, zone.name, plan);
    if (is_choice) names += (names.empty() ? "" : ", ") + std::string(zone.name);
  }
  return names;
}

/// Refuses a zone that was asked for and cannot take the type.
void check_zone(Context& context, std::string_view zone_name, const LaunchPlan& plan) {
  const InstanceType& type = *plan.type;
  const Zone* zone = find_zone(context.region(), zone_name);
  const std::string choices = zones_with_room(context, plan);
  if (zone != nullptr && !offers(*zone, type)) {
    throw unsupported_in_zone(type.name, zone_name, choices);
  }
  if (finds_room(context, zone_name, plan)) return;
  if (plan.spot) throw no_spot_capacity();
  if (needs_reservation(plan.capacity_preference)) throw reservation_capacity_exceeded();
  const std::string name(type.name);
  std::string message = "We currently do not have sufficient " + name +
                        " capacity in the Availability Zone you requested (" +
                        std::string(zone_name) +
                        "). Our system will be working on provisioning additional capacity.";
  if (!choices.empty()) {
    message += " You can currently get " + name +
               " capacity by not specifying an Availability Zone in your request or choosing " +
               choices + ".";
  }
  throw insufficient_instance_capacity(message);
}

/// AWS chooses a zone when the request does not. Chosen: one that has room, by lot.
std::string subnet_of_any_zone(Context& context, const std::string& vpc_id,
                               const LaunchPlan& plan) {
  const InstanceType& type = *plan.type;
  std::vector<std::string> candidates;
  bool has_default_subnet = false;
  for (const auto& [id, row] : context.state.subnets) {
    if (row.subnet.VpcId != vpc_id || row.subnet.DefaultForAz != true) continue;
    has_default_subnet = true;
    const std::string& zone_name = *row.subnet.AvailabilityZone;
    const Zone* zone = find_zone(context.region(), zone_name);
    const bool is_choice =
        zone != nullptr && offers(*zone, type) && finds_room(context, zone_name, plan);
    if (is_choice) candidates.push_back(id);
  }
  if (!has_default_subnet) throw missing_default_subnets(vpc_id);
  if (candidates.empty() && plan.spot) throw no_spot_capacity();
  if (candidates.empty() && needs_reservation(plan.capacity_preference)) {
    throw reservation_capacity_exceeded();
  }
  if (candidates.empty()) {
    throw insufficient_instance_capacity(
        "We currently do not have sufficient " + std::string(type.name) +
        " capacity in any Availability Zone of this Region. Our system will be working on "
        "provisioning additional capacity.");
  }
  const auto chosen = context.world().random().uniform(context.stream("launch-zone"), 0,
                                                       std::ssize(candidates) - 1);
  return candidates[std::size_t(chosen)];
}

std::string default_subnet_in(const Context& context, const std::string& vpc_id,
                              const std::string& zone) {
  for (const auto& [id, row] : context.state.subnets) {
    const bool is_it = row.subnet.VpcId == vpc_id && row.subnet.DefaultForAz == true &&
                       row.subnet.AvailabilityZone == zone;
    if (is_it) return id;
  }
  throw no_default_subnet_in_zone(zone);
}

std::string wanted_zone(const Context& context, const api::ec2::RunInstancesRequest& request) {
  const std::string zone = request.Placement && request.Placement->AvailabilityZone
                               ? *request.Placement->AvailabilityZone
                               : "";
  if (!zone.empty() && find_zone(context.region(), zone) == nullptr) {
    throw invalid_parameter_value("Invalid availability zone: [" + zone + "]");
  }
  return zone;
}

/// The subnet that the request names for the primary interface; empty when it leaves it to AWS.
std::string wanted_subnet(const Context& context, const api::ec2::RunInstancesRequest& request) {
  const Specification* primary = primary_of(request);
  if (primary == nullptr) return request.SubnetId.value_or("");
  if (primary->NetworkInterfaceId) {
    return find_interface(context, *primary->NetworkInterfaceId).subnet_id;
  }
  return primary->SubnetId.value_or("");
}

void place(Context& context, const api::ec2::RunInstancesRequest& request, LaunchPlan& plan) {
  plan.subnet_id = wanted_subnet(context, request);
  const std::string zone = wanted_zone(context, request);
  if (!plan.subnet_id.empty()) {
    const auto& subnet = find_subnet(context, plan.subnet_id).subnet;
    if (!zone.empty() && zone != *subnet.AvailabilityZone) {
      throw invalid_parameter_value("The availability zone " + zone + " is not that of subnet " +
                                    plan.subnet_id);
    }
    check_zone(context, *subnet.AvailabilityZone, plan);
  } else {
    const VpcRecord* vpc = find_default_vpc(context);
    if (vpc == nullptr) throw no_default_vpc_for_group();
    if (!zone.empty()) check_zone(context, zone, plan);
    plan.subnet_id = zone.empty() ? subnet_of_any_zone(context, *vpc->vpc.VpcId, plan)
                                  : default_subnet_in(context, *vpc->vpc.VpcId, zone);
  }
  const auto& subnet = find_subnet(context, plan.subnet_id).subnet;
  plan.vpc_id = *subnet.VpcId;
  plan.zone = *subnet.AvailabilityZone;
  // AWS: "You can only assign a public IPv4 address to a network interface for eth0", a new one.
  const auto interfaces = api::each(request.NetworkInterfaces);
  const bool is_one_new =
      interfaces.empty() || (interfaces.size() == 1 && !interfaces.front().NetworkInterfaceId);
  const auto& associates =
      interfaces.empty() ? std::optional<bool>() : interfaces.front().AssociatePublicIpAddress;
  plan.wants_public_address = is_one_new && associates.value_or(*subnet.MapPublicIpOnLaunch);
  plan.count = *request.MaxCount;
  if (!plan.spot) plan.count = launchable(context, wish_of(plan, plan.zone), plan.count);
  if (primary_of(request) != nullptr && primary_of(request)->NetworkInterfaceId) return;
  if (*subnet.AvailableIpAddressCount < *request.MinCount) {
    throw insufficient_free_addresses_in_subnet(plan.subnet_id);
  }
  plan.count = std::min(plan.count, *subnet.AvailableIpAddressCount);
}

/// Without specifications the instance's own members describe its one interface.
Specification from_instance_level(const Context& context,
                                  const api::ec2::RunInstancesRequest& request,
                                  const LaunchPlan& plan) {
  if (request.SecurityGroups && request.SubnetId) {
    throw invalid_parameter_combination(
        "The parameter groupName cannot be used with the parameter subnet");
  }
  Specification primary;
  primary.PrivateIpAddress = request.PrivateIpAddress;
  primary.Ipv6AddressCount = request.Ipv6AddressCount;
  primary.Ipv6Addresses = request.Ipv6Addresses;
  primary.PrimaryIpv6 = request.EnablePrimaryIpv6;
  primary.Groups = request.SecurityGroupIds.value_or(std::vector<std::string>());
  for (const auto& name : api::each(request.SecurityGroups)) {
    const auto* row = find_group_by_name(context, plan.vpc_id, name);
    if (row == nullptr) throw invalid_group_name_not_found(name);
    primary.Groups->push_back(row->group_id);
  }
  return primary;
}

PlannedInterface plan_existing(const Context& context, const std::string& interface_id,
                               const LaunchPlan& plan) {
  const NetworkInterfaceRecord& row = find_interface(context, interface_id);
  if (!row.attachment_id.empty()) throw invalid_network_interface_in_use(interface_id);
  if (row.zone != plan.zone) {
    throw invalid_parameter_combination(
        "You may not attach a network interface to an instance if they are not in the same "
        "availability zone");
  }
  check_addresses_fit(*plan.type, address_counts(row));
  // AWS: an interface that was there before stays when the instance goes.
  return {.existing_id = interface_id, .wanted = {}, .delete_on_termination = false};
}

/// The addresses of a new interface: the primary one first, an empty text for any.
std::vector<std::string> addresses_of(const Specification& specification) {
  std::vector<std::string> addresses{specification.PrivateIpAddress.value_or("")};
  for (const auto& each : api::each(specification.PrivateIpAddresses)) {
    if (!each.PrivateIpAddress) throw missing_parameter("privateIpAddress");
    if (each.Primary == true) {
      addresses.front() = *each.PrivateIpAddress;
    } else {
      addresses.push_back(*each.PrivateIpAddress);
    }
  }
  add_any_addresses(specification.SecondaryPrivateIpAddressCount, addresses);
  return addresses;
}

/// The IPv6 addresses of a new interface. What the subnet cannot give is refused before anything
/// is made.
std::vector<std::string> checked_ipv6(const Context& context, const std::string& subnet_id,
                                      const Specification& specification) {
  auto addresses =
      wanted_ipv6_addresses(specification.Ipv6Addresses, specification.Ipv6AddressCount);
  if (!addresses.empty() && !ipv6_block_of(find_subnet(context, subnet_id))) {
    throw subnet_has_no_ipv6_block(subnet_id);
  }
  return addresses;
}

PlannedInterface plan_new(const Context& context, const Specification& specification,
                          const LaunchPlan& plan, const Tags& tags) {
  const bool is_primary = specification.DeviceIndex.value_or(0) == 0;
  const std::string subnet_id =
      is_primary ? plan.subnet_id : specification.SubnetId.value_or(plan.subnet_id);
  if (find_subnet(context, subnet_id).subnet.AvailabilityZone != plan.zone) {
    throw invalid_parameter_combination(
        "All network interfaces of an instance must be in the same availability zone");
  }
  PlannedInterface planned{
      .existing_id = {},
      .wanted = {.subnet_id = subnet_id,
                 .addresses = addresses_of(specification),
                 .ipv6_addresses = checked_ipv6(context, subnet_id, specification),
                 .has_primary_ipv6 =
                     wants_primary_ipv6(context, subnet_id, specification.PrimaryIpv6),
                 .ipv4_prefixes = wanted_prefixes<&Ipv4Prefix::Ipv4Prefix>(
                     specification.Ipv4Prefixes, specification.Ipv4PrefixCount, "ipv4"),
                 .ipv6_prefixes = wanted_prefixes<&Ipv6Prefix::Ipv6Prefix>(
                     specification.Ipv6Prefixes, specification.Ipv6PrefixCount, "ipv6"),
                 .group_ids = checked_groups(
                     context, subnet_id, specification.Groups.value_or(std::vector<std::string>())),
                 .description = specification.Description.value_or(""),
                 .tags = tags},
      .device_index = specification.DeviceIndex.value_or(0),
      .delete_on_termination = specification.DeleteOnTermination.value_or(true)};
  const NewInterface& wanted = planned.wanted;
  check_addresses_fit(
      *plan.type, {.ipv4 = wanted.addresses.size() + wanted.ipv4_prefixes.size(),
                   .ipv6 = wanted.ipv6_addresses.size() + wanted.ipv6_prefixes.size(),
                   .has_prefixes = !wanted.ipv4_prefixes.empty() || !wanted.ipv6_prefixes.empty()});
  return planned;
}

void plan_interfaces(const Context& context, const api::ec2::RunInstancesRequest& request,
                     LaunchPlan& plan) {
  std::vector<Specification> specifications =
      request.NetworkInterfaces.value_or(std::vector<Specification>());
  if (specifications.empty()) {
    specifications.push_back(from_instance_level(context, request, plan));
  }
  std::ranges::sort(specifications, {},
                    [](const auto& each) { return each.DeviceIndex.value_or(0); });
  const Tags tags =
      tags_for_type(request.TagSpecifications, "network-interface", ReservedKeys::refused);
  for (const auto& each : specifications) {
    const bool is_of_one = each.NetworkInterfaceId || each.PrivateIpAddress || each.Ipv6Addresses ||
                           each.Ipv4Prefixes || each.Ipv6Prefixes;
    if (is_of_one && *request.MaxCount > 1) {
      throw invalid_parameter_combination(
          "The private IP address can be specified for a launch of one instance only");
    }
    if (each.NetworkInterfaceId) {
      plan.interfaces.push_back(plan_existing(context, *each.NetworkInterfaceId, plan));
      plan.interfaces.back().device_index = each.DeviceIndex.value_or(0);
    } else {
      plan.interfaces.push_back(plan_new(context, each, plan, tags));
    }
  }
  if (std::ssize(plan.interfaces) > plan.type->interfaces) {
    throw attachment_limit_exceeded("Interface count " + std::to_string(plan.interfaces.size()) +
                                    " exceeds the limit for " + std::string(plan.type->name));
  }
}

void join_group(const Context& context, const api::ec2::RunInstancesRequest& request,
                LaunchPlan& plan) {
  if (!request.Placement || !request.Placement->GroupName) {
    if (request.Placement && request.Placement->PartitionNumber) {
      throw invalid_parameter_combination(
          "The parameter PartitionNumber needs a placement group with the partition strategy");
    }
    return;
  }
  const auto& group = find_placement_group(context, *request.Placement->GroupName);
  check_placement(context, group, *plan.type, plan.zone, plan.count);
  plan.placement_group = *group.group.GroupName;
  if (!request.Placement->PartitionNumber) return;
  plan.partition_number = *request.Placement->PartitionNumber;
  const std::int32_t most = group.group.PartitionCount.value_or(0);
  if (plan.partition_number < 1 || plan.partition_number > most) {
    throw invalid_value_for(std::to_string(plan.partition_number), "PartitionNumber",
                            "The placement group has " + std::to_string(most) + " partitions.");
  }
}

void choose_tags(const api::ec2::RunInstancesRequest& request, LaunchPlan& plan) {
  for (const auto& specification : api::each(request.TagSpecifications)) {
    if (!specification.ResourceType) throw missing_parameter("TagSpecification.ResourceType");
    const std::string& type = *specification.ResourceType;
    if (type == "spot-instances-request" && plan.spot) continue;
    if (type != "instance" && type != "network-interface" && type != "volume") {
      throw not_taggable_here(type);
    }
  }
  // Chosen: Auto Scaling launches through this operation and tags with `aws:autoscaling:...`, so it
  // is let through.
  plan.tags = tags_for_type(request.TagSpecifications, "instance", ReservedKeys::allowed);
  for (const auto& tag : plan.tags) {
    if (tag.Key->starts_with("aws:") && !tag.Key->starts_with("aws:autoscaling:") &&
        !tag.Key->starts_with("aws:ec2launchtemplate:")) {
      throw reserved_tag_key();
    }
  }
}

/// The template's tags, with the request's over them: the same key has the request's value.
void merge_tags(const api::ec2::RunInstancesRequest& base, api::ec2::RunInstancesRequest& merged) {
  if (!base.TagSpecifications) return;
  auto& specifications = merged.TagSpecifications;
  if (!specifications) specifications.emplace();
  for (const auto& from : *base.TagSpecifications) {
    auto found = std::ranges::find(*specifications, from.ResourceType,
                                   &api::ec2::TagSpecification::ResourceType);
    if (found == specifications->end()) {
      specifications->push_back(from);
      continue;
    }
    for (const auto& tag : api::each(from.Tags)) {
      if (!found->Tags) found->Tags.emplace();
      const bool is_given =
          std::ranges::find(*found->Tags, tag.Key, &api::ec2::Tag::Key) != found->Tags->end();
      if (!is_given) found->Tags->push_back(tag);
    }
  }
}

/// AWS marks what a template launched.
void mark_template(const api::ec2::LaunchTemplateVersion& version,
                   api::ec2::RunInstancesRequest& merged) {
  auto& specifications = merged.TagSpecifications;
  if (!specifications) specifications.emplace();
  auto found = std::ranges::find(*specifications, std::optional<std::string>("instance"),
                                 &api::ec2::TagSpecification::ResourceType);
  if (found == specifications->end()) {
    specifications->push_back({.ResourceType = "instance"});
    found = specifications->end() - 1;
  }
  if (!found->Tags) found->Tags.emplace();
  found->Tags->push_back({.Key = "aws:ec2launchtemplate:id", .Value = version.LaunchTemplateId});
  found->Tags->push_back(
      {.Key = "aws:ec2launchtemplate:version", .Value = std::to_string(*version.VersionNumber)});
}

}  // namespace

namespace {

/// Clients say of these that they are off, of their own accord; they are refused by name only when
/// they are to be on.
void check_absent_features(const api::ec2::RunInstancesRequest& request) {
  if (request.EnclaveOptions && request.EnclaveOptions->Enabled == true) {
    throw not_implemented("EnclaveOptions.Enabled of RunInstances");
  }
  if (request.HibernationOptions && request.HibernationOptions->Configured == true) {
    throw not_implemented("HibernationOptions.Configured of RunInstances");
  }
}

}  // namespace

api::ec2::RunInstancesRequest effective_request(const Context& context,
                                                const api::ec2::RunInstancesRequest& request) {
  check_interfaces(request);
  for (const auto& specification : api::each(request.TagSpecifications)) {
    for (const auto& tag : api::each(specification.Tags)) {
      if (tag.Key && tag.Key->starts_with("aws:ec2launchtemplate:")) throw reserved_tag_key();
    }
  }
  if (!request.LaunchTemplate) return request;
  const LaunchTemplateRecord& row =
      find_launch_template(context, request.LaunchTemplate->LaunchTemplateId,
                           request.LaunchTemplate->LaunchTemplateName);
  const auto& version =
      find_version(context, row, request.LaunchTemplate->Version.value_or("$Default"));
  // AWS: with InstanceRequirements a template is for fleets and groups. Chosen: the words.
  if (version.LaunchTemplateData->InstanceRequirements && !request.InstanceType) {
    throw invalid_parameter_combination(
        "The launch template has InstanceRequirements, which cannot be used with RunInstances: "
        "specify an instance type");
  }
  const api::ec2::RunInstancesRequest base =
      convert<api::ec2::RunInstancesRequest>(*version.LaunchTemplateData);
  api::ec2::RunInstancesRequest merged = base;
  overlay(request, merged);
  merge_tags(base, merged);
  mark_template(version, merged);
  // Chosen: a subnet or groups given beside a template's interface are that interface's, which is
  // how an Auto Scaling group places what its template describes.
  if (!request.NetworkInterfaces && merged.NetworkInterfaces &&
      !merged.NetworkInterfaces->empty()) {
    auto& interface = merged.NetworkInterfaces->front();
    if (request.SubnetId) interface.SubnetId = request.SubnetId;
    if (request.SecurityGroupIds) interface.Groups = request.SecurityGroupIds;
    merged.SubnetId.reset();
    merged.SecurityGroupIds.reset();
  }
  check_interfaces(merged);
  return merged;
}

LaunchPlan plan_launch(Context& context, const api::ec2::RunInstancesRequest& effective) {
  LaunchPlan plan;
  check_absent_features(effective);
  check_counts(effective);
  plan.image = image_of(context, effective);
  plan.type = &type_of(effective);
  if (plan.image.architecture != plan.type->architecture) {
    throw unsupported_architecture(plan.type->architecture, plan.image.architecture);
  }
  if (effective.KeyName && !context.state.key_pair_names.contains(*effective.KeyName)) {
    throw invalid_key_pair_not_found(*effective.KeyName);
  }
  if (effective.UserData) decode_user_data(*effective.UserData);
  plan.spot = spot_terms_of(context, effective);
  plan.least_count = *effective.MinCount;
  if (effective.Placement && effective.Placement->Tenancy) {
    plan.tenancy = *effective.Placement->Tenancy;
  }
  plan.capacity_preference =
      capacity_preference_of(context, effective.CapacityReservationSpecification);
  if (plan.spot && needs_reservation(plan.capacity_preference)) {
    throw invalid_parameter_combination("Spot Instances cannot run in Capacity Reservations");
  }
  place(context, effective, plan);
  if (plan.spot) check_spot_price(context, *plan.spot, plan.zone, std::string(plan.type->name));
  join_group(context, effective, plan);
  plan.cpu_credits = cpu_credits_of(context, *plan.type, effective.CreditSpecification);
  plan.cpu = cpu_choice_of(*plan.type, effective.CpuOptions);
  choose_tags(effective, plan);
  plan_interfaces(context, effective, plan);
  plan.volumes =
      plan_volumes(context, std::string(plan.image.id), api::each(effective.BlockDeviceMappings));
  plan.volume_tags = tags_for_type(effective.TagSpecifications, "volume", ReservedKeys::refused);
  return plan;
}

}  // namespace fallstreak::services::ec2
