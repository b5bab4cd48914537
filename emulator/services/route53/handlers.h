#pragma once

#include "api/route53/cidr_collections.h"
#include "api/route53/delegation_sets.h"
#include "api/route53/dnssec.h"
#include "api/route53/health_checks.h"
#include "api/route53/hosted_zones.h"
#include "api/route53/query_logging.h"
#include "api/route53/record_sets.h"
#include "api/route53/tags.h"
#include "api/route53/traffic_policies.h"
#include "api/route53/vpc_associations.h"
#include "services/route53/state.h"

/// The operations of Route 53, a file for each of its resources.
namespace fallstreak::services::route53 {

// hosted_zones.cpp
/// Observed: four name servers, one of each of four blocks of 512, whose name follows from their
/// number.
std::vector<std::string> allot_name_servers(Context& context);
api::route53::CreateHostedZoneResponse create_hosted_zone(
    Context& context, const api::route53::CreateHostedZoneRequest& request);
api::route53::GetHostedZoneResponse get_hosted_zone(
    Context& context, const api::route53::GetHostedZoneRequest& request);
api::route53::UpdateHostedZoneCommentResponse update_hosted_zone_comment(
    Context& context, const api::route53::UpdateHostedZoneCommentRequest& request);
api::route53::DeleteHostedZoneResponse delete_hosted_zone(
    Context& context, const api::route53::DeleteHostedZoneRequest& request);

// hosted_zone_lists.cpp
api::route53::ListHostedZonesResponse list_hosted_zones(
    Context& context, const api::route53::ListHostedZonesRequest& request);
api::route53::ListHostedZonesByNameResponse list_hosted_zones_by_name(
    Context& context, const api::route53::ListHostedZonesByNameRequest& request);
api::route53::GetHostedZoneCountResponse get_hosted_zone_count(
    Context& context, const api::route53::GetHostedZoneCountRequest& request);
api::route53::GetHostedZoneLimitResponse get_hosted_zone_limit(
    Context& context, const api::route53::GetHostedZoneLimitRequest& request);
api::route53::GetAccountLimitResponse get_account_limit(
    Context& context, const api::route53::GetAccountLimitRequest& request);

// vpc_associations.cpp
/// Throws when the VPC is not there, or has a private zone of that name already.
void check_vpc(Context& context, const api::route53::VPC& vpc, std::string_view zone_name);
/// `context` is the account of the VPC, `owner` that of the zone.
void associate(Context& context, Context& owner, const std::string& zone_id,
               const api::route53::VPC& vpc);
/// Whoever has the VPC forgets the zone; `context` is the account of the zone.
void forget_association(Context& context, const std::string& zone_id, const api::route53::VPC& vpc);
api::route53::AssociateVPCWithHostedZoneResponse associate_vpc_with_hosted_zone(
    Context& context, const api::route53::AssociateVPCWithHostedZoneRequest& request);
api::route53::DisassociateVPCFromHostedZoneResponse disassociate_vpc_from_hosted_zone(
    Context& context, const api::route53::DisassociateVPCFromHostedZoneRequest& request);
api::route53::ListHostedZonesByVPCResponse list_hosted_zones_by_vpc(
    Context& context, const api::route53::ListHostedZonesByVPCRequest& request);

// vpc_authorizations.cpp
api::route53::CreateVPCAssociationAuthorizationResponse create_vpc_association_authorization(
    Context& context, const api::route53::CreateVPCAssociationAuthorizationRequest& request);
api::route53::ListVPCAssociationAuthorizationsResponse list_vpc_association_authorizations(
    Context& context, const api::route53::ListVPCAssociationAuthorizationsRequest& request);
api::route53::DeleteVPCAssociationAuthorizationResponse delete_vpc_association_authorization(
    Context& context, const api::route53::DeleteVPCAssociationAuthorizationRequest& request);

// delegation_sets.cpp
/// Throws when a zone of that name cannot be given the set.
void check_delegation_set(const Context& context, std::string_view id, std::string_view zone_name);
void join_delegation_set(Context& context, const std::string& set_id, const std::string& zone_id);
void leave_delegation_set(Context& context, const std::string& set_id, const std::string& zone_id);
api::route53::CreateReusableDelegationSetResponse create_reusable_delegation_set(
    Context& context, const api::route53::CreateReusableDelegationSetRequest& request);
api::route53::GetReusableDelegationSetResponse get_reusable_delegation_set(
    Context& context, const api::route53::GetReusableDelegationSetRequest& request);
api::route53::ListReusableDelegationSetsResponse list_reusable_delegation_sets(
    Context& context, const api::route53::ListReusableDelegationSetsRequest& request);
api::route53::GetReusableDelegationSetLimitResponse get_reusable_delegation_set_limit(
    Context& context, const api::route53::GetReusableDelegationSetLimitRequest& request);
api::route53::DeleteReusableDelegationSetResponse delete_reusable_delegation_set(
    Context& context, const api::route53::DeleteReusableDelegationSetRequest& request);

// cidr_collections.cpp
api::route53::CreateCidrCollectionResponse create_cidr_collection(
    Context& context, const api::route53::CreateCidrCollectionRequest& request);
api::route53::ChangeCidrCollectionResponse change_cidr_collection(
    Context& context, const api::route53::ChangeCidrCollectionRequest& request);
api::route53::ListCidrCollectionsResponse list_cidr_collections(
    Context& context, const api::route53::ListCidrCollectionsRequest& request);
api::route53::ListCidrLocationsResponse list_cidr_locations(
    Context& context, const api::route53::ListCidrLocationsRequest& request);
api::route53::ListCidrBlocksResponse list_cidr_blocks(
    Context& context, const api::route53::ListCidrBlocksRequest& request);
api::route53::DeleteCidrCollectionResponse delete_cidr_collection(
    Context& context, const api::route53::DeleteCidrCollectionRequest& request);

// dnssec.cpp
api::route53::GetDNSSECResponse get_dnssec(Context& context,
                                           const api::route53::GetDNSSECRequest& request);
api::route53::EnableHostedZoneDNSSECResponse enable_hosted_zone_dnssec(
    Context& context, const api::route53::EnableHostedZoneDNSSECRequest& request);
api::route53::DisableHostedZoneDNSSECResponse disable_hosted_zone_dnssec(
    Context& context, const api::route53::DisableHostedZoneDNSSECRequest& request);
api::route53::ActivateKeySigningKeyResponse activate_key_signing_key(
    Context& context, const api::route53::ActivateKeySigningKeyRequest& request);
api::route53::DeactivateKeySigningKeyResponse deactivate_key_signing_key(
    Context& context, const api::route53::DeactivateKeySigningKeyRequest& request);
api::route53::DeleteKeySigningKeyResponse delete_key_signing_key(
    Context& context, const api::route53::DeleteKeySigningKeyRequest& request);

// query_logging.cpp
api::route53::GetQueryLoggingConfigResponse get_query_logging_config(
    Context& context, const api::route53::GetQueryLoggingConfigRequest& request);
api::route53::ListQueryLoggingConfigsResponse list_query_logging_configs(
    Context& context, const api::route53::ListQueryLoggingConfigsRequest& request);
api::route53::DeleteQueryLoggingConfigResponse delete_query_logging_config(
    Context& context, const api::route53::DeleteQueryLoggingConfigRequest& request);

// geo_locations.cpp
api::route53::GetGeoLocationResponse get_geo_location(
    Context& context, const api::route53::GetGeoLocationRequest& request);
api::route53::ListGeoLocationsResponse list_geo_locations(
    Context& context, const api::route53::ListGeoLocationsRequest& request);

// test_dns_answer.cpp
api::route53::TestDNSAnswerResponse test_dns_answer(
    Context& context, const api::route53::TestDNSAnswerRequest& request);

// record_sets.cpp
api::route53::ChangeResourceRecordSetsResponse change_resource_record_sets(
    Context& context, const api::route53::ChangeResourceRecordSetsRequest& request);
api::route53::ListResourceRecordSetsResponse list_resource_record_sets(
    Context& context, const api::route53::ListResourceRecordSetsRequest& request);

// health_checks.cpp
api::route53::CreateHealthCheckResponse create_health_check(
    Context& context, const api::route53::CreateHealthCheckRequest& request);
api::route53::GetHealthCheckResponse get_health_check(
    Context& context, const api::route53::GetHealthCheckRequest& request);
api::route53::ListHealthChecksResponse list_health_checks(
    Context& context, const api::route53::ListHealthChecksRequest& request);
api::route53::GetHealthCheckCountResponse get_health_check_count(
    Context& context, const api::route53::GetHealthCheckCountRequest& request);
api::route53::GetHealthCheckStatusResponse get_health_check_status(
    Context& context, const api::route53::GetHealthCheckStatusRequest& request);
api::route53::GetHealthCheckLastFailureReasonResponse get_health_check_last_failure_reason(
    Context& context, const api::route53::GetHealthCheckLastFailureReasonRequest& request);
api::route53::GetCheckerIpRangesResponse get_checker_ip_ranges(
    Context& context, const api::route53::GetCheckerIpRangesRequest& request);
api::route53::UpdateHealthCheckResponse update_health_check(
    Context& context, const api::route53::UpdateHealthCheckRequest& request);
api::route53::DeleteHealthCheckResponse delete_health_check(
    Context& context, const api::route53::DeleteHealthCheckRequest& request);

// traffic_policies.cpp
/// `<id> 0001`: the versions of a policy follow each other.
std::string version_key(std::string_view id, std::int32_t version);
const api::route53::TrafficPolicy& find_traffic_policy(const Context& context,
                                                       const std::string& id, std::int32_t version);
api::route53::CreateTrafficPolicyResponse create_traffic_policy(
    Context& context, const api::route53::CreateTrafficPolicyRequest& request);
api::route53::CreateTrafficPolicyVersionResponse create_traffic_policy_version(
    Context& context, const api::route53::CreateTrafficPolicyVersionRequest& request);
api::route53::GetTrafficPolicyResponse get_traffic_policy(
    Context& context, const api::route53::GetTrafficPolicyRequest& request);
api::route53::ListTrafficPoliciesResponse list_traffic_policies(
    Context& context, const api::route53::ListTrafficPoliciesRequest& request);
api::route53::ListTrafficPolicyVersionsResponse list_traffic_policy_versions(
    Context& context, const api::route53::ListTrafficPolicyVersionsRequest& request);
api::route53::UpdateTrafficPolicyCommentResponse update_traffic_policy_comment(
    Context& context, const api::route53::UpdateTrafficPolicyCommentRequest& request);
api::route53::DeleteTrafficPolicyResponse delete_traffic_policy(
    Context& context, const api::route53::DeleteTrafficPolicyRequest& request);

// traffic_policy_instances.cpp
/// The name servers know its records now.
void on_policy_applied(Context& context, const std::string& instance_id);
api::route53::CreateTrafficPolicyInstanceResponse create_traffic_policy_instance(
    Context& context, const api::route53::CreateTrafficPolicyInstanceRequest& request);
api::route53::GetTrafficPolicyInstanceResponse get_traffic_policy_instance(
    Context& context, const api::route53::GetTrafficPolicyInstanceRequest& request);
api::route53::GetTrafficPolicyInstanceCountResponse get_traffic_policy_instance_count(
    Context& context, const api::route53::GetTrafficPolicyInstanceCountRequest& request);
api::route53::ListTrafficPolicyInstancesResponse list_traffic_policy_instances(
    Context& context, const api::route53::ListTrafficPolicyInstancesRequest& request);
api::route53::ListTrafficPolicyInstancesByHostedZoneResponse
list_traffic_policy_instances_by_hosted_zone(
    Context& context, const api::route53::ListTrafficPolicyInstancesByHostedZoneRequest& request);
api::route53::ListTrafficPolicyInstancesByPolicyResponse list_traffic_policy_instances_by_policy(
    Context& context, const api::route53::ListTrafficPolicyInstancesByPolicyRequest& request);
api::route53::UpdateTrafficPolicyInstanceResponse update_traffic_policy_instance(
    Context& context, const api::route53::UpdateTrafficPolicyInstanceRequest& request);
api::route53::DeleteTrafficPolicyInstanceResponse delete_traffic_policy_instance(
    Context& context, const api::route53::DeleteTrafficPolicyInstanceRequest& request);

// tags.cpp
api::route53::ChangeTagsForResourceResponse change_tags_for_resource(
    Context& context, const api::route53::ChangeTagsForResourceRequest& request);
api::route53::ListTagsForResourceResponse list_tags_for_resource(
    Context& context, const api::route53::ListTagsForResourceRequest& request);
api::route53::ListTagsForResourcesResponse list_tags_for_resources(
    Context& context, const api::route53::ListTagsForResourcesRequest& request);

}  // namespace fallstreak::services::route53
