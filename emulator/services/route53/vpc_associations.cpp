#include <algorithm>

#include "api/ec2/vpcs.h"
#include "base/dns_name.h"
#include "dispatch/pages.h"
#include "services/route53/changes.h"
#include "services/route53/errors.h"
#include "services/route53/handlers.h"
#include "services/route53/lookup.h"
#include "services/route53/shared_zones.h"

namespace fallstreak::services::route53 {
namespace {

/// AWS: VPCs of a private zone.
constexpr std::size_t kMostVpcs = 300;
constexpr std::size_t kMostInVpcPage = 100;

/// A change of a zone that may be another account's, who asks for it and can look at it then.
api::route53::ChangeInfo begin_shared_change(Context& context, Context& owner,
                                             const std::string& zone_id,
                                             const std::optional<std::string>& comment) {
  auto info = begin_change(owner, zone_id, {}, Concerns::zone, comment);
  if (owner.account_id() != context.account_id()) {
    shared_zones(context).change_owners.put(bare_id(*info.Id), owner.account_id());
  }
  return info;
}

}  // namespace

void check_vpc(Context& context, const api::route53::VPC& vpc, std::string_view zone_name) {
  const std::string id = vpc.VPCId.value_or("");
  const std::string region = vpc.VPCRegion.value_or("");
  const auto described =
      id.empty() || region.empty()
          ? Outcome<api::ec2::DescribeVpcsResult>(tl::unexpected(ApiError()))
          : context.try_call_in<api::ec2::DescribeVpcs>(region, {.VpcIds = {{id}}});
  if (!described) throw invalid_vpc_id(id, region);
  for (const auto& row : context.state.vpc_zones.range(vpc_key(vpc) + " ")) {
    if (row.second != zone_name) continue;
    throw conflicting_domain_exists(id, region, row.first.substr(row.first.rfind(' ') + 1));
  }
}

void associate(Context& context, Context& owner, const std::string& zone_id,
               const api::route53::VPC& vpc) {
  owner.state.hosted_zones.update(zone_id,
                                  [&](HostedZoneRecord& record) { record.vpcs.push_back(vpc); });
  context.state.vpc_zones.put(vpc_key(vpc) + " " + zone_id,
                              *owner.state.hosted_zones.find(zone_id)->zone.Name);
  if (owner.account_id() == context.account_id()) return;
  shared_zones(context).vpc_owners.put(zone_id + " " + vpc_key(vpc), context.account_id());
}

void forget_association(Context& context, const std::string& zone_id,
                        const api::route53::VPC& vpc) {
  const std::string row = vpc_key(vpc) + " " + zone_id;
  auto& owners = shared_zones(context).vpc_owners;
  const std::string owner_key = zone_id + " " + vpc_key(vpc);
  const auto* other = owners.find(owner_key);
  if (other == nullptr) {
    context.state.vpc_zones.erase(row);
    return;
  }
  AccountView(context, *other)->state.vpc_zones.erase(row);
  owners.erase(owner_key);
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_AssociateVPCWithHostedZone.html
api::route53::AssociateVPCWithHostedZoneResponse associate_vpc_with_hosted_zone(
    Context& context, const api::route53::AssociateVPCWithHostedZoneRequest& request) {
  const std::string zone_id = bare_id(*request.HostedZoneId);
  AccountView owner(context, owner_of_zone(context, zone_id));
  const auto& record = find_zone(*owner, zone_id);
  if (!is_private(record)) throw public_zone_vpc_association(zone_id);
  const std::string key = zone_id + " " + vpc_key(*request.VPC);
  const bool is_own = owner->account_id() == context.account_id();
  if (!is_own && !shared_zones(context).authorizations.contains(key)) {
    throw not_authorized(zone_id, request.VPC->VPCId.value_or(""));
  }
  // AWS: whoever created the VPC associates it.
  check_vpc(context, *request.VPC, *record.zone.Name);
  if (record.vpcs.size() >= kMostVpcs) throw limits_exceeded("MAX_VPCS_ASSOCIATED_BY_ZONE");
  associate(context, *owner, zone_id, *request.VPC);
  return {.ChangeInfo = begin_shared_change(context, *owner, zone_id, request.Comment)};
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_DisassociateVPCFromHostedZone.html
api::route53::DisassociateVPCFromHostedZoneResponse disassociate_vpc_from_hosted_zone(
    Context& context, const api::route53::DisassociateVPCFromHostedZoneRequest& request) {
  const std::string zone_id = bare_id(*request.HostedZoneId);
  // AWS: the account of the zone or that of the VPC may.
  const bool is_own = context.state.hosted_zones.contains(zone_id);
  const bool has_vpc = context.state.vpc_zones.contains(vpc_key(*request.VPC) + " " + zone_id);
  if (!is_own && !has_vpc) throw no_such_hosted_zone(zone_id);
  AccountView owner(context, owner_of_zone(context, zone_id));
  const auto& record = find_zone(*owner, zone_id);
  const std::string vpc_id = request.VPC->VPCId.value_or("");
  if (std::ranges::find(record.vpcs, *request.VPC) == record.vpcs.end()) {
    throw vpc_association_not_found(vpc_id, zone_id);
  }
  if (record.vpcs.size() == 1) throw last_vpc_association(vpc_id, zone_id);
  owner->state.hosted_zones.update(
      zone_id, [&](HostedZoneRecord& changed) { std::erase(changed.vpcs, *request.VPC); });
  forget_association(*owner, zone_id, *request.VPC);
  return {.ChangeInfo = begin_shared_change(context, *owner, zone_id, request.Comment)};
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZonesByVPC.html
api::route53::ListHostedZonesByVPCResponse list_hosted_zones_by_vpc(
    Context& context, const api::route53::ListHostedZonesByVPCRequest& request) {
  const std::size_t size = page_size(request.MaxItems, kMostInVpcPage);
  api::route53::ListHostedZonesByVPCResponse response{.HostedZoneSummaries = {{}},
                                                      .MaxItems = std::to_string(size)};
  const std::string prefix =
      vpc_key({.VPCRegion = request.VPCRegion, .VPCId = request.VPCId}) + " ";
  response.NextToken = dispatch::read_page(
      context.state.vpc_zones, {request.NextToken, std::int32_t(size), prefix},
      invalid_pagination_token, [](const auto&) { return true; },
      [&](const auto& row) {
        const std::string zone_id(row.first.substr(row.first.rfind(' ') + 1));
        response.HostedZoneSummaries->push_back(
            {.HostedZoneId = zone_id,
             .Name = row.second,
             .Owner = {{.OwningAccount = owner_of_zone(context, zone_id)}}});
      });
  return response;
}

}  // namespace fallstreak::services::route53
