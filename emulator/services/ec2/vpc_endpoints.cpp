#include "services/ec2/vpc_endpoints.h"

#include <algorithm>

#include "services/ec2/catalogue.h"
#include "services/ec2/client_tokens.h"
#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/network_errors.h"
#include "services/ec2/pages.h"
#include "services/ec2/prefix_lists.h"
#include "services/ec2/route_tables.h"
#include "services/ec2/tags.h"
#include "services/ec2/vpcs.h"

/// Gateway endpoints: a route to S3 or DynamoDB that does not leave AWS's network.
namespace fallstreak::services::ec2 {
namespace {

/// AWS: "Gateway VPC endpoints per Region: 20".
constexpr std::size_t kMaxEndpoints = 20;

/// AWS: "If this parameter is not specified, we attach a default policy that allows full access".
constexpr const char* kFullAccess =
    R"({"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]})";

constexpr FilterRow<Ec2State, VpcEndpointRecord> kVpcEndpointsFilters[] = {
    {"ip-address-type", [](const auto&, const auto&, const auto& p) { return p.match("ipv4"); }},
    {"service-name",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.endpoint.ServiceName); }},
    {"service-region",
     [](const auto&, const auto& row, const auto& p) {
       // `com.amazonaws.eu-central-1.s3`
       const std::string& name = *row.endpoint.ServiceName;
       constexpr std::size_t kRegion = std::string_view("com.amazonaws.").size();
       return p.match(name.substr(kRegion, name.rfind('.') - kRegion));
     }},
    {"vpc-endpoint-id", [](const auto&, const auto& row,
                           const auto& p) { return p.match(row.endpoint.VpcEndpointId); }},
    {"vpc-endpoint-state",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.endpoint.State); }},
    {"vpc-endpoint-type", [](const auto&, const auto& row,
                             const auto& p) { return p.match(row.endpoint.VpcEndpointType); }},
    {"vpc-id",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.endpoint.VpcId); }},
};

void check_is_gateway(const Context& context, const api::ec2::CreateVpcEndpointRequest& request) {
  // AWS: "Default: Gateway".
  const std::string type = request.VpcEndpointType.value_or("Gateway");
  if (type != "Gateway") throw not_implemented("VpcEndpointType " + type);
  if (!request.ServiceName) throw missing_parameter("ServiceName");
  // AWS: names inside the VPC are for interface endpoints; clients say `false` of their own accord.
  if (request.PrivateDnsEnabled == true) {
    throw invalid_parameter("Private DNS can only be enabled for interface endpoints");
  }
  if (request.IpAddressType && request.IpAddressType != "ipv4") {
    throw not_implemented("IpAddressType '" + *request.IpAddressType + "' of CreateVpcEndpoint");
  }
  if (!find_service_prefix_list(context.region(), *request.ServiceName)) {
    throw invalid_service_name(*request.ServiceName);
  }
}

void check_tables(const Context& context, const std::string& vpc_id,
                  std::span<const std::string> table_ids) {
  for (const auto& id : table_ids) {
    const auto& table = find_table(context, id).table;
    if (table.VpcId != vpc_id) {
      throw invalid_parameter_value("route table " + id + " and vpc " + vpc_id +
                                    " belong to different networks");
    }
    // AWS: the table of a gateway leads to interfaces and Gateway Load Balancers only.
    if (is_gateway_table(table)) {
      throw invalid_parameter_value("route table " + id +
                                    " is associated with a gateway and cannot lead to an endpoint");
    }
  }
}

void add_routes(Context& context, const api::ec2::VpcEndpoint& endpoint,
                std::span<const std::string> table_ids) {
  const auto list = find_service_prefix_list(context.region(), *endpoint.ServiceName);
  for (const auto& id : table_ids) {
    const auto routes = api::each(find_table(context, id).table.Routes);
    const bool is_taken = std::ranges::any_of(
        routes, [&](const auto& route) { return route.DestinationPrefixListId == list->id; });
    if (is_taken) throw endpoint_route_already_exists(id, list->id);
    context.state.route_tables.update(id, [&](RouteTableRecord& row) {
      row.table.Routes->push_back({.DestinationPrefixListId = list->id,
                                   .GatewayId = endpoint.VpcEndpointId,
                                   .Origin = "CreateRoute",
                                   .State = "active"});
    });
  }
}

void remove_routes(Context& context, const std::string& endpoint_id,
                   std::span<const std::string> table_ids) {
  for (const auto& id : table_ids) {
    context.state.route_tables.update(id, [&](RouteTableRecord& row) {
      std::erase_if(*row.table.Routes,
                    [&](const auto& route) { return route.GatewayId == endpoint_id; });
    });
  }
}

}  // namespace

const VpcEndpointRecord& find_endpoint(const Context& context, const std::string& id) {
  const auto* found = context.state.vpc_endpoints.find(id);
  if (found == nullptr) throw invalid_vpc_endpoint_id_not_found(id);
  return *found;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
api::ec2::CreateVpcEndpointResult create_vpc_endpoint(
    Context& context, const api::ec2::CreateVpcEndpointRequest& request) {
  const IdempotentRequest idempotent(context, "CreateVpcEndpoint", request);
  if (!idempotent.earlier().empty()) {
    return {.VpcEndpoint = find_endpoint(context, idempotent.earlier().front()).endpoint,
            .ClientToken = request.ClientToken};
  }
  find_vpc(context, *request.VpcId);
  check_is_gateway(context, request);
  check_tables(context, *request.VpcId, api::each(request.RouteTableIds));
  const Tags tags = tags_for(request.TagSpecifications, "vpc-endpoint");
  if (context.state.vpc_endpoints.size() >= kMaxEndpoints) {
    throw limit_exceeded("VpcEndpointLimitExceeded", "VPC endpoints");
  }
  const std::string id = context.new_id("vpce-");
  VpcEndpointRecord row;
  row.endpoint = {.VpcEndpointId = id,
                  .VpcEndpointType = "Gateway",
                  .VpcId = request.VpcId,
                  .ServiceName = request.ServiceName,
                  .State = "available",
                  .PolicyDocument = request.PolicyDocument.value_or(kFullAccess),
                  .RouteTableIds = request.RouteTableIds.value_or(std::vector<std::string>()),
                  .SubnetIds = std::vector<std::string>(),
                  .PrivateDnsEnabled = false,
                  .RequesterManaged = false,
                  .CreationTimestamp = context.now(),
                  .Tags = to_wire(tags),
                  .OwnerId = context.account_id()};
  add_routes(context, row.endpoint, *row.endpoint.RouteTableIds);
  context.state.vpc_endpoints.insert(id, row);
  idempotent.remember(context, {id});
  return {.VpcEndpoint = row.endpoint, .ClientToken = request.ClientToken};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpoints.html
api::ec2::DescribeVpcEndpointsResult describe_vpc_endpoints(
    Context& context, const api::ec2::DescribeVpcEndpointsRequest& request) {
  const Selection<Ec2State, VpcEndpointRecord> selection(
      context.state, request.Filters, kVpcEndpointsFilters,
      [](const VpcEndpointRecord& row) { return tag_span(row.endpoint.Tags); });
  api::ec2::DescribeVpcEndpointsResult result;
  auto& shown = result.VpcEndpoints.emplace();
  result.NextToken = show_page(
      context.state.vpc_endpoints, request.VpcEndpointIds,
      Page(request.MaxResults, request.NextToken, PageLimits{1, 1000}),
      [&](const VpcEndpointRecord& row) { return selection.passes(row); },
      [](const auto& missing) { return invalid_vpc_endpoint_id_not_found(join_ids(missing)); },
      [&](const VpcEndpointRecord& row) { shown.push_back(row.endpoint); });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointServices.html
api::ec2::DescribeVpcEndpointServicesResult describe_vpc_endpoint_services(
    Context& context, const api::ec2::DescribeVpcEndpointServicesRequest& request) {
  constexpr FilterRow<Ec2State, std::string> kServiceFilters[] = {
      {"owner", [](const auto&, const auto&, const auto& p) { return p.match("amazon"); }},
      {"service-name", [](const auto&, const auto& name, const auto& p) { return p.match(name); }},
      {"service-region", nullptr},
      {"supported-ip-address-types", nullptr},
      {"service-type", [](const auto&, const auto&, const auto& p) { return p.match("Gateway"); }},
  };
  const Selection<Ec2State, std::string> selection(context.state, request.Filters, kServiceFilters,
                                                   nullptr);
  const auto names = gateway_services(context.region());
  for (const auto& name : api::each(request.ServiceNames)) {
    if (std::ranges::find(names, name) == names.end()) throw invalid_service_name(name);
  }
  api::ec2::DescribeVpcEndpointServicesResult result;
  result.ServiceNames.emplace();
  result.ServiceDetails.emplace();
  for (const auto& name : names) {
    const auto wanted = api::each(request.ServiceNames);
    const bool is_wanted = wanted.empty() || std::ranges::find(wanted, name) != wanted.end();
    if (!is_wanted || !selection.passes(name)) continue;
    result.ServiceNames->push_back(name);
    std::vector<std::string> zones;
    for (const Zone& zone : zones_of(context.region())) zones.emplace_back(zone.name);
    const std::string service = name.substr(name.rfind('.') + 1);
    result.ServiceDetails->push_back(
        {.ServiceName = name,
         .ServiceType = {{{.ServiceType = "Gateway"}}},
         .ServiceRegion = context.region(),
         .AvailabilityZones = zones,
         .Owner = "amazon",
         .BaseEndpointDnsNames = {{service + "." + context.region() + ".amazonaws.com"}},
         .VpcEndpointPolicySupported = true,
         .AcceptanceRequired = false,
         .ManagesVpcEndpoints = false});
  }
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html
api::ec2::ModifyVpcEndpointResult modify_vpc_endpoint(
    Context& context, const api::ec2::ModifyVpcEndpointRequest& request) {
  const std::string id = *request.VpcEndpointId;
  const api::ec2::VpcEndpoint endpoint = find_endpoint(context, id).endpoint;
  const auto added = api::each(request.AddRouteTableIds);
  const auto removed = api::each(request.RemoveRouteTableIds);
  check_tables(context, *endpoint.VpcId, added);
  for (const auto& table_id : removed) {
    const auto& present = *endpoint.RouteTableIds;
    if (std::ranges::find(present, table_id) == present.end()) {
      throw invalid_route_table_id_not_found(table_id);
    }
  }
  remove_routes(context, id, removed);
  add_routes(context, endpoint, added);
  context.state.vpc_endpoints.update(id, [&](VpcEndpointRecord& row) {
    auto& tables = *row.endpoint.RouteTableIds;
    std::erase_if(tables, [&](const auto& each) {
      return std::ranges::find(removed, each) != removed.end();
    });
    tables.insert(tables.end(), added.begin(), added.end());
    if (request.PolicyDocument) row.endpoint.PolicyDocument = request.PolicyDocument;
    if (request.ResetPolicy == true) row.endpoint.PolicyDocument = kFullAccess;
  });
  return {.Return = true};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpoints.html
api::ec2::DeleteVpcEndpointsResult delete_vpc_endpoints(
    Context& context, const api::ec2::DeleteVpcEndpointsRequest& request) {
  api::ec2::DeleteVpcEndpointsResult result;
  auto& failed = result.Unsuccessful.emplace();
  for (const auto& id : *request.VpcEndpointIds) {
    const VpcEndpointRecord* row = context.state.vpc_endpoints.find(id);
    if (row == nullptr) {
      // AWS: what cannot be deleted is named in the answer, which is a success.
      const ApiError error = invalid_vpc_endpoint_id_not_found(id);
      failed.push_back(
          {.Error = {{.Code = error.code, .Message = error.message}}, .ResourceId = id});
      continue;
    }
    const auto tables = *row->endpoint.RouteTableIds;
    remove_routes(context, id, tables);
    context.state.vpc_endpoints.erase(id);
  }
  return result;
}

}  // namespace fallstreak::services::ec2
