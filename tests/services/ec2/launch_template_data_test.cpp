#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

class GetLaunchTemplateData : public Ec2Test {
 protected:
  api::ec2::ResponseLaunchTemplateData data_of(const std::string& instance_id) {
    return *must(ec2.get_launch_template_data({.InstanceId = instance_id})).LaunchTemplateData;
  }
};

TEST_F(GetLaunchTemplateData, TellsHowAnInstanceIs) {
  const std::string vpc = make_vpc();
  const std::string subnet = make_subnet(vpc, "10.0.1.0/24");
  const std::string group = make_group(vpc);
  auto request = launch();
  request.InstanceType = "t3.micro";
  request.SubnetId = subnet;
  request.SecurityGroupIds = {{group}};
  request.PrivateIpAddress = "10.0.1.10";
  request.UserData = "aGk=";
  request.DisableApiTermination = true;
  request.Monitoring = {{.Enabled = true}};
  request.BlockDeviceMappings = {
      {{.Ebs = {{.VolumeSize = 20, .VolumeType = "gp3", .Encrypted = true}},
        .DeviceName = "/dev/xvda"}}};
  request.TagSpecifications = {
      {{.ResourceType = "instance", .Tags = {{{.Key = "team", .Value = "web"}}}}}};
  const std::string id = run(request).front();
  settle();

  const auto data = data_of(id);
  EXPECT_EQ(data.ImageId, kImage);
  EXPECT_EQ(data.InstanceType, "t3.micro");
  EXPECT_EQ(data.UserData, "aGk=");
  EXPECT_EQ(data.DisableApiTermination, true);
  EXPECT_EQ(data.InstanceInitiatedShutdownBehavior, "stop");
  EXPECT_EQ(data.Monitoring->Enabled, true);
  EXPECT_EQ(data.CreditSpecification->CpuCredits, "unlimited");
  EXPECT_EQ(data.CpuOptions->ThreadsPerCore, 2);
  EXPECT_EQ(data.Placement->AvailabilityZone, "eu-central-1a");
  EXPECT_EQ(data.Placement->Tenancy, "default");
  EXPECT_EQ(data.MetadataOptions->HttpTokens, "required");
  EXPECT_EQ(data.TagSpecifications->front().Tags->front().Value, "web");
  const auto& volume = *data.BlockDeviceMappings->front().Ebs;
  EXPECT_EQ(data.BlockDeviceMappings->front().DeviceName, "/dev/xvda");
  EXPECT_EQ(volume.VolumeSize, 20);
  EXPECT_EQ(volume.Encrypted, true);
  EXPECT_EQ(volume.DeleteOnTermination, true);
  const auto& interface = data.NetworkInterfaces->front();
  EXPECT_EQ(interface.SubnetId, subnet);
  EXPECT_EQ(interface.DeviceIndex, 0);
  EXPECT_EQ(interface.AssociatePublicIpAddress, false);
  EXPECT_THAT(*interface.Groups, ElementsAre(group));
  EXPECT_EQ(interface.PrivateIpAddresses->front().PrivateIpAddress, "10.0.1.10");
  EXPECT_FALSE(data.InstanceMarketOptions.has_value());
}

TEST_F(GetLaunchTemplateData, TellsHowASpotInstanceWasAskedFor) {
  auto request = launch();
  request.InstanceMarketOptions = {{.MarketType = "spot", .SpotOptions = {{.MaxPrice = "0.2"}}}};
  const auto data = data_of(run(request).front());
  EXPECT_EQ(data.InstanceMarketOptions->MarketType, "spot");
  EXPECT_EQ(data.InstanceMarketOptions->SpotOptions->MaxPrice, "0.2");
  EXPECT_EQ(data.InstanceMarketOptions->SpotOptions->SpotInstanceType, "one-time");
}

TEST_F(GetLaunchTemplateData, MakesATemplateOfAnInstance) {
  auto request = launch();
  request.BlockDeviceMappings = {
      {{.Ebs = {{.VolumeSize = 12, .VolumeType = "gp3"}}, .DeviceName = "/dev/xvda"}}};
  const auto data = data_of(run(request).front());
  must(ec2.create_launch_template(
      {.LaunchTemplateName = "copy",
       .LaunchTemplateData = {
           {.BlockDeviceMappings =
                {{{.DeviceName = data.BlockDeviceMappings->front().DeviceName,
                   .Ebs = {{.VolumeSize = data.BlockDeviceMappings->front().Ebs->VolumeSize}}}}},
            .NetworkInterfaces = {{{.DeviceIndex = 0,
                                    .Groups = data.NetworkInterfaces->front().Groups,
                                    .SubnetId = data.NetworkInterfaces->front().SubnetId}}},
            .ImageId = data.ImageId,
            .InstanceType = data.InstanceType}}}));
  const std::string copy =
      run({.MaxCount = 1, .MinCount = 1, .LaunchTemplate = {{.LaunchTemplateName = "copy"}}})
          .front();
  settle();
  const auto again = data_of(copy);
  EXPECT_EQ(again.BlockDeviceMappings->front().Ebs->VolumeSize, 12);
  EXPECT_EQ(again.NetworkInterfaces->front().SubnetId, data.NetworkInterfaces->front().SubnetId);
  EXPECT_EQ(again.InstanceType, data.InstanceType);
}

TEST_F(GetLaunchTemplateData, RefusesAnInstanceThatIsNotThere) {
  EXPECT_THAT(ec2.get_launch_template_data({.InstanceId = "i-0123456789abcdef0"}),
              FailsWith("InvalidInstanceID.NotFound", 400));
  EXPECT_THAT(ec2.get_launch_template_data({.InstanceId = "instance"}),
              FailsWith("InvalidInstanceID.Malformed", 400));
}

}  // namespace
}  // namespace fallstreak::ec2_tests
