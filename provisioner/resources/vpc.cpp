#include "api/ec2/internet_gateways.h"
#include "api/ec2/route_tables.h"
#include "api/ec2/vpcs.h"
#include "client/call.h"
#include "provisioner/resources/ec2_tags.h"
#include "provisioner/resources/resources.h"

namespace fallstreak::provisioner {
namespace {

namespace ec2 = api::ec2;
using client::call;

constexpr Property kProperties[] = {
    {.name = "cidr", .default_value = "10.0.0.0/16", .immutable = true, .help = "the VPC's IPv4 range"},
    {.name = "internet",
     .kind = Property::Kind::boolean,
     .default_value = "yes",
     .help = "an internet gateway, and a default route to it in the main route table"}};

constexpr std::string_view kEverywhere = "0.0.0.0/0";

std::vector<ec2::Filter> filter(std::string name, std::string value) {
  return {{.Name = std::move(name), .Values = {{std::move(value)}}}};
}

std::optional<ec2::InternetGateway> gateway_of(const Destination& where, const std::string& vpc_id) {
  const auto found = value_of(call<ec2::DescribeInternetGateways>(
      *where.transport, {.Filters = filter("attachment.vpc-id", vpc_id)}));
  const auto gateways = api::each(found.InternetGateways);
  if (gateways.empty()) return std::nullopt;
  return gateways.front();
}

ec2::RouteTable main_route_table(const Destination& where, const std::string& vpc_id) {
  auto filters = filter("vpc-id", vpc_id);
  filters.push_back(filter("association.main", "true").front());
  const auto found =
      value_of(call<ec2::DescribeRouteTables>(*where.transport, {.Filters = std::move(filters)}));
  const auto tables = api::each(found.RouteTables);
  if (tables.empty()) throw ApiError("InvalidRouteTableID.NotFound", "VPC " + vpc_id + " has no main route table");
  return tables.front();
}

bool has_default_route(const ec2::RouteTable& table, const std::optional<std::string>& gateway_id) {
  for (const auto& route : api::each(table.Routes)) {
    if (route.DestinationCidrBlock == kEverywhere && route.GatewayId == gateway_id) return true;
  }
  return false;
}

std::vector<Observed> list(const Destination& where) {
  std::vector<Observed> found;
  value_of(client::paginate<ec2::DescribeVpcs>(
      *where.transport, {.Filters = owned_by(where)}, [&](const ec2::DescribeVpcsResult& page) {
        for (const auto& vpc : api::each(page.Vpcs)) {
          found.push_back({.name = logical_name(vpc.Tags),
                           .type = "vpc",
                           .id = vpc.VpcId.value_or(""),
                           .properties = {{"cidr", vpc.CidrBlock.value_or("")}}});
        }
      }));
  for (auto& vpc : found) {
    const auto gateway = gateway_of(where, vpc.id);
    const bool connected =
        gateway && has_default_route(main_route_table(where, vpc.id), gateway->InternetGatewayId);
    vpc.properties["internet"] = connected ? "yes" : gateway ? "half" : "no";
  }
  return found;
}

std::string create(const Destination& where, const Desired& desired) {
  const auto made = value_of(call<ec2::CreateVpc>(
      *where.transport,
      {.CidrBlock = desired["cidr"], .TagSpecifications = owner_tags(where, desired.name, "vpc")}));
  return made.Vpc->VpcId.value();
}

/// A gateway of this stack's that a run which was killed left without a VPC.
std::optional<std::string> detached_gateway(const Destination& where, std::string_view name) {
  const auto found =
      value_of(call<ec2::DescribeInternetGateways>(*where.transport, {.Filters = owned_by(where)}));
  for (const auto& gateway : api::each(found.InternetGateways)) {
    if (api::each(gateway.Attachments).empty() && logical_name(gateway.Tags) == name) {
      return gateway.InternetGatewayId;
    }
  }
  return std::nullopt;
}

void connect(const Destination& where, const Observed& vpc) {
  std::optional<std::string> gateway_id;
  if (const auto gateway = gateway_of(where, vpc.id)) {
    gateway_id = gateway->InternetGatewayId;
  } else {
    gateway_id = detached_gateway(where, vpc.name);
    if (!gateway_id) {
      const auto made = value_of(call<ec2::CreateInternetGateway>(
          *where.transport,
          {.TagSpecifications = owner_tags(where, vpc.name, "internet-gateway")}));
      gateway_id = made.InternetGateway->InternetGatewayId;
    }
    value_of(call<ec2::AttachInternetGateway>(*where.transport,
                                              {.InternetGatewayId = gateway_id, .VpcId = vpc.id}));
  }
  const auto table = main_route_table(where, vpc.id);
  if (has_default_route(table, gateway_id)) return;
  ec2::CreateRouteRequest route;
  route.RouteTableId = table.RouteTableId;
  route.DestinationCidrBlock = kEverywhere;
  route.GatewayId = gateway_id;
  value_of(call<ec2::CreateRoute>(*where.transport, route));
}

void disconnect(const Destination& where, const Observed& vpc) {
  std::optional<std::string> gateway_id = detached_gateway(where, vpc.name);
  if (const auto gateway = gateway_of(where, vpc.id)) {
    gateway_id = gateway->InternetGatewayId;
    const auto table = main_route_table(where, vpc.id);
    if (has_default_route(table, gateway_id)) {
      value_of(call<ec2::DeleteRoute>(*where.transport,
                                      {.RouteTableId = table.RouteTableId,
                                       .DestinationCidrBlock = std::string(kEverywhere)}));
    }
    value_of(call<ec2::DetachInternetGateway>(*where.transport,
                                              {.InternetGatewayId = gateway_id, .VpcId = vpc.id}));
  }
  if (gateway_id) {
    value_of(call<ec2::DeleteInternetGateway>(*where.transport, {.InternetGatewayId = gateway_id}));
  }
}

void update(const Destination& where, const Observed& vpc, const Desired& desired) {
  if (desired["internet"] == "yes") {
    connect(where, vpc);
  } else {
    disconnect(where, vpc);
  }
}

void destroy(const Destination& where, const Observed& vpc) {
  disconnect(where, vpc);
  const auto gone = call<ec2::DeleteVpc>(*where.transport, {.VpcId = vpc.id});
  if (!gone && gone.error().code != "InvalidVpcID.NotFound") throw gone.error();
}

bool always(const Destination&, const Observed&) { return true; }

}  // namespace

constinit const Driver kVpc{"vpc", kProperties, list, create, update, destroy, always, always};

}  // namespace fallstreak::provisioner
