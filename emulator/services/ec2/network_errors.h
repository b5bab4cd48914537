#pragma once

#include <string_view>

#include "base/error.h"

/// EC2's errors about networks: each code and message is spelled here, once.
/// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
namespace fallstreak::services::ec2 {

/// `The networkInterface ID 'eni-1' does not exist`: AWS says so of most kinds of resources.
ApiError not_found(std::string_view code, std::string_view kind, std::string_view ids);
/// `The maximum number of addresses has been reached.`
ApiError limit_exceeded(std::string_view code, std::string_view plural);

// Network interfaces.
ApiError invalid_network_interface_id_not_found(std::string_view ids);
ApiError invalid_network_interface_in_use(std::string_view id);
ApiError network_interface_is_in_use(std::string_view id);
ApiError invalid_attachment_id_not_found(std::string_view id);
ApiError attachment_limit_exceeded(std::string_view message);
ApiError private_ip_address_limit_exceeded();
ApiError not_assigned_to_interface(std::string_view id);
ApiError not_the_callers();

// Elastic addresses.
ApiError invalid_allocation_id_not_found(std::string_view id);
ApiError invalid_address_not_found(std::string_view address);
ApiError invalid_address_locked(std::string_view address);
ApiError address_limit_exceeded();
ApiError no_internet_gateway(std::string_view vpc_id);
ApiError instance_is_not_ready(std::string_view instance_id);

// Secondary blocks and DHCP options of VPCs.
ApiError vpc_range_is_restricted(std::string_view cidr);
ApiError vpc_range_conflicts(std::string_view cidr);
ApiError ipv6_address_limit_exceeded();
ApiError subnet_has_ipv6_block(std::string_view subnet_id);
ApiError subnet_has_no_ipv6_block(std::string_view subnet_id);
ApiError invalid_subnet_cidr_association_not_found(std::string_view id);
ApiError invalid_gateway_id_not_found(std::string_view ids);
ApiError cidr_limit_exceeded(std::string_view vpc_id);
ApiError invalid_cidr_association_not_found(std::string_view id);
ApiError cidr_block_is_in_use(std::string_view cidr);
ApiError invalid_dhcp_option_id_not_found(std::string_view ids);
ApiError invalid_cidr_reservation_not_found(std::string_view id);
ApiError cidr_reservation_conflicts(std::string_view cidr);

// Network ACLs.
ApiError invalid_network_acl_id_not_found(std::string_view ids);
ApiError network_acl_entry_already_exists(std::string_view number);
ApiError invalid_network_acl_entry_not_found(std::string_view number, std::string_view acl_id);

// NAT gateways, endpoints, prefix lists, peering.
ApiError nat_gateway_not_found(std::string_view ids);
ApiError nat_gateway_limit_exceeded(std::string_view limit);
ApiError invalid_vpc_endpoint_id_not_found(std::string_view ids);
ApiError invalid_service_name(std::string_view name);
ApiError endpoint_route_already_exists(std::string_view table_id, std::string_view list_id);
ApiError invalid_prefix_list_id_not_found(std::string_view ids);
ApiError prefix_list_version_mismatch();
ApiError prefix_list_max_entries_exceeded();
ApiError invalid_vpc_peering_connection_id_not_found(std::string_view ids);
ApiError invalid_peering_state_transition(std::string_view id, std::string_view from);
ApiError vpc_peering_connection_already_exists();
ApiError flow_log_already_exists();
ApiError invalid_flow_log_id_not_found(std::string_view ids);
ApiError invalid_public_access_exclusion_not_found(std::string_view ids);

}  // namespace fallstreak::services::ec2
