#include <map>

#include "services/ec2/catalogue.h"
#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/instances.h"
#include "services/ec2/pages.h"
#include "services/ec2/tags.h"

namespace fallstreak::services::ec2 {
namespace {

using Row = InstanceRecord;

template <auto member>
bool is(const Ec2State&, const Row& row, const Patterns& p) {
  return p.match(row.*member);
}
/// A text that an instance may be without: then no value matches.
template <auto member>
bool is_set_to(const Ec2State&, const Row& row, const Patterns& p) {
  return !(row.*member).empty() && p.match(row.*member);
}
/// Filters over what no instance has yet.
bool never(const Ec2State&, const Row&, const Patterns&) { return false; }

bool is_private_dns(const Ec2State&, const Row& row, const Patterns& p) {
  return !row.private_ip_address.empty() && p.match(private_dns_name(row));
}
bool is_public_dns(const Ec2State& state, const Row& row, const Patterns& p) {
  return p.match(public_dns_name(state, row));
}
bool in_group(const Ec2State&, const Row& row, const Patterns& p) {
  for (const auto& id : row.group_ids) {
    if (p.match(id)) return true;
  }
  return false;
}
bool in_group_of_name(const Ec2State& state, const Row& row, const Patterns& p) {
  for (const auto& id : row.group_ids) {
    if (p.match(state.security_groups.find(id)->group_name)) return true;
  }
  return false;
}
bool has_zone_id(const Ec2State&, const Row& row, const Patterns& p) {
  const Zone* zone = find_zone(row.zone.substr(0, row.zone.size() - 1), row.zone);
  return zone != nullptr && p.match(zone->id);
}
template <auto member>
bool any_volume(const Ec2State&, const Row& row, const Patterns& p) {
  for (const auto& volume : row.volumes) {
    if (p.match(volume.*member)) return true;
  }
  return false;
}
template <auto member>
bool image_is(const Ec2State&, const Row& row, const Patterns& p) {
  return p.match(image_of(row).*member);
}
template <auto member>
bool metadata_is(const Ec2State&, const Row& row, const Patterns& p) {
  return p.match(row.metadata_options.*member);
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
using Options = api::ec2::InstanceMetadataOptionsResponse;
constexpr FilterRow<Ec2State, Row> kFilters[] = {
    {"affinity", never},
    {"architecture", image_is<&Image::architecture>},
    {"availability-zone", is<&Row::zone>},
    {"availability-zone-id", has_zone_id},
    {"block-device-mapping.attach-time", is<&Row::launch_time>},
    {"block-device-mapping.delete-on-termination",
     any_volume<&VolumeRecord::delete_on_termination>},
    {"block-device-mapping.device-name", any_volume<&VolumeRecord::device_name>},
    {"block-device-mapping.volume-id", any_volume<&VolumeRecord::volume_id>},
    {"capacity-reservation-id", never},
    {"client-token", is_set_to<&Row::client_token>},
    {"dns-name", is_public_dns},
    {"hypervisor", [](const auto&, const auto&, const auto& p) { return p.match("xen"); }},
    {"iam-instance-profile.arn", is_set_to<&Row::profile_arn>},
    {"iam-instance-profile.id", is_set_to<&Row::profile_id>},
    {"image-id", is<&Row::image_id>},
    {"instance-id", is<&Row::instance_id>},
    {"instance-lifecycle", never},
    {"instance-state-code",
     [](const auto&, const auto& row, const auto& p) { return p.match(std::int64_t(row.state)); }},
    {"instance-state-name",
     [](const auto&, const auto& row, const auto& p) { return p.match(to_string(row.state)); }},
    {"instance-type", is<&Row::instance_type>},
    {"instance.group-id", in_group},
    {"instance.group-name", in_group_of_name},
    {"ip-address", is_set_to<&Row::public_ip_address>},
    {"kernel-id", never},
    {"key-name", never},
    {"launch-index", [](const auto&, const auto& row,
                        const auto& p) { return p.match(std::int64_t(row.launch_index)); }},
    {"launch-time", is<&Row::launch_time>},
    {"metadata-options.http-endpoint", metadata_is<&Options::HttpEndpoint>},
    {"metadata-options.http-tokens", metadata_is<&Options::HttpTokens>},
    {"metadata-options.instance-metadata-tags", metadata_is<&Options::InstanceMetadataTags>},
    {"monitoring-state",
     [](const auto&, const auto& row, const auto& p) {
       return p.match(row.is_monitored ? "enabled" : "disabled");
     }},
    {"network-interface.addresses.association.public-ip", is_set_to<&Row::public_ip_address>},
    {"network-interface.addresses.private-ip-address", is_set_to<&Row::private_ip_address>},
    {"network-interface.association.public-ip", is_set_to<&Row::public_ip_address>},
    {"network-interface.attachment.attachment-id", is_set_to<&Row::attachment_id>},
    {"network-interface.attachment.instance-id", is<&Row::instance_id>},
    {"network-interface.availability-zone", is<&Row::zone>},
    {"network-interface.description", is_set_to<&Row::interface_description>},
    {"network-interface.group-id", in_group},
    {"network-interface.group-name", in_group_of_name},
    {"network-interface.mac-address", is_set_to<&Row::mac_address>},
    {"network-interface.network-interface-id", is_set_to<&Row::network_interface_id>},
    {"network-interface.owner-id", is<&Row::owner_id>},
    {"network-interface.private-dns-name", is_private_dns},
    {"network-interface.source-dest-check", is<&Row::source_dest_check>},
    {"network-interface.subnet-id", is_set_to<&Row::subnet_id>},
    {"network-interface.vpc-id", is_set_to<&Row::vpc_id>},
    {"outpost-arn", never},
    {"owner-id", is<&Row::owner_id>},
    {"placement-group-name", never},
    {"platform", [](const auto&, const auto& row,
                    const auto& p) { return image_of(row).is_windows && p.match("windows"); }},
    {"platform-details", image_is<&Image::platform_details>},
    {"private-dns-name", is_private_dns},
    {"private-ip-address", is_set_to<&Row::private_ip_address>},
    {"product-code", never},
    {"ramdisk-id", never},
    {"reason", is_set_to<&Row::state_transition_reason>},
    {"requester-id", never},
    {"reservation-id", is<&Row::reservation_id>},
    {"root-device-name", image_is<&Image::root_device>},
    {"root-device-type", [](const auto&, const auto&, const auto& p) { return p.match("ebs"); }},
    {"source-dest-check", is<&Row::source_dest_check>},
    {"spot-instance-request-id", never},
    {"state-reason-code", is_set_to<&Row::state_reason_code>},
    {"state-reason-message", is_set_to<&Row::state_reason_message>},
    {"subnet-id", is_set_to<&Row::subnet_id>},
    {"tenancy", is<&Row::tenancy>},
    {"usage-operation", image_is<&Image::usage_operation>},
    {"virtualization-type", [](const auto&, const auto&, const auto& p) { return p.match("hvm"); }},
    {"vpc-id", is_set_to<&Row::vpc_id>},
};

}  // namespace

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
api::ec2::DescribeInstancesResult describe_instances(
    Context& context, const api::ec2::DescribeInstancesRequest& request) {
  if (request.MaxResults && request.InstanceIds && !request.InstanceIds->empty()) {
    throw invalid_parameter_combination(
        "The parameter instancesSet cannot be used with the parameter maxResults");
  }
  if (request.InstanceIds) check_instances(context, *request.InstanceIds);
  const Selection<Ec2State, Row> selection(
      context.state, request.Filters, kFilters,
      [](const Row& row) { return std::span<const api::ec2::Tag>(row.tags); });
  api::ec2::DescribeInstancesResult result;
  auto& reservations = result.Reservations.emplace();
  std::map<std::string_view, std::size_t> places;
  const auto show = [&](const Row& row) {
    const auto [place, is_new] = places.emplace(row.reservation_id, reservations.size());
    if (is_new) {
      auto& made = reservations.emplace_back();
      made.ReservationId = row.reservation_id;
      made.OwnerId = row.owner_id;
      made.Groups.emplace();
      made.Instances.emplace();
    }
    reservations[place->second].Instances->push_back(describe(context.state, row));
  };
  result.NextToken = show_page(
      context.state.instances, request.InstanceIds, Page(request.MaxResults, request.NextToken),
      [&](const Row& row) { return selection.passes(row); },
      [](const auto& missing) { return instance_ids_not_found(missing); }, show);
  return result;
}

}  // namespace fallstreak::services::ec2
