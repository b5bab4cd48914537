#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "api/ec2/dhcp_options.h"
#include "api/ec2/flow_logs.h"
#include "api/ec2/internet_gateways.h"
#include "api/ec2/nat_gateways.h"
#include "api/ec2/network_acls.h"
#include "api/ec2/prefix_lists.h"
#include "api/ec2/subnet_cidr_reservations.h"
#include "api/ec2/vpc_block_public_access.h"
#include "api/ec2/vpc_endpoints.h"
#include "api/ec2/vpc_peering_connections.h"
#include "base/time.h"
#include "services/ec2/records.h"

/// What EC2 stores of networks, beyond the VPCs themselves.
namespace fallstreak::services::ec2 {

/// A private address of an interface, with the public one that stands for it outside.
struct PrivateAddressRecord {
  std::string address;
  std::string public_ip;
  /// Both empty when the public address is one of AWS's own that comes and goes with the instance.
  std::string allocation_id;
  std::string association_id;
};
template <class Visitor>
void visit_fields(PrivateAddressRecord& record, Visitor&& visit) {
  visit("address", record.address);
  visit("public_ip", record.public_ip);
  visit("allocation_id", record.allocation_id);
  visit("association_id", record.association_id);
}

/// An elastic network interface, an instance's first one included.
struct NetworkInterfaceRecord {
  std::string interface_id;
  std::string owner_id;
  std::string zone;
  std::string vpc_id;
  std::string subnet_id;
  std::string description;
  std::string mac_address;
  /// `interface`; `natGateway` or `network_load_balancer` for those that AWS makes for these.
  std::string interface_type = "interface";
  /// Who of AWS's own made it; empty for the caller's.
  std::string requester_id;
  std::vector<std::string> group_ids;
  /// The first is the primary one; there is always one.
  std::vector<PrivateAddressRecord> addresses;
  std::vector<std::string> ipv6_addresses;
  /// The first of these is to stay.
  bool has_primary_ipv6 = false;
  std::vector<std::string> ipv4_prefixes;
  std::vector<std::string> ipv6_prefixes;
  bool source_dest_check = true;
  Tags tags;
  /// These hold while it is attached.
  std::string attachment_id;
  std::string instance_id;
  std::int32_t device_index = 0;
  Time attach_time{};
  bool delete_on_termination = false;
  bool is_detaching = false;
};
template <class Visitor>
void visit_fields(NetworkInterfaceRecord& record, Visitor&& visit) {
  visit("interface_id", record.interface_id);
  visit("owner_id", record.owner_id);
  visit("zone", record.zone);
  visit("vpc_id", record.vpc_id);
  visit("subnet_id", record.subnet_id);
  visit("description", record.description);
  visit("mac_address", record.mac_address);
  visit("interface_type", record.interface_type);
  visit("requester_id", record.requester_id);
  visit("group_ids", record.group_ids);
  visit("addresses", record.addresses);
  visit("ipv6_addresses", record.ipv6_addresses);
  visit("has_primary_ipv6", record.has_primary_ipv6);
  visit("ipv4_prefixes", record.ipv4_prefixes);
  visit("ipv6_prefixes", record.ipv6_prefixes);
  visit("source_dest_check", record.source_dest_check);
  visit("tags", record.tags);
  visit("attachment_id", record.attachment_id);
  visit("instance_id", record.instance_id);
  visit("device_index", record.device_index);
  visit("attach_time", record.attach_time);
  visit("delete_on_termination", record.delete_on_termination);
  visit("is_detaching", record.is_detaching);
}

/// An elastic IP address.
struct AddressRecord {
  std::string allocation_id;
  std::string public_ip;
  Tags tags;
  /// Empty while it is not associated.
  std::string association_id;
  std::string interface_id;
  std::string private_address;
  /// `www.example.com.`; empty without one.
  std::string reverse_name;
};
template <class Visitor>
void visit_fields(AddressRecord& record, Visitor&& visit) {
  visit("allocation_id", record.allocation_id);
  visit("public_ip", record.public_ip);
  visit("tags", record.tags);
  visit("association_id", record.association_id);
  visit("interface_id", record.interface_id);
  visit("private_address", record.private_address);
  visit("reverse_name", record.reverse_name);
}

/// A part of a subnet from which nobody gets an address without naming it.
struct CidrReservationRecord {
  api::ec2::SubnetCidrReservation reservation;
};
template <class Visitor>
void visit_fields(CidrReservationRecord& record, Visitor&& visit) {
  visit("reservation", record.reservation);
}

/// A security group that another VPC than its own may use.
struct GroupVpcRecord {
  std::string group_id;
  std::string vpc_id;
  /// `associating`, `associated` or `disassociating`.
  std::string state;
};
template <class Visitor>
void visit_fields(GroupVpcRecord& record, Visitor&& visit) {
  visit("group_id", record.group_id);
  visit("vpc_id", record.vpc_id);
  visit("state", record.state);
}

struct EgressGatewayRecord {
  api::ec2::EgressOnlyInternetGateway gateway;
};
template <class Visitor>
void visit_fields(EgressGatewayRecord& record, Visitor&& visit) {
  visit("gateway", record.gateway);
}

struct DhcpOptionsRecord {
  api::ec2::DhcpOptions options;
};
template <class Visitor>
void visit_fields(DhcpOptionsRecord& record, Visitor&& visit) {
  visit("options", record.options);
}

struct NetworkAclRecord {
  api::ec2::NetworkAcl acl;
};
template <class Visitor>
void visit_fields(NetworkAclRecord& record, Visitor&& visit) {
  visit("acl", record.acl);
}

struct NatGatewayRecord {
  api::ec2::NatGateway gateway;
};
template <class Visitor>
void visit_fields(NatGatewayRecord& record, Visitor&& visit) {
  visit("gateway", record.gateway);
}

/// What a prefix list had in one of its versions.
struct PrefixListVersionRecord {
  std::int64_t version = 1;
  std::vector<api::ec2::PrefixListEntry> entries;
};
template <class Visitor>
void visit_fields(PrefixListVersionRecord& record, Visitor&& visit) {
  visit("version", record.version);
  visit("entries", record.entries);
}

/// A prefix list of the caller's.
struct PrefixListRecord {
  api::ec2::ManagedPrefixList list;
  /// The last is the current one.
  std::vector<PrefixListVersionRecord> versions;
};
template <class Visitor>
void visit_fields(PrefixListRecord& record, Visitor&& visit) {
  visit("list", record.list);
  visit("versions", record.versions);
}

struct VpcEndpointRecord {
  api::ec2::VpcEndpoint endpoint;
};
template <class Visitor>
void visit_fields(VpcEndpointRecord& record, Visitor&& visit) {
  visit("endpoint", record.endpoint);
}

/// A peering connection, as one of its two sides sees it; the other has a row of its own.
struct PeeringRecord {
  api::ec2::VpcPeeringConnection connection;
};
template <class Visitor>
void visit_fields(PeeringRecord& record, Visitor&& visit) {
  visit("connection", record.connection);
}

/// What would be written of the traffic of a VPC, a subnet or an interface.
struct FlowLogRecord {
  api::ec2::FlowLog log;
};
template <class Visitor>
void visit_fields(FlowLogRecord& record, Visitor&& visit) {
  visit("log", record.log);
}

/// A VPC or subnet that the account's block of public access spares.
struct PublicAccessExclusionRecord {
  api::ec2::VpcBlockPublicAccessExclusion exclusion;
};
template <class Visitor>
void visit_fields(PublicAccessExclusionRecord& record, Visitor&& visit) {
  visit("exclusion", record.exclusion);
}

}  // namespace fallstreak::services::ec2
