#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

class LaunchTemplates : public Ec2Test {
 protected:
  std::string make_template(api::ec2::RequestLaunchTemplateData data, std::string name = "fleet") {
    return *must(ec2.create_launch_template({.LaunchTemplateName = std::move(name),
                                             .LaunchTemplateData = std::move(data)}))
                .LaunchTemplate->LaunchTemplateId;
  }
  std::vector<std::int64_t> versions(const std::string& id) {
    std::vector<std::int64_t> numbers;
    const auto found = must(ec2.describe_launch_template_versions({.LaunchTemplateId = id}));
    for (const auto& version : *found.LaunchTemplateVersions) {
      numbers.push_back(*version.VersionNumber);
    }
    return numbers;
  }
  api::ec2::RunInstancesRequest launch_from(const std::string& id, std::string version = "") {
    api::ec2::RunInstancesRequest request{.MaxCount = 1, .MinCount = 1};
    request.LaunchTemplate = {.LaunchTemplateId = id};
    if (!version.empty()) request.LaunchTemplate->Version = std::move(version);
    return request;
  }
};
using CreateLaunchTemplate = LaunchTemplates;
using CreateLaunchTemplateVersion = LaunchTemplates;
using DescribeLaunchTemplateVersions = LaunchTemplates;
using DeleteLaunchTemplateVersions = LaunchTemplates;
using RunInstancesFromTemplate = LaunchTemplates;

TEST_F(CreateLaunchTemplate, MakesVersionOneTheDefault) {
  const auto made = *must(ec2.create_launch_template({.LaunchTemplateName = "fleet",
                                                      .LaunchTemplateData = {{.ImageId = kImage}}}))
                         .LaunchTemplate;

  EXPECT_EQ(made.DefaultVersionNumber, 1);
  EXPECT_EQ(made.LatestVersionNumber, 1);
  EXPECT_EQ(made.CreateTime, cloud.now());
  EXPECT_THAT(ec2.create_launch_template(
                  {.LaunchTemplateName = "fleet", .LaunchTemplateData = {{.ImageId = kImage}}}),
              FailsWith("InvalidLaunchTemplateName.AlreadyExistsException", 400));
}

TEST_F(CreateLaunchTemplate, RefusesDataThatIsMalformed) {
  EXPECT_THAT(ec2.create_launch_template(
                  {.LaunchTemplateName = "fleet", .LaunchTemplateData = {{.UserData = "!!!"}}}),
              FailsWith("InvalidUserData.Malformed"));
  EXPECT_THAT(ec2.create_launch_template(
                  {.LaunchTemplateName = "fleet", .LaunchTemplateData = {{.ImageId = "mine"}}}),
              FailsWith("InvalidAMIID.Malformed"));
}

TEST_F(CreateLaunchTemplateVersion, InheritsFromItsSource) {
  const auto id = make_template({.ImageId = kImage, .InstanceType = "t3.micro"});

  const auto version = *must(ec2.create_launch_template_version(
                                 {.LaunchTemplateId = id,
                                  .SourceVersion = "1",
                                  .LaunchTemplateData = {{.InstanceType = "m5.large"}}}))
                            .LaunchTemplateVersion;

  EXPECT_EQ(version.VersionNumber, 2);
  EXPECT_EQ(version.DefaultVersion, false);
  EXPECT_EQ(version.LaunchTemplateData->ImageId, kImage);
  EXPECT_EQ(version.LaunchTemplateData->InstanceType, "m5.large");
}

TEST_F(DescribeLaunchTemplateVersions, ShowsTheNewestFirst) {
  const auto id = make_template({.ImageId = kImage});
  for (int i = 0; i < 11; ++i) {
    must(ec2.create_launch_template_version(
        {.LaunchTemplateId = id, .LaunchTemplateData = {{.InstanceType = "m5.large"}}}));
  }

  EXPECT_THAT(versions(id), ElementsAre(12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1));
  const auto some =
      *must(ec2.describe_launch_template_versions(
                {.LaunchTemplateName = "fleet", .MinVersion = "3", .MaxVersion = "4"}))
           .LaunchTemplateVersions;
  EXPECT_THAT(some, SizeIs(2));
}

TEST_F(DescribeLaunchTemplateVersions, KnowsLatestAndDefault) {
  const auto id = make_template({.ImageId = kImage});
  must(ec2.create_launch_template_version(
      {.LaunchTemplateId = id, .LaunchTemplateData = {{.ImageId = kArmImage}}}));
  const auto image_of = [&](const std::string& version) {
    return must(ec2.describe_launch_template_versions(
                    {.LaunchTemplateId = id, .Versions = {{version}}}))
        .LaunchTemplateVersions->front()
        .LaunchTemplateData->ImageId;
  };

  EXPECT_EQ(image_of("$Latest"), kArmImage);
  EXPECT_EQ(image_of("$Default"), kImage);
  must(ec2.modify_launch_template({.LaunchTemplateId = id, .DefaultVersion = "$Latest"}));
  EXPECT_EQ(image_of("$Default"), kArmImage);
  EXPECT_THAT(
      ec2.describe_launch_template_versions({.LaunchTemplateId = id, .Versions = {{"7"}}}),
      FailsSaying("Could not find the specified version 7 for the launch template with ID " + id +
                  "."));
}

TEST_F(DeleteLaunchTemplateVersions, KeepsTheDefaultOne) {
  const auto id = make_template({.ImageId = kImage});
  must(ec2.create_launch_template_version(
      {.LaunchTemplateId = id, .LaunchTemplateData = {{.ImageId = kArmImage}}}));

  const auto result = must(
      ec2.delete_launch_template_versions({.LaunchTemplateId = id, .Versions = {{"1", "2", "9"}}}));

  EXPECT_THAT(*result.SuccessfullyDeletedLaunchTemplateVersions, SizeIs(1));
  EXPECT_THAT(*result.UnsuccessfullyDeletedLaunchTemplateVersions, SizeIs(2));
  EXPECT_THAT(versions(id), ElementsAre(1));
}

TEST_F(LaunchTemplates, AreGoneWithAllVersionsWhenDeleted) {
  const auto id = make_template({.ImageId = kImage});

  must(ec2.delete_launch_template({.LaunchTemplateName = "fleet"}));

  EXPECT_THAT(ec2.describe_launch_template_versions({.LaunchTemplateId = id}),
              FailsWith("InvalidLaunchTemplateId.NotFound"));
  EXPECT_THAT(ec2.describe_launch_templates({.LaunchTemplateNames = {{"fleet"}}}),
              FailsWith("InvalidLaunchTemplateName.NotFoundException"));
  EXPECT_THAT(ec2.delete_launch_template({.LaunchTemplateId = "lt-1"}),
              FailsWith("InvalidLaunchTemplateId.Malformed"));
}

TEST_F(RunInstancesFromTemplate, LetsTheRequestOverrideTheTemplate) {
  const auto id = make_template(
      {.ImageId = kImage,
       .InstanceType = "m5.large",
       .UserData = "aGVsbG8=",
       .TagSpecifications = {
           {{.ResourceType = "instance",
             .Tags = {{{.Key = "role", .Value = "web"}, {.Key = "stage", .Value = "test"}}}}}}});
  auto request = launch_from(id);
  request.InstanceType = "c5.large";
  request.TagSpecifications = {
      {{.ResourceType = "instance", .Tags = {{{.Key = "stage", .Value = "live"}}}}}};

  const auto instance = look(run(request).front());

  EXPECT_EQ(instance.ImageId, kImage);
  EXPECT_EQ(instance.InstanceType, "c5.large");
  EXPECT_THAT(*instance.Tags,
              ElementsAre(api::ec2::Tag{.Key = "aws:ec2launchtemplate:id", .Value = id},
                          api::ec2::Tag{.Key = "aws:ec2launchtemplate:version", .Value = "1"},
                          api::ec2::Tag{.Key = "role", .Value = "web"},
                          api::ec2::Tag{.Key = "stage", .Value = "live"}));
}

TEST_F(RunInstancesFromTemplate, TakesTheVersionThatIsAskedFor) {
  const auto id = make_template({.ImageId = kImage, .InstanceType = "m5.large"});
  must(ec2.create_launch_template_version({.LaunchTemplateId = id,
                                           .SourceVersion = "1",
                                           .LaunchTemplateData = {{.InstanceType = "r5.large"}}}));

  EXPECT_EQ(look(run(launch_from(id)).front()).InstanceType, "m5.large");
  EXPECT_EQ(look(run(launch_from(id, "$Latest")).front()).InstanceType, "r5.large");
  EXPECT_THAT(ec2.run_instances(launch_from(id, "9")),
              FailsWith("InvalidLaunchTemplateId.VersionNotFound"));
}

TEST_F(RunInstancesFromTemplate, PlacesATemplatesInterfaceInTheSubnetOfTheRequest) {
  const auto vpc_id = make_vpc();
  const auto subnet_id = make_subnet(vpc_id, "10.0.0.0/24", "eu-central-1b");
  const auto group_id = make_group(vpc_id);
  const auto id = make_template({.NetworkInterfaces = {{{.AssociatePublicIpAddress = true,
                                                         .DeviceIndex = 0,
                                                         .Groups = {{group_id}}}}},
                                 .ImageId = kImage,
                                 .InstanceType = "m5.large"});
  auto request = launch_from(id);
  request.SubnetId = subnet_id;

  const auto instance = look(run(request).front());

  EXPECT_EQ(instance.SubnetId, subnet_id);
  EXPECT_EQ(instance.SecurityGroups->front().GroupId, group_id);
  EXPECT_TRUE(instance.PublicIpAddress.has_value());
}

}  // namespace
}  // namespace fallstreak::ec2_tests
