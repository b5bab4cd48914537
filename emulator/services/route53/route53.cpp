#include "services/route53/route53.h"

#include "api/route53/service.h"
#include "services/route53/changes.h"
#include "services/route53/handlers.h"
#include "services/route53/health_evaluation.h"

namespace fallstreak::services {
namespace {

using namespace route53;
using Operations = dispatch::Operations<Route53State>;

void bind_hosted_zones(Operations& operations) {
  operations.bind<api::route53::CreateHostedZone>(create_hosted_zone).accepts_all();
  operations.bind<api::route53::GetHostedZone>(get_hosted_zone).accepts_all();
  operations.bind<api::route53::ListHostedZones>(list_hosted_zones).accepts_all();
  operations.bind<api::route53::ListHostedZonesByName>(list_hosted_zones_by_name).accepts_all();
  operations.bind<api::route53::GetHostedZoneCount>(get_hosted_zone_count).accepts_all();
  operations.bind<api::route53::UpdateHostedZoneComment>(update_hosted_zone_comment).accepts_all();
  operations.bind<api::route53::DeleteHostedZone>(delete_hosted_zone).accepts_all();
  operations.bind<api::route53::GetHostedZoneLimit>(get_hosted_zone_limit).accepts_all();
  operations.bind<api::route53::GetAccountLimit>(get_account_limit).accepts_all();
  operations.bind<api::route53::AssociateVPCWithHostedZone>(associate_vpc_with_hosted_zone)
      .accepts_all();
  operations.bind<api::route53::DisassociateVPCFromHostedZone>(disassociate_vpc_from_hosted_zone)
      .accepts_all();
  operations.bind<api::route53::ListHostedZonesByVPC>(list_hosted_zones_by_vpc).accepts_all();
}

void bind_delegation(Operations& operations) {
  operations.bind<api::route53::CreateReusableDelegationSet>(create_reusable_delegation_set)
      .accepts_all();
  operations.bind<api::route53::GetReusableDelegationSet>(get_reusable_delegation_set)
      .accepts_all();
  operations.bind<api::route53::ListReusableDelegationSets>(list_reusable_delegation_sets)
      .accepts_all();
  operations.bind<api::route53::GetReusableDelegationSetLimit>(get_reusable_delegation_set_limit)
      .accepts_all();
  operations.bind<api::route53::DeleteReusableDelegationSet>(delete_reusable_delegation_set)
      .accepts_all();
  operations
      .bind<api::route53::CreateVPCAssociationAuthorization>(create_vpc_association_authorization)
      .accepts_all();
  operations
      .bind<api::route53::ListVPCAssociationAuthorizations>(list_vpc_association_authorizations)
      .accepts_all();
  operations
      .bind<api::route53::DeleteVPCAssociationAuthorization>(delete_vpc_association_authorization)
      .accepts_all();
}

void bind_cidr_collections(Operations& operations) {
  operations.bind<api::route53::CreateCidrCollection>(create_cidr_collection).accepts_all();
  operations.bind<api::route53::ChangeCidrCollection>(change_cidr_collection).accepts_all();
  operations.bind<api::route53::ListCidrCollections>(list_cidr_collections).accepts_all();
  operations.bind<api::route53::ListCidrLocations>(list_cidr_locations).accepts_all();
  operations.bind<api::route53::ListCidrBlocks>(list_cidr_blocks).accepts_all();
  operations.bind<api::route53::DeleteCidrCollection>(delete_cidr_collection).accepts_all();
}

void bind_traffic_policies(Operations& operations) {
  operations.bind<api::route53::CreateTrafficPolicy>(create_traffic_policy).accepts_all();
  operations.bind<api::route53::CreateTrafficPolicyVersion>(create_traffic_policy_version)
      .accepts_all();
  operations.bind<api::route53::GetTrafficPolicy>(get_traffic_policy).accepts_all();
  operations.bind<api::route53::ListTrafficPolicies>(list_traffic_policies).accepts_all();
  operations.bind<api::route53::ListTrafficPolicyVersions>(list_traffic_policy_versions)
      .accepts_all();
  operations.bind<api::route53::UpdateTrafficPolicyComment>(update_traffic_policy_comment)
      .accepts_all();
  operations.bind<api::route53::DeleteTrafficPolicy>(delete_traffic_policy).accepts_all();
  operations.bind<api::route53::CreateTrafficPolicyInstance>(create_traffic_policy_instance)
      .accepts_all();
  operations.bind<api::route53::GetTrafficPolicyInstance>(get_traffic_policy_instance)
      .accepts_all();
  operations.bind<api::route53::GetTrafficPolicyInstanceCount>(get_traffic_policy_instance_count)
      .accepts_all();
  operations.bind<api::route53::ListTrafficPolicyInstances>(list_traffic_policy_instances)
      .accepts_all();
  operations
      .bind<api::route53::ListTrafficPolicyInstancesByHostedZone>(
          list_traffic_policy_instances_by_hosted_zone)
      .accepts_all();
  operations
      .bind<api::route53::ListTrafficPolicyInstancesByPolicy>(
          list_traffic_policy_instances_by_policy)
      .accepts_all();
  operations.bind<api::route53::UpdateTrafficPolicyInstance>(update_traffic_policy_instance)
      .accepts_all();
  operations.bind<api::route53::DeleteTrafficPolicyInstance>(delete_traffic_policy_instance)
      .accepts_all();
}

/// What would need KMS and CloudWatch Logs: creating it is refused by name.
void bind_absent(Operations& operations) {
  operations.bind<api::route53::GetDNSSEC>(get_dnssec).accepts_all();
  operations.bind<api::route53::EnableHostedZoneDNSSEC>(enable_hosted_zone_dnssec).accepts_all();
  operations.bind<api::route53::DisableHostedZoneDNSSEC>(disable_hosted_zone_dnssec).accepts_all();
  operations.bind<api::route53::ActivateKeySigningKey>(activate_key_signing_key).accepts_all();
  operations.bind<api::route53::DeactivateKeySigningKey>(deactivate_key_signing_key).accepts_all();
  operations.bind<api::route53::DeleteKeySigningKey>(delete_key_signing_key).accepts_all();
  operations.bind<api::route53::GetQueryLoggingConfig>(get_query_logging_config).accepts_all();
  operations.bind<api::route53::ListQueryLoggingConfigs>(list_query_logging_configs).accepts_all();
  operations.bind<api::route53::DeleteQueryLoggingConfig>(delete_query_logging_config)
      .accepts_all();
}

void bind_record_sets(Operations& operations) {
  // What is not there of TrafficPolicyInstanceId is refused by the handler: it is deep inside.
  operations.bind<api::route53::ChangeResourceRecordSets>(change_resource_record_sets)
      .accepts_all();
  operations.bind<api::route53::ListResourceRecordSets>(list_resource_record_sets).accepts_all();
  operations.bind<api::route53::TestDNSAnswer>(test_dns_answer).accepts_all();
  operations.bind<api::route53::GetChange>(get_change).accepts_all();
  operations.bind<api::route53::GetGeoLocation>(get_geo_location).accepts_all();
  operations.bind<api::route53::ListGeoLocations>(list_geo_locations).accepts_all();
}

void bind_health_checks(Operations& operations) {
  operations.bind<api::route53::CreateHealthCheck>(create_health_check)
      .accepts({"CallerReference", "HealthCheckConfig.IPAddress", "HealthCheckConfig.Port",
                "HealthCheckConfig.Type", "HealthCheckConfig.ResourcePath",
                "HealthCheckConfig.FullyQualifiedDomainName", "HealthCheckConfig.SearchString",
                "HealthCheckConfig.RequestInterval", "HealthCheckConfig.FailureThreshold",
                "HealthCheckConfig.Inverted", "HealthCheckConfig.Disabled",
                "HealthCheckConfig.HealthThreshold", "HealthCheckConfig.ChildHealthChecks",
                "HealthCheckConfig.Regions", "HealthCheckConfig.AlarmIdentifier",
                "HealthCheckConfig.InsufficientDataHealthStatus"})
      .no_effect({"HealthCheckConfig.MeasureLatency", "HealthCheckConfig.EnableSNI"});
  operations.bind<api::route53::GetHealthCheck>(get_health_check).accepts_all();
  operations.bind<api::route53::ListHealthChecks>(list_health_checks).accepts_all();
  operations.bind<api::route53::GetHealthCheckCount>(get_health_check_count).accepts_all();
  operations.bind<api::route53::GetHealthCheckStatus>(get_health_check_status).accepts_all();
  operations
      .bind<api::route53::GetHealthCheckLastFailureReason>(get_health_check_last_failure_reason)
      .accepts_all();
  operations.bind<api::route53::GetCheckerIpRanges>(get_checker_ip_ranges).accepts_all();
  operations.bind<api::route53::UpdateHealthCheck>(update_health_check)
      .accepts({"HealthCheckId", "HealthCheckVersion", "IPAddress", "Port", "ResourcePath",
                "FullyQualifiedDomainName", "SearchString", "FailureThreshold", "Inverted",
                "Disabled", "HealthThreshold", "ChildHealthChecks", "Regions", "AlarmIdentifier",
                "InsufficientDataHealthStatus", "ResetElements"})
      .no_effect({"EnableSNI"});
  operations.bind<api::route53::DeleteHealthCheck>(delete_health_check).accepts_all();
}

}  // namespace

void bind_route53(dispatch::Registry& registry) {
  Operations operations(registry, api::route53::kService, dispatch::Scope::account);
  bind_hosted_zones(operations);
  bind_delegation(operations);
  bind_cidr_collections(operations);
  bind_traffic_policies(operations);
  bind_absent(operations);
  bind_record_sets(operations);
  bind_health_checks(operations);
  operations.bind<api::route53::ChangeTagsForResource>(change_tags_for_resource).accepts_all();
  operations.bind<api::route53::ListTagsForResource>(list_tags_for_resource).accepts_all();
  operations.bind<api::route53::ListTagsForResources>(list_tags_for_resources).accepts_all();
  operations.on_event("change-propagated", on_change_propagated);
  operations.on_event("look-due", on_look_due);
  operations.on_event("look-timed-out", on_look_timed_out);
  operations.on_event("alarm-look-due", on_alarm_look_due);
}

}  // namespace fallstreak::services
