#include <set>

#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

using RunInstances = Ec2Test;

TEST_F(RunInstances, BeginsPendingAndIsRunningSoon) {
  const auto reservation = must(ec2.run_instances(launch()));
  const auto& instance = reservation.Instances->front();

  EXPECT_EQ(instance.State->Name, "pending");
  EXPECT_EQ(instance.StateReason->Code, "pending");
  EXPECT_FALSE(instance.PublicIpAddress.has_value());
  EXPECT_EQ(instance.LaunchTime, cloud.now());
  cloud.advance(2min);
  EXPECT_EQ(state_of(*instance.InstanceId), "running");
  EXPECT_EQ(look(*instance.InstanceId).State->Code, 16);
}

TEST_F(RunInstances, TakesAsLongForEachInstanceAsItsOwnDiceSay) {
  run(launch(40));

  std::set<std::size_t> running;
  for (int second = 0; second < 60; second += 5) {
    cloud.advance(5s);
    running.insert(select("instance-state-name", {"running"}).size());
  }

  EXPECT_GT(running.size(), 3U);
  EXPECT_EQ(select("instance-state-name", {"running"}).size(), 40U);
}

TEST_F(RunInstances, GivesAddressesOfTheSubnet) {
  const auto instance = look(run_one());
  const auto address = *instance.PrivateIpAddress;

  EXPECT_THAT(address, StartsWith("172.31."));
  EXPECT_EQ(instance.PrivateDnsName->substr(0, 10), "ip-172-31-");
  EXPECT_THAT(*instance.PublicDnsName, StartsWith("ec2-198-1"));
  EXPECT_THAT(*instance.PublicDnsName, ::testing::EndsWith(".eu-central-1.compute.amazonaws.com"));
  EXPECT_EQ(instance.NetworkInterfaces->front().PrivateIpAddress, address);
  EXPECT_EQ(instance.SecurityGroups->front().GroupName, "default");
}

TEST_F(RunInstances, NumbersTheInstancesOfAReservation) {
  const auto reservation = must(ec2.run_instances(launch(3)));

  std::set<int> indexes;
  std::set<std::string> addresses;
  for (const auto& instance : *reservation.Instances) {
    indexes.insert(*instance.AmiLaunchIndex);
    addresses.insert(*instance.PrivateIpAddress);
  }
  EXPECT_EQ(indexes, (std::set<int>{0, 1, 2}));
  EXPECT_EQ(addresses.size(), 3U);
  EXPECT_THAT(*reservation.ReservationId, StartsWith("r-"));
}

TEST_F(RunInstances, LaunchesAsManyAsTheSubnetHasRoomFor) {
  auto request = launch(20);
  request.SubnetId = make_subnet(make_vpc(), "10.0.0.0/28");

  EXPECT_THAT(ec2.run_instances(request), FailsWith("InsufficientFreeAddressesInSubnet", 400));
  request.MinCount = 1;
  EXPECT_EQ(run(request).size(), 11U);
  request.MaxCount = 1;
  EXPECT_THAT(ec2.run_instances(request), FailsWith("InsufficientFreeAddressesInSubnet"));
}

TEST_F(RunInstances, TakesTheAddressThatIsAskedFor) {
  auto request = launch();
  request.SubnetId = make_subnet(make_vpc(), "10.0.0.0/24");
  request.PrivateIpAddress = "10.0.0.77";

  EXPECT_EQ(look(run(request).front()).PrivateIpAddress, "10.0.0.77");
  EXPECT_THAT(ec2.run_instances(request), FailsSaying("Address 10.0.0.77 is in use."));
  request.PrivateIpAddress = "10.0.0.3";
  EXPECT_THAT(ec2.run_instances(request),
              FailsSaying("Address 10.0.0.3 is in subnet's reserved address range"));
  request.PrivateIpAddress = "10.0.1.7";
  EXPECT_THAT(ec2.run_instances(request), FailsWith("InvalidParameterValue"));
}

TEST_F(RunInstances, AnswersOneClientTokenWithTheSameInstances) {
  auto request = launch(2);
  request.ClientToken = "once";

  const auto first = run(request);

  EXPECT_EQ(run(request), first);
  request.InstanceType = "t3.micro";
  EXPECT_THAT(ec2.run_instances(request), FailsWith("IdempotentParameterMismatch", 400));
  EXPECT_EQ(select("client-token", {"once"}).size(), 2U);
}

TEST_F(RunInstances, RefusesImagesAndTypesThatAreNotThere) {
  auto request = launch();
  request.ImageId = "ami-0123456789abcdef0";
  EXPECT_THAT(ec2.run_instances(request),
              FailsSaying("The image id '[ami-0123456789abcdef0]' does not exist"));
  request.ImageId = "image";
  EXPECT_THAT(ec2.run_instances(request), FailsWith("InvalidAMIID.Malformed"));
  request = launch();
  request.InstanceType = "p5.48xlarge";
  EXPECT_THAT(ec2.run_instances(request), FailsWith("NotImplemented", 501));
  request = launch();
  request.InstanceType = "m7g.large";
  EXPECT_THAT(ec2.run_instances(request), FailsWith("InvalidParameterValue"));
  request.ImageId = kArmImage;
  EXPECT_THAT(ec2.run_instances(request), Succeeds());
}

TEST_F(RunInstances, ResolvesAnImageBySystemsManagerParameter) {
  auto request = launch();
  request.ImageId =
      "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";

  EXPECT_EQ(look(run(request).front()).ImageId, kImage);
}

TEST_F(RunInstances, RefusesKeyPairsBecauseThereAreNone) {
  auto request = launch();
  request.KeyName = "mine";

  EXPECT_THAT(ec2.run_instances(request), FailsSaying("The key pair 'mine' does not exist"));
}

TEST_F(RunInstances, RefusesUserDataThatIsNotBase64OrTooLong) {
  auto request = launch();
  request.UserData = "not base64";
  EXPECT_THAT(ec2.run_instances(request), FailsWith("InvalidUserData.Malformed"));
  request.UserData = std::string(4 * 5462, 'A');
  EXPECT_THAT(ec2.run_instances(request), FailsSaying("User data is limited to 16384 bytes"));
}

TEST_F(RunInstances, RefusesGroupsOfAnotherVpc) {
  auto request = launch();
  request.SecurityGroupIds = {{make_group(make_vpc())}};

  EXPECT_THAT(ec2.run_instances(request), FailsWith("InvalidParameter", 400));
  request.SecurityGroupIds.reset();
  request.SecurityGroups = {{"nobody"}};
  EXPECT_THAT(ec2.run_instances(request), FailsWith("InvalidGroup.NotFound"));
}

TEST_F(RunInstances, RefusesCountsThatMakeNoSense) {
  auto request = launch();
  request.MinCount = 2;
  EXPECT_THAT(ec2.run_instances(request), FailsWith("InvalidParameterValue"));
  request.MinCount = 0;
  EXPECT_THAT(ec2.run_instances(request), FailsWith("InvalidParameterValue"));
}

TEST_F(RunInstances, RefusesAZoneThatIsNotThere) {
  auto request = launch();
  request.Placement = {.AvailabilityZone = "eu-central-1x"};

  EXPECT_THAT(ec2.run_instances(request),
              FailsSaying("Invalid availability zone: [eu-central-1x]"));
}

TEST_F(RunInstances, SaysWhichZonesHaveCapacity) {
  inject("full", {.kind = "insufficient-capacity", .zone = "eu-central-1a"});
  auto request = launch();
  request.Placement = {.AvailabilityZone = "eu-central-1a"};

  EXPECT_THAT(ec2.run_instances(request), FailsWith("InsufficientInstanceCapacity", 500));
  EXPECT_THAT(
      ec2.run_instances(request),
      FailsSaying("We currently do not have sufficient m4.xlarge capacity in the Availability Zone "
                  "you requested (eu-central-1a). Our system will be working on provisioning "
                  "additional capacity. You can currently get m4.xlarge capacity by not specifying "
                  "an Availability Zone in your request or choosing eu-central-1b, "
                  "eu-central-1c."));
}

TEST_F(RunInstances, ChoosesAZoneThatHasCapacity) {
  inject("full", {.kind = "insufficient-capacity", .zone = "eu-central-1a"});
  inject("also full", {.kind = "insufficient-capacity", .zone = "eu-central-1b"});

  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(look(run_one()).Placement->AvailabilityZone, "eu-central-1c");
  inject("too", {.kind = "insufficient-capacity", .zone = "eu-central-1c"});
  EXPECT_THAT(ec2.run_instances(launch()), FailsWith("InsufficientInstanceCapacity", 500));
}

TEST_F(RunInstances, RefusesATypeThatTheZoneDoesNotHave) {
  InProcessTransport east(cloud, dispatch::Caller("123456789012", "us-east-1"));
  auto request = launch();
  request.InstanceType = "m5.large";
  request.Placement = {.AvailabilityZone = "us-east-1e"};

  EXPECT_THAT(client::Ec2(east).run_instances(request), FailsWith("Unsupported", 400));
}

TEST_F(RunInstances, RefusesReservedTagsAndSaysWhatItCannotTag) {
  auto request = launch();
  request.TagSpecifications = {
      {{.ResourceType = "instance", .Tags = {{{.Key = "aws:mine", .Value = "x"}}}}}};
  EXPECT_THAT(ec2.run_instances(request),
              FailsSaying("Tag keys starting with 'aws:' are reserved for internal use"));
  request.TagSpecifications = {{{.ResourceType = "spot-instances-request"}}};
  EXPECT_THAT(ec2.run_instances(request), FailsWith("InvalidParameterValue", 400));
}

TEST_F(RunInstances, NeedsAnImageAndANetwork) {
  EXPECT_THAT(ec2.run_instances({.MaxCount = 1, .MinCount = 1}), FailsWith("MissingParameter"));
  auto request = launch();
  request.SubnetId = "subnet-0123456789abcdef0";
  EXPECT_THAT(ec2.run_instances(request), FailsWith("InvalidSubnetID.NotFound"));
  request.NetworkInterfaces = {{{.DeviceIndex = 0}}};
  EXPECT_THAT(ec2.run_instances(request), FailsWith("InvalidParameterCombination"));
}

TEST_F(RunInstances, GivesTheSameIdsForTheSameSeed) {
  Cloud other;
  InProcessTransport transport_of_other(other, dispatch::Caller("123456789012", "eu-central-1"));

  const auto there = must(client::Ec2(transport_of_other).run_instances(launch(5)));

  EXPECT_EQ(must(ec2.run_instances(launch(5))), there);
}

}  // namespace
}  // namespace fallstreak::ec2_tests
