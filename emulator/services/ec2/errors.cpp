#include "services/ec2/errors.h"

#include <initializer_list>

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

ApiError missing_parameter(std::string_view name) {
  return ApiError("MissingParameter", join({"The request must contain the parameter ", name}));
}
ApiError invalid_parameter_value(std::string_view message) {
  return ApiError("InvalidParameterValue", std::string(message));
}
ApiError invalid_parameter(std::string_view message) {
  return ApiError("InvalidParameter", std::string(message));
}
ApiError invalid_value_for(std::string_view value, std::string_view name, std::string_view why) {
  return ApiError("InvalidParameterValue",
                  join({"Value (", value, ") for parameter ", name, " is invalid. ", why}));
}
ApiError invalid_parameter_combination(std::string_view message) {
  return ApiError("InvalidParameterCombination", std::string(message));
}
ApiError invalid_filter(std::string_view name) {
  return ApiError("InvalidParameterValue", join({"The filter '", name, "' is invalid"}));
}
ApiError filter_without_values(std::string_view name) {
  return ApiError("InvalidParameterValue",
                  join({"The filter '", name, "' must have at least one value"}));
}
ApiError invalid_next_token() {
  return ApiError("InvalidNextToken", "The specified NextToken is not valid.");
}
ApiError idempotent_parameter_mismatch(std::string_view token) {
  return ApiError("IdempotentParameterMismatch",
                  join({"Arguments on this idempotent request are inconsistent with arguments used "
                        "in previous request(s) with client token ",
                        token, "."}));
}
ApiError malformed_id(std::string_view code, std::string_view id, std::string_view prefix) {
  return ApiError(std::string(code),
                  join({"Invalid id: \"", id, "\" (expecting \"", prefix, "...\")"}));
}
ApiError dependency_violation(std::string_view kind, std::string_view id) {
  return ApiError("DependencyViolation",
                  join({"The ", kind, " '", id, "' has dependencies and cannot be deleted."}));
}
ApiError operation_not_permitted(std::string_view message) {
  return ApiError("OperationNotPermitted", std::string(message));
}
ApiError not_implemented(std::string_view what) {
  return ApiError("NotImplemented",
                  join({what, " is not implemented by this version of Fallstreak."}), 501);
}

ApiError invalid_vpc_id_not_found(std::string_view ids) {
  return ApiError("InvalidVpcID.NotFound", join({"The vpc ID '", ids, "' does not exist"}));
}
ApiError invalid_vpc_range(std::string_view cidr) {
  return ApiError("InvalidVpc.Range", join({"The CIDR '", cidr, "' is invalid."}));
}
ApiError vpc_limit_exceeded() {
  return ApiError("VpcLimitExceeded", "The maximum number of VPCs has been reached.");
}
ApiError default_vpc_already_exists() {
  return ApiError("DefaultVpcAlreadyExists",
                  "A Default VPC already exists for this account in this region.");
}
ApiError default_vpc_does_not_exist() {
  return ApiError("DefaultVpcDoesNotExist",
                  "No default VPC exists for this account in this region.");
}
ApiError default_subnet_already_exists_in_zone(std::string_view zone) {
  return ApiError("DefaultSubnetAlreadyExistsInAvailabilityZone",
                  join({"A default subnet already exists in the Availability Zone '", zone, "'."}));
}
ApiError no_room_for_default_subnet(std::string_view vpc_id) {
  return ApiError("InsufficientCidrBlocks",
                  join({"The default VPC '", vpc_id, "' has no free /20 block for a subnet."}));
}
ApiError vpc_id_not_specified() {
  return ApiError("VPCIdNotSpecified", "No default VPC for this user");
}
ApiError no_default_vpc_for_group() {
  return ApiError(
      "VPCIdNotSpecified",
      "No default VPC for this user. GroupName is only supported for EC2-Classic and default VPC.");
}
ApiError invalid_subnet_id_not_found(std::string_view ids) {
  return ApiError("InvalidSubnetID.NotFound", join({"The subnet ID '", ids, "' does not exist"}));
}
ApiError invalid_subnet_range(std::string_view cidr) {
  return ApiError("InvalidSubnet.Range", join({"The CIDR '", cidr, "' is invalid."}));
}
ApiError invalid_subnet_conflict(std::string_view cidr) {
  return ApiError("InvalidSubnet.Conflict",
                  join({"The CIDR '", cidr, "' conflicts with another subnet"}));
}
ApiError invalid_zone(std::string_view zone, std::string_view choices) {
  return ApiError("InvalidParameterValue",
                  join({"Value (", zone,
                        ") for parameter availabilityZone is invalid. Subnets can currently only "
                        "be created in the following availability zones: ",
                        choices, "."}));
}
ApiError subnet_limit_exceeded(std::string_view vpc_id) {
  return ApiError("SubnetLimitExceeded",
                  join({"The maximum number of subnets has been reached for VPC '", vpc_id, "'."}));
}

ApiError invalid_internet_gateway_id_not_found(std::string_view ids) {
  return ApiError("InvalidInternetGatewayID.NotFound",
                  join({"The internetGateway ID '", ids, "' does not exist"}));
}
ApiError internet_gateway_limit_exceeded() {
  return ApiError("InternetGatewayLimitExceeded",
                  "The maximum number of internet gateways has been reached.");
}
ApiError resource_already_associated(std::string_view message) {
  return ApiError("Resource.AlreadyAssociated", std::string(message));
}
ApiError gateway_not_attached(std::string_view gateway_id, std::string_view vpc_id) {
  return ApiError("Gateway.NotAttached",
                  join({"resource ", gateway_id, " is not attached to network ", vpc_id}));
}
ApiError vpc_has_mapped_addresses(std::string_view vpc_id) {
  return ApiError("DependencyViolation",
                  join({"Network ", vpc_id,
                        " has some mapped public address(es). Please unmap those public "
                        "address(es) before detaching the gateway."}));
}
ApiError invalid_route_table_id_not_found(std::string_view ids) {
  return ApiError("InvalidRouteTableID.NotFound",
                  join({"The routeTable ID '", ids, "' does not exist"}));
}
ApiError route_table_limit_exceeded() {
  return ApiError("RouteTableLimitExceeded",
                  "The maximum number of route tables has been reached.");
}
ApiError route_limit_exceeded() {
  return ApiError("RouteLimitExceeded", "The maximum number of routes has been reached.");
}
ApiError route_already_exists(std::string_view cidr) {
  return ApiError("RouteAlreadyExists",
                  join({"The route identified by ", cidr, " already exists."}));
}
ApiError invalid_route_not_found(std::string_view cidr, std::string_view table_id) {
  return ApiError("InvalidRoute.NotFound", join({"no route with destination-cidr-block ", cidr,
                                                 " in route table ", table_id}));
}
ApiError invalid_association_id_not_found(std::string_view id) {
  return ApiError("InvalidAssociationID.NotFound",
                  join({"The association ID '", id, "' does not exist"}));
}

ApiError invalid_group_not_found(std::string_view id) {
  return ApiError("InvalidGroup.NotFound", join({"The security group '", id, "' does not exist"}));
}
ApiError invalid_group_name_not_found(std::string_view name) {
  return ApiError("InvalidGroup.NotFound",
                  join({"The security group '", name, "' does not exist in default VPC"}));
}
ApiError invalid_group_duplicate(std::string_view name, std::string_view vpc_id) {
  return ApiError("InvalidGroup.Duplicate",
                  join({"The security group '", name, "' already exists for VPC '", vpc_id, "'"}));
}
ApiError invalid_group_reserved(std::string_view name) {
  return ApiError("InvalidGroup.Reserved", join({"The security group '", name, "' is reserved"}));
}
ApiError cannot_delete_default_group(std::string_view id) {
  return ApiError("CannotDelete", join({"the specified group: \"", id,
                                        "\" name: \"default\" cannot be deleted by a user"}));
}
ApiError group_dependency_violation(std::string_view id) {
  return ApiError("DependencyViolation", join({"resource ", id, " has a dependent object"}));
}
ApiError invalid_permission_duplicate(std::string_view rule) {
  return ApiError("InvalidPermission.Duplicate",
                  join({"the specified rule \"", rule, "\" already exists"}));
}
ApiError invalid_permission_not_found() {
  return ApiError("InvalidPermission.NotFound",
                  "The specified rule does not exist in this security group.");
}
ApiError invalid_security_group_rule_id_not_found(std::string_view id) {
  return ApiError("InvalidSecurityGroupRuleId.NotFound",
                  join({"The security group rule ID '", id, "' does not exist"}));
}
ApiError security_group_limit_exceeded() {
  return ApiError("SecurityGroupLimitExceeded",
                  "The maximum number of security groups has been reached.");
}
ApiError rules_per_security_group_limit_exceeded() {
  return ApiError("RulesPerSecurityGroupLimitExceeded",
                  "The maximum number of rules per security group has been reached.");
}

ApiError invalid_launch_template_id_not_found(std::string_view id) {
  return ApiError(
      "InvalidLaunchTemplateId.NotFound",
      join({"The specified launch template, with template ID ", id, ", does not exist."}));
}
ApiError invalid_launch_template_name_not_found(std::string_view name) {
  return ApiError(
      "InvalidLaunchTemplateName.NotFoundException",
      join({"The specified launch template, with template name ", name, ", does not exist."}));
}
ApiError invalid_launch_template_name_already_exists() {
  return ApiError("InvalidLaunchTemplateName.AlreadyExistsException",
                  "Launch template name already in use.");
}
ApiError launch_template_limit_exceeded() {
  return ApiError("LaunchTemplateLimitExceeded",
                  "The maximum number of launch templates has been reached.");
}
ApiError invalid_launch_template_version_not_found(std::string_view version, std::string_view id) {
  return ApiError("InvalidLaunchTemplateId.VersionNotFound",
                  join({"Could not find the specified version ", version,
                        " for the launch template with ID ", id, "."}));
}

ApiError invalid_instance_id_not_found(std::string_view ids) {
  return ApiError("InvalidInstanceID.NotFound", std::string(ids));
}
ApiError invalid_ami_id_not_found(std::string_view ids) {
  return ApiError("InvalidAMIID.NotFound", join({"The image id '[", ids, "]' does not exist"}));
}
ApiError invalid_instance_type(std::string_view type) {
  return ApiError("InvalidParameterValue", join({"Invalid value '", type, "' for InstanceType."}));
}
ApiError invalid_instance_types(std::string_view types) {
  return ApiError("InvalidInstanceType",
                  join({"The following supplied instance types do not exist: [", types, "]"}));
}
ApiError unsupported_in_zone(std::string_view type, std::string_view zone,
                             std::string_view choices) {
  return ApiError(
      "Unsupported",
      join({"Your requested instance type (", type,
            ") is not supported in your requested Availability Zone (", zone,
            "). Please retry your request by not specifying an Availability Zone or choosing ",
            choices, "."}));
}
ApiError unsupported_architecture(std::string_view type_architecture,
                                  std::string_view image_architecture) {
  return ApiError(
      "InvalidParameterValue",
      join({"The architecture '", type_architecture,
            "' of the specified instance type does not match the architecture '",
            image_architecture,
            "' of the specified AMI. Specify an instance type and an AMI that have matching "
            "architectures, and try again. You can use 'describe-instance-types' or "
            "'describe-images' to discover the architecture of the instance type or AMI."}));
}
ApiError invalid_key_pair_not_found(std::string_view name) {
  return ApiError("InvalidKeyPair.NotFound", join({"The key pair '", name, "' does not exist"}));
}
ApiError invalid_user_data_malformed() {
  return ApiError("InvalidUserData.Malformed", "Invalid BASE64 encoding of user data.");
}
ApiError user_data_too_long() {
  return ApiError("InvalidParameterValue", "User data is limited to 16384 bytes");
}
ApiError insufficient_instance_capacity(std::string_view message) {
  return ApiError("InsufficientInstanceCapacity", std::string(message), 500);
}
ApiError insufficient_free_addresses_in_subnet(std::string_view subnet_id) {
  return ApiError("InsufficientFreeAddressesInSubnet",
                  join({"There are not enough free addresses in subnet '", subnet_id,
                        "' to satisfy the requested number of instances."}));
}
// Observed: the words of these two, in what Amazon's own VPC CNI logs; the first when a subnet has
// too few free addresses, the second when they are scattered.
ApiError insufficient_free_prefixes() {
  return ApiError("InvalidParameterValue",
                  "There aren't sufficient free Ipv4 addresses or prefixes");
}
ApiError insufficient_cidr_blocks() {
  return ApiError(
      "InsufficientCidrBlocks",
      "The specified subnet does not have enough free cidr blocks to satisfy the request.");
}
ApiError insufficient_address_capacity() {
  return ApiError("InsufficientAddressCapacity",
                  "There are not enough free public addresses to satisfy your request.", 500);
}
ApiError invalid_ip_address_in_use(std::string_view address) {
  return ApiError("InvalidIPAddress.InUse", join({"Address ", address, " is in use."}));
}
ApiError address_not_in_subnet(std::string_view address) {
  return ApiError("InvalidParameterValue",
                  join({"Address ", address, " does not fall within the subnet's address range"}));
}
ApiError address_is_reserved(std::string_view address) {
  return ApiError("InvalidParameterValue",
                  join({"Address ", address, " is in subnet's reserved address range"}));
}
ApiError security_groups_per_interface_limit_exceeded() {
  return ApiError("SecurityGroupsPerInterfaceLimitExceeded",
                  "The maximum number of security groups per interface has been reached.");
}
ApiError missing_default_subnets(std::string_view vpc_id) {
  return ApiError("MissingInput", join({"No subnets found for the default VPC '", vpc_id,
                                        "'. Please specify a subnet."}));
}
ApiError no_default_subnet_in_zone(std::string_view zone) {
  return ApiError("InvalidInput", join({"No default subnet for availability zone: '", zone, "'."}));
}
ApiError invalid_placement_group_unknown(std::string_view name) {
  return ApiError("InvalidPlacementGroup.Unknown",
                  join({"The Placement Group '", name, "' is unknown."}));
}
ApiError invalid_placement_group_duplicate(std::string_view name) {
  return ApiError("InvalidPlacementGroup.Duplicate",
                  join({"The Placement Group '", name, "' already exists."}));
}
ApiError invalid_placement_group_in_use(std::string_view name) {
  return ApiError("InvalidPlacementGroup.InUse",
                  join({"The placement group '", name, "' is in use and may not be deleted."}));
}
ApiError invalid_instance_event_id_not_found(std::string_view id) {
  return ApiError("InvalidInstanceEventIDNotFound",
                  join({"The instance event ID '", id, "' does not exist"}));
}
ApiError instance_event_start_time_cannot_change(std::string_view instance_id) {
  return ApiError("InstanceEventStartTimeCannotChange",
                  join({"The start time of the scheduled event of instance '", instance_id,
                        "' cannot be changed"}));
}
ApiError instance_event_start_time_invalid() {
  return ApiError("InvalidInstanceEventStartTime",
                  "The start time must be in the future and not after the deadline of the event");
}
ApiError latest_console_output_unsupported() {
  return ApiError("UnsupportedOperation",
                  "This instance type does not support retrieving the latest console logs.");
}
ApiError incorrect_instance_state(std::string_view message) {
  return ApiError("IncorrectInstanceState", std::string(message));
}

ApiError tag_limit_exceeded() {
  return ApiError("TagLimitExceeded",
                  "The maximum number of Tags for a resource has been reached.");
}
ApiError duplicate_tag_key(std::string_view key) {
  return ApiError("InvalidParameterValue", join({"Duplicate tag key '", key, "' specified."}));
}
ApiError reserved_tag_key() {
  return ApiError("InvalidParameterValue",
                  "Tag keys starting with 'aws:' are reserved for internal use");
}
ApiError tag_key_too_long(std::string_view length) {
  return ApiError("InvalidParameterValue",
                  join({"Tag key exceeds the maximum length of 128 characters (", length, ")"}));
}
ApiError tag_value_too_long(std::string_view length) {
  return ApiError("InvalidParameterValue",
                  join({"Tag value exceeds the maximum length of 256 characters (", length, ")"}));
}
ApiError not_taggable_here(std::string_view type) {
  return ApiError("InvalidParameterValue",
                  join({"'", type, "' is not a valid taggable resource type for this operation."}));
}
// Observed: aws-cli issue 8825.
ApiError invalid_metadata_tag_key(std::string_view key) {
  return invalid_parameter_value(
      "'" + std::string(key) +
      "' is not a valid tag key. Tag keys must match pattern "
      "([0-9a-zA-Z\\-_+=,.@:]{1,255}), and must not be a reserved name ('.', '..', '_index')");
}

ApiError invalid_id(std::string_view id) {
  return ApiError("InvalidID", join({"The ID '", id, "' is not valid"}));
}

std::string join_ids(const std::vector<std::string>& ids) {
  std::string text;
  for (const auto& id : ids) {
    if (!text.empty()) text += ", ";
    text += id;
  }
  return text;
}

ApiError instance_ids_not_found(const std::vector<std::string>& ids) {
  return invalid_instance_id_not_found(
      ids.size() == 1 ? join({"The instance ID '", ids.front(), "' does not exist"})
                      : join({"The instance IDs '", join_ids(ids), "' do not exist"}));
}

void check_id(std::string_view id, std::string_view prefix, std::string_view malformed_code) {
  const std::string_view digits = id.starts_with(prefix) ? id.substr(prefix.size()) : "";
  const bool is_well_formed =
      (digits.size() == 8 || digits.size() == 17) &&
      digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  if (!is_well_formed) throw malformed_id(malformed_code, id, prefix);
}

}  // namespace fallstreak::services::ec2
