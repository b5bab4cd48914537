#include <algorithm>

#include "api/ec2/vpcs.h"
#include "base/dns_name.h"
#include "base/encoding.h"
#include "services/route53/changes.h"
#include "services/route53/errors.h"
#include "services/route53/handlers.h"
#include "services/route53/lookup.h"

namespace fallstreak::services::route53 {

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

void associate(Context& context, const std::string& zone_id, const api::route53::VPC& vpc) {
  context.state.hosted_zones.update(zone_id,
                                    [&](HostedZoneRecord& record) { record.vpcs.push_back(vpc); });
  context.state.vpc_zones.put(vpc_key(vpc) + " " + zone_id,
                              *context.state.hosted_zones.find(zone_id)->zone.Name);
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_AssociateVPCWithHostedZone.html
api::route53::AssociateVPCWithHostedZoneResponse associate_vpc_with_hosted_zone(
    Context& context, const api::route53::AssociateVPCWithHostedZoneRequest& request) {
  const std::string zone_id = bare_id(*request.HostedZoneId);
  const auto& record = find_zone(context, zone_id);
  if (!is_private(record)) throw public_zone_vpc_association(zone_id);
  check_vpc(context, *request.VPC, *record.zone.Name);
  associate(context, zone_id, *request.VPC);
  return {.ChangeInfo = begin_change(context, zone_id, {}, Concerns::zone, request.Comment)};
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_DisassociateVPCFromHostedZone.html
api::route53::DisassociateVPCFromHostedZoneResponse disassociate_vpc_from_hosted_zone(
    Context& context, const api::route53::DisassociateVPCFromHostedZoneRequest& request) {
  const std::string zone_id = bare_id(*request.HostedZoneId);
  const auto& record = find_zone(context, zone_id);
  const std::string vpc_id = request.VPC->VPCId.value_or("");
  if (std::ranges::find(record.vpcs, *request.VPC) == record.vpcs.end()) {
    throw vpc_association_not_found(vpc_id, zone_id);
  }
  if (record.vpcs.size() == 1) throw last_vpc_association(vpc_id, zone_id);
  context.state.hosted_zones.update(
      zone_id, [&](HostedZoneRecord& changed) { std::erase(changed.vpcs, *request.VPC); });
  context.state.vpc_zones.erase(vpc_key(*request.VPC) + " " + zone_id);
  return {.ChangeInfo = begin_change(context, zone_id, {}, Concerns::zone, request.Comment)};
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZonesByVPC.html
api::route53::ListHostedZonesByVPCResponse list_hosted_zones_by_vpc(
    Context& context, const api::route53::ListHostedZonesByVPCRequest& request) {
  const std::size_t size = page_size(request.MaxItems, 100);
  std::string after;
  if (request.NextToken) {
    const auto decoded = from_base64(*request.NextToken);
    if (!decoded) throw invalid_pagination_token();
    after = *decoded;
  }
  api::route53::ListHostedZonesByVPCResponse response{.HostedZoneSummaries = {{}},
                                                      .MaxItems = std::to_string(size)};
  const api::route53::VPC vpc{.VPCRegion = request.VPCRegion, .VPCId = request.VPCId};
  std::string last;
  for (const auto& row : context.state.vpc_zones.range(vpc_key(vpc) + " ")) {
    if (row.first <= after) continue;
    if (response.HostedZoneSummaries->size() == size) {
      response.NextToken = to_base64(last);
      break;
    }
    last = row.first;
    response.HostedZoneSummaries->push_back({.HostedZoneId = last.substr(last.rfind(' ') + 1),
                                             .Name = row.second,
                                             .Owner = {{.OwningAccount = context.account_id()}}});
  }
  return response;
}

}  // namespace fallstreak::services::route53
