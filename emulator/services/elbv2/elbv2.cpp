#include "services/elbv2/elbv2.h"

#include "api/elbv2/service.h"
#include "services/elbv2/handlers.h"
#include "services/elbv2/health_checks.h"
#include "services/elbv2/metrics.h"
#include "services/elbv2/nodes.h"

namespace fallstreak::services {
namespace {

using namespace elbv2;
using Operations = dispatch::Operations<ElbV2State>;

void bind_load_balancers(Operations& operations) {
  operations.bind<api::elbv2::CreateLoadBalancer>(create_load_balancer)
      .accepts({"Name", "Subnets", "SubnetMappings.SubnetId", "SubnetMappings.AllocationId",
                "SubnetMappings.PrivateIPv4Address", "SubnetMappings.IPv6Address", "SecurityGroups",
                "Scheme", "Tags", "Type", "IpAddressType"});
  operations.bind<api::elbv2::DescribeLoadBalancers>(describe_load_balancers).accepts_all();
  operations.bind<api::elbv2::DescribeLoadBalancerAttributes>(describe_load_balancer_attributes)
      .accepts_all();
  operations.bind<api::elbv2::ModifyLoadBalancerAttributes>(modify_load_balancer_attributes)
      .accepts_all();
  operations.bind<api::elbv2::DeleteLoadBalancer>(delete_load_balancer).accepts_all();
  operations.on_event("load-balancer-active", on_load_balancer_active);
}

void bind_networks(Operations& operations) {
  operations.bind<api::elbv2::SetSubnets>(set_subnets)
      .accepts({"LoadBalancerArn", "Subnets", "SubnetMappings.SubnetId",
                "SubnetMappings.AllocationId", "SubnetMappings.PrivateIPv4Address",
                "SubnetMappings.IPv6Address", "IpAddressType"});
  operations.bind<api::elbv2::SetSecurityGroups>(set_security_groups)
      .accepts({"LoadBalancerArn", "SecurityGroups"})
      .no_effect({"EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"});
  operations.bind<api::elbv2::SetIpAddressType>(set_ip_address_type).accepts_all();
  operations.on_event("interface-left", on_interface_left);
}

void bind_limits(Operations& operations) {
  operations.bind<api::elbv2::DescribeAccountLimits>(describe_account_limits).accepts_all();
  operations.bind<api::elbv2::DescribeCapacityReservation>(describe_capacity_reservation)
      .accepts_all();
  operations.bind<api::elbv2::ModifyCapacityReservation>(modify_capacity_reservation)
      .accepts({"LoadBalancerArn", "ResetCapacityReservation"})
      .no_effect({"MinimumLoadBalancerCapacity"});
  operations.on_event("capacity-reserved", on_capacity_reserved);
  operations.bind<api::elbv2::GetResourcePolicy>(get_resource_policy).accepts_all();
}

void bind_listeners(Operations& operations) {
  operations.bind<api::elbv2::CreateListener>(create_listener)
      .accepts({"LoadBalancerArn", "Protocol", "Port", "Tags", "Certificates", "SslPolicy",
                "AlpnPolicy", "MutualAuthentication.Mode", "MutualAuthentication.TrustStoreArn",
                "MutualAuthentication.IgnoreClientCertificateExpiry",
                "MutualAuthentication.AdvertiseTrustStoreCaNames", "DefaultActions.Type",
                "DefaultActions.TargetGroupArn", "DefaultActions.Order",
                "DefaultActions.RedirectConfig", "DefaultActions.FixedResponseConfig",
                "DefaultActions.ForwardConfig", "DefaultActions.AuthenticateOidcConfig",
                "DefaultActions.JwtValidationConfig"});
  operations.bind<api::elbv2::DescribeListeners>(describe_listeners).accepts_all();
  operations.bind<api::elbv2::ModifyListener>(modify_listener)
      .accepts({"ListenerArn", "Protocol", "Port", "Certificates", "SslPolicy", "AlpnPolicy",
                "MutualAuthentication.Mode", "MutualAuthentication.TrustStoreArn",
                "MutualAuthentication.IgnoreClientCertificateExpiry",
                "MutualAuthentication.AdvertiseTrustStoreCaNames", "DefaultActions.Type",
                "DefaultActions.TargetGroupArn", "DefaultActions.Order",
                "DefaultActions.RedirectConfig", "DefaultActions.FixedResponseConfig",
                "DefaultActions.ForwardConfig", "DefaultActions.AuthenticateOidcConfig",
                "DefaultActions.JwtValidationConfig"});
  operations.bind<api::elbv2::DeleteListener>(delete_listener).accepts_all();
  operations.bind<api::elbv2::AddListenerCertificates>(add_listener_certificates).accepts_all();
  operations.bind<api::elbv2::DescribeListenerCertificates>(describe_listener_certificates)
      .accepts_all();
  operations.bind<api::elbv2::RemoveListenerCertificates>(remove_listener_certificates)
      .accepts_all();
  operations.bind<api::elbv2::DescribeSSLPolicies>(describe_ssl_policies).accepts_all();
  operations.bind<api::elbv2::DescribeListenerAttributes>(describe_listener_attributes)
      .accepts_all();
  operations.bind<api::elbv2::ModifyListenerAttributes>(modify_listener_attributes).accepts_all();
}

/// What CreateRule and ModifyRule alike take of a rule.
void accept_rule(dispatch::Binding& binding) {
  binding.accepts({"Conditions.Field", "Conditions.Values", "Conditions.RegexValues",
                   "Conditions.HostHeaderConfig", "Conditions.PathPatternConfig",
                   "Conditions.HttpHeaderConfig", "Conditions.QueryStringConfig", "Transforms",
                   "Conditions.HttpRequestMethodConfig", "Conditions.SourceIpConfig.Values",
                   "Actions.Type", "Actions.TargetGroupArn", "Actions.Order",
                   "Actions.RedirectConfig", "Actions.FixedResponseConfig", "Actions.ForwardConfig",
                   "Actions.AuthenticateOidcConfig", "Actions.JwtValidationConfig"});
}

void bind_rules(Operations& operations) {
  accept_rule(operations.bind<api::elbv2::CreateRule>(create_rule)
                  .accepts({"ListenerArn", "Priority", "Tags"}));
  operations.bind<api::elbv2::DescribeRules>(describe_rules).accepts_all();
  accept_rule(
      operations.bind<api::elbv2::ModifyRule>(modify_rule).accepts({"RuleArn", "ResetTransforms"}));
  operations.bind<api::elbv2::DeleteRule>(delete_rule).accepts_all();
  operations.bind<api::elbv2::SetRulePriorities>(set_rule_priorities).accepts_all();
}

void bind_target_groups(Operations& operations) {
  operations.bind<api::elbv2::CreateTargetGroup>(create_target_group)
      .accepts({"Name", "Protocol", "ProtocolVersion", "Port", "VpcId", "HealthCheckProtocol",
                "HealthCheckPort", "HealthCheckEnabled", "HealthCheckPath",
                "HealthCheckIntervalSeconds", "HealthCheckTimeoutSeconds", "HealthyThresholdCount",
                "UnhealthyThresholdCount", "Matcher", "TargetType", "Tags", "IpAddressType"});
  operations.bind<api::elbv2::DescribeTargetGroups>(describe_target_groups).accepts_all();
  operations.bind<api::elbv2::DescribeTargetGroupAttributes>(describe_target_group_attributes)
      .accepts_all();
  operations.bind<api::elbv2::ModifyTargetGroup>(modify_target_group)
      .accepts({"TargetGroupArn", "HealthCheckProtocol", "HealthCheckPort", "HealthCheckPath",
                "HealthCheckEnabled", "HealthCheckIntervalSeconds", "HealthCheckTimeoutSeconds",
                "HealthyThresholdCount", "UnhealthyThresholdCount", "Matcher"});
  operations.bind<api::elbv2::ModifyTargetGroupAttributes>(modify_target_group_attributes)
      .accepts_all();
  operations.bind<api::elbv2::DeleteTargetGroup>(delete_target_group).accepts_all();
}

void bind_targets(Operations& operations) {
  operations.bind<api::elbv2::RegisterTargets>(register_targets)
      .accepts({"TargetGroupArn", "Targets.Id", "Targets.Port", "Targets.AvailabilityZone"});
  operations.bind<api::elbv2::DescribeTargetHealth>(describe_target_health)
      .accepts(
          {"TargetGroupArn", "Targets.Id", "Targets.Port", "Targets.AvailabilityZone", "Include"});
  operations.bind<api::elbv2::DeregisterTargets>(deregister_targets)
      .accepts({"TargetGroupArn", "Targets.Id", "Targets.Port", "Targets.AvailabilityZone"});
}

void bind_trust_stores(Operations& operations) {
  operations.bind<api::elbv2::CreateTrustStore>(create_trust_store).accepts_all();
  operations.bind<api::elbv2::DescribeTrustStores>(describe_trust_stores).accepts_all();
  operations.bind<api::elbv2::ModifyTrustStore>(modify_trust_store).accepts_all();
  operations.bind<api::elbv2::DeleteTrustStore>(delete_trust_store).accepts_all();
  operations.bind<api::elbv2::DescribeTrustStoreAssociations>(describe_trust_store_associations)
      .accepts_all();
  operations
      .bind<api::elbv2::DeleteSharedTrustStoreAssociation>(delete_shared_trust_store_association)
      .accepts_all();
  operations.bind<api::elbv2::AddTrustStoreRevocations>(add_trust_store_revocations).accepts_all();
  operations.bind<api::elbv2::DescribeTrustStoreRevocations>(describe_trust_store_revocations)
      .accepts_all();
  operations.bind<api::elbv2::RemoveTrustStoreRevocations>(remove_trust_store_revocations)
      .accepts_all();
}

}  // namespace

void bind_elbv2(dispatch::Registry& registry) {
  Operations operations(registry, api::elbv2::kService, dispatch::Scope::regional);
  bind_load_balancers(operations);
  bind_networks(operations);
  bind_limits(operations);
  bind_listeners(operations);
  bind_rules(operations);
  bind_target_groups(operations);
  bind_targets(operations);
  bind_trust_stores(operations);
  operations.bind<api::elbv2::AddTags>(add_tags).accepts_all();
  operations.bind<api::elbv2::DescribeTags>(describe_tags).accepts_all();
  operations.bind<api::elbv2::RemoveTags>(remove_tags).accepts_all();
  operations.on_event("metrics-due", on_metrics_due);
  operations.on_event("target-registered", on_target_registered);
  operations.on_event("target-checks", on_checks);
  operations.on_event("target-check-timed-out", on_target_check_timed_out);
  operations.on_event("target-drained", on_target_drained);
}

}  // namespace fallstreak::services
