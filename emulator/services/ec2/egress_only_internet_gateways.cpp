#include "services/ec2/egress_only_internet_gateways.h"

#include "services/ec2/client_tokens.h"
#include "services/ec2/filters.h"
#include "services/ec2/network_errors.h"
#include "services/ec2/pages.h"
#include "services/ec2/tags.h"
#include "services/ec2/vpcs.h"

/// Gateways by which IPv6 leaves a VPC and nothing comes in.
/// https://docs.aws.amazon.com/vpc/latest/userguide/egress-only-internet-gateway.html
namespace fallstreak::services::ec2 {
namespace {

/// AWS: "Egress-only internet gateways per Region: 5".
constexpr std::size_t kMaxEgressGateways = 5;

}  // namespace

std::string vpc_of_egress_gateway(const Ec2State& state, const std::string& gateway_id) {
  const EgressGatewayRecord* row = state.egress_gateways.find(gateway_id);
  return row == nullptr ? std::string() : *row->gateway.Attachments->front().VpcId;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateEgressOnlyInternetGateway.html
api::ec2::CreateEgressOnlyInternetGatewayResult create_egress_only_internet_gateway(
    Context& context, const api::ec2::CreateEgressOnlyInternetGatewayRequest& request) {
  const IdempotentRequest idempotent(context, "CreateEgressOnlyInternetGateway", request);
  if (!idempotent.earlier().empty()) {
    const EgressGatewayRecord* row =
        context.state.egress_gateways.find(idempotent.earlier().front());
    if (row != nullptr) {
      return {.ClientToken = request.ClientToken, .EgressOnlyInternetGateway = row->gateway};
    }
  }
  find_vpc(context, *request.VpcId);
  const Tags tags = tags_for(request.TagSpecifications, "egress-only-internet-gateway");
  if (context.state.egress_gateways.size() >= kMaxEgressGateways) {
    throw limit_exceeded("EgressOnlyInternetGatewayLimitExceeded", "egress-only internet gateways");
  }
  EgressGatewayRecord row;
  const std::string id = context.new_id("eigw-");
  row.gateway.EgressOnlyInternetGatewayId = id;
  row.gateway.Attachments = {{{.State = "attached", .VpcId = request.VpcId}}};
  row.gateway.Tags = to_wire(tags);
  context.state.egress_gateways.insert(id, row);
  idempotent.remember(context, {id});
  return {.ClientToken = request.ClientToken, .EgressOnlyInternetGateway = row.gateway};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeEgressOnlyInternetGateways.html
api::ec2::DescribeEgressOnlyInternetGatewaysResult describe_egress_only_internet_gateways(
    Context& context, const api::ec2::DescribeEgressOnlyInternetGatewaysRequest& request) {
  const Selection<Ec2State, EgressGatewayRecord> selection(
      context.state, request.Filters, {},
      [](const EgressGatewayRecord& row) { return tag_span(row.gateway.Tags); });
  api::ec2::DescribeEgressOnlyInternetGatewaysResult result;
  auto& shown = result.EgressOnlyInternetGateways.emplace();
  result.NextToken = show_page(
      context.state.egress_gateways, request.EgressOnlyInternetGatewayIds,
      Page(request.MaxResults, request.NextToken),
      [&](const EgressGatewayRecord& row) { return selection.passes(row); },
      [](const auto& missing) { return invalid_gateway_id_not_found(join_ids(missing)); },
      [&](const EgressGatewayRecord& row) { shown.push_back(row.gateway); });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteEgressOnlyInternetGateway.html
api::ec2::DeleteEgressOnlyInternetGatewayResult delete_egress_only_internet_gateway(
    Context& context, const api::ec2::DeleteEgressOnlyInternetGatewayRequest& request) {
  if (!context.state.egress_gateways.erase(*request.EgressOnlyInternetGatewayId)) {
    throw invalid_gateway_id_not_found(*request.EgressOnlyInternetGatewayId);
  }
  return {.ReturnCode = true};
}

}  // namespace fallstreak::services::ec2
