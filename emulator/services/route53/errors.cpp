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

}  // namespace fallstreak::services::route53
