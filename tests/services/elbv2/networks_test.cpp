#include "client/cloudwatch.h"
#include "services/stack_fixture.h"

namespace fallstreak {
namespace {

using std::chrono::minutes;
using testing::FailsSaying;
using testing::FailsWith;
using testing::Succeeds;

/// Load balancers in the subnets of their VPC: interfaces, addresses, security groups.
class NetworkTest : public testing::StackTest {
 protected:
  NetworkTest() { make_network(); }

  api::elbv2::LoadBalancer describe(const std::string& arn) {
    return must(elbv2.describe_load_balancers({.LoadBalancerArns = {{arn}}}))
        .LoadBalancers->front();
  }
  std::vector<api::ec2::NetworkInterface> interfaces(const std::string& description) {
    auto found = must(ec2.describe_network_interfaces(
        {.Filters = {{{.Name = "description", .Values = {{description}}}}}}));
    return std::move(*found.NetworkInterfaces);
  }
  std::vector<std::string> zones(const std::string& arn) {
    std::vector<std::string> names;
    const auto balancer = describe(arn);
    for (const auto& zone : *balancer.AvailabilityZones) names.push_back(*zone.ZoneName);
    return names;
  }
  std::string make_network_load_balancer(const std::vector<api::elbv2::SubnetMapping>& mappings,
                                         const std::string& scheme = "internet-facing") {
    const auto made = must(elbv2.create_load_balancer(
        {.Name = "tcp", .SubnetMappings = mappings, .Scheme = scheme, .Type = "network"}));
    cloud.advance(minutes(5));
    return *made.LoadBalancers->front().LoadBalancerArn;
  }
  std::string make_group(const std::string& name) {
    return *must(ec2.create_security_group(
                     {.Description = name, .GroupName = name, .VpcId = vpc_id}))
                .GroupId;
  }
};

class LoadBalancerInterfaces : public NetworkTest {};

TEST_F(LoadBalancerInterfaces, AreElasticLoadBalancingsOwn) {
  const auto arn = make_load_balancer("web");

  const auto found = interfaces("ELB app/web/*");

  ASSERT_EQ(found.size(), 3U);
  const auto& interface = found.front();
  EXPECT_EQ(interface.RequesterId, "amazon-elb");
  EXPECT_EQ(interface.RequesterManaged, true);
  EXPECT_EQ(interface.InterfaceType, "interface");
  EXPECT_EQ(interface.Status, "in-use");
  EXPECT_EQ(interface.Attachment->InstanceOwnerId, "amazon-elb");
  EXPECT_EQ(interface.Association->IpOwnerId, "amazon-elb");
  EXPECT_EQ(interface.Groups->front().GroupId, describe(arn).SecurityGroups->front());
  EXPECT_THAT(ec2.delete_network_interface({.NetworkInterfaceId = interface.NetworkInterfaceId}),
              FailsWith("InvalidParameterValue"));
  EXPECT_THAT(
      ec2.modify_network_interface_attribute(
          {.NetworkInterfaceId = interface.NetworkInterfaceId, .Description = {{.Value = "mine"}}}),
      FailsWith("AuthFailure"));
}

TEST_F(LoadBalancerInterfaces, KeepTheSubnetUntilTheLoadBalancerIsDeleted) {
  const auto arn = make_load_balancer("web");
  EXPECT_THAT(ec2.delete_subnet({.SubnetId = subnet_ids[0]}), FailsWith("DependencyViolation"));

  must_do(elbv2.delete_load_balancer({.LoadBalancerArn = arn}));

  EXPECT_TRUE(interfaces("ELB app/web/*").empty());
  EXPECT_THAT(ec2.delete_subnet({.SubnetId = subnet_ids[0]}), Succeeds());
}

TEST_F(LoadBalancerInterfaces, GoLaterWhenEc2RefusesAtFirst) {
  const auto arn = make_load_balancer("web");
  must_do_fault("broken",
                {.kind = "api-error",
                 .service = "ec2",
                 .operation = "DeleteNetworkInterface",
                 .code = "InternalError"},
                minutes(5));

  must_do(elbv2.delete_load_balancer({.LoadBalancerArn = arn}));
  EXPECT_EQ(interfaces("ELB app/web/*").size(), 3U);
  cloud.advance(minutes(10));

  EXPECT_TRUE(interfaces("ELB app/web/*").empty());
}

TEST_F(LoadBalancerInterfaces, NeedRoomInTheSubnet) {
  const auto small = make_subnet("eu-central-1a", "10.0.9.0/28");
  for (int i = 0; i < 4; ++i) {
    must_do(ec2.create_network_interface({.SubnetId = small}));
  }

  EXPECT_THAT(elbv2.create_load_balancer({.Name = "web", .Subnets = {{small, subnet_ids[1]}}}),
              FailsSaying("Not enough IP space available in " + small +
                          ". ELB requires at least 8 free IP addresses in each subnet."));
}

class SubnetMappings : public NetworkTest {};

TEST_F(SubnetMappings, GiveANetworkLoadBalancerElasticAddresses) {
  const auto address = must(ec2.allocate_address({}));
  const auto arn = make_network_load_balancer(
      {{.SubnetId = subnet_ids[0], .AllocationId = address.AllocationId}});

  const auto zone = describe(arn).AvailabilityZones->front();
  EXPECT_EQ(zone.LoadBalancerAddresses->front().AllocationId, address.AllocationId);
  EXPECT_EQ(zone.LoadBalancerAddresses->front().IpAddress, address.PublicIp);
  const auto found = interfaces("ELB net/tcp/*");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().InterfaceType, "network_load_balancer");
  EXPECT_EQ(found.front().Association->PublicIp, address.PublicIp);
  EXPECT_THAT(ec2.release_address({.AllocationId = address.AllocationId}),
              FailsWith("InvalidIPAddress.InUse"));
  EXPECT_THAT(
      elbv2.create_load_balancer(
          {.Name = "other",
           .SubnetMappings = {{{.SubnetId = subnet_ids[1], .AllocationId = address.AllocationId}}},
           .Type = "network"}),
      FailsWith("ResourceInUse", 400));

  must_do(elbv2.delete_load_balancer({.LoadBalancerArn = arn}));
  EXPECT_THAT(ec2.release_address({.AllocationId = address.AllocationId}), Succeeds());
}

TEST_F(SubnetMappings, GiveAnInternalOneAPrivateAddress) {
  const auto arn = make_network_load_balancer(
      {{.SubnetId = subnet_ids[0], .PrivateIPv4Address = "10.0.0.77"}}, "internal");

  EXPECT_EQ(interfaces("ELB net/tcp/*").front().PrivateIpAddress, "10.0.0.77");
  EXPECT_EQ(
      describe(arn).AvailabilityZones->front().LoadBalancerAddresses->front().PrivateIPv4Address,
      "10.0.0.77");
  EXPECT_THAT(
      elbv2.create_load_balancer(
          {.Name = "other",
           .SubnetMappings = {{{.SubnetId = subnet_ids[0], .PrivateIPv4Address = "10.0.0.77"}}},
           .Scheme = "internal",
           .Type = "network"}),
      FailsWith("InvalidConfigurationRequest", 400));
}

TEST_F(SubnetMappings, RefuseAddressesWhereAwsHasNone) {
  const auto address = must(ec2.allocate_address({}));
  struct Case {
    std::string type, scheme;
    api::elbv2::SubnetMapping mapping;
    std::string code;
  };
  const Case cases[] = {{"application",
                         "internet-facing",
                         {.AllocationId = address.AllocationId},
                         "InvalidConfigurationRequest"},
                        {"network",
                         "internal",
                         {.AllocationId = address.AllocationId},
                         "InvalidConfigurationRequest"},
                        {"network",
                         "internet-facing",
                         {.PrivateIPv4Address = "10.0.0.9"},
                         "InvalidConfigurationRequest"},
                        {"network",
                         "internet-facing",
                         {.AllocationId = "eipalloc-0123456789abcdef0"},
                         "AllocationIdNotFound"}};
  for (auto one : cases) {
    SCOPED_TRACE(one.type + " " + one.scheme);
    one.mapping.SubnetId = subnet_ids[0];
    EXPECT_THAT(elbv2.create_load_balancer({.Name = "bad",
                                            .SubnetMappings = {{one.mapping}},
                                            .Scheme = one.scheme,
                                            .Type = one.type}),
                FailsWith(one.code, 400));
  }
  EXPECT_THAT(elbv2.create_load_balancer({.Name = "bad",
                                          .Subnets = subnet_ids,
                                          .SubnetMappings = {{{.SubnetId = subnet_ids[0]}}}}),
              FailsWith("ValidationError", 400));
  EXPECT_TRUE(interfaces("ELB *").empty());
}

class SetSubnets : public NetworkTest {};

TEST_F(SetSubnets, ReplacesZonesWithTheirInterfacesAndTargets) {
  const auto arn = make_load_balancer("web");
  const auto group = make_target_group("web");
  make_listener(arn, group);
  const auto target = run_instance_to_running(subnet_ids[2]);
  must_do(elbv2.register_targets({.TargetGroupArn = group, .Targets = {{{.Id = target}}}}));
  cloud.advance(minutes(5));
  ASSERT_EQ(target_health(group, target).State, "healthy");
  const auto before = interfaces("ELB app/web/*");

  const auto set = must(
      elbv2.set_subnets({.LoadBalancerArn = arn, .Subnets = {{subnet_ids[0], subnet_ids[1]}}}));

  EXPECT_EQ(set.AvailabilityZones->size(), 2U);
  EXPECT_EQ(set.IpAddressType, "ipv4");
  EXPECT_THAT(zones(arn), ::testing::ElementsAre("eu-central-1a", "eu-central-1b"));
  EXPECT_EQ(interfaces("ELB app/web/*").size(), 2U);
  EXPECT_EQ(target_health(group, target).Reason, "Target.NotInUse");

  must_do(elbv2.set_subnets({.LoadBalancerArn = arn, .Subnets = subnet_ids}));
  cloud.advance(minutes(5));

  EXPECT_EQ(target_health(group, target).State, "healthy");
  const auto after = interfaces("ELB app/web/*");
  EXPECT_EQ(after.size(), before.size());
  EXPECT_NE(after, before);  // a zone that comes back has another interface
}

TEST_F(SetSubnets, RefusesWhatCreateRefuses) {
  const auto arn = make_load_balancer("web");
  const auto set = [&](const std::vector<std::string>& ids) {
    return elbv2.set_subnets({.LoadBalancerArn = arn, .Subnets = ids});
  };
  EXPECT_THAT(set({subnet_ids[0]}), FailsWith("ValidationError", 400));
  EXPECT_THAT(set({subnet_ids[0], "subnet-0123456789abcdef0"}), FailsWith("SubnetNotFound", 400));
  EXPECT_THAT(set({}), FailsWith("ValidationError", 400));
  EXPECT_THAT(elbv2.set_subnets({.LoadBalancerArn = arn + "0", .Subnets = subnet_ids}),
              FailsWith("LoadBalancerNotFound", 400));

  vpc_id = *must(ec2.create_vpc({.CidrBlock = "10.9.0.0/16"})).Vpc->VpcId;
  const auto a = make_subnet("eu-central-1a", "10.9.0.0/24");
  const auto b = make_subnet("eu-central-1b", "10.9.1.0/24");
  EXPECT_THAT(set({a, b}), FailsWith("InvalidConfigurationRequest", 400));
  EXPECT_EQ(zones(arn).size(), 3U);
}

TEST_F(SetSubnets, KeepsTheSubnetAndAddressOfANetworkLoadBalancersZone) {
  const auto address = must(ec2.allocate_address({}));
  const auto arn = make_network_load_balancer(
      {{.SubnetId = subnet_ids[0], .AllocationId = address.AllocationId}});
  const auto other = make_subnet("eu-central-1a", "10.0.9.0/24");

  EXPECT_THAT(elbv2.set_subnets({.LoadBalancerArn = arn, .Subnets = {{other}}}),
              FailsWith("InvalidConfigurationRequest", 400));
  must_do(elbv2.set_subnets({.LoadBalancerArn = arn, .Subnets = {{subnet_ids[0], subnet_ids[1]}}}));

  const auto first = describe(arn).AvailabilityZones->front();
  EXPECT_EQ(first.LoadBalancerAddresses->front().IpAddress, address.PublicIp);
  EXPECT_EQ(interfaces("ELB net/tcp/*").size(), 2U);
}

class SetSecurityGroups : public NetworkTest {};

TEST_F(SetSecurityGroups, ReplacesThoseOfTheInterfaces) {
  const auto arn = make_load_balancer("web");
  const auto group = make_group("edge");

  const auto set =
      must(elbv2.set_security_groups({.LoadBalancerArn = arn, .SecurityGroups = {{group}}}));

  EXPECT_THAT(*set.SecurityGroupIds, ::testing::ElementsAre(group));
  EXPECT_THAT(*describe(arn).SecurityGroups, ::testing::ElementsAre(group));
  for (const auto& interface : interfaces("ELB app/web/*")) {
    EXPECT_EQ(interface.Groups->front().GroupId, group);
  }
  EXPECT_THAT(ec2.delete_security_group({.GroupId = group}), FailsWith("DependencyViolation"));
}

TEST_F(SetSecurityGroups, RefusesUnknownOnesNoneAndLateOnes) {
  const auto arn = make_load_balancer("web");
  const auto plain = make_network_load_balancer({{.SubnetId = subnet_ids[0]}});
  const auto group = make_group("edge");
  const auto set = [&](const std::string& owner, const std::vector<std::string>& ids) {
    return elbv2.set_security_groups({.LoadBalancerArn = owner, .SecurityGroups = ids});
  };

  EXPECT_THAT(set(arn, {"sg-0123456789abcdef0"}), FailsWith("InvalidConfigurationRequest", 400));
  EXPECT_THAT(set(arn, {}), FailsWith("InvalidConfigurationRequest", 400));
  EXPECT_THAT(set(plain, {group}), FailsWith("InvalidConfigurationRequest", 400));
  EXPECT_THAT(
      elbv2.set_security_groups({.LoadBalancerArn = arn,
                                 .SecurityGroups = {{group}},
                                 .EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic = "off"}),
      FailsWith("InvalidConfigurationRequest", 400));
}

TEST_F(SetSecurityGroups, TellsWhetherPrivateLinkObeysThem) {
  const auto group = make_group("edge");
  const auto made = must(elbv2.create_load_balancer({.Name = "tcp",
                                                     .Subnets = {{subnet_ids[0]}},
                                                     .SecurityGroups = {{group}},
                                                     .Type = "network"}));
  const auto& balancer = made.LoadBalancers->front();
  EXPECT_EQ(balancer.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic, "on");

  const auto set = must(
      elbv2.set_security_groups({.LoadBalancerArn = balancer.LoadBalancerArn,
                                 .SecurityGroups = {{group}},
                                 .EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic = "off"}));

  EXPECT_EQ(set.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic, "off");
}

class SetIpAddressType : public NetworkTest {};

TEST_F(SetIpAddressType, TakesIpv4AloneWhereSubnetsHaveNoIpv6) {
  const auto arn = make_load_balancer("web");
  EXPECT_EQ(must(elbv2.set_ip_address_type({.LoadBalancerArn = arn, .IpAddressType = "ipv4"}))
                .IpAddressType,
            "ipv4");
  EXPECT_THAT(elbv2.set_ip_address_type({.LoadBalancerArn = arn, .IpAddressType = "dualstack"}),
              FailsWith("InvalidSubnet", 400));
}

class DescribeAccountLimits : public NetworkTest {};

TEST_F(DescribeAccountLimits, ListsThemInPages) {
  const auto first = must(elbv2.describe_account_limits({.PageSize = 1}));
  const auto rest = must(elbv2.describe_account_limits({.Marker = first.NextMarker}));

  EXPECT_EQ(first.Limits->front().Name, "application-load-balancers");
  EXPECT_EQ(first.Limits->front().Max, "50");
  EXPECT_THAT(*rest.Limits,
              ::testing::Contains(::testing::Field(&api::elbv2::Limit::Name, "target-groups")));
  EXPECT_FALSE(rest.NextMarker.has_value());
}

class ModifyCapacityReservation : public NetworkTest {};

TEST_F(ModifyCapacityReservation, IsPendingThenProvisionedThenReset) {
  const auto arn = make_load_balancer("web");
  const auto describe_it = [&] {
    return must(elbv2.describe_capacity_reservation({.LoadBalancerArn = arn}));
  };
  const auto reserve = [&](std::int32_t units) {
    return elbv2.modify_capacity_reservation(
        {.LoadBalancerArn = arn, .MinimumLoadBalancerCapacity = {{.CapacityUnits = units}}});
  };
  EXPECT_FALSE(describe_it().MinimumLoadBalancerCapacity.has_value());
  EXPECT_EQ(describe_it().DecreaseRequestsRemaining, 2);

  must_do(reserve(600));
  EXPECT_EQ(describe_it().CapacityReservationState->front().State->Code, "pending");
  EXPECT_THAT(reserve(700), FailsWith("PriorRequestNotComplete", 429));
  cloud.advance(minutes(5));
  const auto provisioned = describe_it();
  EXPECT_EQ(provisioned.CapacityReservationState->front().State->Code, "provisioned");
  EXPECT_EQ(provisioned.CapacityReservationState->front().EffectiveCapacityUnits, 200);

  for (const std::int32_t fewer : {500, 400}) must_do(reserve(fewer));
  EXPECT_THAT(reserve(300), FailsWith("CapacityDecreaseRequestLimitExceeded", 400));
  must_do(elbv2.modify_capacity_reservation(
      {.LoadBalancerArn = arn, .ResetCapacityReservation = true}));
  EXPECT_TRUE(describe_it().CapacityReservationState->empty());
  EXPECT_THAT(elbv2.modify_capacity_reservation({.LoadBalancerArn = arn}),
              FailsWith("ValidationError", 400));
  EXPECT_THAT(reserve(1), FailsWith("ValidationError", 400));
  EXPECT_THAT(reserve(2'000'000), FailsWith("CapacityUnitsLimitExceeded", 400));
}

TEST_F(ModifyCapacityReservation, IsAMetricWhoseHourAddsUpToTheUnits) {
  const auto arn = make_load_balancer("web");
  const auto sum = [&] {
    client::CloudWatch cloudwatch(transport);
    const auto output = must(cloudwatch.get_metric_statistics(
        {.Namespace = "AWS/ApplicationELB",
         .MetricName = "ReservedLCUs",
         .Dimensions = {{{.Name = "LoadBalancer",
                          .Value = arn.substr(arn.find(":loadbalancer/") + 14)}}},
         .StartTime = cloud.now() - std::chrono::hours(1),
         .EndTime = cloud.now(),
         .Period = 3600,
         .Statistics = {{"Sum"}}}));
    double all = 0;
    for (const auto& one : *output.Datapoints) all += *one.Sum;
    return all;
  };
  must_do(elbv2.modify_capacity_reservation(
      {.LoadBalancerArn = arn, .MinimumLoadBalancerCapacity = {{.CapacityUnits = 600}}}));
  EXPECT_EQ(sum(), 0) << "it is pending";
  cloud.advance(std::chrono::hours(2));
  EXPECT_EQ(sum(), 600);

  must_do(elbv2.delete_load_balancer({.LoadBalancerArn = arn}));
  cloud.advance(std::chrono::hours(2));
  EXPECT_EQ(sum(), 0);
}

class GetResourcePolicy : public NetworkTest {};

TEST_F(GetResourcePolicy, FindsNoneOfWhatIsNotShared) {
  EXPECT_THAT(elbv2.get_resource_policy({.ResourceArn = make_load_balancer("web")}),
              FailsWith("ResourceNotFound", 400));
}

}  // namespace
}  // namespace fallstreak
