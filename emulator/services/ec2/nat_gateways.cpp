#include "services/ec2/nat_gateways.h"

#include <algorithm>
#include <set>

#include "services/ec2/addresses.h"
#include "services/ec2/client_tokens.h"
#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/internet_gateways.h"
#include "services/ec2/network_errors.h"
#include "services/ec2/network_interfaces.h"
#include "services/ec2/pages.h"
#include "services/ec2/quotas.h"
#include "services/ec2/subnets.h"
#include "services/ec2/tags.h"
#include "services/ec2/timing.h"

namespace fallstreak::services::ec2 {
namespace {

using Gateway = api::ec2::NatGateway;

constexpr FilterRow<Ec2State, NatGatewayRecord> kNatGatewaysFilters[] = {
    {"connectivity-type", [](const auto&, const auto& row,
                             const auto& p) { return p.match(row.gateway.ConnectivityType); }},
    {"nat-gateway-id",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.gateway.NatGatewayId); }},
    {"state",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.gateway.State); }},
    {"subnet-id",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.gateway.SubnetId); }},
    {"vpc-id",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.gateway.VpcId); }},
};

bool is_gone(const Gateway& gateway) {
  return gateway.State == "deleted" || gateway.State == "deleting" || gateway.State == "failed";
}

void check_limit(Context& context, const std::string& zone) {
  std::size_t present = 0;
  for (const auto& [id, row] : context.state.nat_gateways) {
    if (is_gone(row.gateway)) continue;
    present += find_subnet(context, *row.gateway.SubnetId).subnet.AvailabilityZone == zone;
  }
  if (is_used_up(context, kNatGatewaysPerZone, present)) {
    throw nat_gateway_limit_exceeded(std::to_string(present));
  }
}

/// AWS tells what it finds out only while it makes the gateway as the reason of a failed one.
/// https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html
std::optional<ApiError> reason_to_fail(const Context& context, const Gateway& gateway) {
  if (gateway.ConnectivityType != "public") return std::nullopt;
  const bool has_internet = std::ranges::any_of(
      context.state.internet_gateways,
      [&](const auto& each) { return attached_vpc(each.second) == *gateway.VpcId; });
  if (!has_internet) {
    return ApiError("Gateway.NotAttached",
                    "Network " + *gateway.VpcId + " has no Internet gateway attached");
  }
  std::set<std::string_view> seen;
  for (const auto& address : *gateway.NatGatewayAddresses) {
    const AddressRecord& allocation = find_allocation(context, *address.AllocationId);
    if (!allocation.association_id.empty() || !seen.insert(allocation.allocation_id).second) {
      return ApiError("Resource.AlreadyAssociated",
                      "Elastic IP address " + allocation.allocation_id + " is already associated");
    }
  }
  return std::nullopt;
}

void forget_later(Context& context, const std::string& id) {
  context.schedule_periodic(timing::kNatGatewayVisible, "nat-gateway-forgotten", id);
}

void schedule(Context& context, const std::string& id, const world::Quantiles& lasting,
              std::string_view kind) {
  const Duration after =
      context.world().random().quantiles(id + "/ec2." + std::string(kind), lasting);
  context.schedule(after, kind, id);
}

/// The interface in the gateway's subnet, and for a public one its elastic addresses.
void connect(Context& context, Gateway& gateway) {
  std::vector<std::string> wanted;
  for (const auto& each : *gateway.NatGatewayAddresses)
    wanted.push_back(each.PrivateIp.value_or(""));
  const std::string interface_id =
      add_interface(context, {.subnet_id = *gateway.SubnetId,
                              .addresses = wanted,
                              .description = "Interface for NAT Gateway " + *gateway.NatGatewayId,
                              .type = "natGateway",
                              .requester_id = "amazon-nat"});
  attach_interface(context, interface_id, {}, 1, false);
  const auto private_ips = find_interface(context, interface_id).addresses;
  for (std::size_t i = 0; i < private_ips.size(); ++i) {
    auto& address = (*gateway.NatGatewayAddresses)[i];
    address.NetworkInterfaceId = interface_id;
    address.PrivateIp = private_ips[i].address;
    if (!address.AllocationId) continue;
    address.PublicIp = find_allocation(context, *address.AllocationId).public_ip;
    address.AssociationId =
        associate(context, *address.AllocationId, interface_id, private_ips[i].address);
  }
}

}  // namespace

const NatGatewayRecord& find_nat_gateway(const Context& context, const std::string& id) {
  const auto* found = context.state.nat_gateways.find(id);
  if (found == nullptr) throw nat_gateway_not_found(id);
  return *found;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html
api::ec2::CreateNatGatewayResult create_nat_gateway(
    Context& context, const api::ec2::CreateNatGatewayRequest& request) {
  const IdempotentRequest idempotent(context, "CreateNatGateway", request);
  if (!idempotent.earlier().empty()) {
    return {.ClientToken = request.ClientToken,
            .NatGateway = find_nat_gateway(context, idempotent.earlier().front()).gateway};
  }
  if (!request.SubnetId) throw missing_parameter("subnetId");
  const auto& subnet = find_subnet(context, *request.SubnetId).subnet;
  const std::string type = request.ConnectivityType.value_or("public");
  const bool is_public = type == "public";
  if (is_public && !request.AllocationId) throw missing_parameter("allocationId");
  if (!is_public && request.AllocationId) {
    throw invalid_parameter_combination(
        "The parameter AllocationId cannot be used with private connectivity");
  }
  if (is_public) find_allocation(context, *request.AllocationId);
  const auto secondary = secondary_addresses(context, request);
  const Tags tags = tags_for(request.TagSpecifications, "natgateway");
  check_limit(context, *subnet.AvailabilityZone);

  Gateway gateway{.CreateTime = context.now(),
                  .NatGatewayAddresses = {{{.AllocationId = request.AllocationId,
                                            .PrivateIp = request.PrivateIpAddress,
                                            .IsPrimary = true}}},
                  .NatGatewayId = context.new_id("nat-"),
                  .State = "pending",
                  .SubnetId = request.SubnetId,
                  .VpcId = subnet.VpcId,
                  .Tags = to_wire(tags),
                  .ConnectivityType = type,
                  .AvailabilityMode = "zonal"};
  const std::string id = *gateway.NatGatewayId;
  auto& addresses = *gateway.NatGatewayAddresses;
  addresses.insert(addresses.end(), secondary.begin(), secondary.end());
  for (auto& each : addresses) each.Status = "succeeded";
  const auto failure = reason_to_fail(context, gateway);
  if (failure) {
    gateway.FailureCode = failure->code;
    gateway.FailureMessage = failure->message;
  } else {
    connect(context, gateway);
  }
  context.state.nat_gateways.insert(id, {.gateway = gateway});
  schedule(context, id, timing::kNatGatewayPending, "nat-gateway-ready");
  idempotent.remember(context, {id});
  gateway.FailureCode.reset();
  gateway.FailureMessage.reset();
  return {.ClientToken = request.ClientToken, .NatGateway = gateway};
}

void on_nat_gateway_ready(Context& context, const world::Event& event) {
  const NatGatewayRecord* row = context.state.nat_gateways.find(event.entity);
  if (row == nullptr || row->gateway.State != "pending") return;
  const bool has_failed = row->gateway.FailureCode.has_value();
  context.state.nat_gateways.update(event.entity, [&](NatGatewayRecord& changed) {
    changed.gateway.State = has_failed ? "failed" : "available";
    for (auto& each : *changed.gateway.NatGatewayAddresses) {
      each.Status = has_failed ? "failed" : "succeeded";
    }
  });
  // AWS: "a failed NAT gateway is automatically deleted after a short period; usually about an
  // hour".
  if (has_failed) forget_later(context, event.entity);
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNatGateways.html
api::ec2::DescribeNatGatewaysResult describe_nat_gateways(
    Context& context, const api::ec2::DescribeNatGatewaysRequest& request) {
  const Selection<Ec2State, NatGatewayRecord> selection(
      context.state, request.Filter, kNatGatewaysFilters,
      [](const NatGatewayRecord& row) { return tag_span(row.gateway.Tags); });
  api::ec2::DescribeNatGatewaysResult result;
  auto& shown = result.NatGateways.emplace();
  result.NextToken = show_page(
      context.state.nat_gateways, request.NatGatewayIds,
      Page(request.MaxResults, request.NextToken),
      [&](const NatGatewayRecord& row) { return selection.passes(row); },
      [](const auto& missing) { return nat_gateway_not_found(join_ids(missing)); },
      [&](const NatGatewayRecord& row) {
        shown.push_back(row.gateway);
        if (row.gateway.State == "failed") return;
        shown.back().FailureCode.reset();
        shown.back().FailureMessage.reset();
      });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNatGateway.html
api::ec2::DeleteNatGatewayResult delete_nat_gateway(
    Context& context, const api::ec2::DeleteNatGatewayRequest& request) {
  const std::string id = *request.NatGatewayId;
  if (is_gone(find_nat_gateway(context, id).gateway)) return {.NatGatewayId = id};
  context.state.nat_gateways.update(id,
                                    [](NatGatewayRecord& row) { row.gateway.State = "deleting"; });
  schedule(context, id, timing::kNatGatewayDeleting, "nat-gateway-deleted");
  return {.NatGatewayId = id};
}

void on_nat_gateway_deleted(Context& context, const world::Event& event) {
  const Gateway gateway = find_nat_gateway(context, event.entity).gateway;
  // AWS: "Deleting a public NAT gateway disassociates its Elastic IP address, but does not release
  // the address from your account."
  const auto& interface_id = gateway.NatGatewayAddresses->front().NetworkInterfaceId;
  if (interface_id) remove_interface(context, *interface_id);
  context.state.nat_gateways.update(event.entity, [&](NatGatewayRecord& row) {
    row.gateway.State = "deleted";
    row.gateway.DeleteTime = context.now();
  });
  forget_later(context, event.entity);
}

void on_nat_gateway_forgotten(Context& context, const world::Event& event) {
  context.state.nat_gateways.erase(event.entity);
}

}  // namespace fallstreak::services::ec2
