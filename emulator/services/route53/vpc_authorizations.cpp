#include <algorithm>
#include <iterator>

#include "dispatch/pages.h"
#include "services/route53/errors.h"
#include "services/route53/handlers.h"
#include "services/route53/lookup.h"
#include "services/route53/shared_zones.h"

namespace fallstreak::services::route53 {
namespace {

/// AWS: of a zone.
constexpr std::ptrdiff_t kMostAuthorizations = 1000;
constexpr std::size_t kMostInAuthorizationPage = 50;

/// Another account's VPC cannot be looked at: AWS judges the id alone.
void check_vpc_id(const api::route53::VPC& vpc) {
  constexpr std::string_view kPrefix = "vpc-";
  const std::string id = vpc.VPCId.value_or("");
  const bool is_id = id.starts_with(kPrefix) && id.size() > kPrefix.size() &&
                     id.find_first_not_of("0123456789abcdef", kPrefix.size()) == std::string::npos;
  if (!is_id || !vpc.VPCRegion) throw invalid_vpc_id(id, vpc.VPCRegion.value_or(""));
}

}  // namespace

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateVPCAssociationAuthorization.html
api::route53::CreateVPCAssociationAuthorizationResponse create_vpc_association_authorization(
    Context& context, const api::route53::CreateVPCAssociationAuthorizationRequest& request) {
  const std::string zone_id = bare_id(*request.HostedZoneId);
  const auto& record = find_zone(context, zone_id);
  // Chosen: the words; AWS documents no code of its own for a public zone.
  if (!is_private(record)) {
    throw invalid_input("The hosted zone " + zone_id +
                        " is public: VPCs can be associated with private hosted zones only.");
  }
  check_vpc_id(*request.VPC);
  auto& authorizations = shared_zones(context).authorizations;
  const std::string key = zone_id + " " + vpc_key(*request.VPC);
  if (!authorizations.contains(key)) {
    const auto there = authorizations.range(zone_id + " ");
    if (std::distance(there.begin(), there.end()) >= kMostAuthorizations) {
      throw too_many_vpc_association_authorizations(zone_id);
    }
    authorizations.insert(key, *request.VPC);
  }
  return {.HostedZoneId = zone_id, .VPC = request.VPC};
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListVPCAssociationAuthorizations.html
api::route53::ListVPCAssociationAuthorizationsResponse list_vpc_association_authorizations(
    Context& context, const api::route53::ListVPCAssociationAuthorizationsRequest& request) {
  const std::string zone_id = bare_id(*request.HostedZoneId);
  find_zone(context, zone_id);
  const std::size_t size = page_size(request.MaxResults, kMostInAuthorizationPage);
  api::route53::ListVPCAssociationAuthorizationsResponse response{.HostedZoneId = zone_id,
                                                                  .VPCs = {{}}};
  response.NextToken = dispatch::read_page(
      shared_zones(context).authorizations, {request.NextToken, std::int32_t(size), zone_id + " "},
      invalid_pagination_token, [](const auto&) { return true; },
      [&](const auto& row) { response.VPCs->push_back(row.second); });
  return response;
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteVPCAssociationAuthorization.html
api::route53::DeleteVPCAssociationAuthorizationResponse delete_vpc_association_authorization(
    Context& context, const api::route53::DeleteVPCAssociationAuthorizationRequest& request) {
  const std::string zone_id = bare_id(*request.HostedZoneId);
  find_zone(context, zone_id);
  check_vpc_id(*request.VPC);
  const std::string key = zone_id + " " + vpc_key(*request.VPC);
  // AWS: an association that was made with it stays.
  if (!shared_zones(context).authorizations.erase(key)) {
    throw vpc_association_authorization_not_found(*request.VPC->VPCId, zone_id);
  }
  return {};
}

}  // namespace fallstreak::services::route53
