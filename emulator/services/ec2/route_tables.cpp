#include "services/ec2/route_tables.h"
#include "dispatch/target_paths.h"
#include "services/ec2/quotas.h"

#include <algorithm>
#include <utility>

#include "services/ec2/cidr.h"
#include "services/ec2/client_tokens.h"
#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/internet_gateways.h"
#include "services/ec2/ipv6.h"
#include "services/ec2/network_errors.h"
#include "services/ec2/pages.h"
#include "services/ec2/subnets.h"
#include "services/ec2/tags.h"
#include "services/ec2/vpcs.h"

namespace fallstreak::services::ec2 {
namespace {

/// A filter over a member of any of a table's routes.
template <auto member>
bool any_route(const Ec2State&, const RouteTableRecord& row, const Patterns& p) {
  return std::ranges::any_of(api::each(row.table.Routes),
                             [&](const auto& route) { return p.match(route.*member); });
}
template <auto member>
bool any_association(const Ec2State&, const RouteTableRecord& row, const Patterns& p) {
  return std::ranges::any_of(api::each(row.table.Associations),
                             [&](const auto& association) { return p.match(association.*member); });
}

constexpr FilterRow<Ec2State, RouteTableRecord> kRouteTablesFilters[] = {
    {"association.gateway-id", any_association<&api::ec2::RouteTableAssociation::GatewayId>},
    {"association.main",
     [](const auto&, const auto& row, const auto& p) {
       return std::ranges::any_of(api::each(row.table.Associations), [&](const auto& association) {
         return p.match(*association.Main);
       });
     }},
    {"association.route-table-association-id",
     any_association<&api::ec2::RouteTableAssociation::RouteTableAssociationId>},
    {"association.route-table-id", any_association<&api::ec2::RouteTableAssociation::RouteTableId>},
    {"association.subnet-id", any_association<&api::ec2::RouteTableAssociation::SubnetId>},
    {"owner-id",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.table.OwnerId); }},
    {"route-table-id",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.table.RouteTableId); }},
    {"route.destination-cidr-block", any_route<&api::ec2::Route::DestinationCidrBlock>},
    {"route.destination-ipv6-cidr-block", any_route<&api::ec2::Route::DestinationIpv6CidrBlock>},
    {"route.egress-only-internet-gateway-id",
     any_route<&api::ec2::Route::EgressOnlyInternetGatewayId>},
    {"route.destination-prefix-list-id", any_route<&api::ec2::Route::DestinationPrefixListId>},
    {"route.gateway-id", any_route<&api::ec2::Route::GatewayId>},
    {"route.instance-id", any_route<&api::ec2::Route::InstanceId>},
    {"route.nat-gateway-id", any_route<&api::ec2::Route::NatGatewayId>},
    {"route.origin", any_route<&api::ec2::Route::Origin>},
    {"route.state",
     [](const auto& state, const auto& row, const auto& p) {
       api::ec2::RouteTable seen = row.table;
       show_black_holes(state, seen);
       return std::ranges::any_of(api::each(seen.Routes),
                                  [&](const auto& route) { return p.match(route.State); });
     }},
    {"route.transit-gateway-id", any_route<&api::ec2::Route::TransitGatewayId>},
    {"route.vpc-peering-connection-id", any_route<&api::ec2::Route::VpcPeeringConnectionId>},
    {"vpc-id",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.table.VpcId); }},
};

/// AWS: "Every route table contains a local route for communication within the VPC", one for each
/// of its blocks.
api::ec2::Route local_route(const std::string& cidr) {
  api::ec2::Route route{.GatewayId = "local", .Origin = "CreateRouteTable", .State = "active"};
  const bool is_ipv6 = cidr.find(':') != std::string::npos;
  (is_ipv6 ? route.DestinationIpv6CidrBlock : route.DestinationCidrBlock) = cidr;
  return route;
}

bool is_main(const RouteTableRecord& row) {
  return std::ranges::any_of(api::each(row.table.Associations),
                             [](const auto& association) { return *association.Main; });
}

/// Refuses a table that cannot be a gateway's.
void check_for_gateway(const Context& context, const api::ec2::RouteTable& table,
                       bool is_the_main_one) {
  // AWS: "You cannot set a gateway route table as the main route table."
  if (is_the_main_one) {
    throw invalid_parameter_value("the main route table " + *table.RouteTableId +
                                  " cannot be associated with a gateway");
  }
  for (const auto& route : api::each(table.Routes)) check_gateway_route(context, table, route);
}

/// The VPC of a subnet or a gateway that a request names.
std::string vpc_of_associate(const Context& context,
                             const api::ec2::AssociateRouteTableRequest& request) {
  if (request.SubnetId && request.GatewayId) {
    throw invalid_parameter_combination(
        "The parameters subnetId and gatewayId cannot be used together");
  }
  if (request.SubnetId) return *find_subnet(context, *request.SubnetId).subnet.VpcId;
  if (!request.GatewayId) throw missing_parameter("subnetId");
  const auto* gateway = context.state.internet_gateways.find(*request.GatewayId);
  if (gateway == nullptr) throw invalid_gateway_id_not_found(*request.GatewayId);
  return attached_vpc(*gateway);
}

std::vector<std::string> tables_of(const Ec2State& state, const std::string& vpc_id) {
  std::vector<std::string> ids;
  for (const auto& [id, row] : state.route_tables) {
    if (row.table.VpcId == vpc_id) ids.push_back(id);
  }
  return ids;
}

/// The table and the association of an id; the table's id is empty when there is none.
std::pair<std::string, api::ec2::RouteTableAssociation> find_association(
    const Context& context, const std::string& association_id) {
  for (const auto& [id, row] : context.state.route_tables) {
    for (const auto& association : api::each(row.table.Associations)) {
      if (association.RouteTableAssociationId == association_id) return {id, association};
    }
  }
  return {};
}

}  // namespace

const RouteTableRecord& find_table(const Context& context, const std::string& table_id) {
  const RouteTableRecord* found = context.state.route_tables.find(table_id);
  if (found == nullptr) throw invalid_route_table_id_not_found(table_id);
  return *found;
}

std::string add_route_table(Context& context, const std::string& vpc_id, Tags tags) {
  const std::string table_id = context.new_id("rtb-");
  RouteTableRecord row;
  row.table = {
      .RouteTableId = table_id,
      .Tags = to_wire(tags),
      .VpcId = vpc_id,
      .OwnerId = context.account_id(),
  };
  auto& routes = row.table.Routes.emplace();
  for (const Cidr& cidr : cidrs_of(find_vpc(context, vpc_id))) {
    routes.push_back(local_route(cidr.to_string()));
  }
  for (const IpBlock& block : ipv6_blocks_of(find_vpc(context, vpc_id))) {
    routes.push_back(local_route(to_string(block)));
  }
  row.table.Associations.emplace();
  row.table.PropagatingVgws.emplace();
  context.state.route_tables.insert(table_id, std::move(row));
  return table_id;
}

void make_main(Context& context, const std::string& table_id) {
  const std::string association_id = context.new_id("rtbassoc-");
  context.state.route_tables.update(table_id, [&](RouteTableRecord& row) {
    row.table.Associations->push_back({.Main = true,
                                       .RouteTableAssociationId = association_id,
                                       .RouteTableId = table_id,
                                       .AssociationState = {{.State = "associated"}}});
  });
}

void add_local_routes(Context& context, const std::string& vpc_id, const std::string& cidr) {
  for (const auto& id : tables_of(context.state, vpc_id)) {
    context.state.route_tables.update(id, [&](RouteTableRecord& row) {
      auto& routes = *row.table.Routes;
      const auto place = std::ranges::find_if(
          routes, [](const auto& route) { return route.Origin != "CreateRouteTable"; });
      routes.insert(place, local_route(cidr));
    });
  }
}

void remove_local_routes(Context& context, const std::string& vpc_id, const std::string& cidr) {
  for (const auto& id : tables_of(context.state, vpc_id)) {
    context.state.route_tables.update(id, [&](RouteTableRecord& row) {
      std::erase_if(*row.table.Routes, [&](const auto& route) {
        return route.Origin == "CreateRouteTable" &&
               (route.DestinationCidrBlock == cidr || route.DestinationIpv6CidrBlock == cidr);
      });
    });
  }
}

void add_gateway_route(Context& context, const std::string& table_id,
                       const std::string& gateway_id) {
  context.state.route_tables.update(table_id, [&](RouteTableRecord& row) {
    row.table.Routes->push_back({.DestinationCidrBlock = "0.0.0.0/0",
                                 .GatewayId = gateway_id,
                                 .Origin = "CreateRoute",
                                 .State = "active"});
  });
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRouteTable.html
api::ec2::CreateRouteTableResult create_route_table(
    Context& context, const api::ec2::CreateRouteTableRequest& request) {
  const std::string vpc_id = *request.VpcId;
  find_vpc(context, vpc_id);
  const IdempotentRequest idempotent(context, "CreateRouteTable", request);
  if (!idempotent.earlier().empty()) {
    return {.RouteTable = find_table(context, idempotent.earlier().front()).table,
            .ClientToken = request.ClientToken};
  }
  Tags tags = tags_for(request.TagSpecifications, "route-table");
  const auto siblings = std::ranges::count_if(context.state.route_tables, [&](const auto& each) {
    return each.second.table.VpcId == vpc_id;
  });
  if (is_used_up(context, kRouteTablesPerVpc, std::size_t(siblings))) {
    throw route_table_limit_exceeded();
  }

  const std::string table_id = add_route_table(context, vpc_id, std::move(tags));
  idempotent.remember(context, {table_id});
  return {.RouteTable = find_table(context, table_id).table, .ClientToken = request.ClientToken};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateRouteTable.html
api::ec2::AssociateRouteTableResult associate_route_table(
    Context& context, const api::ec2::AssociateRouteTableRequest& request) {
  const std::string table_id = *request.RouteTableId;
  const RouteTableRecord& row = find_table(context, table_id);
  const std::string vpc_id = vpc_of_associate(context, request);
  if (vpc_id != row.table.VpcId) {
    const std::string associate =
        request.SubnetId ? "subnet " + *request.SubnetId : "network gateway " + *request.GatewayId;
    throw invalid_parameter_value("route table " + table_id + " and " + associate +
                                  " belong to different networks");
  }
  if (request.GatewayId) check_for_gateway(context, row.table, is_main(row));
  const api::ec2::RouteTableAssociationState associated{.State = "associated"};
  for (const auto& [id, other] : context.state.route_tables) {
    for (const auto& association : api::each(other.table.Associations)) {
      const bool is_its = request.SubnetId ? association.SubnetId == request.SubnetId
                                           : association.GatewayId == request.GatewayId;
      if (!is_its) continue;
      // Observed: the same association again is the same association.
      if (id == table_id) {
        return {.AssociationId = association.RouteTableAssociationId,
                .AssociationState = associated};
      }
      throw resource_already_associated("the specified association for route table " + table_id +
                                        " conflicts with an existing association");
    }
  }
  const std::string association_id = context.new_id("rtbassoc-");
  context.state.route_tables.update(table_id, [&](RouteTableRecord& changed) {
    changed.table.Associations->push_back({.Main = false,
                                           .RouteTableAssociationId = association_id,
                                           .RouteTableId = table_id,
                                           .SubnetId = request.SubnetId,
                                           .GatewayId = request.GatewayId,
                                           .AssociationState = associated});
  });
  // Until now the subnet's table was the main one. What load balancers send comes through no
  // gateway.
  if (request.SubnetId) {
    dispatch::note_path_change(context, find_vpc(context, vpc_id).main_route_table_id);
  }
  return {.AssociationId = association_id, .AssociationState = associated};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html
api::ec2::DescribeRouteTablesResult describe_route_tables(
    Context& context, const api::ec2::DescribeRouteTablesRequest& request) {
  const Selection<Ec2State, RouteTableRecord> selection(
      context.state, request.Filters, kRouteTablesFilters,
      [](const RouteTableRecord& row) { return tag_span(row.table.Tags); });
  api::ec2::DescribeRouteTablesResult result;
  auto& shown = result.RouteTables.emplace();
  result.NextToken = show_page(
      context.state.route_tables, request.RouteTableIds,
      Page(request.MaxResults, request.NextToken),
      [&](const RouteTableRecord& row) { return selection.passes(row); },
      [](const auto& missing) { return invalid_route_table_id_not_found(join_ids(missing)); },
      [&](const RouteTableRecord& row) {
        shown.push_back(row.table);
        show_black_holes(context.state, shown.back());
      });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceRouteTableAssociation.html
api::ec2::ReplaceRouteTableAssociationResult replace_route_table_association(
    Context& context, const api::ec2::ReplaceRouteTableAssociationRequest& request) {
  const auto [old_table_id, old] = find_association(context, *request.AssociationId);
  if (old_table_id.empty()) throw invalid_association_id_not_found(*request.AssociationId);
  const std::string table_id = *request.RouteTableId;
  const auto& target = find_table(context, table_id).table;
  if (target.VpcId != find_table(context, old_table_id).table.VpcId) {
    throw invalid_parameter_value("route table " + table_id + " and route table " + old_table_id +
                                  " belong to different networks");
  }
  const std::string vpc_id = *target.VpcId;
  if (old.GatewayId) check_for_gateway(context, target, is_main(find_table(context, table_id)));
  if (*old.Main && is_gateway_table(target)) {
    throw invalid_parameter_value("route table " + table_id +
                                  " is associated with a gateway and cannot be the main one");
  }
  api::ec2::RouteTableAssociation moved = old;
  moved.RouteTableAssociationId = context.new_id("rtbassoc-");
  moved.RouteTableId = table_id;
  context.state.route_tables.update(old_table_id, [&](RouteTableRecord& row) {
    std::erase_if(*row.table.Associations, [&](const auto& each) {
      return each.RouteTableAssociationId == request.AssociationId;
    });
  });
  context.state.route_tables.update(
      table_id, [&](RouteTableRecord& row) { row.table.Associations->push_back(moved); });
  // AWS: "You can also use this operation to change which table is the main route table".
  if (*moved.Main) {
    context.state.vpcs.update(vpc_id, [&](VpcRecord& row) { row.main_route_table_id = table_id; });
  }
  dispatch::note_path_change(context, old_table_id);
  return {.NewAssociationId = moved.RouteTableAssociationId,
          .AssociationState = {{.State = "associated"}}};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateRouteTable.html
api::ec2::DisassociateRouteTableResponse disassociate_route_table(
    Context& context, const api::ec2::DisassociateRouteTableRequest& request) {
  const std::string association_id = *request.AssociationId;
  const auto [table_id, association] = find_association(context, association_id);
  if (table_id.empty()) throw invalid_association_id_not_found(association_id);
  if (*association.Main) {
    throw invalid_parameter_value("cannot disassociate the main route table association " +
                                  association_id);
  }
  context.state.route_tables.update(table_id, [&](RouteTableRecord& row) {
    std::erase_if(*row.table.Associations,
                  [&](const auto& each) { return each.RouteTableAssociationId == association_id; });
  });
  dispatch::note_path_change(context, table_id);
  return {};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRouteTable.html
api::ec2::DeleteRouteTableResponse delete_route_table(
    Context& context, const api::ec2::DeleteRouteTableRequest& request) {
  const RouteTableRecord& row = find_table(context, *request.RouteTableId);
  // AWS: neither the main table nor one that a subnet uses can be deleted.
  if (is_main(row) || !row.table.Associations->empty()) {
    throw dependency_violation("routeTable", *request.RouteTableId);
  }
  // A gateway endpoint that had a route here has one table fewer.
  for (const auto& route : api::each(row.table.Routes)) {
    if (!route.GatewayId || !route.GatewayId->starts_with("vpce-")) continue;
    context.state.vpc_endpoints.update(*route.GatewayId, [&](VpcEndpointRecord& changed) {
      std::erase(*changed.endpoint.RouteTableIds, *request.RouteTableId);
    });
  }
  context.state.route_tables.erase(*request.RouteTableId);
  return {};
}

}  // namespace fallstreak::services::ec2
