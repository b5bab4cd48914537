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

// Filters that are seldom used look at the instance as it is shown.
using Shown = api::ec2::Instance;
using ShownInterface = api::ec2::InstanceNetworkInterface;
template <auto member>
bool shows(const Ec2State& state, const InstanceRecord& row, const Patterns& p) {
  return p.match(describe(state, row).*member);
}
/// The same of a structure: no instance passes that shows none.
template <auto part, auto member>
bool shows_in(const Ec2State& state, const InstanceRecord& row, const Patterns& p) {
  const Shown shown = describe(state, row);
  return (shown.*part) && p.match((*(shown.*part)).*member);
}
template <auto part, auto member>
bool shows_whether(const Ec2State& state, const InstanceRecord& row, const Patterns& p) {
  const Shown shown = describe(state, row);
  return (shown.*part) && (*(shown.*part)).*member && p.match(*((*(shown.*part)).*member));
}
bool always_false(const Ec2State&, const InstanceRecord&, const Patterns& p) {
  return p.match(false);
}
template <class Ask>
bool any_shown_interface(const Ec2State& state, const InstanceRecord& row, const Ask& ask) {
  const Shown shown = describe(state, row);
  return std::ranges::any_of(api::each(shown.NetworkInterfaces), ask);
}
template <auto member>
bool interface_shows(const Ec2State& state, const InstanceRecord& row, const Patterns& p) {
  return any_shown_interface(state, row,
                             [&](const ShownInterface& each) { return p.match(each.*member); });
}
/// Of anything in a list of an interface.
template <auto list, auto member>
bool interface_lists(const Ec2State& state, const InstanceRecord& row, const Patterns& p) {
  return any_shown_interface(state, row, [&](const ShownInterface& each) {
    return std::ranges::any_of(api::each(each.*list),
                               [&](const auto& one) { return p.match(one.*member); });
  });
}
template <auto list, auto member>
bool interface_lists_whether(const Ec2State& state, const InstanceRecord& row, const Patterns& p) {
  return any_shown_interface(state, row, [&](const ShownInterface& each) {
    return std::ranges::any_of(api::each(each.*list),
                               [&](const auto& one) { return p.match(*(one.*member)); });
  });
}
template <auto member>
bool association_shows(const Ec2State& state, const InstanceRecord& row, const Patterns& p) {
  return any_shown_interface(state, row, [&](const ShownInterface& each) {
    return each.Association && p.match((*each.Association).*member);
  });
}
template <auto member>
bool address_association_shows(const Ec2State& state, const InstanceRecord& row,
                               const Patterns& p) {
  return any_shown_interface(state, row, [&](const ShownInterface& each) {
    return std::ranges::any_of(api::each(each.PrivateIpAddresses), [&](const auto& address) {
      return address.Association && p.match((*address.Association).*member);
    });
  });
}
template <class Ask>
bool any_shown_attachment(const Ec2State& state, const InstanceRecord& row, const Ask& ask) {
  return any_shown_interface(state, row, [&](const ShownInterface& each) {
    return each.Attachment && ask(*each.Attachment);
  });
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
using InterfaceAssociation = api::ec2::InstanceNetworkInterfaceAssociation;
using CapacityChoice = api::ec2::CapacityReservationSpecificationResponse;
using HostName = api::ec2::PrivateDnsNameOptionsResponse;
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
    {"block-device-mapping.status",
     [](const auto& state, const auto& row, const auto& p) {
       const Shown shown = describe(state, row);
       return std::ranges::any_of(api::each(shown.BlockDeviceMappings), [&](const auto& each) {
         return each.Ebs && p.match(each.Ebs->Status);
       });
     }},
    {"boot-mode", shows<&Shown::BootMode>},
    {"capacity-reservation-specification.capacity-reservation-preference",
     shows_in<&Shown::CapacityReservationSpecification,
              &CapacityChoice::CapacityReservationPreference>},
    {"capacity-reservation-specification.capacity-reservation-target.capacity-reservation-id",
     [](const auto& state, const auto& row, const auto& p) {
       const auto named = describe(state, row).CapacityReservationSpecification;
       return named && named->CapacityReservationTarget &&
              p.match(named->CapacityReservationTarget->CapacityReservationId);
     }},
    {"capacity-reservation-specification.capacity-reservation-target."
     "capacity-reservation-resource-group-arn",
     never},
    {"capacity-reservation-id", is_set_to<&InstanceRecord::capacity_reservation_id>},
    {"client-token", is_set_to<&InstanceRecord::client_token>},
    {"current-instance-boot-mode", shows<&Shown::CurrentInstanceBootMode>},
    {"dns-name", is_public_dns},
    {"ebs-optimized", is<&InstanceRecord::ebs_optimized>},
    {"ena-support", [](const auto&, const auto&, const auto& p) { return p.match(true); }},
    {"enclave-options.enabled", always_false},
    {"hibernation-options.configured", always_false},
    {"host-id", never},
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
    {"maintenance-options.auto-recovery",
     shows_in<&Shown::MaintenanceOptions, &api::ec2::InstanceMaintenanceOptions::AutoRecovery>},
    // Chosen: the endpoint's own switch is that of IPv4.
    {"metadata-options.http-protocol-ipv4", metadata_is<&Options::HttpEndpoint>},
    {"metadata-options.http-protocol-ipv6", metadata_is<&Options::HttpProtocolIpv6>},
    {"metadata-options.http-put-response-hop-limit",
     [](const auto&, const auto& row, const auto& p) {
       const auto& limit = row.metadata_options.HttpPutResponseHopLimit;
       return limit && p.match(std::int64_t(*limit));
     }},
    {"metadata-options.state",
     shows_in<&Shown::MetadataOptions, &api::ec2::InstanceMetadataOptionsResponse::State>},
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
    {"network-interface.addresses.association.carrier-ip", never},
    {"network-interface.addresses.association.customer-owned-ip", never},
    {"network-interface.addresses.association.ip-owner-id",
     address_association_shows<&InterfaceAssociation::IpOwnerId>},
    {"network-interface.addresses.association.public-dns-name",
     address_association_shows<&InterfaceAssociation::PublicDnsName>},
    {"network-interface.addresses.primary",
     interface_lists_whether<&ShownInterface::PrivateIpAddresses,
                             &api::ec2::InstancePrivateIpAddress::Primary>},
    {"network-interface.addresses.private-dns-name",
     interface_lists<&ShownInterface::PrivateIpAddresses,
                     &api::ec2::InstancePrivateIpAddress::PrivateDnsName>},
    {"network-interface.addresses.association.public-ip",
     interface_address_is<&Address::public_ip>},
    {"network-interface.addresses.private-ip-address", interface_address_is<&Address::address>},
    {"network-interface.association.allocation-id", interface_address_is<&Address::allocation_id>},
    {"network-interface.association.association-id",
     interface_address_is<&Address::association_id>},
    {"network-interface.association.carrier-ip", never},
    {"network-interface.association.customer-owned-ip", never},
    {"network-interface.association.ip-owner-id", association_shows<&InterfaceAssociation::IpOwnerId>},
    {"network-interface.association.public-dns-name",
     association_shows<&InterfaceAssociation::PublicDnsName>},
    {"network-interface.attachment.attach-time", interface_is<&Interface::attach_time>},
    {"network-interface.attachment.device-index",
     [](const auto& state, const auto& row, const auto& p) {
       return any_interface(state, row, [&](const auto& each) {
         return p.match(std::int64_t(each.device_index));
       });
     }},
    {"network-interface.attachment.instance-owner-id", interface_is<&Interface::owner_id>},
    {"network-interface.attachment.network-card-index",
     [](const auto& state, const auto& row, const auto& p) {
       return any_shown_attachment(state, row, [&](const auto& each) {
         return p.match(std::int64_t(*each.NetworkCardIndex));
       });
     }},
    {"network-interface.attachment.status",
     [](const auto& state, const auto& row, const auto& p) {
       return any_shown_attachment(state, row, [&](const auto& each) { return p.match(each.Status); });
     }},
    {"network-interface.association.public-ip", interface_address_is<&Address::public_ip>},
    {"network-interface.attachment.attachment-id", interface_is<&Interface::attachment_id>},
    {"network-interface.attachment.delete-on-termination",
     interface_is<&Interface::delete_on_termination>},
    {"network-interface.attachment.instance-id", interface_is<&Interface::instance_id>},
    {"network-interface.availability-zone", interface_is<&Interface::zone>},
    {"network-interface.deny-all-igw-traffic", always_false},
    {"network-interface.ipv4-prefixes.ipv4-prefix",
     interface_lists<&ShownInterface::Ipv4Prefixes, &api::ec2::InstanceIpv4Prefix::Ipv4Prefix>},
    {"network-interface.ipv6-address",
     interface_lists<&ShownInterface::Ipv6Addresses, &api::ec2::InstanceIpv6Address::Ipv6Address>},
    {"network-interface.ipv6-addresses.ipv6-address",
     interface_lists<&ShownInterface::Ipv6Addresses, &api::ec2::InstanceIpv6Address::Ipv6Address>},
    {"network-interface.ipv6-addresses.is-primary-ipv6",
     interface_lists_whether<&ShownInterface::Ipv6Addresses,
                             &api::ec2::InstanceIpv6Address::IsPrimaryIpv6>},
    {"network-interface.ipv6-native", always_false},
    {"network-interface.ipv6-prefixes.ipv6-prefix",
     interface_lists<&ShownInterface::Ipv6Prefixes, &api::ec2::InstanceIpv6Prefix::Ipv6Prefix>},
    {"network-interface.operator.managed", always_false},
    {"network-interface.operator.principal", never},
    {"network-interface.outpost-arn", never},
    {"network-interface.private-ip-address", interface_shows<&ShownInterface::PrivateIpAddress>},
    {"network-interface.public-dns-name", association_shows<&InterfaceAssociation::PublicDnsName>},
    {"network-interface.requester-id",
     [](const auto& state, const auto& row, const auto& p) {
       return any_interface(state, row, [&](const auto& each) {
         return !each.requester_id.empty() && p.match(each.requester_id);
       });
     }},
    {"network-interface.requester-managed",
     [](const auto& state, const auto& row, const auto& p) {
       return any_interface(state, row,
                            [&](const auto& each) { return p.match(!each.requester_id.empty()); });
     }},
    {"network-interface.status", interface_shows<&ShownInterface::Status>},
    {"network-interface.tag-key",
     [](const auto& state, const auto& row, const auto& p) {
       return any_interface(state, row,
                            [&](const auto& each) { return match_tag_key(each.tags, p); });
     }},
    {"network-interface.tag-value",
     [](const auto& state, const auto& row, const auto& p) {
       return any_interface(state, row, [&](const auto& each) {
         return std::ranges::any_of(each.tags, [&](const auto& tag) { return p.match(tag.Value); });
       });
     }},
    {"network-performance-options.bandwidth-weighting", never},
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
    {"operator.managed", always_false},
    {"operator.principal", never},
    {"outpost-arn", never},
    {"owner-id", is<&InstanceRecord::owner_id>},
    {"placement-group-name", is_set_to<&InstanceRecord::placement_group>},
    {"placement-partition-number",
     [](const auto&, const auto& row, const auto& p) {
       return row.partition_number > 0 && p.match(std::int64_t(row.partition_number));
     }},
    {"platform",
     [](const auto& state, const auto& row, const auto& p) {
       return image_of(state, row).is_windows && p.match("windows");
     }},
    {"platform-details", image_is<&Image::platform_details>},
    {"private-dns-name", is_private_dns},
    {"private-dns-name-options.enable-resource-name-dns-a-record",
     shows_whether<&Shown::PrivateDnsNameOptions, &HostName::EnableResourceNameDnsARecord>},
    {"private-dns-name-options.enable-resource-name-dns-aaaa-record",
     shows_whether<&Shown::PrivateDnsNameOptions, &HostName::EnableResourceNameDnsAAAARecord>},
    {"private-dns-name-options.hostname-type",
     shows_in<&Shown::PrivateDnsNameOptions, &HostName::HostnameType>},
    {"private-ip-address", is_set_to<&InstanceRecord::private_ip_address>},
    {"product-code", never},
    {"product-code.type", never},
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
    {"tpm-support", never},
    {"usage-operation-update-time", is<&InstanceRecord::launch_time>},
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
