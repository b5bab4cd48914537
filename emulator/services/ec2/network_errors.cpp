#include "services/ec2/network_errors.h"

#include <string>

// The codes are AWS's. Chosen: the words, in AWS's manner, but where a comment names their source;
// AWS documents few of them.

namespace fallstreak::services::ec2 {
namespace {

std::string join(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const auto part : parts) text += part;
  return text;
}

}  // namespace

ApiError not_found(std::string_view code, std::string_view kind, std::string_view ids) {
  return ApiError(std::string(code), join({"The ", kind, " ID '", ids, "' does not exist"}));
}
ApiError limit_exceeded(std::string_view code, std::string_view plural) {
  return ApiError(std::string(code),
                  join({"The maximum number of ", plural, " has been reached."}));
}

ApiError invalid_network_interface_id_not_found(std::string_view ids) {
  return not_found("InvalidNetworkInterfaceID.NotFound", "networkInterface", ids);
}
ApiError invalid_network_interface_in_use(std::string_view id) {
  return ApiError("InvalidNetworkInterface.InUse", join({"Interface: [", id, "] in use"}));
}
ApiError network_interface_is_in_use(std::string_view id) {
  return ApiError("InvalidParameterValue",
                  join({"Network interface '", id, "' is currently in use."}));
}
ApiError invalid_attachment_id_not_found(std::string_view id) {
  return ApiError("InvalidAttachmentID.NotFound",
                  join({"The attachment ID '", id, "' does not exist"}));
}
ApiError attachment_limit_exceeded(std::string_view message) {
  return ApiError("AttachmentLimitExceeded", std::string(message));
}
ApiError private_ip_address_limit_exceeded() {
  return ApiError("PrivateIpAddressLimitExceeded",
                  "Number of private addresses will exceed limit.");
}
ApiError not_assigned_to_interface(std::string_view id) {
  return ApiError("InvalidParameterValue",
                  join({"Some of the specified addresses are not assigned to interface ", id}));
}
ApiError not_the_callers() {
  return ApiError("AuthFailure", "You do not have permission to access the specified resource.");
}

ApiError invalid_allocation_id_not_found(std::string_view id) {
  return not_found("InvalidAllocationID.NotFound", "allocation", id);
}
ApiError invalid_address_not_found(std::string_view address) {
  return ApiError("InvalidAddress.NotFound", join({"Address '", address, "' not found."}));
}
// AWS: "The specified Elastic IP address cannot be released from your account. A reverse DNS
// record may be associated with the Elastic IP address."
ApiError invalid_address_locked(std::string_view address) {
  return ApiError("InvalidAddress.Locked",
                  join({"The address '", address,
                        "' cannot be released because it is locked to your account. A reverse DNS "
                        "record is associated with it."}));
}
ApiError address_limit_exceeded() { return limit_exceeded("AddressLimitExceeded", "addresses"); }
ApiError no_internet_gateway(std::string_view vpc_id) {
  return ApiError("Gateway.NotAttached",
                  join({"Network ", vpc_id, " is not attached to any internet gateway"}));
}
ApiError instance_is_not_ready(std::string_view instance_id) {
  return ApiError("InvalidInstanceID", join({"The pending instance '", instance_id,
                                             "' is not in a valid state for this operation."}));
}

ApiError vpc_range_is_restricted(std::string_view cidr) {
  return ApiError(
      "InvalidVpc.Range",
      join({"The CIDR '", cidr,
            "' is restricted. Use a CIDR from the same private address range as the current VPC "
            "CIDR, or use a publicly-routable CIDR. For additional restrictions, see "
            "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Subnets.html"}));
}
ApiError vpc_range_conflicts(std::string_view cidr) {
  return ApiError("InvalidVpc.Range",
                  join({"The CIDR '", cidr, "' conflicts with an existing CIDR block or route."}));
}
ApiError cidr_limit_exceeded(std::string_view vpc_id) {
  return ApiError("CidrLimitExceeded", join({"This network '", vpc_id,
                                             "' has met its maximum number of allowed CIDRs: 5"}));
}
ApiError invalid_cidr_association_not_found(std::string_view id) {
  return not_found("InvalidVpcCidrBlockAssociationID.NotFound", "vpc CIDR block association", id);
}
ApiError cidr_block_is_in_use(std::string_view cidr) {
  return ApiError("DependencyViolation", join({"The CIDR block '", cidr,
                                               "' has dependencies and cannot be disassociated."}));
}
ApiError invalid_dhcp_option_id_not_found(std::string_view ids) {
  return not_found("InvalidDhcpOptionID.NotFound", "dhcpOption", ids);
}

ApiError invalid_cidr_reservation_not_found(std::string_view id) {
  return not_found("InvalidSubnetCidrReservationID.NotFound", "subnetCidrReservation", id);
}
ApiError cidr_reservation_conflicts(std::string_view cidr) {
  return ApiError("InvalidSubnetCidrReservation.Conflict",
                  join({"The CIDR '", cidr, "' conflicts with another CIDR reservation"}));
}

ApiError invalid_network_acl_id_not_found(std::string_view ids) {
  return not_found("InvalidNetworkAclID.NotFound", "networkAcl", ids);
}
ApiError network_acl_entry_already_exists(std::string_view number) {
  return ApiError("NetworkAclEntryAlreadyExists",
                  join({"The network acl entry identified by ", number, " already exists."}));
}
ApiError invalid_network_acl_entry_not_found(std::string_view number, std::string_view acl_id) {
  return ApiError("InvalidNetworkAclEntry.NotFound",
                  join({"The specified entry with rule number ", number,
                        " does not exist in network acl ", acl_id, "."}));
}

ApiError nat_gateway_not_found(std::string_view ids) {
  return ApiError("NatGatewayNotFound", join({"NatGateway ", ids, " was not found"}));
}
ApiError nat_gateway_limit_exceeded(std::string_view limit) {
  return ApiError(
      "NatGatewayLimitExceeded",
      join({"Performing this operation would exceed the limit of ", limit, " NAT gateways"}));
}
ApiError invalid_vpc_endpoint_id_not_found(std::string_view ids) {
  return ApiError("InvalidVpcEndpointId.NotFound",
                  join({"The Vpc Endpoint Id '", ids, "' does not exist"}));
}
ApiError invalid_service_name(std::string_view name) {
  return ApiError("InvalidServiceName",
                  join({"The Vpc Endpoint Service '", name, "' does not exist"}));
}
ApiError endpoint_route_already_exists(std::string_view table_id, std::string_view list_id) {
  return ApiError("RouteAlreadyExists",
                  join({"route table ", table_id,
                        " already has a route with destination-prefix-list-id ", list_id}));
}
ApiError invalid_prefix_list_id_not_found(std::string_view ids) {
  return not_found("InvalidPrefixListID.NotFound", "prefix list", ids);
}
ApiError prefix_list_version_mismatch() {
  return ApiError("PrefixListVersionMismatch", "The prefix list has the incorrect version number.");
}
ApiError prefix_list_max_entries_exceeded() {
  return ApiError("PrefixListMaxEntriesExceeded",
                  "You've reached the maximum number of entries for the prefix list.");
}
ApiError invalid_vpc_peering_connection_id_not_found(std::string_view ids) {
  return not_found("InvalidVpcPeeringConnectionID.NotFound", "vpcPeeringConnection", ids);
}
ApiError invalid_peering_state_transition(std::string_view id, std::string_view from) {
  return ApiError("InvalidStateTransition",
                  join({"Invalid state transition for ", id, ", which is ", from}));
}
ApiError vpc_peering_connection_already_exists() {
  return ApiError("VpcPeeringConnectionAlreadyExists",
                  "A VPC peering connection between the VPCs already exists.");
}

// Chosen: the words of these; AWS documents their codes.
ApiError ipv6_address_limit_exceeded() {
  return ApiError("Ipv6AddressLimitExceeded",
                  "The number of IPv6 addresses exceeds the limit of the interface");
}
ApiError subnet_has_ipv6_block(std::string_view subnet_id) {
  return ApiError("SubnetCidrBlockLimitExceeded",
                  "The subnet '" + std::string(subnet_id) + "' has an IPv6 CIDR block already");
}
ApiError subnet_has_no_ipv6_block(std::string_view subnet_id) {
  return invalid_parameter_value("The subnet '" + std::string(subnet_id) +
                                 "' has no associated IPv6 CIDR block");
}
ApiError invalid_subnet_cidr_association_not_found(std::string_view id) {
  return ApiError("InvalidSubnetCidrBlockAssociationID.NotFound",
                  "The subnet CIDR block association ID '" + std::string(id) + "' does not exist");
}
ApiError invalid_gateway_id_not_found(std::string_view ids) {
  return ApiError("InvalidGatewayID.NotFound",
                  "The gateway ID '" + std::string(ids) + "' does not exist");
}

ApiError flow_log_already_exists() {
  return ApiError("FlowLogAlreadyExists",
                  "Error. There is an existing Flow Log with the same configuration and log "
                  "destination.");
}
ApiError invalid_flow_log_id_not_found(std::string_view ids) {
  return not_found("InvalidFlowLogId.NotFound", "flow log", ids);
}
ApiError invalid_public_access_exclusion_not_found(std::string_view ids) {
  return not_found("InvalidVpcBlockPublicAccessExclusionId.NotFound",
                   "VPC block public access exclusion", ids);
}

}  // namespace fallstreak::services::ec2
