#include <functional>
#include <memory>
#include <random>
#include <set>

#include "tests/services/autoscaling/group_fixture.h"

namespace fallstreak {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

/// Something that changes what checks of targets and looks at groups follow from.
using Change = std::function<void(Cloud&, InProcessTransport&)>;

/// Checks and looks remember what they found while nothing changes; a fork remembers nothing.
class RememberedLooks : public testing::GroupTest {
 protected:
  RememberedLooks() {
    cloud.set_prober([this](const dispatch::Probe& probe) {
      dispatch::ProbeAnswer answer;
      if (ill.contains(probe.instance_id)) answer.http_status = 404;
      return answer;
    });
    targets = make_target_group("web");
    make_listener(make_load_balancer("web"), targets);
    auto request = wanted(6);
    request.TargetGroupARNs = {{targets}};
    request.HealthCheckType = "ELB";
    request.HealthCheckGracePeriod = 60;
    make_group(request);
    cloud.advance(minutes(5));
    security_group = *must(ec2.describe_instances({.InstanceIds = {{some_instance()}}}))
                          .Reservations->front()
                          .Instances->front()
                          .SecurityGroups->front()
                          .GroupId;
  }

  std::size_t draw(std::size_t below) { return random() % below; }
  std::string some_instance() {
    const auto all = instances();
    return all.empty() ? "i-0" : *all[draw(all.size())].InstanceId;
  }
  Change some_change() {
    const std::string id = some_instance();
    const auto number = static_cast<std::int32_t>(draw(5));
    switch (draw(9)) {
      case 0:
        ill.insert(id);
        return [](Cloud&, InProcessTransport&) {};
      case 1:
        ill.clear();
        return [](Cloud&, InProcessTransport&) {};
      case 2:
        return [=](Cloud&, InProcessTransport& wire) {
          static_cast<void>(client::Ec2(wire).terminate_instances({.InstanceIds = {{id}}}));
        };
      case 3:
        return [=](Cloud&, InProcessTransport& wire) {
          static_cast<void>(client::Ec2(wire).stop_instances({.InstanceIds = {{id}}}));
        };
      case 4:
        return [=, this](Cloud&, InProcessTransport& wire) {
          must_do(client::ElbV2(wire).modify_target_group(
              {.TargetGroupArn = targets,
               .HealthCheckIntervalSeconds = 10 + 5 * number,
               .Matcher = {{.HttpCode = number == 0 ? "200-499" : "200"}}}));
        };
      case 5:
        return [=](Cloud& where, InProcessTransport&) {
          if (number % 2 == 0) {
            where.end_fault("power");
          } else {
            static_cast<void>(
                where.begin_fault("power", {.kind = "az-power", .zone = "eu-central-1b"}));
          }
        };
      case 6:
        return [=, this](Cloud&, InProcessTransport& wire) {
          const std::vector<api::ec2::IpPermission> all = {
              {.IpProtocol = "-1", .UserIdGroupPairs = {{{.GroupId = security_group}}}}};
          client::Ec2 client(wire);
          if (number % 2 == 0) {
            static_cast<void>(client.authorize_security_group_ingress(
                {.GroupId = security_group, .IpPermissions = all}));
          } else {
            static_cast<void>(client.revoke_security_group_ingress(
                {.GroupId = security_group, .IpPermissions = all}));
          }
        };
      case 7:
        return [=](Cloud&, InProcessTransport& wire) {
          must_do(client::AutoScaling(wire).update_auto_scaling_group(
              {.AutoScalingGroupName = "web", .DesiredCapacity = 3 + number}));
        };
      default:
        return [=](Cloud& where, InProcessTransport&) {
          if (number % 2 == 0) {
            where.end_fault("status");
          } else {
            static_cast<void>(where.begin_fault(
                "status", {.kind = "status-check", .instance_id = id, .check = "instance"}));
          }
        };
    }
  }

  std::set<std::string, std::less<>> ill;
  std::string targets, security_group;
  std::mt19937 random{7};  // NOLINT: the same numbers in every run
};

TEST_F(RememberedLooks, GoAsThoseOfAForkThatRemembersNothing) {
  std::set<std::size_t> sizes;
  for (int round = 0; round < 120; ++round) {
    const Change change = some_change();
    const seconds duration(5 + draw(120));
    const auto fork = cloud.fork();
    for (Cloud* each : {&cloud, fork.get()}) {
      InProcessTransport wire(*each, dispatch::Caller("123456789012", "eu-central-1"));
      change(*each, wire);
      each->advance(duration);
    }
    ASSERT_EQ(cloud.hash(), fork->hash()) << "round " << round;
    sizes.insert(instances().size());
  }
  // The changes had consequences.
  EXPECT_GT(sizes.size(), 2U);
  EXPECT_TRUE(cloud.complaints().empty());
}

}  // namespace
}  // namespace fallstreak
