#include "services/elbv2/errors.h"

// The codes are AWS's. Chosen: the words, in AWS's manner, but where a comment names their source;
// AWS documents few of them.

namespace fallstreak::services::elbv2 {
namespace {

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

}  // namespace

ApiError validation_error(std::string message) {
  return ApiError("ValidationError", std::move(message));
}

ApiError not_implemented(std::string_view what) {
  return ApiError("NotImplemented",
                  std::string(what) + " is not implemented by this version of Fallstreak.", 501);
}

ApiError invalid_load_balancer_arn(std::string_view arn) {
  return validation_error(quoted(arn) + " is not a valid load balancer ARN");
}

ApiError invalid_listener_arn(std::string_view arn) {
  return validation_error(quoted(arn) + " is not a valid listener ARN");
}

ApiError invalid_rule_arn(std::string_view arn) {
  return validation_error(quoted(arn) + " is not a valid listener rule ARN");
}

ApiError invalid_target_group_arn(std::string_view arn) {
  return validation_error(quoted(arn) + " is not a valid target group ARN");
}

ApiError invalid_marker() { return validation_error("Invalid marker"); }

ApiError load_balancer_not_found(std::string_view arn) {
  return ApiError("LoadBalancerNotFound", "Load balancer " + quoted(arn) + " not found");
}

ApiError load_balancers_not_found() {
  return ApiError("LoadBalancerNotFound", "One or more load balancers not found");
}

ApiError listener_not_found(std::string_view arn) {
  return ApiError("ListenerNotFound", "Listener " + quoted(arn) + " not found");
}

ApiError listeners_not_found() {
  return ApiError("ListenerNotFound", "One or more listeners not found");
}

ApiError rule_not_found(std::string_view arn) {
  return ApiError("RuleNotFound", "Rule " + quoted(arn) + " not found");
}

ApiError rules_not_found() { return ApiError("RuleNotFound", "One or more rules not found"); }

ApiError target_group_not_found(std::string_view arn) {
  return ApiError("TargetGroupNotFound", "Target groups " + quoted(arn) + " not found");
}

ApiError target_groups_not_found() {
  return ApiError("TargetGroupNotFound", "One or more target groups not found");
}

ApiError duplicate_load_balancer_name(std::string_view name) {
  return ApiError("DuplicateLoadBalancerName", "A load balancer with the same name " +
                                                   quoted(name) +
                                                   " exists, but with different settings");
}

ApiError duplicate_target_group_name(std::string_view name) {
  return ApiError("DuplicateTargetGroupName", "A target group with the same name " + quoted(name) +
                                                  " exists, but with different settings");
}

ApiError duplicate_listener(std::string_view load_balancer_arn) {
  return ApiError(
      "DuplicateListener",
      "A listener already exists on this port for this load balancer " + quoted(load_balancer_arn));
}

ApiError duplicate_tag_keys() {
  return ApiError("DuplicateTagKeys", "A tag key was specified more than once");
}

ApiError too_many_tags() {
  return ApiError("TooManyTags", "The number of tags has reached the limit of 50 per resource");
}

ApiError subnets_and_mappings() {
  return validation_error("You must specify either subnets or subnet mappings, but not both");
}

ApiError several_subnets_in_a_zone() {
  return invalid_configuration_request(
      "A load balancer cannot be attached to multiple subnets in the same Availability Zone");
}

ApiError subnets_of_several_vpcs(std::string_view vpc_id) {
  return invalid_configuration_request("All subnets must belong to the same VPC: " +
                                       quoted(vpc_id));
}

ApiError subnet_change_not_supported(std::string_view zone) {
  return invalid_configuration_request(
      "The subnet and the addresses of a Network Load Balancer in an Availability Zone cannot be "
      "changed: remove " +
      quoted(zone) + " first");
}

// Observed: in reports of CreateLoadBalancer.
ApiError invalid_subnet_without_room(std::string_view subnet_id) {
  return ApiError("InvalidSubnet",
                  "Not enough IP space available in " + std::string(subnet_id) +
                      ". ELB requires at least 8 free IP addresses in each subnet.");
}

ApiError invalid_subnet_without_ipv6(std::string_view subnet_id) {
  return ApiError("InvalidSubnet", "You must specify subnets with an associated IPv6 CIDR block: " +
                                       quoted(subnet_id));
}

ApiError ip_address_type_not_supported(std::string_view ip_address_type,
                                       std::string_view load_balancer_type) {
  return invalid_configuration_request("The IP address type " + quoted(ip_address_type) +
                                       " is not supported for load balancers with type " +
                                       quoted(load_balancer_type));
}

ApiError static_address_not_supported(std::string_view addresses, std::string_view type,
                                      std::string_view scheme) {
  return invalid_configuration_request(std::string(addresses) +
                                       " are not supported for load balancers with type " +
                                       quoted(type) + " and scheme " + quoted(scheme));
}

// Chosen: AWS's words for these three are not known.
ApiError ip_address_type_not_internal(std::string_view ip_address_type) {
  return invalid_configuration_request("The IP address type " + quoted(ip_address_type) +
                                       " is not supported for internal load balancers");
}

ApiError ipv6_targets_need_dualstack(std::string_view target_group_arn) {
  return invalid_configuration_request("The target group " + quoted(target_group_arn) +
                                       " has the IP address type 'ipv6', which is supported only "
                                       "for dualstack load balancers");
}

ApiError ipv6_address_not_available(std::string_view address, std::string_view subnet_id) {
  return invalid_configuration_request("The IPv6 address " + quoted(address) +
                                       " is not available in the subnet " + quoted(subnet_id));
}

ApiError private_address_not_available(std::string_view address, std::string_view subnet_id) {
  return invalid_configuration_request("The private IPv4 address " + quoted(address) +
                                       " is not available in the subnet " + quoted(subnet_id));
}

// Observed: the next two, in reports of CreateLoadBalancer.
ApiError allocation_id_not_found(std::string_view allocation_id) {
  return ApiError("AllocationIdNotFound",
                  "The allocation IDs " + quoted(allocation_id) + " do not exist");
}

ApiError allocation_id_in_use() {
  return ApiError("ResourceInUse", "The allocation IDs are not available for use");
}

ApiError too_many_security_groups(std::size_t limit) {
  return invalid_configuration_request("A load balancer can have at most " + std::to_string(limit) +
                                       " security groups");
}

ApiError security_groups_not_supported(std::string_view load_balancer_arn) {
  return invalid_configuration_request("Security groups cannot be set on load balancer " +
                                       quoted(load_balancer_arn) +
                                       " because it was created without security groups");
}

ApiError private_link_not_supported(std::string_view load_balancer_type) {
  return invalid_configuration_request(
      "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic is not supported for load balancers "
      "with type " +
      quoted(load_balancer_type));
}

// Chosen: the words.
ApiError dns_minimum_below_routing_minimum() {
  return validation_error(
      "The minimum of healthy targets for DNS failover must not be less than the minimum for "
      "unhealthy state routing");
}

ApiError zonal_shift_not_supported(std::string_view target_group_arn) {
  return invalid_configuration_request(
      "Zonal shift with cross-zone load balancing needs target groups with cross-zone load "
      "balancing, without Application Load Balancers and without connection termination for "
      "unhealthy targets: " +
      quoted(target_group_arn));
}

ApiError capacity_reservation_missing() {
  return validation_error(
      "You must specify either MinimumLoadBalancerCapacity or ResetCapacityReservation");
}

ApiError too_few_capacity_units(std::int32_t least) {
  return validation_error("The minimum number of capacity units is " + std::to_string(least));
}

ApiError capacity_units_limit_exceeded() {
  return ApiError("CapacityUnitsLimitExceeded",
                  "The number of capacity units exceeds the limit of your account");
}

ApiError capacity_decrease_limit_exceeded() {
  return ApiError("CapacityDecreaseRequestLimitExceeded",
                  "You have exceeded the daily limit of capacity decrease requests");
}

ApiError prior_request_not_complete() {
  return ApiError("PriorRequestNotComplete", "A prior capacity request is not complete yet", 429);
}

ApiError resource_not_found(std::string_view arn) {
  return ApiError("ResourceNotFound", "Resource " + quoted(arn) + " not found");
}

ApiError subnet_not_found(std::string_view subnet_id) {
  return ApiError("SubnetNotFound", "The subnet ID " + quoted(subnet_id) + " does not exist");
}

ApiError invalid_subnet_without_internet_gateway(std::string_view vpc_id) {
  return ApiError("InvalidSubnet", "VPC " + std::string(vpc_id) + " has no internet gateway");
}

ApiError invalid_configuration_request(std::string message) {
  return ApiError("InvalidConfigurationRequest", std::move(message));
}

ApiError invalid_security_group() {
  return invalid_configuration_request("One or more security groups are invalid");
}

ApiError operation_not_permitted_deletion_protection(std::string_view load_balancer_arn) {
  return ApiError("OperationNotPermitted",
                  "Load balancer " + quoted(load_balancer_arn) +
                      " cannot be deleted because deletion protection is enabled");
}

ApiError target_group_in_use(std::string_view arn) {
  return ApiError("ResourceInUse",
                  "Target group " + quoted(arn) + " is currently in use by a listener or a rule");
}

ApiError target_group_association_limit(std::string_view arn) {
  return ApiError(
      "TargetGroupAssociationLimit",
      "The following target groups cannot be associated with more than one load balancer: " +
          std::string(arn));
}

ApiError incompatible_protocols(std::string_view protocol, std::string_view target_group_arn) {
  return ApiError("IncompatibleProtocols", "A listener with the protocol " + quoted(protocol) +
                                               " cannot forward to the target group " +
                                               quoted(target_group_arn));
}

ApiError unsupported_protocol(std::string_view protocol, std::string_view load_balancer_type) {
  return ApiError("UnsupportedProtocol", "The protocol " + quoted(protocol) +
                                             " is not supported by load balancers of type " +
                                             quoted(load_balancer_type));
}

// Chosen: the words; AWS documents the code.
ApiError unsupported_protocol_of_rule(std::string_view protocol) {
  return ApiError("UnsupportedProtocol",
                  "Rules are not supported for listeners with the protocol " + quoted(protocol));
}

ApiError invalid_load_balancer_action(std::string message) {
  return ApiError("InvalidLoadBalancerAction", std::move(message));
}

// Observed: the next two, in reports of CreateListener and of ModifyTargetGroupAttributes.
ApiError group_stickiness_needed() {
  return invalid_load_balancer_action(
      "You must enable group stickiness on a rule if you enabled target stickiness on one of its "
      "target groups");
}

ApiError group_stickiness_disabled(std::string_view rule_arn) {
  return invalid_configuration_request(
      "This target group appears behind a rule with group stickiness disabled (" +
      std::string(rule_arn) +
      "). You must enable group stickiness before enabling target stickiness");
}

// Chosen: the words of the next two; AWS documents the codes alone.
ApiError too_many_listeners(std::string_view load_balancer_arn) {
  return ApiError("TooManyListeners", "The maximum number of listeners on load balancer " +
                                          quoted(load_balancer_arn) + " has been reached");
}

ApiError too_many_rules(std::string_view load_balancer_arn) {
  return ApiError("TooManyRules", "The maximum number of rules on load balancer " +
                                      quoted(load_balancer_arn) + " has been reached");
}

ApiError too_many_unique_target_groups(std::size_t limit) {
  return ApiError("TooManyUniqueTargetGroupsPerLoadBalancer",
                  "You have reached the maximum number of unique target groups that you can "
                  "associate with a load balancer: [" +
                      std::to_string(limit) + "]");
}

// Observed: in reports of CreateRule and of ModifyRule on a default rule.
ApiError priority_in_use(std::string_view priority) {
  return ApiError("PriorityInUse", "Priority " + quoted(priority) + " is currently in use");
}

ApiError operation_not_permitted_default_rule_modified(std::string_view rule_arn) {
  return ApiError("OperationNotPermitted",
                  "Default rule " + quoted(rule_arn) + " cannot be modified");
}

ApiError operation_not_permitted_default_rule_deleted(std::string_view rule_arn) {
  return ApiError("OperationNotPermitted",
                  "Default rule " + quoted(rule_arn) + " cannot be deleted");
}

// Observed: the next two, in reports of CreateListener.
ApiError certificate_not_found(std::string_view arn) {
  return ApiError("CertificateNotFound", "Certificate " + quoted(arn) + " not found");
}

ApiError unsupported_certificate(std::string_view arn) {
  return ApiError("UnsupportedCertificate",
                  "The certificate " + quoted(arn) +
                      " must have a fully-qualified domain name, a supported signature, and a "
                      "supported key size.");
}

// Chosen: the words of the next three; AWS documents the codes alone.
ApiError too_many_certificates(std::string_view load_balancer_arn) {
  return ApiError("TooManyCertificates", "The maximum number of certificates on load balancer " +
                                             quoted(load_balancer_arn) + " has been reached");
}

ApiError alpn_policy_not_found(std::string_view name) {
  return ApiError("ALPNPolicyNotFound", "ALPN policy " + quoted(name) + " not found");
}

ApiError alpn_policy_not_supported(std::string_view protocol) {
  return validation_error("An ALPN policy cannot be specified for " + std::string(protocol) +
                          " listeners");
}

ApiError ssl_policy_not_found(std::string_view name) {
  return ApiError("SSLPolicyNotFound", "SSL policy " + quoted(name) + " not found");
}

ApiError operation_not_permitted_default_certificate(std::string_view arn) {
  return ApiError("OperationNotPermitted",
                  "Certificate " + quoted(arn) +
                      " is the default certificate of the listener and cannot be removed");
}

ApiError unsupported_health_check_protocol(std::string_view protocol) {
  return validation_error("The health check protocol " + quoted(protocol) +
                          " is not supported for this target group");
}

ApiError invalid_target(std::string message) {
  return ApiError("InvalidTarget", std::move(message));
}

// Observed: terraform-provider-aws issue 38987.
ApiError alb_target_without_listener() {
  return validation_error(
      "If the target type is ALB, the target must have at least one listener that matches the "
      "target group port or any specified port overrides");
}

ApiError too_many_alb_targets() {
  return ApiError("TooManyTargets",
                  "A target group with target type 'alb' can have only one registered target");
}

// AWS: one that is a target cannot be deleted. Chosen: the words.
ApiError load_balancer_in_use(std::string_view load_balancer_arn, std::string_view group_arn) {
  return ApiError("ResourceInUse",
                  "Load balancer " + quoted(load_balancer_arn) +
                      " cannot be deleted because it is registered with target group " +
                      quoted(group_arn));
}

ApiError trust_store_not_found(std::string_view arn) {
  return ApiError("TrustStoreNotFound", "Trust store " + quoted(arn) + " not found");
}

ApiError duplicate_trust_store_name(std::string_view name) {
  return ApiError("DuplicateTrustStoreName",
                  "A trust store with the name " + quoted(name) + " already exists");
}

ApiError too_many_trust_stores() {
  return ApiError("TooManyTrustStores", "The maximum number of trust stores has been reached");
}

ApiError trust_store_in_use(std::string_view arn) {
  return ApiError("TrustStoreInUse",
                  "Trust store " + quoted(arn) + " is currently in use by a listener");
}

ApiError ca_certificates_bundle_not_found() {
  return ApiError("CaCertificatesBundleNotFound",
                  "The specified CA certificates bundle was not found in S3");
}

ApiError invalid_ca_certificates_bundle() {
  return ApiError("InvalidCaCertificatesBundle",
                  "The specified CA certificates bundle is not in a valid format, or corrupt");
}

ApiError trust_store_association_not_found(std::string_view resource_arn) {
  return ApiError("AssociationNotFound",
                  "The trust store is not associated with " + quoted(resource_arn));
}

ApiError delete_association_same_account(std::string_view resource_arn) {
  return ApiError("DeleteAssociationSameAccount",
                  "The association with " + quoted(resource_arn) +
                      " is of the trust store's own account and cannot be deleted");
}

ApiError revocation_content_not_found() {
  return ApiError("RevocationContentNotFound",
                  "The specified revocation content was not found in S3");
}

ApiError invalid_revocation_content() {
  return ApiError("InvalidRevocationContent",
                  "The specified revocation content is not in a valid format, or corrupt");
}

ApiError revocation_id_not_found(std::int64_t id) {
  return ApiError("RevocationIdNotFound",
                  "Revocation ID " + quoted(std::to_string(id)) + " not found");
}

ApiError too_many_trust_store_revocation_entries() {
  return ApiError("TooManyTrustStoreRevocationEntries",
                  "The maximum number of revocation entries of the trust store has been reached");
}

}  // namespace fallstreak::services::elbv2
