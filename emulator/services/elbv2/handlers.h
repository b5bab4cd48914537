#pragma once

#include "api/elbv2/limits.h"
#include "api/elbv2/listener_attributes.h"
#include "api/elbv2/listener_certificates.h"
#include "api/elbv2/listeners.h"
#include "api/elbv2/load_balancers.h"
#include "api/elbv2/networks.h"
#include "api/elbv2/rules.h"
#include "api/elbv2/tags.h"
#include "api/elbv2/target_groups.h"
#include "api/elbv2/targets.h"
#include "api/elbv2/trust_stores.h"
#include "services/elbv2/state.h"

/// The operations of Elastic Load Balancing v2, as elbv2.cpp binds them.
namespace fallstreak::services::elbv2 {

// load_balancers.cpp
api::elbv2::CreateLoadBalancerOutput create_load_balancer(
    Context& context, const api::elbv2::CreateLoadBalancerInput& request);
api::elbv2::DescribeLoadBalancersOutput describe_load_balancers(
    Context& context, const api::elbv2::DescribeLoadBalancersInput& request);
api::elbv2::DescribeLoadBalancerAttributesOutput describe_load_balancer_attributes(
    Context& context, const api::elbv2::DescribeLoadBalancerAttributesInput& request);
api::elbv2::ModifyLoadBalancerAttributesOutput modify_load_balancer_attributes(
    Context& context, const api::elbv2::ModifyLoadBalancerAttributesInput& request);
api::elbv2::DeleteLoadBalancerOutput delete_load_balancer(
    Context& context, const api::elbv2::DeleteLoadBalancerInput& request);

// networks.cpp
api::elbv2::SetSubnetsOutput set_subnets(Context& context,
                                         const api::elbv2::SetSubnetsInput& request);
api::elbv2::SetSecurityGroupsOutput set_security_groups(
    Context& context, const api::elbv2::SetSecurityGroupsInput& request);
api::elbv2::SetIpAddressTypeOutput set_ip_address_type(
    Context& context, const api::elbv2::SetIpAddressTypeInput& request);

// limits.cpp
api::elbv2::DescribeAccountLimitsOutput describe_account_limits(
    Context& context, const api::elbv2::DescribeAccountLimitsInput& request);
api::elbv2::DescribeCapacityReservationOutput describe_capacity_reservation(
    Context& context, const api::elbv2::DescribeCapacityReservationInput& request);
api::elbv2::ModifyCapacityReservationOutput modify_capacity_reservation(
    Context& context, const api::elbv2::ModifyCapacityReservationInput& request);
void on_capacity_reserved(Context& context, const world::Event& event);
api::elbv2::GetResourcePolicyOutput get_resource_policy(
    Context& context, const api::elbv2::GetResourcePolicyInput& request);

// listener_attributes.cpp
api::elbv2::DescribeListenerAttributesOutput describe_listener_attributes(
    Context& context, const api::elbv2::DescribeListenerAttributesInput& request);
api::elbv2::ModifyListenerAttributesOutput modify_listener_attributes(
    Context& context, const api::elbv2::ModifyListenerAttributesInput& request);

// listeners.cpp
api::elbv2::CreateListenerOutput create_listener(Context& context,
                                                 const api::elbv2::CreateListenerInput& request);
api::elbv2::DescribeListenersOutput describe_listeners(
    Context& context, const api::elbv2::DescribeListenersInput& request);
api::elbv2::ModifyListenerOutput modify_listener(Context& context,
                                                 const api::elbv2::ModifyListenerInput& request);
api::elbv2::DeleteListenerOutput delete_listener(Context& context,
                                                 const api::elbv2::DeleteListenerInput& request);
/// Removes a listener and what follows: the target groups that only it used are unused now.
void remove_listener(Context& context, const std::string& listener_arn);

// certificates.cpp
api::elbv2::AddListenerCertificatesOutput add_listener_certificates(
    Context& context, const api::elbv2::AddListenerCertificatesInput& request);
api::elbv2::DescribeListenerCertificatesOutput describe_listener_certificates(
    Context& context, const api::elbv2::DescribeListenerCertificatesInput& request);
api::elbv2::RemoveListenerCertificatesOutput remove_listener_certificates(
    Context& context, const api::elbv2::RemoveListenerCertificatesInput& request);

// ssl_policies.cpp
api::elbv2::DescribeSSLPoliciesOutput describe_ssl_policies(
    Context& context, const api::elbv2::DescribeSSLPoliciesInput& request);

// rules.cpp
api::elbv2::CreateRuleOutput create_rule(Context& context,
                                         const api::elbv2::CreateRuleInput& request);
api::elbv2::DescribeRulesOutput describe_rules(Context& context,
                                               const api::elbv2::DescribeRulesInput& request);
api::elbv2::ModifyRuleOutput modify_rule(Context& context,
                                         const api::elbv2::ModifyRuleInput& request);
api::elbv2::DeleteRuleOutput delete_rule(Context& context,
                                         const api::elbv2::DeleteRuleInput& request);
api::elbv2::SetRulePrioritiesOutput set_rule_priorities(
    Context& context, const api::elbv2::SetRulePrioritiesInput& request);
/// The rule that a listener is made with, and that does its default actions.
void add_default_rule(Context& context, const std::string& listener_arn);
/// Throws AWS's error when a rule besides the default one does what the listener cannot do.
void check_rules(const Context& context, const api::elbv2::Listener& listener);
/// All rules of a listener that goes.
void remove_rules(Context& context, const std::string& listener_arn);

// target_groups.cpp
api::elbv2::CreateTargetGroupOutput create_target_group(
    Context& context, const api::elbv2::CreateTargetGroupInput& request);
api::elbv2::DescribeTargetGroupsOutput describe_target_groups(
    Context& context, const api::elbv2::DescribeTargetGroupsInput& request);
api::elbv2::DescribeTargetGroupAttributesOutput describe_target_group_attributes(
    Context& context, const api::elbv2::DescribeTargetGroupAttributesInput& request);
api::elbv2::ModifyTargetGroupOutput modify_target_group(
    Context& context, const api::elbv2::ModifyTargetGroupInput& request);
api::elbv2::ModifyTargetGroupAttributesOutput modify_target_group_attributes(
    Context& context, const api::elbv2::ModifyTargetGroupAttributesInput& request);
api::elbv2::DeleteTargetGroupOutput delete_target_group(
    Context& context, const api::elbv2::DeleteTargetGroupInput& request);

// targets.cpp
api::elbv2::RegisterTargetsOutput register_targets(Context& context,
                                                   const api::elbv2::RegisterTargetsInput& request);
api::elbv2::DescribeTargetHealthOutput describe_target_health(
    Context& context, const api::elbv2::DescribeTargetHealthInput& request);
api::elbv2::DeregisterTargetsOutput deregister_targets(
    Context& context, const api::elbv2::DeregisterTargetsInput& request);

// trust_stores.cpp
api::elbv2::CreateTrustStoreOutput create_trust_store(
    Context& context, const api::elbv2::CreateTrustStoreInput& request);
api::elbv2::DescribeTrustStoresOutput describe_trust_stores(
    Context& context, const api::elbv2::DescribeTrustStoresInput& request);
api::elbv2::ModifyTrustStoreOutput modify_trust_store(
    Context& context, const api::elbv2::ModifyTrustStoreInput& request);
api::elbv2::DeleteTrustStoreOutput delete_trust_store(
    Context& context, const api::elbv2::DeleteTrustStoreInput& request);
api::elbv2::DescribeTrustStoreAssociationsOutput describe_trust_store_associations(
    Context& context, const api::elbv2::DescribeTrustStoreAssociationsInput& request);
api::elbv2::DeleteSharedTrustStoreAssociationOutput delete_shared_trust_store_association(
    Context& context, const api::elbv2::DeleteSharedTrustStoreAssociationInput& request);

// trust_store_revocations.cpp
api::elbv2::AddTrustStoreRevocationsOutput add_trust_store_revocations(
    Context& context, const api::elbv2::AddTrustStoreRevocationsInput& request);
api::elbv2::DescribeTrustStoreRevocationsOutput describe_trust_store_revocations(
    Context& context, const api::elbv2::DescribeTrustStoreRevocationsInput& request);
api::elbv2::RemoveTrustStoreRevocationsOutput remove_trust_store_revocations(
    Context& context, const api::elbv2::RemoveTrustStoreRevocationsInput& request);

// tags.cpp
api::elbv2::AddTagsOutput add_tags(Context& context, const api::elbv2::AddTagsInput& request);
api::elbv2::DescribeTagsOutput describe_tags(Context& context,
                                             const api::elbv2::DescribeTagsInput& request);
api::elbv2::RemoveTagsOutput remove_tags(Context& context,
                                         const api::elbv2::RemoveTagsInput& request);

}  // namespace fallstreak::services::elbv2
