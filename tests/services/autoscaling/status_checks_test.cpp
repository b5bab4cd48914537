#include "tests/services/autoscaling/group_fixture.h"

namespace fallstreak {
namespace {

using std::chrono::minutes;
using testing::FailsWith;

/// What EC2's status checks mean to a group.
class StatusChecks : public testing::GroupTest {
 protected:
  void fail_check(const std::string& instance_id, const std::string& check) {
    must_do_fault("impaired", {.kind = "status-check", .instance_id = instance_id, .check = check});
  }
  bool is_member(const std::string& instance_id) {
    for (const auto& instance : instances()) {
      if (instance.InstanceId == instance_id) return true;
    }
    return false;
  }
};

TEST_F(StatusChecks, ThatFailHaveTheInstanceReplacedWithAwssCause) {
  make_group(wanted(3));
  const std::string id = instance_in("eu-central-1b");
  fail_check(id, "instance");
  cloud.advance(minutes(10));

  EXPECT_FALSE(is_member(id));
  EXPECT_EQ(count_in("InService"), 3);
  EXPECT_THAT(*activity("Terminating EC2 instance: " + id).Cause,
              ::testing::HasSubstr("an instance was taken out of service in response to an EC2 "
                                   "instance status checks failure."));
}

TEST_F(StatusChecks, OfTheSystemCountToo) {
  make_group(wanted(1));
  const std::string id = *instances().front().InstanceId;
  fail_check(id, "system");
  cloud.advance(minutes(10));

  EXPECT_FALSE(is_member(id));
}

TEST_F(StatusChecks, OfVolumesDoNotCount) {
  make_group(wanted(1));
  const std::string id = *instances().front().InstanceId;
  fail_check(id, "ebs");
  cloud.advance(minutes(10));

  EXPECT_TRUE(is_member(id));
}

TEST_F(StatusChecks, AreNotHeededInTheGracePeriod) {
  auto request = wanted(1);
  request.HealthCheckGracePeriod = 1200;
  make_group(request);
  const std::string id = *instances().front().InstanceId;
  fail_check(id, "instance");
  cloud.advance(minutes(10));
  EXPECT_TRUE(is_member(id));
  EXPECT_EQ(instances().front().HealthStatus, "Healthy");

  cloud.advance(minutes(20));
  EXPECT_FALSE(is_member(id));
}

TEST_F(StatusChecks, OfEbsAndVpcLatticeAreRefusedAsHealthCheckTypes) {
  for (const char* type : {"EBS", "VPC_LATTICE", "ELB,EBS"}) {
    auto request = wanted(1);
    request.HealthCheckType = type;
    EXPECT_THAT(autoscaling.create_auto_scaling_group(request), FailsWith("NotImplemented", 501));
  }
}

}  // namespace
}  // namespace fallstreak
