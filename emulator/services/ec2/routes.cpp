#include <algorithm>

#include "dispatch/target_paths.h"
#include "services/ec2/cidr.h"
#include "services/ec2/egress_only_internet_gateways.h"
#include "services/ec2/errors.h"
#include "services/ec2/instances.h"
#include "services/ec2/internet_gateways.h"
#include "services/ec2/ipv6.h"
#include "services/ec2/network_errors.h"
#include "services/ec2/network_interfaces.h"
#include "services/ec2/prefix_lists.h"
#include "services/ec2/route_tables.h"
#include "services/ec2/vpc_peering_connections.h"
#include "services/ec2/vpcs.h"

/// The routes of a route table: where they lead, and whether they still do.
/// https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
namespace fallstreak::services::ec2 {
namespace {

using Route = api::ec2::Route;

/// AWS: "Routes per route table: 500" (non-propagated).
constexpr std::size_t kMaxRoutes = 500;

ApiError different_networks(const std::string& table_id, std::string_view kind,
                            const std::string& id) {
  return invalid_parameter_value("route table " + table_id + " and " + std::string(kind) + " " +
                                 id + " belong to different networks");
}

/// The destination of a request: a block or a prefix list.
template <class Request>
Route destination_of(const Context& context, const Request& request) {
  Route route;
  const int given = int(request.DestinationCidrBlock.has_value()) +
                    int(request.DestinationIpv6CidrBlock.has_value()) +
                    int(request.DestinationPrefixListId.has_value());
  if (given > 1) {
    throw invalid_parameter_combination(
        "The request must contain exactly one of destinationCidrBlock, destinationIpv6CidrBlock "
        "and destinationPrefixListId");
  }
  if (request.DestinationIpv6CidrBlock) {
    const auto block = parse_ipv6_block(*request.DestinationIpv6CidrBlock);
    if (!block) {
      throw invalid_value_for(*request.DestinationIpv6CidrBlock, "destinationIpv6CidrBlock",
                              "This is not a valid CIDR block.");
    }
    route.DestinationIpv6CidrBlock = to_string(*block);
    return route;
  }
  if (request.DestinationPrefixListId) {
    if (!find_prefix_list(context, *request.DestinationPrefixListId)) {
      throw invalid_prefix_list_id_not_found(*request.DestinationPrefixListId);
    }
    route.DestinationPrefixListId = request.DestinationPrefixListId;
    return route;
  }
  if (!request.DestinationCidrBlock) throw missing_parameter("destinationCidrBlock");
  const auto cidr = Cidr::parse(*request.DestinationCidrBlock);
  if (!cidr) {
    throw invalid_value_for(*request.DestinationCidrBlock, "destinationCidrBlock",
                            "This is not a valid CIDR block.");
  }
  route.DestinationCidrBlock = cidr->to_string();
  return route;
}

void aim_at_gateway(const Context& context, const api::ec2::RouteTable& table,
                    const std::string& gateway_id, Route& route) {
  const auto* gateway = context.state.internet_gateways.find(gateway_id);
  if (gateway == nullptr) throw invalid_internet_gateway_id_not_found(gateway_id);
  if (attached_vpc(*gateway) != *table.VpcId) {
    throw different_networks(*table.RouteTableId, "network gateway", gateway_id);
  }
  route.GatewayId = gateway_id;
}

void aim_at_nat_gateway(const Context& context, const api::ec2::RouteTable& table,
                        const std::string& id, Route& route) {
  const auto* row = context.state.nat_gateways.find(id);
  if (row == nullptr) throw not_found("InvalidNatGatewayID.NotFound", "natGateway", id);
  if (row->gateway.VpcId != table.VpcId) {
    throw different_networks(*table.RouteTableId, "nat gateway", id);
  }
  // AWS: of IPv6, a NAT gateway takes what NAT64 has made of IPv4.
  const auto& block = route.DestinationIpv6CidrBlock;
  if (block && !contains(*parse_ipv6_block("64:ff9b::/96"), *parse_ipv6_block(*block))) {
    throw invalid_parameter_value("A NAT gateway takes the IPv6 destination 64:ff9b::/96 only");
  }
  route.NatGatewayId = id;
}

void aim_at_interface(const Context& context, const api::ec2::RouteTable& table,
                      const std::string& id, Route& route) {
  const auto& row = find_interface(context, id);
  if (row.vpc_id != *table.VpcId) throw different_networks(*table.RouteTableId, "interface", id);
  route.NetworkInterfaceId = id;
  if (row.instance_id.empty()) return;
  route.InstanceId = row.instance_id;
  route.InstanceOwnerId = row.owner_id;
}

void aim_at_instance(const Context& context, const api::ec2::RouteTable& table,
                     const std::string& id, Route& route) {
  const InstanceRecord& row = find_instance(context, id);
  if (row.interface_ids.size() != 1) {
    throw ApiError("InvalidInstanceID",
                   "There are multiple interfaces attached to instance '" + id +
                       "'. Please specify an interface ID for the operation instead.");
  }
  aim_at_interface(context, table, row.interface_ids.front(), route);
}

void aim_at_peering(const Context& context, const api::ec2::RouteTable& table,
                    const std::string& id, Route& route) {
  const auto& connection = find_peering(context, id).connection;
  const bool is_its = connection.RequesterVpcInfo->VpcId == table.VpcId ||
                      connection.AccepterVpcInfo->VpcId == table.VpcId;
  if (!is_its) throw different_networks(*table.RouteTableId, "vpc peering connection", id);
  route.VpcPeeringConnectionId = id;
}

void aim_at_egress_gateway(const Context& context, const api::ec2::RouteTable& table,
                           const std::string& id, Route& route) {
  const std::string vpc_id = vpc_of_egress_gateway(context.state, id);
  if (vpc_id.empty()) throw invalid_gateway_id_not_found(id);
  if (vpc_id != *table.VpcId) {
    throw different_networks(*table.RouteTableId, "egress-only internet gateway", id);
  }
  if (!route.DestinationIpv6CidrBlock) {
    throw invalid_parameter_combination(
        "An egress-only internet gateway is for IPv6 destinations only");
  }
  route.EgressOnlyInternetGatewayId = id;
}

template <class Request>
bool wants_local(const Request& request) {
  if constexpr (requires { request.LocalTarget; }) return request.LocalTarget == true;
  return false;
}

/// Fills in where the route leads.
template <class Request>
void aim(const Context& context, const api::ec2::RouteTable& table, const Request& request,
         Route& route) {
  const int given = int(request.GatewayId.has_value()) + int(request.NatGatewayId.has_value()) +
                    int(request.EgressOnlyInternetGatewayId.has_value()) +
                    int(request.NetworkInterfaceId.has_value()) +
                    int(request.InstanceId.has_value()) +
                    int(request.VpcPeeringConnectionId.has_value()) + int(wants_local(request));
  if (given == 0) throw missing_parameter("gatewayId");
  if (given > 1) {
    throw invalid_parameter_combination("The request must contain exactly one target of the route");
  }
  if (request.GatewayId) aim_at_gateway(context, table, *request.GatewayId, route);
  if (request.NatGatewayId) aim_at_nat_gateway(context, table, *request.NatGatewayId, route);
  if (request.NetworkInterfaceId) {
    aim_at_interface(context, table, *request.NetworkInterfaceId, route);
  }
  if (request.InstanceId) aim_at_instance(context, table, *request.InstanceId, route);
  if (request.VpcPeeringConnectionId) {
    aim_at_peering(context, table, *request.VpcPeeringConnectionId, route);
  }
  if (request.EgressOnlyInternetGatewayId) {
    aim_at_egress_gateway(context, table, *request.EgressOnlyInternetGatewayId, route);
  }
  if (wants_local(request)) route.GatewayId = "local";
}

/// The same for IPv6.
void check_ipv6_inside(const Context& context, const api::ec2::RouteTable& table,
                       const Route& route) {
  if (!route.DestinationIpv6CidrBlock || route.NetworkInterfaceId || route.GatewayId == "local") {
    return;
  }
  const IpBlock block = *parse_ipv6_block(*route.DestinationIpv6CidrBlock);
  const auto own = ipv6_blocks_of(find_vpc(context, *table.VpcId));
  if (std::ranges::none_of(own, [&](const IpBlock& each) { return contains(each, block); })) return;
  throw invalid_parameter_value(
      "The destination CIDR block " + *route.DestinationIpv6CidrBlock +
      " is equal to or more specific than one of this VPC's CIDR blocks. This route can target "
      "only an interface or an instance.");
}

/// AWS: traffic inside the VPC can be sent round by an appliance only, not out of a gateway.
void check_inside(const Context& context, const api::ec2::RouteTable& table, const Route& route) {
  if (!route.DestinationCidrBlock || route.NetworkInterfaceId || route.GatewayId == "local") return;
  const Cidr cidr = *Cidr::parse(*route.DestinationCidrBlock);
  const auto own = cidrs_of(find_vpc(context, *table.VpcId));
  const bool is_inside =
      std::ranges::any_of(own, [&](const Cidr& each) { return each.contains(cidr); });
  if (is_inside && !route.NatGatewayId) {
    throw invalid_parameter_value(
        "The destination CIDR block " + *route.DestinationCidrBlock +
        " is equal to or more specific than one of this VPC's CIDR blocks. This route can target "
        "only an interface or an instance.");
  }
}

bool has_same_destination(const Route& a, const Route& b) {
  return a.DestinationCidrBlock == b.DestinationCidrBlock &&
         a.DestinationIpv6CidrBlock == b.DestinationIpv6CidrBlock &&
         a.DestinationPrefixListId == b.DestinationPrefixListId;
}

std::string destination_text(const Route& route) {
  return route.DestinationCidrBlock       ? *route.DestinationCidrBlock
         : route.DestinationIpv6CidrBlock ? *route.DestinationIpv6CidrBlock
                                          : *route.DestinationPrefixListId;
}

const Route& find_route(const api::ec2::RouteTable& table, const Route& wanted) {
  const auto routes = api::each(table.Routes);
  const auto found = std::ranges::find_if(
      routes, [&](const Route& each) { return has_same_destination(each, wanted); });
  if (found == routes.end()) {
    throw invalid_route_not_found(destination_text(wanted), *table.RouteTableId);
  }
  return *found;
}

bool leads_out(const Ec2State& state, const api::ec2::RouteTable& table, const Route& route) {
  if (route.NatGatewayId) {
    const auto* row = state.nat_gateways.find(*route.NatGatewayId);
    return row != nullptr && (row->gateway.State == "available" || row->gateway.State == "pending");
  }
  if (route.NetworkInterfaceId) {
    const auto* row = state.network_interfaces.find(*route.NetworkInterfaceId);
    if (row == nullptr || row->attachment_id.empty()) return false;
    const auto* instance = state.instances.find(row->instance_id);
    return instance == nullptr || instance->state == InstanceState::running ||
           instance->state == InstanceState::pending;
  }
  if (route.VpcPeeringConnectionId) {
    const auto* row = state.peerings.find(*route.VpcPeeringConnectionId);
    return row != nullptr && row->connection.Status->Code == "active";
  }
  if (route.EgressOnlyInternetGatewayId) {
    return state.egress_gateways.contains(*route.EgressOnlyInternetGatewayId);
  }
  if (*route.GatewayId == "local") return true;
  if (route.GatewayId->starts_with("vpce-")) return state.vpc_endpoints.contains(*route.GatewayId);
  const auto* gateway = state.internet_gateways.find(*route.GatewayId);
  return gateway != nullptr && attached_vpc(*gateway) == *table.VpcId;
}

}  // namespace

void show_black_holes(const Ec2State& state, api::ec2::RouteTable& table) {
  if (!table.Routes) return;
  for (auto& route : *table.Routes) {
    route.State = leads_out(state, table, route) ? "active" : "blackhole";
  }
}

bool is_gateway_table(const api::ec2::RouteTable& table) {
  return std::ranges::any_of(api::each(table.Associations),
                             [](const auto& each) { return each.GatewayId.has_value(); });
}

void check_gateway_route(const Context& context, const api::ec2::RouteTable& table,
                         const Route& route) {
  if (route.GatewayId == "local") return;
  // Chosen: the words of these two. AWS: Gateway Load Balancers' endpoints too, which are not here.
  if (!route.NetworkInterfaceId) {
    throw invalid_parameter_value("route table " + *table.RouteTableId + " has the route " +
                                  destination_text(route) +
                                  ", and the table of a gateway leads to network interfaces only");
  }
  // AWS: "The entire IPv4 or IPv6 CIDR block of your VPC", or that of a subnet in it.
  if (route.Origin == "CreateRouteTable") return;
  for (const auto& [id, row] : context.state.subnets) {
    if (row.subnet.VpcId != table.VpcId) continue;
    const auto ipv6 = ipv6_block_of(row);
    const bool is_its_block = route.DestinationCidrBlock
                                  ? route.DestinationCidrBlock == row.subnet.CidrBlock
                                  : ipv6 && route.DestinationIpv6CidrBlock == to_string(*ipv6);
    if (is_its_block) return;
  }
  throw invalid_parameter_value("The destination " + destination_text(route) +
                                " of a route in the table of a gateway must be the entire CIDR "
                                "block of the VPC or of a subnet in it");
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html
api::ec2::CreateRouteResult create_route(Context& context,
                                         const api::ec2::CreateRouteRequest& request) {
  const std::string table_id = *request.RouteTableId;
  const auto& table = find_table(context, table_id).table;
  Route route = destination_of(context, request);
  aim(context, table, request, route);
  route.Origin = "CreateRoute";
  route.State = "active";
  for (const auto& present : api::each(table.Routes)) {
    if (has_same_destination(present, route)) throw route_already_exists(destination_text(route));
  }
  check_inside(context, table, route);
  check_ipv6_inside(context, table, route);
  if (is_gateway_table(table)) check_gateway_route(context, table, route);
  if (table.Routes->size() >= kMaxRoutes) throw route_limit_exceeded();
  context.state.route_tables.update(
      table_id, [&](RouteTableRecord& changed) { changed.table.Routes->push_back(route); });
  dispatch::note_path_change(context, table_id);
  return {.Return = true};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceRoute.html
api::ec2::ReplaceRouteResponse replace_route(Context& context,
                                             const api::ec2::ReplaceRouteRequest& request) {
  const std::string table_id = *request.RouteTableId;
  const auto& table = find_table(context, table_id).table;
  Route route = destination_of(context, request);
  const bool was_local = find_route(table, route).GatewayId == "local";
  aim(context, table, request, route);
  // AWS: "LocalTarget: Specifies whether to reset the local route to its default target (local)."
  if (wants_local(request)) {
    const auto own = cidrs_of(find_vpc(context, *table.VpcId));
    const bool is_own =
        route.DestinationCidrBlock &&
        std::ranges::find(own, *Cidr::parse(*route.DestinationCidrBlock)) != own.end();
    const auto own_ipv6 = ipv6_blocks_of(find_vpc(context, *table.VpcId));
    const bool is_own_ipv6 = std::ranges::any_of(own_ipv6, [&](const IpBlock& each) {
      return route.DestinationIpv6CidrBlock == to_string(each);
    });
    if (!is_own && !is_own_ipv6) {
      throw invalid_parameter_value("Only a local route can be reset to its local target");
    }
  }
  check_inside(context, table, route);
  check_ipv6_inside(context, table, route);
  route.Origin = was_local || wants_local(request) ? "CreateRouteTable" : "CreateRoute";
  route.State = "active";
  if (is_gateway_table(table)) check_gateway_route(context, table, route);
  context.state.route_tables.update(table_id, [&](RouteTableRecord& changed) {
    *std::ranges::find_if(*changed.table.Routes, [&](const Route& each) {
      return has_same_destination(each, route);
    }) = route;
  });
  dispatch::note_path_change(context, table_id);
  return {};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRoute.html
api::ec2::DeleteRouteResponse delete_route(Context& context,
                                           const api::ec2::DeleteRouteRequest& request) {
  const std::string table_id = *request.RouteTableId;
  const auto& table = find_table(context, table_id).table;
  Route wanted;
  wanted.DestinationCidrBlock = request.DestinationCidrBlock;
  wanted.DestinationPrefixListId = request.DestinationPrefixListId;
  if (request.DestinationIpv6CidrBlock) {
    const auto block = parse_ipv6_block(*request.DestinationIpv6CidrBlock);
    wanted.DestinationIpv6CidrBlock = block ? to_string(*block) : *request.DestinationIpv6CidrBlock;
  }
  if (!wanted.DestinationCidrBlock && !wanted.DestinationIpv6CidrBlock &&
      !wanted.DestinationPrefixListId) {
    throw missing_parameter("destinationCidrBlock");
  }
  const Route& found = find_route(table, wanted);
  if (found.Origin == "CreateRouteTable") {
    throw invalid_parameter_value("cannot remove local route " + destination_text(wanted) +
                                  " in route table " + table_id);
  }
  if (found.GatewayId && found.GatewayId->starts_with("vpce-")) {
    throw invalid_parameter_value("cannot remove VPC endpoint route " + destination_text(wanted) +
                                  " in route table " + table_id);
  }
  context.state.route_tables.update(table_id, [&](RouteTableRecord& changed) {
    std::erase_if(*changed.table.Routes,
                  [&](const Route& route) { return has_same_destination(route, wanted); });
  });
  dispatch::note_path_change(context, table_id);
  return {};
}

}  // namespace fallstreak::services::ec2
