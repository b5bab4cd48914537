#include "services/ec2/internet_gateways.h"

#include <algorithm>

#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/pages.h"
#include "services/ec2/quotas.h"
#include "services/ec2/tags.h"
#include "services/ec2/vpcs.h"

namespace fallstreak::services::ec2 {
namespace {

constexpr FilterRow<Ec2State, InternetGatewayRecord> kInternetGatewaysFilters[] = {
    // AWS: "present only if a VPC is attached", and then `available`.
    {"attachment.state",
     [](const auto&, const auto& row, const auto& p) {
       return !attached_vpc(row).empty() && p.match("available");
     }},
    {"attachment.vpc-id",
     [](const auto&, const auto& row, const auto& p) {
       const std::string vpc_id = attached_vpc(row);
       return !vpc_id.empty() && p.match(vpc_id);
     }},
    {"internet-gateway-id", [](const auto&, const auto& row,
                               const auto& p) { return p.match(row.gateway.InternetGatewayId); }},
    {"owner-id",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.gateway.OwnerId); }},
};

const InternetGatewayRecord& find_gateway(const Context& context, const std::string& gateway_id) {
  const InternetGatewayRecord* found = context.state.internet_gateways.find(gateway_id);
  if (found == nullptr) throw invalid_internet_gateway_id_not_found(gateway_id);
  return *found;
}

/// True when any interface in the VPC has a public address.
bool has_public_address(const Ec2State& state, const std::string& vpc_id) {
  for (const auto& [subnet_id, row] : state.subnets) {
    if (row.subnet.VpcId != vpc_id) continue;
    for (const auto& [key, link] : state.private_addresses.range(subnet_id + "/")) {
      const auto& addresses = state.network_interfaces.find(link.id)->addresses;
      if (std::ranges::any_of(addresses,
                              [](const auto& each) { return !each.public_ip.empty(); })) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace

std::string attached_vpc(const InternetGatewayRecord& row) {
  const auto attachments = api::each(row.gateway.Attachments);
  return attachments.empty() ? std::string() : *attachments.front().VpcId;
}

std::string add_internet_gateway(Context& context, Tags tags) {
  const std::string gateway_id = context.new_id("igw-");
  InternetGatewayRecord row;
  row.gateway.InternetGatewayId = gateway_id;
  row.gateway.OwnerId = context.account_id();
  row.gateway.Tags = to_wire(tags);
  context.state.internet_gateways.insert(gateway_id, std::move(row));
  return gateway_id;
}

void attach_gateway(Context& context, const std::string& gateway_id, const std::string& vpc_id) {
  const InternetGatewayRecord& row = find_gateway(context, gateway_id);
  find_vpc(context, vpc_id);
  if (const std::string other = attached_vpc(row); !other.empty()) {
    throw resource_already_associated("resource " + gateway_id +
                                      " is already attached to network " + other);
  }
  for (const auto& [id, other] : context.state.internet_gateways) {
    if (attached_vpc(other) == vpc_id) {
      throw invalid_parameter_value("Network " + vpc_id +
                                    " already has an internet gateway attached");
    }
  }
  context.state.internet_gateways.update(gateway_id, [&](InternetGatewayRecord& changed) {
    changed.gateway.Attachments = {{{.State = "available", .VpcId = vpc_id}}};
  });
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateInternetGateway.html
api::ec2::CreateInternetGatewayResult create_internet_gateway(
    Context& context, const api::ec2::CreateInternetGatewayRequest& request) {
  Tags tags = tags_for(request.TagSpecifications, "internet-gateway");
  if (is_used_up(context, kInternetGateways, context.state.internet_gateways.size())) {
    throw internet_gateway_limit_exceeded();
  }
  const std::string gateway_id = add_internet_gateway(context, std::move(tags));
  return {.InternetGateway = find_gateway(context, gateway_id).gateway};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachInternetGateway.html
api::ec2::AttachInternetGatewayResponse attach_internet_gateway(
    Context& context, const api::ec2::AttachInternetGatewayRequest& request) {
  attach_gateway(context, *request.InternetGatewayId, *request.VpcId);
  return {};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInternetGateways.html
api::ec2::DescribeInternetGatewaysResult describe_internet_gateways(
    Context& context, const api::ec2::DescribeInternetGatewaysRequest& request) {
  const Selection<Ec2State, InternetGatewayRecord> selection(
      context.state, request.Filters, kInternetGatewaysFilters,
      [](const InternetGatewayRecord& row) { return tag_span(row.gateway.Tags); });
  api::ec2::DescribeInternetGatewaysResult result;
  auto& shown = result.InternetGateways.emplace();
  result.NextToken = show_page(
      context.state.internet_gateways, request.InternetGatewayIds,
      Page(request.MaxResults, request.NextToken),
      [&](const InternetGatewayRecord& row) { return selection.passes(row); },
      [](const auto& missing) { return invalid_internet_gateway_id_not_found(join_ids(missing)); },
      [&](const InternetGatewayRecord& row) { shown.push_back(row.gateway); });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachInternetGateway.html
api::ec2::DetachInternetGatewayResponse detach_internet_gateway(
    Context& context, const api::ec2::DetachInternetGatewayRequest& request) {
  const std::string gateway_id = *request.InternetGatewayId;
  const InternetGatewayRecord& row = find_gateway(context, gateway_id);
  find_vpc(context, *request.VpcId);
  if (attached_vpc(row) != *request.VpcId) throw gateway_not_attached(gateway_id, *request.VpcId);
  // AWS: "The VPC must not contain any running instances with Elastic IP addresses or public IPv4
  // addresses."
  if (has_public_address(context.state, *request.VpcId)) {
    throw vpc_has_mapped_addresses(*request.VpcId);
  }
  // Chosen: AWS says nothing of the table that the gateway is associated with.
  for (const auto& [id, table] : context.state.route_tables) {
    for (const auto& association : api::each(table.table.Associations)) {
      if (association.GatewayId == gateway_id) {
        throw dependency_violation("internetGateway", gateway_id);
      }
    }
  }
  context.state.internet_gateways.update(
      gateway_id, [](InternetGatewayRecord& changed) { changed.gateway.Attachments.reset(); });
  return {};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteInternetGateway.html
api::ec2::DeleteInternetGatewayResponse delete_internet_gateway(
    Context& context, const api::ec2::DeleteInternetGatewayRequest& request) {
  const InternetGatewayRecord& row = find_gateway(context, *request.InternetGatewayId);
  if (!attached_vpc(row).empty()) {
    throw dependency_violation("internetGateway", *request.InternetGatewayId);
  }
  context.state.internet_gateways.erase(*request.InternetGatewayId);
  return {};
}

}  // namespace fallstreak::services::ec2
