#include <algorithm>
#include <map>

#include "services/ec2/catalogue.h"
#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/instances.h"
#include "services/ec2/network_interfaces.h"
#include "services/ec2/pages.h"
#include "services/ec2/tags.h"

namespace fallstreak::services::ec2 {
namespace {

template <auto member>
bool is(const Ec2State&, const InstanceRecord& row, const Patterns& p) {
  return p.match(row.*member);
}
/// A text that an instance may be without: then no value matches.
template <auto member>
bool is_set_to(const Ec2State&, const InstanceRecord& row, const Patterns& p) {
  return !(row.*member).empty() && p.match(row.*member);
}
/// Filters over what no instance has yet.
bool never(const Ec2State&, const InstanceRecord&, const Patterns&) { return false; }

bool is_private_dns(const Ec2State&, const InstanceRecord& row, const Patterns& p) {
  return !row.private_ip_address.empty() &&
         p.match(private_dns_name(row.zone, row.private_ip_address));
}

/// Filters over an instance's first interface; a terminated instance has none.
template <class Ask>
bool ask_primary(const Ec2State& state, const InstanceRecord& row, const Ask& ask) {
  const NetworkInterfaceRecord* primary = primary_interface(state, row);
  return primary != nullptr && ask(*primary);
}
bool is_public_dns(const Ec2State& state, const InstanceRecord& row, const Patterns& p) {
  return ask_primary(state, row, [&](const auto& primary) {
    return p.match(
        public_dns_name(state, row.zone, row.vpc_id, primary.addresses.front().public_ip));
  });
}
bool has_public_address(const Ec2State& state, const InstanceRecord& row, const Patterns& p) {
  return ask_primary(state, row, [&](const auto& primary) {
    const std::string& address = primary.addresses.front().public_ip;
    return !address.empty() && p.match(address);
  });
}
bool in_group(const Ec2State& state, const InstanceRecord& row, const Patterns& p) {
  return ask_primary(state, row, [&](const auto& primary) {
    return std::ranges::any_of(primary.group_ids, [&](const auto& id) { return p.match(id); });
  });
}
bool in_group_of_name(const Ec2State& state, const InstanceRecord& row, const Patterns& p) {
  return ask_primary(state, row, [&](const auto& primary) {
    return std::ranges::any_of(primary.group_ids, [&](const auto& id) {
      return p.match(state.security_groups.find(id)->group_name);
    });
  });
}
bool checks_source(const Ec2State& state, const InstanceRecord& row, const Patterns& p) {
  return ask_primary(state, row,
                     [&](const auto& primary) { return p.match(primary.source_dest_check); });
}

/// Filters over all of an instance's interfaces.
template <class Ask>
bool any_interface(const Ec2State& state, const InstanceRecord& row, const Ask& ask) {
  return std::ranges::any_of(
      row.interface_ids, [&](const auto& id) { return ask(*state.network_interfaces.find(id)); });
}
template <auto member>
bool interface_is(const Ec2State& state, const InstanceRecord& row, const Patterns& p) {
  return any_interface(state, row, [&](const auto& each) { return p.match(each.*member); });
}
template <auto member>
bool interface_address_is(const Ec2State& state, const InstanceRecord& row, const Patterns& p) {
  return any_interface(state, row, [&](const auto& each) {
    return std::ranges::any_of(each.addresses, [&](const auto& address) {
      return !(address.*member).empty() && p.match(address.*member);
    });
  });
}
bool interface_in_group(const Ec2State& state, const InstanceRecord& row, const Patterns& p) {
  return any_interface(state, row, [&](const auto& each) {
    return std::ranges::any_of(each.group_ids, [&](const auto& id) { return p.match(id); });
  });
}
bool interface_in_group_of_name(const Ec2State& state, const InstanceRecord& row,
                                const Patterns& p) {
  return any_interface(state, row, [&](const auto& each) {
    return std::ranges::any_of(each.group_ids, [&](const auto& id) {
      return p.match(state.security_groups.find(id)->group_name);
    });
  });
}
bool has_zone_id(const Ec2State&, const InstanceRecord& row, const Patterns& p) {
  const Zone* zone = find_zone(row.zone.substr(0, row.zone.size() - 1), row.zone);
  return zone != nullptr && p.match(zone->id);
}
template <auto member>
bool any_volume(const Ec2State&, const InstanceRecord& row, const Patterns& p) {
  for (const auto& volume : row.volumes) {
    if (p.match(volume.*member)) return true;
  }
  return false;
}
template <auto member>
bool image_is(const Ec2State& state, const InstanceRecord& row, const Patterns& p) {
  return p.match(image_of(state, row).*member);
}
template <auto member>
bool metadata_is(const Ec2State&, const InstanceRecord& row, const Patterns& p) {
  return p.match(row.metadata_options.*member);
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
using Options = api::ec2::InstanceMetadataOptionsResponse;
using Interface = NetworkInterfaceRecord;
using Address = PrivateAddressRecord;
constexpr FilterRow<Ec2State, InstanceRecord> kDescribeInstancesFilters[] = {
    {"affinity", never},
    {"architecture", image_is<&Image::architecture>},
    {"availability-zone", is<&InstanceRecord::zone>},
    {"availability-zone-id", has_zone_id},
    {"block-device-mapping.attach-time", is<&InstanceRecord::launch_time>},
    {"block-device-mapping.delete-on-termination",
     any_volume<&AttachedVolumeRecord::delete_on_termination>},
    {"block-device-mapping.device-name", any_volume<&AttachedVolumeRecord::device_name>},
    {"block-device-mapping.volume-id", any_volume<&AttachedVolumeRecord::volume_id>},
    {"capacity-reservation-id", is_set_to<&InstanceRecord::capacity_reservation_id>},
    {"client-token", is_set_to<&InstanceRecord::client_token>},
    {"dns-name", is_public_dns},
    {"hypervisor", [](const auto&, const auto&, const auto& p) { return p.match("xen"); }},
    {"iam-instance-profile.arn", is_set_to<&InstanceRecord::profile_arn>},
    {"iam-instance-profile.id", is_set_to<&InstanceRecord::profile_id>},
    {"image-id", is<&InstanceRecord::image_id>},
    {"instance-id", is<&InstanceRecord::instance_id>},
    {"instance-lifecycle",
     [](const auto&, const auto& row, const auto& p) {
       // AWS: On-Demand Instances have none.
       return !row.spot_request_id.empty() && p.match("spot");
     }},
    {"instance-state-code",
     [](const auto&, const auto& row, const auto& p) { return p.match(std::int64_t(row.state)); }},
    {"instance-state-name",
     [](const auto&, const auto& row, const auto& p) { return p.match(to_string(row.state)); }},
    {"instance-type", is<&InstanceRecord::instance_type>},
    {"instance.group-id", in_group},
    {"instance.group-name", in_group_of_name},
    {"ip-address", has_public_address},
    {"ipv6-address",
     [](const auto& state, const auto& row, const auto& p) {
       const auto* primary = primary_interface(state, row);
       return primary != nullptr &&
              std::ranges::any_of(primary->ipv6_addresses,
                                  [&](const auto& each) { return p.match(each); });
     }},
    {"kernel-id", never},
    {"key-name", is_set_to<&InstanceRecord::key_name>},
    {"launch-index", [](const auto&, const auto& row,
                        const auto& p) { return p.match(std::int64_t(row.launch_index)); }},
    {"launch-time", is<&InstanceRecord::launch_time>},
    {"metadata-options.http-endpoint", metadata_is<&Options::HttpEndpoint>},
    {"metadata-options.http-tokens", metadata_is<&Options::HttpTokens>},
    {"metadata-options.instance-metadata-tags", metadata_is<&Options::InstanceMetadataTags>},
    {"monitoring-state",
     [](const auto&, const auto& row, const auto& p) {
       return p.match(row.is_monitored ? "enabled" : "disabled");
     }},
    {"network-interface.addresses.association.allocation-id",
     interface_address_is<&Address::allocation_id>},
    {"network-interface.addresses.association.association-id",
     interface_address_is<&Address::association_id>},
    {"network-interface.addresses.association.public-ip",
     interface_address_is<&Address::public_ip>},
    {"network-interface.addresses.private-ip-address", interface_address_is<&Address::address>},
    {"network-interface.association.allocation-id", interface_address_is<&Address::allocation_id>},
    {"network-interface.association.association-id",
     interface_address_is<&Address::association_id>},
    {"network-interface.association.public-ip", interface_address_is<&Address::public_ip>},
    {"network-interface.attachment.attachment-id", interface_is<&Interface::attachment_id>},
    {"network-interface.attachment.delete-on-termination",
     interface_is<&Interface::delete_on_termination>},
    {"network-interface.attachment.instance-id", interface_is<&Interface::instance_id>},
    {"network-interface.availability-zone", interface_is<&Interface::zone>},
    {"network-interface.description", interface_is<&Interface::description>},
    {"network-interface.group-id", interface_in_group},
    {"network-interface.group-name", interface_in_group_of_name},
    {"network-interface.mac-address", interface_is<&Interface::mac_address>},
    {"network-interface.network-interface-id", interface_is<&Interface::interface_id>},
    {"network-interface.owner-id", interface_is<&Interface::owner_id>},
    {"network-interface.private-dns-name", is_private_dns},
    {"network-interface.source-dest-check", interface_is<&Interface::source_dest_check>},
    {"network-interface.subnet-id", interface_is<&Interface::subnet_id>},
    {"network-interface.vpc-id", interface_is<&Interface::vpc_id>},
    {"outpost-arn", never},
    {"owner-id", is<&InstanceRecord::owner_id>},
    {"placement-group-name", is_set_to<&InstanceRecord::placement_group>},
    {"platform",
     [](const auto& state, const auto& row, const auto& p) {
       return image_of(state, row).is_windows && p.match("windows");
     }},
    {"platform-details", image_is<&Image::platform_details>},
    {"private-dns-name", is_private_dns},
    {"private-ip-address", is_set_to<&InstanceRecord::private_ip_address>},
    {"product-code", never},
    {"ramdisk-id", never},
    {"reason", is_set_to<&InstanceRecord::state_transition_reason>},
    {"requester-id", never},
    {"reservation-id", is<&InstanceRecord::reservation_id>},
    {"root-device-name", image_is<&Image::root_device>},
    {"root-device-type", [](const auto&, const auto&, const auto& p) { return p.match("ebs"); }},
    {"source-dest-check", checks_source},
    {"spot-instance-request-id", is_set_to<&InstanceRecord::spot_request_id>},
    {"state-reason-code", is_set_to<&InstanceRecord::state_reason_code>},
    {"state-reason-message", is_set_to<&InstanceRecord::state_reason_message>},
    {"subnet-id", is_set_to<&InstanceRecord::subnet_id>},
    {"tenancy", is<&InstanceRecord::tenancy>},
    {"usage-operation", image_is<&Image::usage_operation>},
    {"virtualization-type", [](const auto&, const auto&, const auto& p) { return p.match("hvm"); }},
    {"vpc-id", is_set_to<&InstanceRecord::vpc_id>},
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
  const Selection<Ec2State, InstanceRecord> selection(
      context.state, request.Filters, kDescribeInstancesFilters,
      [](const InstanceRecord& row) { return std::span<const api::ec2::Tag>(row.tags); });
  api::ec2::DescribeInstancesResult result;
  auto& reservations = result.Reservations.emplace();
  std::map<std::string_view, std::size_t> places;
  const auto show = [&](const InstanceRecord& row) {
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
      [&](const InstanceRecord& row) { return selection.passes(row); },
      [](const auto& missing) { return instance_ids_not_found(missing); }, show);
  return result;
}

}  // namespace fallstreak::services::ec2
