#include "client/arc-zonal-shift.h"
#include "resolver.h"
#include "services/stack_fixture.h"

namespace fallstreak {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::FailsSaying;
using testing::FailsWith;
using testing::Succeeds;

/// A load balancer in three zones that allows zonal shifts, with a healthy target in each.
class ZonalShiftTest : public testing::StackTest {
 protected:
  ZonalShiftTest() {
    make_network();
    balancer = make_load_balancer("web");
    group = make_target_group("web");
    make_listener(balancer, group);
    for (const auto& subnet : subnet_ids) {
      targets.push_back(run_instance_to_running(subnet));
      must_do(
          elbv2.register_targets({.TargetGroupArn = group, .Targets = {{{.Id = targets.back()}}}}));
    }
    cloud.advance(minutes(5));
    set_attribute("zonal_shift.config.enabled", "true");
    const auto zones = must(ec2.describe_availability_zones({.ZoneNames = {{"eu-central-1a"}}}));
    zone_id = *zones.AvailabilityZones->front().ZoneId;
  }

  void set_attribute(const std::string& key, const std::string& value) {
    must_do(elbv2.modify_load_balancer_attributes(
        {.LoadBalancerArn = balancer, .Attributes = {{{.Key = key, .Value = value}}}}));
  }
  Outcome<api::arc_zonal_shift::ZonalShift> start(const std::string& lasting = "30m") {
    return arc.start_zonal_shift({.resourceIdentifier = balancer,
                                  .awayFrom = zone_id,
                                  .expiresIn = lasting,
                                  .comment = "grey"});
  }
  std::string override_of(const std::string& target) {
    const auto described = must(
        elbv2.describe_target_health({.TargetGroupArn = group, .Targets = {{{.Id = target}}}}));
    return *described.TargetHealthDescriptions->front().AdministrativeOverride->State;
  }
  std::size_t addresses_in_dns() {
    const auto described = must(elbv2.describe_load_balancers({.LoadBalancerArns = {{balancer}}}));
    const std::string name = *described.LoadBalancers->front().DNSName + ".";
    return resolve(cloud, {.name = name, .type = "A"}, {}, 0).answers.size();
  }
  std::vector<std::string> statuses() {
    std::vector<std::string> found;
    const auto listed = must(arc.list_zonal_shifts({.resourceIdentifier = balancer}));
    for (const auto& shift : *listed.items) found.push_back(*shift.status);
    return found;
  }

  client::ArcZonalShift arc{transport};
  std::string balancer, group, zone_id;
  std::vector<std::string> targets;
};

class StartZonalShift : public ZonalShiftTest {};

TEST_F(StartZonalShift, TakesTheZoneOutOfDnsAndItsTargetsOutOfRotation) {
  ASSERT_EQ(addresses_in_dns(), 3U);
  EXPECT_EQ(override_of(targets[0]), "no_override");

  const auto shift = must(start());

  EXPECT_EQ(shift.status, "ACTIVE");
  EXPECT_EQ(*shift.expiryTime - *shift.startTime, Duration(minutes(30)));
  EXPECT_EQ(addresses_in_dns(), 2U);
  EXPECT_EQ(override_of(targets[0]), "zonal_shift_active");
  EXPECT_EQ(override_of(targets[1]), "no_override");
  EXPECT_EQ(target_health(group, targets[0]).State, "healthy");
}

TEST_F(StartZonalShift, IsDnsAloneWithoutCrossZone) {
  must_do(elbv2.modify_target_group_attributes(
      {.TargetGroupArn = group,
       .Attributes = {{{.Key = "load_balancing.cross_zone.enabled", .Value = "false"}}}}));

  must_do(start());

  EXPECT_EQ(addresses_in_dns(), 2U);
  EXPECT_EQ(override_of(targets[0]), "zonal_shift_delegated_to_dns");
}

TEST_F(StartZonalShift, ExpiresOnTheClock) {
  must_do(start("30m"));

  cloud.advance(minutes(29));
  EXPECT_EQ(addresses_in_dns(), 2U);
  cloud.advance(minutes(2));

  EXPECT_EQ(addresses_in_dns(), 3U);
  EXPECT_EQ(override_of(targets[0]), "no_override");
  EXPECT_THAT(statuses(), ::testing::ElementsAre("EXPIRED"));
}

TEST_F(StartZonalShift, RefusesWhatAwsRefuses) {
  const auto start_with = [&](const std::string& arn, const std::string& zone,
                              const std::string& lasting) {
    return arc.start_zonal_shift(
        {.resourceIdentifier = arn, .awayFrom = zone, .expiresIn = lasting, .comment = ""});
  };
  EXPECT_THAT(start_with(balancer, "euc1-az9", "30m"), FailsWith("ValidationException", 400));
  EXPECT_THAT(start_with(balancer, "eu-central-1a", "30m"), FailsWith("ValidationException", 400));
  EXPECT_THAT(start_with("load-balancer", zone_id, "30m"), FailsWith("ValidationException", 400));
  for (const std::string lasting : {"73h", "99999", "0m", "4321m", "9999h", "1d"}) {
    EXPECT_THAT(start_with(balancer, zone_id, lasting), FailsWith("ValidationException", 400))
        << lasting;
  }
  EXPECT_THAT(start_with(balancer + "0", zone_id, "30m"),
              FailsWith("ResourceNotFoundException", 404));
  EXPECT_THAT(start_with(balancer, zone_id, "72h"), Succeeds());
  const auto second = start();
  EXPECT_THAT(second, FailsWith("ConflictException", 409));
  EXPECT_EQ(statuses().size(), 1U);
}

TEST_F(StartZonalShift, NeedsTheAttributeOfTheLoadBalancer) {
  set_attribute("zonal_shift.config.enabled", "false");

  EXPECT_THAT(start(), FailsWith("ResourceNotFoundException", 404));
}

class UpdateZonalShift : public ZonalShiftTest {};

TEST_F(UpdateZonalShift, MovesTheExpiryAndReplacesTheComment) {
  const auto id = *must(start("10m")).zonalShiftId;
  cloud.advance(minutes(5));

  const auto updated =
      must(arc.update_zonal_shift({.zonalShiftId = id, .comment = "longer", .expiresIn = "1h"}));
  EXPECT_EQ(updated.comment, "longer");
  cloud.advance(minutes(30));
  EXPECT_THAT(statuses(), ::testing::ElementsAre("ACTIVE"));
  cloud.advance(minutes(31));

  EXPECT_THAT(statuses(), ::testing::ElementsAre("EXPIRED"));
  EXPECT_THAT(arc.update_zonal_shift({.zonalShiftId = id, .expiresIn = "1h"}),
              FailsWith("ConflictException", 409));
  EXPECT_THAT(arc.update_zonal_shift({.zonalShiftId = "0123456789"}),
              FailsWith("ResourceNotFoundException", 404));
}

class CancelZonalShift : public ZonalShiftTest {};

TEST_F(CancelZonalShift, BringsTheZoneBackAndLetsAnotherStart) {
  const auto id = *must(start()).zonalShiftId;

  EXPECT_EQ(must(arc.cancel_zonal_shift({.zonalShiftId = id})).status, "CANCELED");

  EXPECT_EQ(addresses_in_dns(), 3U);
  EXPECT_THAT(arc.cancel_zonal_shift({.zonalShiftId = id}), FailsWith("ConflictException", 409));
  cloud.advance(minutes(1));
  must_do(start());
  EXPECT_THAT(statuses(), ::testing::ElementsAre("CANCELED", "ACTIVE"));
  EXPECT_EQ(must(arc.list_zonal_shifts({.status = "ACTIVE"})).items->size(), 1U);
}

class GetManagedResource : public ZonalShiftTest {};

TEST_F(GetManagedResource, ShowsTheWeightsOfItsZones) {
  const auto before = must(arc.get_managed_resource({.resourceIdentifier = balancer}));
  EXPECT_EQ(before.name, "web");
  EXPECT_EQ(before.appliedWeights->size(), 3U);
  EXPECT_EQ(*api::find(*before.appliedWeights, zone_id), 1);
  EXPECT_TRUE(before.zonalShifts->empty());

  must_do(start());

  const auto during = must(arc.get_managed_resource({.resourceIdentifier = balancer}));
  EXPECT_EQ(*api::find(*during.appliedWeights, zone_id), 0);
  EXPECT_EQ(during.zonalShifts->front().appliedStatus, "APPLIED");
  EXPECT_EQ(during.zonalAutoshiftStatus, "DISABLED");
  EXPECT_THAT(arc.get_managed_resource({.resourceIdentifier = group}),
              FailsWith("ResourceNotFoundException", 404));
}

class ListManagedResources : public ZonalShiftTest {};

TEST_F(ListManagedResources, ListsLoadBalancersThatAllowItInPages) {
  const auto other = make_load_balancer("other");
  EXPECT_EQ(must(arc.list_managed_resources({})).items->size(), 1U);
  must_do(elbv2.modify_load_balancer_attributes(
      {.LoadBalancerArn = other,
       .Attributes = {{{.Key = "zonal_shift.config.enabled", .Value = "true"}}}}));

  const auto first = must(arc.list_managed_resources({.maxResults = 1}));
  const auto second =
      must(arc.list_managed_resources({.nextToken = first.nextToken, .maxResults = 1}));

  EXPECT_EQ(first.items->front().name, "other");
  EXPECT_EQ(second.items->front().arn, balancer);
  EXPECT_EQ(second.items->front().availabilityZones->size(), 3U);
  EXPECT_FALSE(second.nextToken.has_value());
  EXPECT_THAT(arc.list_managed_resources({.nextToken = "?"}),
              FailsWith("ValidationException", 400));

  must_do(elbv2.delete_load_balancer({.LoadBalancerArn = other}));
  EXPECT_EQ(must(arc.list_managed_resources({})).items->size(), 1U);
}

TEST_F(ZonalShiftTest, OfANetworkLoadBalancerWithCrossZoneNeedsSuitableGroups) {
  const auto network = *must(elbv2.create_load_balancer(
                                 {.Name = "tcp", .Subnets = {{subnet_ids[0]}}, .Type = "network"}))
                            .LoadBalancers->front()
                            .LoadBalancerArn;
  const auto tcp = *must(elbv2.create_target_group(
                             {.Name = "tcp", .Protocol = "TCP", .Port = 80, .VpcId = vpc_id}))
                        .TargetGroups->front()
                        .TargetGroupArn;
  must_do(
      elbv2.create_listener({.LoadBalancerArn = network,
                             .Protocol = "TCP",
                             .Port = 80,
                             .DefaultActions = {{{.Type = "forward", .TargetGroupArn = tcp}}}}));
  const auto allow = [&] {
    return elbv2.modify_load_balancer_attributes(
        {.LoadBalancerArn = network,
         .Attributes = {{{.Key = "load_balancing.cross_zone.enabled", .Value = "true"},
                         {.Key = "zonal_shift.config.enabled", .Value = "true"}}}});
  };
  EXPECT_THAT(allow(), FailsWith("InvalidConfigurationRequest", 400));

  must_do(elbv2.modify_target_group_attributes(
      {.TargetGroupArn = tcp,
       .Attributes = {{{.Key = "target_health_state.unhealthy.connection_termination.enabled",
                        .Value = "false"}}}}));

  EXPECT_THAT(allow(), Succeeds());
}

}  // namespace
}  // namespace fallstreak
