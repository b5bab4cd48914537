#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

/// Every error of EC2: each code and message is spelled here, once.
/// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
namespace fallstreak::services::ec2 {

// Parameters.
ApiError missing_parameter(std::string_view name);
ApiError invalid_parameter_value(std::string_view message);
ApiError invalid_parameter(std::string_view message);
ApiError invalid_value_for(std::string_view value, std::string_view name, std::string_view why);
ApiError invalid_parameter_combination(std::string_view message);
ApiError invalid_filter(std::string_view name);
ApiError filter_without_values(std::string_view name);
ApiError invalid_next_token();
ApiError idempotent_parameter_mismatch(std::string_view token);
ApiError malformed_id(std::string_view code, std::string_view id, std::string_view prefix);
ApiError dependency_violation(std::string_view kind, std::string_view id);
ApiError operation_not_permitted(std::string_view message);
ApiError not_implemented(std::string_view what);

// VPCs and subnets.
ApiError invalid_vpc_id_not_found(std::string_view ids);
ApiError invalid_vpc_range(std::string_view cidr);
ApiError vpc_limit_exceeded();
ApiError default_vpc_already_exists();
ApiError default_vpc_does_not_exist();
ApiError default_subnet_already_exists_in_zone(std::string_view zone);
ApiError no_room_for_default_subnet(std::string_view vpc_id);
ApiError vpc_id_not_specified();
ApiError no_default_vpc_for_group();
ApiError invalid_subnet_id_not_found(std::string_view ids);
ApiError invalid_subnet_range(std::string_view cidr);
ApiError invalid_subnet_conflict(std::string_view cidr);
ApiError invalid_zone(std::string_view zone, std::string_view choices);
ApiError subnet_limit_exceeded(std::string_view vpc_id);

// Gateways and routes.
ApiError invalid_internet_gateway_id_not_found(std::string_view ids);
ApiError internet_gateway_limit_exceeded();
ApiError resource_already_associated(std::string_view message);
ApiError gateway_not_attached(std::string_view gateway_id, std::string_view vpc_id);
ApiError vpc_has_mapped_addresses(std::string_view vpc_id);
ApiError invalid_route_table_id_not_found(std::string_view ids);
ApiError route_table_limit_exceeded();
ApiError route_limit_exceeded();
ApiError route_already_exists(std::string_view cidr);
ApiError invalid_route_not_found(std::string_view cidr, std::string_view table_id);
ApiError invalid_association_id_not_found(std::string_view id);

// Security groups.
ApiError invalid_group_not_found(std::string_view id);
ApiError invalid_group_name_not_found(std::string_view name);
ApiError invalid_group_duplicate(std::string_view name, std::string_view vpc_id);
ApiError invalid_group_reserved(std::string_view name);
ApiError cannot_delete_default_group(std::string_view id);
ApiError group_dependency_violation(std::string_view id);
ApiError invalid_permission_duplicate(std::string_view rule);
ApiError invalid_permission_not_found();
ApiError invalid_security_group_rule_id_not_found(std::string_view id);
ApiError security_group_limit_exceeded();
ApiError rules_per_security_group_limit_exceeded();

// Launch templates.
ApiError invalid_launch_template_id_not_found(std::string_view id);
ApiError invalid_launch_template_name_not_found(std::string_view name);
ApiError invalid_launch_template_name_already_exists();
ApiError launch_template_limit_exceeded();
ApiError invalid_launch_template_version_not_found(std::string_view version, std::string_view id);

// Instances.
ApiError invalid_instance_id_not_found(std::string_view ids);
ApiError invalid_ami_id_not_found(std::string_view ids);
ApiError invalid_instance_type(std::string_view type);
ApiError invalid_instance_types(std::string_view types);
ApiError unsupported_in_zone(std::string_view type, std::string_view zone,
                             std::string_view choices);
ApiError unsupported_architecture(std::string_view type_architecture,
                                  std::string_view image_architecture);
ApiError invalid_key_pair_not_found(std::string_view name);
ApiError invalid_user_data_malformed();
ApiError user_data_too_long();
ApiError insufficient_instance_capacity(std::string_view message);
ApiError insufficient_free_addresses_in_subnet(std::string_view subnet_id);
ApiError insufficient_free_prefixes();
ApiError insufficient_cidr_blocks();
ApiError insufficient_address_capacity();
ApiError invalid_ip_address_in_use(std::string_view address);
ApiError address_not_in_subnet(std::string_view address);
ApiError address_is_reserved(std::string_view address);
ApiError security_groups_per_interface_limit_exceeded();
ApiError missing_default_subnets(std::string_view vpc_id);
ApiError no_default_subnet_in_zone(std::string_view zone);
ApiError incorrect_instance_state(std::string_view message);
ApiError invalid_placement_group_unknown(std::string_view name);
ApiError invalid_placement_group_duplicate(std::string_view name);
ApiError invalid_placement_group_in_use(std::string_view name);
ApiError latest_console_output_unsupported();
ApiError invalid_instance_event_id_not_found(std::string_view id);
ApiError instance_event_start_time_cannot_change(std::string_view instance_id);
ApiError instance_event_start_time_invalid();

// Tags.
ApiError tag_limit_exceeded();
ApiError duplicate_tag_key(std::string_view key);
ApiError reserved_tag_key();
ApiError tag_key_too_long(std::string_view length);
ApiError tag_value_too_long(std::string_view length);
ApiError not_taggable_here(std::string_view type);
ApiError invalid_id(std::string_view id);
ApiError invalid_metadata_tag_key(std::string_view key);

/// `i-1` or `i-1, i-2`, as messages name them.
std::string join_ids(const std::vector<std::string>& ids);
/// AWS words this one by number.
ApiError instance_ids_not_found(const std::vector<std::string>& ids);
/// Refuses what is not `prefix` and 8 or 17 hexadecimal digits.
void check_id(std::string_view id, std::string_view prefix, std::string_view malformed_code);

}  // namespace fallstreak::services::ec2
