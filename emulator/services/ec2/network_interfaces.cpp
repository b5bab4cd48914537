#include "services/ec2/network_interfaces.h"

#include <algorithm>

#include "dispatch/service_role.h"
#include "services/ec2/catalogue.h"
#include "services/ec2/cidr.h"
#include "services/ec2/client_tokens.h"
#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/instances.h"
#include "services/ec2/interface_prefixes.h"
#include "services/ec2/ipv6.h"
#include "services/ec2/network_errors.h"
#include "services/ec2/pages.h"
#include "services/ec2/subnets.h"
#include "services/ec2/tags.h"

namespace fallstreak::services::ec2 {
namespace {

template <auto member>
bool is(const Ec2State&, const NetworkInterfaceRecord& row, const Patterns& p) {
  return p.match(row.*member);
}
template <auto member>
bool is_set_to(const Ec2State&, const NetworkInterfaceRecord& row, const Patterns& p) {
  return !(row.*member).empty() && p.match(row.*member);
}
template <auto member>
bool any_address(const Ec2State&, const NetworkInterfaceRecord& row, const Patterns& p) {
  return std::ranges::any_of(row.addresses, [&](const auto& each) {
    return !(each.*member).empty() && p.match(each.*member);
  });
}
bool in_group(const Ec2State&, const NetworkInterfaceRecord& row, const Patterns& p) {
  return std::ranges::any_of(row.group_ids, [&](const auto& id) { return p.match(id); });
}
bool in_group_of_name(const Ec2State& state, const NetworkInterfaceRecord& row, const Patterns& p) {
  return std::ranges::any_of(row.group_ids, [&](const auto& id) {
    return p.match(state.security_groups.find(id)->group_name);
  });
}
bool is_attached(const NetworkInterfaceRecord& row) { return !row.attachment_id.empty(); }

std::string_view status_of(const NetworkInterfaceRecord& row) {
  if (!is_attached(row)) return "available";
  return row.is_detaching ? "detaching" : "in-use";
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html
constexpr FilterRow<Ec2State, NetworkInterfaceRecord> kNetworkInterfacesFilters[] = {
    {"addresses.association.owner-id",
     [](const auto&, const auto& row, const auto& p) {
       return !row.addresses.front().allocation_id.empty() && p.match(row.owner_id);
     }},
    {"addresses.association.public-ip", any_address<&PrivateAddressRecord::public_ip>},
    {"addresses.primary",
     [](const auto&, const auto& row, const auto& p) {
       return p.match(true) || (row.addresses.size() > 1 && p.match(false));
     }},
    {"addresses.private-ip-address", any_address<&PrivateAddressRecord::address>},
    {"association.allocation-id", any_address<&PrivateAddressRecord::allocation_id>},
    {"association.association-id", any_address<&PrivateAddressRecord::association_id>},
    {"association.public-ip", any_address<&PrivateAddressRecord::public_ip>},
    {"association.ip-owner-id",
     [](const auto& state, const auto& row, const auto& p) {
       return std::ranges::any_of(row.addresses, [&](const auto& each) {
         const auto shown = describe_association(state, row, each);
         return shown && p.match(shown->IpOwnerId);
       });
     }},
    {"association.public-dns-name",
     [](const auto& state, const auto& row, const auto& p) {
       return std::ranges::any_of(row.addresses, [&](const auto& each) {
         const auto shown = describe_association(state, row, each);
         return shown && p.match(shown->PublicDnsName);
       });
     }},
    {"attachment.attach-time",
     [](const auto&, const auto& row, const auto& p) {
       return is_attached(row) && p.match(row.attach_time);
     }},
    {"attachment.attachment-id", is_set_to<&NetworkInterfaceRecord::attachment_id>},
    {"attachment.delete-on-termination",
     [](const auto&, const auto& row, const auto& p) {
       return is_attached(row) && p.match(row.delete_on_termination);
     }},
    {"attachment.device-index",
     [](const auto&, const auto& row, const auto& p) {
       return is_attached(row) && p.match(std::int64_t(row.device_index));
     }},
    {"attachment.instance-id", is_set_to<&NetworkInterfaceRecord::instance_id>},
    {"attachment.instance-owner-id",
     [](const auto&, const auto& row, const auto& p) {
       return is_attached(row) && p.match(row.owner_id);
     }},
    {"attachment.status",
     [](const auto& state, const auto& row, const auto& p) {
       return is_attached(row) && p.match(attachment_status(state, row));
     }},
    {"availability-zone", is<&NetworkInterfaceRecord::zone>},
    {"availability-zone-id",
     [](const auto&, const auto& row, const auto& p) {
       const Zone* zone = find_zone(row.zone.substr(0, row.zone.size() - 1), row.zone);
       return zone != nullptr && p.match(zone->id);
     }},
    {"operator.managed", [](const auto&, const auto&, const auto& p) { return p.match(false); }},
    {"operator.principal", [](const auto&, const auto&, const auto&) { return false; }},
    {"description", is<&NetworkInterfaceRecord::description>},
    {"group-id", in_group},
    {"group-name", in_group_of_name},
    {"interface-type", is<&NetworkInterfaceRecord::interface_type>},
    {"ipv6-addresses.ipv6-address",
     [](const auto&, const auto& row, const auto& p) {
       return std::ranges::any_of(row.ipv6_addresses,
                                  [&](const auto& each) { return p.match(each); });
     }},
    {"mac-address", is<&NetworkInterfaceRecord::mac_address>},
    {"network-interface-id", is<&NetworkInterfaceRecord::interface_id>},
    {"owner-id", is<&NetworkInterfaceRecord::owner_id>},
    {"private-dns-name",
     [](const auto&, const auto& row, const auto& p) {
       return p.match(private_dns_name(row.zone, row.addresses.front().address));
     }},
    {"private-ip-address", any_address<&PrivateAddressRecord::address>},
    {"requester-id", is_set_to<&NetworkInterfaceRecord::requester_id>},
    {"requester-managed", [](const auto&, const auto& row,
                             const auto& p) { return p.match(!row.requester_id.empty()); }},
    {"source-dest-check", is<&NetworkInterfaceRecord::source_dest_check>},
    {"status", [](const auto&, const auto& row, const auto& p) { return p.match(status_of(row)); }},
    {"subnet-id", is<&NetworkInterfaceRecord::subnet_id>},
    {"vpc-id", is<&NetworkInterfaceRecord::vpc_id>},
};

/// Observed: the interfaces of load balancers hang on something of Elastic Load Balancing's own,
/// those of other services on something of AWS's.
std::string attachment_owner(const NetworkInterfaceRecord& row) {
  if (row.requester_id.empty()) return row.owner_id;
  return row.requester_id == "amazon-elb" ? row.requester_id : "amazon-aws";
}

std::optional<api::ec2::NetworkInterfaceAttachment> describe_attachment(
    const Ec2State& state, const NetworkInterfaceRecord& row) {
  if (!is_attached(row)) return std::nullopt;
  api::ec2::NetworkInterfaceAttachment shown{.AttachTime = row.attach_time,
                                             .AttachmentId = row.attachment_id,
                                             .DeleteOnTermination = row.delete_on_termination,
                                             .DeviceIndex = row.device_index,
                                             .NetworkCardIndex = 0,
                                             .InstanceOwnerId = attachment_owner(row),
                                             .Status = std::string(attachment_status(state, row))};
  if (!row.instance_id.empty()) shown.InstanceId = row.instance_id;
  return shown;
}

api::ec2::NetworkInterface describe(const Context& context, const NetworkInterfaceRecord& row) {
  const Ec2State& state = context.state;
  api::ec2::NetworkInterface shown{
      .Association = describe_association(state, row, row.addresses.front()),
      .Attachment = describe_attachment(state, row),
      .AvailabilityZone = row.zone,
      .Description = row.description,
      .Groups = describe_groups(state, row.group_ids),
      .InterfaceType = row.interface_type,
      .Ipv6Addresses = std::vector<api::ec2::NetworkInterfaceIpv6Address>(),
      .MacAddress = row.mac_address,
      .NetworkInterfaceId = row.interface_id,
      .OwnerId = row.owner_id,
      .PrivateDnsName = private_dns_name(row.zone, row.addresses.front().address),
      .PrivateIpAddress = row.addresses.front().address,
      .RequesterManaged = !row.requester_id.empty(),
      .SourceDestCheck = row.source_dest_check,
      .Status = std::string(status_of(row)),
      .SubnetId = row.subnet_id,
      .TagSet = row.tags,
      .VpcId = row.vpc_id,
      .DenyAllIgwTraffic = false,
      .Ipv6Native = false,
      .Operator = {{.Managed = false}}};
  if (!row.requester_id.empty()) shown.RequesterId = row.requester_id;
  if (const Zone* zone = find_zone(context.region(), row.zone)) {
    shown.AvailabilityZoneId = std::string(zone->id);
  }
  for (const auto& each : row.ipv6_addresses) {
    shown.Ipv6Addresses->push_back(
        {.Ipv6Address = each,
         .IsPrimaryIpv6 = row.has_primary_ipv6 && &each == &row.ipv6_addresses.front()});
  }
  if (!row.ipv6_addresses.empty()) shown.Ipv6Address = row.ipv6_addresses.front();
  for (const auto& prefix : row.ipv4_prefixes) {
    if (!shown.Ipv4Prefixes) shown.Ipv4Prefixes.emplace();
    shown.Ipv4Prefixes->push_back({.Ipv4Prefix = prefix});
  }
  for (const auto& prefix : row.ipv6_prefixes) {
    if (!shown.Ipv6Prefixes) shown.Ipv6Prefixes.emplace();
    shown.Ipv6Prefixes->push_back({.Ipv6Prefix = prefix});
  }
  auto& addresses = shown.PrivateIpAddresses.emplace();
  for (const auto& each : row.addresses) {
    addresses.push_back({.Association = describe_association(state, row, each),
                         .Primary = &each == &row.addresses.front(),
                         .PrivateDnsName = private_dns_name(row.zone, each.address),
                         .PrivateIpAddress = each.address});
  }
  return shown;
}

/// The addresses that a request asks for: the primary one first, an empty text for any.
std::vector<std::string> wanted_addresses(const api::ec2::CreateNetworkInterfaceRequest& request) {
  std::vector<std::string> addresses{request.PrivateIpAddress.value_or("")};
  bool has_primary = request.PrivateIpAddress.has_value();
  for (const auto& each : api::each(request.PrivateIpAddresses)) {
    if (!each.PrivateIpAddress) throw missing_parameter("privateIpAddress");
    if (each.Primary != true) {
      addresses.push_back(*each.PrivateIpAddress);
    } else if (has_primary) {
      throw invalid_parameter_combination("Only one primary private IP address can be specified.");
    } else {
      has_primary = true;
      addresses.front() = *each.PrivateIpAddress;
    }
  }
  if (request.PrivateIpAddresses && request.SecondaryPrivateIpAddressCount) {
    throw invalid_parameter_combination(
        "You may not specify both a secondary private IP address count and private addresses");
  }
  add_any_addresses(request.SecondaryPrivateIpAddressCount, addresses);
  return addresses;
}

/// AWS: addresses, a count of addresses, prefixes or a count of prefixes: one of them a family.
void check_one_kind(const api::ec2::CreateNetworkInterfaceRequest& request) {
  const bool has_ipv4 = request.PrivateIpAddresses || request.SecondaryPrivateIpAddressCount;
  const bool has_ipv4_prefixes = request.Ipv4Prefixes || request.Ipv4PrefixCount;
  const bool has_ipv6 = request.Ipv6Addresses || request.Ipv6AddressCount;
  const bool has_ipv6_prefixes = request.Ipv6Prefixes || request.Ipv6PrefixCount;
  if ((has_ipv4 && has_ipv4_prefixes) || (has_ipv6 && has_ipv6_prefixes)) {
    throw invalid_parameter_combination("You may not specify both addresses and prefixes");
  }
}

/// What a request asks for, checked; a service's role leaves its name on it.
NewInterface wanted_interface(Context& context,
                              const api::ec2::CreateNetworkInterfaceRequest& request) {
  find_subnet(context, *request.SubnetId);
  check_one_kind(request);
  const auto groups = request.Groups.value_or(std::vector<std::string>());
  NewInterface wanted{
      .subnet_id = *request.SubnetId,
      .addresses = wanted_addresses(request),
      .ipv6_addresses = wanted_ipv6_addresses(request.Ipv6Addresses, request.Ipv6AddressCount),
      .has_primary_ipv6 = wants_primary_ipv6(context, *request.SubnetId, request.EnablePrimaryIpv6),
      .ipv4_prefixes = wanted_prefixes<&api::ec2::Ipv4PrefixSpecificationRequest::Ipv4Prefix>(
          request.Ipv4Prefixes, request.Ipv4PrefixCount, "ipv4"),
      .ipv6_prefixes = wanted_prefixes<&api::ec2::Ipv6PrefixSpecificationRequest::Ipv6Prefix>(
          request.Ipv6Prefixes, request.Ipv6PrefixCount, "ipv6"),
      .description = request.Description.value_or(""),
      .tags = tags_for(request.TagSpecifications, "network-interface")};
  const auto role = dispatch::role_of(context.caller());
  if (role) {
    wanted.type = role->interface_type;
    wanted.requester_id = role->id;
  }
  // AWS: Network Load Balancers may have no security groups, and then none is filled in.
  if (!role || !groups.empty()) {
    wanted.group_ids = checked_groups(context, *request.SubnetId, groups);
  }
  return wanted;
}

}  // namespace

void add_any_addresses(const std::optional<std::int32_t>& count,
                       std::vector<std::string>& addresses) {
  // More than an interface of any type has.
  constexpr std::int32_t kMost = 255;
  const std::int32_t any = count.value_or(0);
  if (any < 0 || any > kMost) {
    throw invalid_value_for(std::to_string(any), "secondaryPrivateIpAddressCount",
                            "Expecting a value between 0 and 255.");
  }
  addresses.resize(addresses.size() + std::size_t(any));
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkInterface.html
api::ec2::CreateNetworkInterfaceResult create_network_interface(
    Context& context, const api::ec2::CreateNetworkInterfaceRequest& request) {
  const IdempotentRequest idempotent(context, "CreateNetworkInterface", request);
  std::string id;
  if (!idempotent.earlier().empty()) {
    id = idempotent.earlier().front();
  } else {
    const NewInterface wanted = wanted_interface(context, request);
    id = add_interface(context, wanted);
    // What a service makes for itself hangs on the service from the beginning.
    if (!wanted.requester_id.empty()) attach_interface(context, id, {}, 1, false);
    idempotent.remember(context, {id});
  }
  api::ec2::CreateNetworkInterfaceResult result{
      .NetworkInterface = describe(context, find_interface(context, id)),
      .ClientToken = request.ClientToken};
  // AWS: the answer says `pending`, which the next Describe no longer does.
  result.NetworkInterface->Status = "pending";
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html
api::ec2::DescribeNetworkInterfacesResult describe_network_interfaces(
    Context& context, const api::ec2::DescribeNetworkInterfacesRequest& request) {
  const Selection<Ec2State, NetworkInterfaceRecord> selection(
      context.state, request.Filters, kNetworkInterfacesFilters,
      [](const NetworkInterfaceRecord& row) { return std::span<const api::ec2::Tag>(row.tags); });
  api::ec2::DescribeNetworkInterfacesResult result;
  auto& shown = result.NetworkInterfaces.emplace();
  result.NextToken = show_page(
      context.state.network_interfaces, request.NetworkInterfaceIds,
      Page(request.MaxResults, request.NextToken),
      [&](const NetworkInterfaceRecord& row) { return selection.passes(row); },
      [](const auto& missing) { return invalid_network_interface_id_not_found(join_ids(missing)); },
      [&](const NetworkInterfaceRecord& row) { shown.push_back(describe(context, row)); });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaceAttribute.html
api::ec2::DescribeNetworkInterfaceAttributeResult describe_network_interface_attribute(
    Context& context, const api::ec2::DescribeNetworkInterfaceAttributeRequest& request) {
  const NetworkInterfaceRecord& row = find_interface(context, *request.NetworkInterfaceId);
  if (!request.Attribute) throw missing_parameter("attribute");
  api::ec2::DescribeNetworkInterfaceAttributeResult result{.NetworkInterfaceId = row.interface_id};
  const std::string& name = *request.Attribute;
  if (name == "description") {
    result.Description = {.Value = row.description};
  } else if (name == "groupSet") {
    result.Groups = describe_groups(context.state, row.group_ids);
  } else if (name == "sourceDestCheck") {
    result.SourceDestCheck = {.Value = row.source_dest_check};
  } else if (name == "attachment") {
    result.Attachment = describe_attachment(context.state, row);
  } else {
    throw not_implemented("Attribute " + name + " of DescribeNetworkInterfaceAttribute");
  }
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyNetworkInterfaceAttribute.html
api::ec2::ModifyNetworkInterfaceAttributeResponse modify_network_interface_attribute(
    Context& context, const api::ec2::ModifyNetworkInterfaceAttributeRequest& request) {
  const std::string id = *request.NetworkInterfaceId;
  const NetworkInterfaceRecord& row = find_interface(context, id);
  check_callers_own(context, row);
  const int given = int(request.Description.has_value()) +
                    int(request.SourceDestCheck.has_value()) + int(request.Groups.has_value()) +
                    int(request.Attachment.has_value()) +
                    int(request.EnablePrimaryIpv6.has_value());
  // AWS: "You can specify only one attribute at a time."
  if (given > 1) {
    throw invalid_parameter_combination("Fields for multiple attribute types specified");
  }
  if (given == 0) throw missing_parameter("attribute");
  if (request.Groups) {
    if (request.Groups->empty()) throw missing_parameter("groupId");
    replace_interface_groups(context, id, checked_groups(context, row.subnet_id, *request.Groups));
    return {};
  }
  const bool has_primary_ipv6 =
      wants_primary_ipv6(context, row.subnet_id, request.EnablePrimaryIpv6);
  // AWS: "Once you enable an IPv6 GUA address to be a primary IPv6, you cannot disable it."
  if (request.EnablePrimaryIpv6 == false && row.has_primary_ipv6) {
    throw invalid_parameter_value("The primary IPv6 address of interface " + id +
                                  " cannot be disabled");
  }
  if (request.Attachment) {
    const std::string& attachment_id = request.Attachment->AttachmentId.value_or("");
    if (attachment_id.empty()) throw missing_parameter("attachmentId");
    if (attachment_id != row.attachment_id) throw invalid_attachment_id_not_found(attachment_id);
  }
  context.state.network_interfaces.update(id, [&](NetworkInterfaceRecord& changed) {
    if (request.Description) changed.description = request.Description->Value.value_or("");
    if (has_primary_ipv6) changed.has_primary_ipv6 = true;
    if (request.SourceDestCheck) {
      changed.source_dest_check = request.SourceDestCheck->Value.value_or(true);
    }
    if (request.Attachment && request.Attachment->DeleteOnTermination) {
      changed.delete_on_termination = *request.Attachment->DeleteOnTermination;
    }
  });
  return {};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResetNetworkInterfaceAttribute.html
api::ec2::ResetNetworkInterfaceAttributeResponse reset_network_interface_attribute(
    Context& context, const api::ec2::ResetNetworkInterfaceAttributeRequest& request) {
  const NetworkInterfaceRecord& row = find_interface(context, *request.NetworkInterfaceId);
  check_callers_own(context, row);
  if (!request.SourceDestCheck) throw missing_parameter("attribute");
  // AWS: "Resets the value to true."
  context.state.network_interfaces.update(
      *request.NetworkInterfaceId,
      [](NetworkInterfaceRecord& changed) { changed.source_dest_check = true; });
  return {};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkInterface.html
api::ec2::DeleteNetworkInterfaceResponse delete_network_interface(
    Context& context, const api::ec2::DeleteNetworkInterfaceRequest& request) {
  const NetworkInterfaceRecord& row = find_interface(context, *request.NetworkInterfaceId);
  // AWS: "You must detach the network interface before you can delete it."
  const bool is_its_service = dispatch::role_of(context.caller()).has_value();
  if (is_attached(row) && !is_its_service) throw network_interface_is_in_use(row.interface_id);
  check_callers_own(context, row);
  remove_interface(context, *request.NetworkInterfaceId);
  return {};
}

}  // namespace fallstreak::services::ec2
