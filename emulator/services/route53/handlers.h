#pragma once

#include "api/route53/health_checks.h"
#include "api/route53/hosted_zones.h"
#include "api/route53/record_sets.h"
#include "api/route53/tags.h"
#include "api/route53/vpc_associations.h"
#include "services/route53/state.h"

/// The operations of Route 53, a file for each of its resources.
namespace fallstreak::services::route53 {

// hosted_zones.cpp
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
void associate(Context& context, const std::string& zone_id, const api::route53::VPC& vpc);
api::route53::AssociateVPCWithHostedZoneResponse associate_vpc_with_hosted_zone(
    Context& context, const api::route53::AssociateVPCWithHostedZoneRequest& request);
api::route53::DisassociateVPCFromHostedZoneResponse disassociate_vpc_from_hosted_zone(
    Context& context, const api::route53::DisassociateVPCFromHostedZoneRequest& request);
api::route53::ListHostedZonesByVPCResponse list_hosted_zones_by_vpc(
    Context& context, const api::route53::ListHostedZonesByVPCRequest& request);

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

// tags.cpp
api::route53::ChangeTagsForResourceResponse change_tags_for_resource(
    Context& context, const api::route53::ChangeTagsForResourceRequest& request);
api::route53::ListTagsForResourceResponse list_tags_for_resource(
    Context& context, const api::route53::ListTagsForResourceRequest& request);
api::route53::ListTagsForResourcesResponse list_tags_for_resources(
    Context& context, const api::route53::ListTagsForResourcesRequest& request);

}  // namespace fallstreak::services::route53
