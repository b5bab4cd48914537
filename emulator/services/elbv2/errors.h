#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

/// The refusals of Elastic Load Balancing: each code and message once.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/CommonErrors.html
namespace fallstreak::services::elbv2 {

ApiError validation_error(std::string message);
ApiError not_implemented(std::string_view what);

ApiError invalid_load_balancer_arn(std::string_view arn);
ApiError invalid_listener_arn(std::string_view arn);
ApiError invalid_rule_arn(std::string_view arn);
ApiError invalid_target_group_arn(std::string_view arn);
ApiError invalid_marker();

ApiError load_balancer_not_found(std::string_view arn);
ApiError load_balancers_not_found();
ApiError listener_not_found(std::string_view arn);
ApiError listeners_not_found();
ApiError rule_not_found(std::string_view arn);
ApiError rules_not_found();
ApiError target_group_not_found(std::string_view arn);
ApiError target_groups_not_found();

ApiError duplicate_load_balancer_name(std::string_view name);
ApiError duplicate_target_group_name(std::string_view name);
ApiError duplicate_listener(std::string_view load_balancer_arn);
ApiError duplicate_tag_keys();
ApiError too_many_tags();

ApiError subnets_and_mappings();
ApiError several_subnets_in_a_zone();
ApiError subnets_of_several_vpcs(std::string_view vpc_id);
ApiError subnet_change_not_supported(std::string_view zone);
ApiError invalid_subnet_without_room(std::string_view subnet_id);
ApiError invalid_subnet_without_ipv6(std::string_view subnet_id);
ApiError ip_address_type_not_supported(std::string_view ip_address_type,
                                       std::string_view load_balancer_type);
ApiError static_address_not_supported(std::string_view addresses, std::string_view type,
                                      std::string_view scheme);
ApiError ip_address_type_not_internal(std::string_view ip_address_type);
ApiError ipv6_targets_need_dualstack(std::string_view target_group_arn);
ApiError ipv6_address_not_available(std::string_view address, std::string_view subnet_id);
ApiError private_address_not_available(std::string_view address, std::string_view subnet_id);
ApiError allocation_id_not_found(std::string_view allocation_id);
ApiError allocation_id_in_use();
ApiError too_many_security_groups(std::size_t limit);
ApiError security_groups_not_supported(std::string_view load_balancer_arn);
ApiError private_link_not_supported(std::string_view load_balancer_type);

ApiError zonal_shift_not_supported(std::string_view target_group_arn);

ApiError capacity_reservation_missing();
ApiError too_few_capacity_units(std::int32_t least);
ApiError capacity_units_limit_exceeded();
ApiError capacity_decrease_limit_exceeded();
ApiError prior_request_not_complete();
ApiError resource_not_found(std::string_view arn);

ApiError subnet_not_found(std::string_view subnet_id);
ApiError invalid_subnet_without_internet_gateway(std::string_view vpc_id);
ApiError invalid_configuration_request(std::string message);
ApiError invalid_security_group();
ApiError operation_not_permitted_deletion_protection(std::string_view load_balancer_arn);

ApiError target_group_in_use(std::string_view arn);
ApiError target_group_association_limit(std::string_view arn);
ApiError incompatible_protocols(std::string_view protocol, std::string_view target_group_arn);
ApiError unsupported_protocol(std::string_view protocol, std::string_view load_balancer_type);
ApiError unsupported_protocol_of_rule(std::string_view protocol);
ApiError invalid_load_balancer_action(std::string message);

ApiError group_stickiness_needed();
ApiError group_stickiness_disabled(std::string_view rule_arn);

ApiError too_many_listeners(std::string_view load_balancer_arn);
ApiError too_many_rules(std::string_view load_balancer_arn);
ApiError too_many_unique_target_groups(std::size_t limit);

ApiError priority_in_use(std::string_view priority);
ApiError operation_not_permitted_default_rule_modified(std::string_view rule_arn);
ApiError operation_not_permitted_default_rule_deleted(std::string_view rule_arn);

ApiError certificate_not_found(std::string_view arn);
ApiError unsupported_certificate(std::string_view arn);
ApiError too_many_certificates(std::string_view load_balancer_arn);
ApiError alpn_policy_not_found(std::string_view name);
ApiError alpn_policy_not_supported(std::string_view protocol);
ApiError ssl_policy_not_found(std::string_view name);
ApiError operation_not_permitted_default_certificate(std::string_view arn);

ApiError trust_store_not_found(std::string_view arn);
ApiError duplicate_trust_store_name(std::string_view name);
ApiError too_many_trust_stores();
ApiError trust_store_in_use(std::string_view arn);
ApiError ca_certificates_bundle_not_found();
ApiError invalid_ca_certificates_bundle();
ApiError trust_store_association_not_found(std::string_view resource_arn);
ApiError delete_association_same_account(std::string_view resource_arn);
ApiError revocation_content_not_found();
ApiError invalid_revocation_content();
ApiError revocation_id_not_found(std::int64_t id);
ApiError too_many_trust_store_revocation_entries();

ApiError unsupported_health_check_protocol(std::string_view protocol);
ApiError dns_minimum_below_routing_minimum();
ApiError invalid_target(std::string message);
ApiError alb_target_without_listener();
ApiError too_many_alb_targets();
ApiError load_balancer_in_use(std::string_view load_balancer_arn, std::string_view group_arn);

}  // namespace fallstreak::services::elbv2
