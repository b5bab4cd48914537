#include "provisioner/plan/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fallstreak::provisioner {
namespace {

Stack network() {
  return {.name = "s",
          .region = "eu-central-1",
          .resources = {{"subnet", "subnet", {{"vpc", "@net"}, {"zone", "a"}, {"cidr", "10.0.0.0/24"}}, 0},
                        {"net", "vpc", {{"cidr", "10.0.0.0/16"}}, 0}}};
}

std::vector<Observed> observed() {
  return {{"net", "vpc", "vpc-1", {{"cidr", "10.0.0.0/16"}, {"internet", "yes"}}, false},
          {"subnet", "subnet", "subnet-1",
           {{"vpc", "vpc-1"}, {"zone", "a"}, {"cidr", "10.0.0.0/24"}, {"public", "yes"}}, false}};
}

TEST(Plan, CreatesWhatIsMissingInTheOrderOfNeed) {
  EXPECT_EQ(to_text(make_plan(network(), {})),
            "+ create  net (vpc)\n"
            "      cidr: 10.0.0.0/16\n"
            "      internet: yes\n"
            "+ create  subnet (subnet)\n"
            "      cidr: 10.0.0.0/24\n"
            "      public: yes\n"
            "      vpc: (known after apply)\n"
            "      zone: a\n"
            "Plan: 2 to create, 0 to change, 0 to destroy, 0 unchanged.\n");
}

TEST(Plan, IsEmptyWhenAllIsAsItShouldBe) {
  const Plan plan = make_plan(network(), observed());
  EXPECT_TRUE(plan.empty());
  EXPECT_EQ(to_text(plan), "Nothing to do: 2 resources are as they should be.\n");
}

TEST(Plan, ChangesInPlaceWhatAwsCanChange) {
  auto present = observed();
  present[1].properties["public"] = "no";
  EXPECT_EQ(to_text(make_plan(network(), present)),
            "~ update  subnet (subnet)  subnet-1\n"
            "      public: no -> yes\n"
            "Plan: 0 to create, 1 to change, 0 to destroy, 1 unchanged.\n");
}

TEST(Plan, ReplacesWhatAwsCannotChange) {
  auto present = observed();
  present[1].properties["zone"] = "b";
  EXPECT_THAT(to_text(make_plan(network(), present)),
              ::testing::StartsWith("! replace subnet (subnet)  subnet-1\n"
                                    "      zone: b -> a   # cannot be changed in place\n"));
}

TEST(Plan, DestroysWhatTheManifestNamesNoMore) {
  auto present = observed();
  present.push_back({"old", "security-group", "sg-1", {}, false});
  EXPECT_THAT(to_text(make_plan(network(), present)), ::testing::StartsWith("- destroy old (security-group)  sg-1\n"));
}

TEST(Plan, DestroysUsersBeforeWhatTheyUse) {
  const Plan plan = make_destroy_plan(observed());
  ASSERT_EQ(plan.steps.size(), 2U);
  EXPECT_EQ(plan.steps[0].name, "subnet");
  EXPECT_EQ(plan.steps[1].name, "net");
}

}  // namespace
}  // namespace fallstreak::provisioner
