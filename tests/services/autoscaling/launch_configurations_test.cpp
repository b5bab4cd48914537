#include "tests/services/autoscaling/group_fixture.h"

namespace fallstreak {
namespace {

using api::autoscaling::CreateLaunchConfigurationType;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::FailsSaying;
using testing::FailsWith;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class LaunchConfigurationTest : public testing::GroupTest {
 protected:
  static CreateLaunchConfigurationType configuration(const std::string& name = "old") {
    return {.LaunchConfigurationName = name,
            .ImageId = std::string(kImage),
            .InstanceType = "t3.micro"};
  }
  void put(const CreateLaunchConfigurationType& request = configuration()) {
    must_do(autoscaling.create_launch_configuration(request));
  }
  std::vector<api::autoscaling::LaunchConfiguration> described(
      const api::autoscaling::LaunchConfigurationNamesType& request = {}) {
    return *must(autoscaling.describe_launch_configurations(request)).LaunchConfigurations;
  }
  api::autoscaling::CreateAutoScalingGroupType group_of(const std::string& name,
                                                        std::int32_t desired = 1) {
    auto request = wanted(desired);
    request.LaunchTemplate.reset();
    request.LaunchConfigurationName = name;
    return request;
  }
  api::ec2::Instance launched() {
    const auto found = must(ec2.describe_instances({.InstanceIds = {{instance_in_service()}}}));
    return found.Reservations->front().Instances->front();
  }
  std::string instance_in_service() { return *instances().at(0).InstanceId; }
  template <class Change>
  auto create_with(Change&& change) {
    auto request = configuration();
    change(request);
    return autoscaling.create_launch_configuration(request);
  }
};

using CreateLaunchConfiguration = LaunchConfigurationTest;
using DescribeLaunchConfigurations = LaunchConfigurationTest;
using DeleteLaunchConfiguration = LaunchConfigurationTest;
using LaunchConfigurationGroups = LaunchConfigurationTest;

TEST_F(CreateLaunchConfiguration, IsDescribedWithItsDefaults) {
  put();
  const auto made = described();
  ASSERT_THAT(made, SizeIs(1));
  EXPECT_EQ(made[0].LaunchConfigurationName, "old");
  EXPECT_TRUE(made[0].LaunchConfigurationARN->starts_with(
      "arn:aws:autoscaling:eu-central-1:123456789012:launchConfiguration:"));
  EXPECT_TRUE(made[0].LaunchConfigurationARN->ends_with(":launchConfigurationName/old"));
  EXPECT_EQ(made[0].ImageId, kImage);
  EXPECT_EQ(made[0].InstanceType, "t3.micro");
  EXPECT_EQ(made[0].InstanceMonitoring->Enabled, true);
  EXPECT_EQ(made[0].EbsOptimized, false);
  EXPECT_EQ(made[0].CreatedTime, cloud.now());
  EXPECT_THAT(*made[0].SecurityGroups, IsEmpty());
}

TEST_F(CreateLaunchConfiguration, RefusesWhatMakesNoSense) {
  put();
  EXPECT_THAT(create_with([](auto&) {}), FailsWith("AlreadyExists", 400));
  const std::vector<void (*)(CreateLaunchConfigurationType&)> wrong = {
      [](CreateLaunchConfigurationType& one) { one.ImageId.reset(); },
      [](CreateLaunchConfigurationType& one) { one.InstanceType.reset(); },
      [](CreateLaunchConfigurationType& one) { one.ImageId = "ami-0123456789abcdef0"; },
      [](CreateLaunchConfigurationType& one) { one.InstanceType = "t3.colossal"; },
      [](CreateLaunchConfigurationType& one) { one.KeyName = "nobodys"; },
      [](CreateLaunchConfigurationType& one) { one.SecurityGroups = {{"sg-0123456789abcdef0"}}; },
      [](CreateLaunchConfigurationType& one) { one.SpotPrice = "free"; },
      [](CreateLaunchConfigurationType& one) { one.SpotPrice = "-1"; },
      [](CreateLaunchConfigurationType& one) { one.PlacementTenancy = "mine"; },
      [](CreateLaunchConfigurationType& one) {
        one.BlockDeviceMappings = {{{.DeviceName = "/dev/sdb"}}};
      },
      [](CreateLaunchConfigurationType& one) { one.InstanceId = "i-0123456789abcdef0"; }};
  for (std::size_t index = 0; index < wrong.size(); ++index) {
    const auto refused = create_with([&](auto& one) {
      one.LaunchConfigurationName = "other";
      wrong[index](one);
    });
    EXPECT_THAT(refused, FailsWith("ValidationError", 400)) << index;
  }
  EXPECT_THAT(create_with([](auto& one) { one.ClassicLinkVPCId = "vpc-1"; }),
              FailsWith("NotImplemented", 501));
  EXPECT_THAT(described(), SizeIs(1));
}

TEST_F(CreateLaunchConfiguration, TakesWhatIsNotGivenFromAnInstance) {
  const std::string id = run_instance_to_running(subnet_ids[0]);
  put({.LaunchConfigurationName = "copy", .InstanceId = id, .InstanceType = "t3.small"});
  const auto made = described().at(0);
  EXPECT_EQ(made.ImageId, kImage);
  EXPECT_EQ(made.InstanceType, "t3.small");
  EXPECT_EQ(made.InstanceMonitoring->Enabled, false);
  EXPECT_THAT(*made.SecurityGroups, SizeIs(1));
}

TEST_F(DescribeLaunchConfigurations, FindsByNameAndPages) {
  for (const char* name : {"a", "b", "c"}) put(configuration(name));
  EXPECT_THAT(described({.LaunchConfigurationNames = {{"b", "x"}}}), SizeIs(1));
  auto page = must(autoscaling.describe_launch_configurations({.MaxRecords = 2}));
  EXPECT_THAT(*page.LaunchConfigurations, SizeIs(2));
  page = must(autoscaling.describe_launch_configurations({.NextToken = page.NextToken}));
  ASSERT_THAT(*page.LaunchConfigurations, SizeIs(1));
  EXPECT_EQ(page.LaunchConfigurations->at(0).LaunchConfigurationName, "c");
  EXPECT_THAT(autoscaling.describe_launch_configurations({.NextToken = "!"}),
              FailsWith("InvalidNextToken", 400));
}

TEST_F(DeleteLaunchConfiguration, RefusesWhileAGroupUsesIt) {
  put();
  make_group(group_of("old", 0));
  const auto remove = [&] {
    return autoscaling.delete_launch_configuration({.LaunchConfigurationName = "old"});
  };
  EXPECT_THAT(remove(), FailsWith("ResourceInUse", 400));
  must_do(autoscaling.update_auto_scaling_group(
      {.AutoScalingGroupName = "web", .LaunchTemplate = {{.LaunchTemplateId = template_id}}}));
  must_do(remove());
  EXPECT_THAT(described(), IsEmpty());
  EXPECT_THAT(remove(), FailsWith("ValidationError", 400));
}

TEST_F(LaunchConfigurationGroups, LaunchWhatTheConfigurationSays) {
  const auto security_group =
      must(ec2.create_security_group({.Description = "web", .GroupName = "web", .VpcId = vpc_id}))
          .GroupId;
  auto request = configuration();
  request.SecurityGroups = {{*security_group}};
  request.UserData = "aGVsbG8=";
  request.AssociatePublicIpAddress = true;
  request.InstanceMonitoring = {{.Enabled = false}};
  request.MetadataOptions = {{.HttpTokens = "required"}};
  request.BlockDeviceMappings = {
      {{.DeviceName = "/dev/sdf", .Ebs = {{.VolumeSize = 10, .VolumeType = "gp3"}}}}};
  put(request);
  make_group(group_of("old"));

  EXPECT_EQ(group().LaunchConfigurationName, "old");
  EXPECT_FALSE(group().LaunchTemplate);
  EXPECT_EQ(instances().at(0).LifecycleState, "InService");
  EXPECT_EQ(instances().at(0).LaunchConfigurationName, "old");
  EXPECT_FALSE(instances().at(0).LaunchTemplate);
  const auto instance = launched();
  EXPECT_EQ(instance.SecurityGroups->at(0).GroupId, security_group);
  EXPECT_TRUE(instance.PublicIpAddress);
  EXPECT_EQ(instance.Monitoring->State, "disabled");
  EXPECT_EQ(instance.MetadataOptions->HttpTokens, "required");
  EXPECT_THAT(*instance.BlockDeviceMappings, SizeIs(2));
  const auto details = must(autoscaling.describe_auto_scaling_instances({}));
  EXPECT_EQ(details.AutoScalingInstances->at(0).LaunchConfigurationName, "old");
  EXPECT_EQ(must(autoscaling.describe_account_limits({})).NumberOfLaunchConfigurations, 1);
}

TEST_F(LaunchConfigurationGroups, LaunchSpotInstancesAtAPrice) {
  auto request = configuration();
  request.SpotPrice = "1.5";
  put(request);
  make_group(group_of("old"));
  EXPECT_EQ(launched().InstanceLifecycle, "spot");
}

TEST_F(LaunchConfigurationGroups, HaveOneSourceAlone) {
  put();
  auto both = group_of("old");
  both.LaunchTemplate = {{.LaunchTemplateId = template_id}};
  EXPECT_THAT(autoscaling.create_auto_scaling_group(both), FailsWith("ValidationError", 400));
  EXPECT_THAT(autoscaling.create_auto_scaling_group(group_of("other")),
              FailsSaying("Launch configuration name not found - A launch configuration with the "
                          "name: other does not exist"));
}

TEST_F(LaunchConfigurationGroups, MoveBetweenConfigurationsAndTemplates) {
  put();
  make_group(wanted(1));
  must_do(autoscaling.update_auto_scaling_group(
      {.AutoScalingGroupName = "web", .LaunchConfigurationName = "old", .DesiredCapacity = 2}));
  cloud.advance(std::chrono::minutes(3));
  EXPECT_EQ(group().LaunchConfigurationName, "old");
  // AWS: what came from a launch configuration goes first.
  must_do(autoscaling.set_desired_capacity({.AutoScalingGroupName = "web", .DesiredCapacity = 1}));
  cloud.advance(std::chrono::minutes(6));
  ASSERT_THAT(instances(), SizeIs(1));
  EXPECT_TRUE(instances().at(0).LaunchTemplate);

  // A refresh moves the group on to a template, and its instances with it.
  must_do(autoscaling.set_desired_capacity({.AutoScalingGroupName = "web", .DesiredCapacity = 2}));
  cloud.advance(std::chrono::minutes(3));
  must_do(autoscaling.start_instance_refresh(
      {.AutoScalingGroupName = "web",
       .DesiredConfiguration = {{.LaunchTemplate = {{.LaunchTemplateId = template_id}}}}}));
  cloud.advance(std::chrono::hours(1));
  EXPECT_FALSE(group().LaunchConfigurationName);
  for (const auto& instance : instances()) EXPECT_TRUE(instance.LaunchTemplate);
}

TEST_F(LaunchConfigurationGroups, SkipWhatMatchesWhenRefreshed) {
  put();
  put(configuration("new"));
  make_group(group_of("old", 2));
  const std::string before = instance_in_service();
  const auto refresh = [&] {
    api::autoscaling::RefreshPreferences preferences;
    preferences.SkipMatching = true;
    must_do(autoscaling.start_instance_refresh(
        {.AutoScalingGroupName = "web", .Preferences = preferences}));
    cloud.advance(std::chrono::hours(1));
  };
  refresh();
  EXPECT_EQ(instance_in_service(), before);
  must_do(autoscaling.update_auto_scaling_group(
      {.AutoScalingGroupName = "web", .LaunchConfigurationName = "new"}));
  refresh();
  for (const auto& instance : instances()) EXPECT_EQ(instance.LaunchConfigurationName, "new");
}

TEST_F(LaunchConfigurationGroups, AreMadeAfterAnInstance) {
  const std::string id = run_instance_to_running(subnet_ids[0]);
  auto request = wanted(1);
  request.LaunchTemplate.reset();
  request.InstanceId = id;
  make_group(request);
  EXPECT_EQ(group().LaunchConfigurationName, "web");
  EXPECT_EQ(described().at(0).ImageId, kImage);
  EXPECT_EQ(count_in("InService"), 1);
}

}  // namespace
}  // namespace fallstreak
