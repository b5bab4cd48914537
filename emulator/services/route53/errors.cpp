#include "services/route53/errors.h"

// The codes are AWS's. Chosen: the words, in AWS's manner, but where a comment names their source;
// AWS documents few of them.

namespace fallstreak::services::route53 {
namespace {

std::string text(std::string_view part) { return std::string(part); }

}  // namespace

ApiError invalid_input(std::string message) { return ApiError("InvalidInput", std::move(message)); }

// Chosen: the words.
ApiError invalid_pagination_token() {
  return ApiError("InvalidPaginationToken", "The pagination token is invalid.");
}

// Chosen: the words.
ApiError invalid_domain_name(std::string_view name) {
  return ApiError("InvalidDomainName", "The domain name '" + text(name) + "' is not valid.");
}

// Observed: in reports of CreateHostedZone for a top-level domain.
ApiError reserved_domain_name(std::string_view name) {
  return ApiError("InvalidDomainName", text(name) + " is reserved by AWS!");
}

// Observed: in reports of CreateHostedZone.
ApiError hosted_zone_already_exists() {
  return ApiError("HostedZoneAlreadyExists",
                  "A hosted zone has already been created with the specified caller reference.",
                  409);
}

// Observed: with its two spaces.
ApiError hosted_zone_not_empty() {
  return ApiError("HostedZoneNotEmpty",
                  "The specified hosted zone contains non-required resource record sets  and so "
                  "cannot be deleted.");
}

ApiError no_such_hosted_zone(std::string_view id) {
  return ApiError("NoSuchHostedZone", "No hosted zone found with ID: " + text(id), 404);
}

// Observed: in reports of CreateHostedZone.
ApiError too_many_hosted_zones() {
  return ApiError("TooManyHostedZones",
                  "Limits Exceeded: MAX_HOSTED_ZONES_BY_OWNER - Cannot create more hosted zones.");
}

// Observed: in reports of GetChange.
// Chosen: the words.
ApiError no_such_geo_location(std::string_view code) {
  return ApiError("NoSuchGeoLocation",
                  "The geographic location " + std::string(code) + " is not supported.", 404);
}
ApiError no_such_change(std::string_view id) {
  return ApiError("NoSuchChange", "Could not find resource with ID: " + text(id), 404);
}

ApiError invalid_vpc_id(std::string_view vpc_id, std::string_view region) {
  return ApiError("InvalidVPCId", "The VPC: " + text(vpc_id) + " in region " + text(region) +
                                      " that you provided is not authorized to make the "
                                      "association.");
}

ApiError conflicting_domain_exists(std::string_view vpc_id, std::string_view region,
                                   std::string_view zone_id) {
  return ApiError("ConflictingDomainExists",
                  "The VPC " + text(vpc_id) + " in region " + text(region) +
                      " has already been associated with the hosted zone " + text(zone_id) +
                      " with the same domain name.");
}

// Chosen: the words of the next four; AWS documents the codes.
ApiError public_zone_vpc_association(std::string_view zone_id) {
  return ApiError("PublicZoneVPCAssociation",
                  "You're trying to associate a VPC with the public hosted zone " + text(zone_id) +
                      ". Amazon Route 53 doesn't support associating a VPC with a public hosted "
                      "zone.");
}

ApiError vpc_association_not_found(std::string_view vpc_id, std::string_view zone_id) {
  return ApiError("VPCAssociationNotFound",
                  "The specified VPC " + text(vpc_id) + " and hosted zone " + text(zone_id) +
                      " are not currently associated.",
                  404);
}

ApiError last_vpc_association(std::string_view vpc_id, std::string_view zone_id) {
  return ApiError("LastVPCAssociation",
                  "The VPC that you're trying to disassociate from the private hosted zone, " +
                      text(vpc_id) + ", is the last VPC that is associated with the hosted zone " +
                      text(zone_id) + ".");
}

ApiError hosted_zone_not_private(std::string_view zone_id) {
  return ApiError("HostedZoneNotPrivate", "The specified hosted zone " + text(zone_id) +
                                              " is a public hosted zone, not a "
                                              "private hosted zone.");
}

ApiError invalid_change_batch(const std::vector<std::string>& messages) {
  std::string list = "[";
  for (const auto& message : messages) {
    if (list.size() > 1) list += ", ";
    list += message;
  }
  return ApiError("InvalidChangeBatch", list + "]");
}

ApiError no_such_health_check(std::string_view id) {
  return ApiError("NoSuchHealthCheck", "A health check with id " + text(id) + " does not exist.",
                  404);
}

// Chosen: the words of the next three; AWS documents the codes.
ApiError health_check_already_exists(std::string_view caller_reference) {
  return ApiError("HealthCheckAlreadyExists",
                  "The health check you're attempting to create already exists with the caller "
                  "reference " +
                      text(caller_reference) + " and other settings.",
                  409);
}

ApiError health_check_version_mismatch(std::string_view id) {
  return ApiError("HealthCheckVersionMismatch",
                  "The value of HealthCheckVersion in the request doesn't match the value of "
                  "HealthCheckVersion in the health check " +
                      text(id) + ".",
                  409);
}

ApiError too_many_health_checks() {
  return ApiError("TooManyHealthChecks",
                  "This health check can't be created because the current account has reached the "
                  "limit on the number of active health checks.");
}

// Chosen: the words of all that follow, in AWS's manner; AWS documents the codes.
ApiError not_authorized(std::string_view zone_id, std::string_view vpc_id) {
  return ApiError("NotAuthorizedException",
                  "The VPC " + text(vpc_id) +
                      " isn't authorized to be associated with the hosted zone " + text(zone_id) +
                      ".",
                  401);
}

ApiError too_many_vpc_association_authorizations(std::string_view zone_id) {
  return ApiError("TooManyVPCAssociationAuthorizations",
                  "The hosted zone " + text(zone_id) +
                      " has reached the limit on the number of authorizations.");
}

ApiError vpc_association_authorization_not_found(std::string_view vpc_id,
                                                 std::string_view zone_id) {
  return ApiError("VPCAssociationAuthorizationNotFound",
                  "The VPC " + text(vpc_id) +
                      " was not authorized to be associated with the "
                      "hosted zone " +
                      text(zone_id) + ".",
                  404);
}

ApiError limits_exceeded(std::string_view limit) {
  return ApiError("LimitsExceeded", "Limits Exceeded: " + text(limit) + ".");
}

ApiError invalid_argument(std::string message) {
  return ApiError("InvalidArgument", std::move(message));
}

ApiError no_such_delegation_set(std::string_view id) {
  return ApiError("NoSuchDelegationSet",
                  "A reusable delegation set with the ID " + text(id) + " does not exist.");
}

ApiError conflicting_delegation_set(std::string_view zone_name, std::string_view set_id) {
  return ApiError("ConflictingDomainExists",
                  "The delegation set " + text(set_id) +
                      " already serves a hosted zone that has the same name as " + text(zone_name) +
                      " or is a parent or child of it.");
}

ApiError delegation_set_already_created(std::string_view caller_reference) {
  return ApiError("DelegationSetAlreadyCreated", "A delegation set with the caller reference " +
                                                     text(caller_reference) +
                                                     " has already been created.");
}

ApiError delegation_set_already_reusable(std::string_view zone_id) {
  return ApiError("DelegationSetAlreadyReusable", "The delegation set of the hosted zone " +
                                                      text(zone_id) +
                                                      " has already been marked as reusable.");
}

ApiError delegation_set_in_use(std::string_view id) {
  return ApiError("DelegationSetInUse", "The reusable delegation set " + text(id) +
                                            " is associated with at least one hosted zone.");
}

ApiError hosted_zone_not_found(std::string_view id) {
  return ApiError("HostedZoneNotFound", "The hosted zone " + text(id) + " was not found.");
}

ApiError no_such_cidr_collection(std::string_view id) {
  return ApiError("NoSuchCidrCollectionException",
                  "The CIDR collection " + text(id) + " doesn't exist.", 404);
}

ApiError no_such_cidr_location(std::string_view location) {
  return ApiError("NoSuchCidrLocationException",
                  "The CIDR location " + text(location) + " doesn't exist.", 404);
}

ApiError cidr_collection_already_exists(std::string_view name) {
  return ApiError("CidrCollectionAlreadyExistsException",
                  "A CIDR collection with the name " + text(name) +
                      " and a different caller reference already exists in this account.");
}

ApiError cidr_collection_version_mismatch(std::int64_t sent, std::int64_t current) {
  return ApiError("CidrCollectionVersionMismatchException",
                  "The CIDR collection version you provided, " + std::to_string(sent) +
                      ", doesn't match the one in the collection, " + std::to_string(current) + ".",
                  409);
}

ApiError cidr_collection_in_use(std::string_view id) {
  return ApiError("CidrCollectionInUseException",
                  "The CIDR collection " + text(id) + " is in use, or isn't empty.");
}

ApiError cidr_block_in_use(std::string_view block) {
  return ApiError("CidrBlockInUseException",
                  "The CIDR block " + text(block) + " is already in use.");
}

ApiError invalid_traffic_policy_document(std::string_view why) {
  return ApiError("InvalidTrafficPolicyDocument",
                  "The traffic policy document is not valid: " + text(why) + ".");
}

ApiError no_such_traffic_policy(std::string_view id) {
  return ApiError("NoSuchTrafficPolicy",
                  "No traffic policy of that version found with ID: " + text(id), 404);
}

ApiError no_such_traffic_policy_instance(std::string_view id) {
  return ApiError("NoSuchTrafficPolicyInstance",
                  "No traffic policy instance found with ID: " + text(id), 404);
}

ApiError traffic_policy_already_exists(std::string_view name) {
  return ApiError("TrafficPolicyAlreadyExists",
                  "A traffic policy with the name " + text(name) + " already exists.", 409);
}

ApiError traffic_policy_in_use(std::string_view id) {
  return ApiError("TrafficPolicyInUse",
                  "One or more traffic policy instances were created by "
                  "using this version of the traffic policy " +
                      text(id) + ".");
}

ApiError traffic_policy_instance_already_exists(std::string_view name) {
  return ApiError("TrafficPolicyInstanceAlreadyExists",
                  "There is already a traffic policy instance of this type for " + text(name) + ".",
                  409);
}

ApiError too_many_traffic_policies() {
  return ApiError("TooManyTrafficPolicies",
                  "Limits Exceeded: MAX_TRAFFIC_POLICIES_BY_OWNER - Cannot create more traffic "
                  "policies.");
}

ApiError too_many_traffic_policy_versions(std::string_view id) {
  return ApiError("TooManyTrafficPolicyVersionsForCurrentPolicy",
                  "The traffic policy " + text(id) + " has 1000 versions, which is the limit.");
}

ApiError too_many_traffic_policy_instances() {
  return ApiError("TooManyTrafficPolicyInstances",
                  "Limits Exceeded: MAX_TRAFFIC_POLICY_INSTANCES_BY_OWNER - Cannot create more "
                  "traffic policy instances.");
}

ApiError conflicting_types(std::string_view wanted, std::string_view current) {
  return ApiError("ConflictingTypes", "The traffic policy version is of the type " + text(wanted) +
                                          ", the traffic policy instance of the type " +
                                          text(current) + ".");
}

ApiError dnssec_not_found(std::string_view zone_id) {
  return ApiError("DNSSECNotFound",
                  "The hosted zone " + text(zone_id) + " doesn't have any DNSSEC resources.");
}

ApiError key_signing_key_with_active_status_not_found(std::string_view zone_id) {
  return ApiError(
      "KeySigningKeyWithActiveStatusNotFound",
      "The hosted zone " + text(zone_id) + " has no key-signing key (KSK) with the status ACTIVE.");
}

ApiError no_such_key_signing_key(std::string_view name) {
  return ApiError("NoSuchKeySigningKey",
                  "The key-signing key (KSK) " + text(name) + " doesn't exist.", 404);
}

ApiError no_such_query_logging_config() {
  return ApiError("NoSuchQueryLoggingConfig",
                  "There is no DNS query logging configuration with the specified ID.", 404);
}

}  // namespace fallstreak::services::route53
