#include "api/ec2/subnets.h"
#include "client/call.h"
#include "provisioner/resources/ec2_tags.h"
#include "provisioner/resources/resources.h"

namespace fallstreak::provisioner {
namespace {

namespace ec2 = api::ec2;
using client::call;

constexpr Property kProperties[] = {
    {.name = "vpc", .kind = Property::Kind::reference, .required = true, .immutable = true},
    {.name = "zone", .required = true, .immutable = true, .help = "the letter of the zone: a"},
    {.name = "cidr", .required = true, .immutable = true},
    {.name = "public",
     .kind = Property::Kind::boolean,
     .default_value = "yes",
     .help = "instances get a public address"}};

std::vector<Observed> list(const Destination& where) {
  std::vector<Observed> found;
  value_of(client::paginate<ec2::DescribeSubnets>(
      *where.transport, {.Filters = owned_by(where)}, [&](const ec2::DescribeSubnetsResult& page) {
        for (const auto& subnet : api::each(page.Subnets)) {
          const std::string zone = subnet.AvailabilityZone.value_or("");
          found.push_back({.name = logical_name(subnet.Tags),
                           .type = "subnet",
                           .id = subnet.SubnetId.value_or(""),
                           .properties = {{"vpc", subnet.VpcId.value_or("")},
                                          {"zone", zone.substr(zone.empty() ? 0 : zone.size() - 1)},
                                          {"cidr", subnet.CidrBlock.value_or("")},
                                          {"public", subnet.MapPublicIpOnLaunch.value_or(false) ? "yes" : "no"}}});
        }
      }));
  return found;
}

std::string create(const Destination& where, const Desired& desired) {
  const auto made = value_of(call<ec2::CreateSubnet>(
      *where.transport, {.TagSpecifications = owner_tags(where, desired.name, "subnet"),
                         .AvailabilityZone = where.region + desired["zone"],
                         .CidrBlock = desired["cidr"],
                         .VpcId = desired["vpc"]}));
  return made.Subnet->SubnetId.value();
}

void update(const Destination& where, const Observed& subnet, const Desired& desired) {
  value_of(call<ec2::ModifySubnetAttribute>(
      *where.transport,
      {.MapPublicIpOnLaunch = ec2::AttributeBooleanValue{.Value = desired["public"] == "yes"},
       .SubnetId = subnet.id}));
}

void destroy(const Destination& where, const Observed& subnet) {
  const auto gone = call<ec2::DeleteSubnet>(*where.transport, {.SubnetId = subnet.id});
  if (!gone && gone.error().code != "InvalidSubnetID.NotFound") throw gone.error();
}

bool always(const Destination&, const Observed&) { return true; }

}  // namespace

constinit const Driver kSubnet{"subnet", kProperties, list, create, update, destroy, always, always};

}  // namespace fallstreak::provisioner
