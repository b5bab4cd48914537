#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

class Images : public Ec2Test {
 protected:
  std::string instance_id = run_one();

  Images() { settle(); }
  std::string make(std::string name = "web-1") {
    return *must(ec2.create_image({.InstanceId = instance_id, .Name = std::move(name)})).ImageId;
  }
  api::ec2::Image look_at(const std::string& id) {
    return must(ec2.describe_images({.ImageIds = {{id}}})).Images->front();
  }
};
using CreateImage = Images;
using RegisterImage = Images;
using CopyImage = Images;
using DescribeImagesOfOnesOwn = Images;
using ModifyImageAttribute = Images;
using DeregisterImage = Images;
using ImageLifecycle = Images;

TEST_F(CreateImage, SnapshotsTheVolumesAndCanBeLaunched) {
  const auto id = make();
  EXPECT_EQ(look_at(id).State, "pending");
  auto request = launch();
  request.ImageId = id;
  EXPECT_THAT(ec2.run_instances(request), FailsWith("IncorrectState"));
  settle();

  const auto image = look_at(id);
  EXPECT_EQ(image.State, "available");
  EXPECT_EQ(image.Architecture, "x86_64");
  EXPECT_EQ(image.RootDeviceName, "/dev/xvda");
  EXPECT_EQ(image.SourceInstanceId, instance_id);
  EXPECT_EQ(image.Public, false);
  ASSERT_THAT(*image.BlockDeviceMappings, SizeIs(1));
  const auto snapshot_id = *image.BlockDeviceMappings->front().Ebs->SnapshotId;
  const auto snapshot =
      must(ec2.describe_snapshots({.SnapshotIds = {{snapshot_id}}})).Snapshots->front();
  EXPECT_EQ(snapshot.Description, "Created by CreateImage(" + instance_id + ") for " + id);
  const auto launched = run(request).front();
  settle();
  EXPECT_EQ(look(launched).ImageId, id);
  const auto root = *look(launched).BlockDeviceMappings->front().Ebs->VolumeId;
  EXPECT_EQ(must(ec2.describe_volumes({.VolumeIds = {{root}}})).Volumes->front().SnapshotId,
            snapshot_id);
}

TEST_F(CreateImage, RebootsTheInstanceUnlessToldOtherwise) {
  const auto status = [&] {
    return must(ec2.describe_instance_status({.InstanceIds = {{instance_id}}}))
        .InstanceStatuses->front()
        .InstanceStatus_->Status;
  };
  must(ec2.create_image({.InstanceId = instance_id, .Name = "no-reboot", .NoReboot = true}));
  EXPECT_EQ(status(), "ok");
  make();
  EXPECT_EQ(status(), "initializing");
}

TEST_F(CreateImage, NeedsANameOfItsOwn) {
  make();
  EXPECT_THAT(ec2.create_image({.InstanceId = instance_id, .Name = "web-1"}),
              FailsWith("InvalidAMIName.Duplicate"));
  EXPECT_THAT(ec2.create_image({.InstanceId = instance_id, .Name = "web$1"}),
              FailsWith("InvalidAMIName.Malformed"));
  EXPECT_THAT(ec2.create_image({.InstanceId = "i-0123456789abcdef0", .Name = "web-2"}),
              FailsWith("InvalidInstanceID.NotFound"));
  EXPECT_THAT(ec2.create_image({.TagSpecifications = {{{.ResourceType = "vpc"}}},
                                .InstanceId = instance_id,
                                .Name = "web-2"}),
              FailsWith("InvalidParameterValue"));
}

TEST_F(RegisterImage, MakesAnImageOfASnapshot) {
  const auto snapshot_id = *look_at(make()).BlockDeviceMappings->front().Ebs->SnapshotId;
  settle();
  api::ec2::RegisterImageRequest request{
      .ImdsSupport = "v2.0",
      .Name = "built",
      .Architecture = "x86_64",
      .RootDeviceName = "/dev/sda1",
      .BlockDeviceMappings = {{{.Ebs = {{.SnapshotId = snapshot_id}}, .DeviceName = "/dev/sda1"}}},
      .VirtualizationType = "hvm"};
  const auto id = *must(ec2.register_image(request)).ImageId;

  EXPECT_EQ(look_at(id).State, "available");
  EXPECT_EQ(look_at(id).BlockDeviceMappings->front().Ebs->VolumeSize, 8);
  auto wanted = launch();
  wanted.ImageId = id;
  const auto launched = look(run(wanted).front());
  EXPECT_EQ(launched.RootDeviceName, "/dev/sda1");
  EXPECT_EQ(launched.MetadataOptions->HttpTokens, "required");

  request.Name = "rootless";
  request.RootDeviceName = "/dev/xvda";
  EXPECT_THAT(ec2.register_image(request), FailsWith("InvalidBlockDeviceMapping"));
  request.RootDeviceName = "/dev/sda1";
  request.VirtualizationType.reset();
  wanted.ImageId = must(ec2.register_image(request)).ImageId;
  EXPECT_THAT(ec2.run_instances(wanted), FailsWith("InvalidParameterCombination"));
}

TEST_F(CopyImage, BringsAPublicImageOrOnesOwnToAnotherRegion) {
  const auto id = make();
  settle();
  InProcessTransport to_ireland(cloud, dispatch::Caller("123456789012", "eu-west-1"));
  client::Ec2 ireland(to_ireland);
  const api::ec2::CopyImageRequest request{
      .ClientToken = "once", .Name = "copied", .SourceImageId = id, .SourceRegion = "eu-central-1"};

  const auto copy = *must(ireland.copy_image(request)).ImageId;

  EXPECT_EQ(must(ireland.copy_image(request)).ImageId, copy);
  cloud.advance(20min);
  const auto shown = must(ireland.describe_images({.Owners = {{"self"}}})).Images->front();
  EXPECT_EQ(shown.ImageId, copy);
  EXPECT_EQ(shown.State, "available");
  EXPECT_EQ(shown.SourceImageId, id);
  EXPECT_EQ(shown.SourceImageRegion, "eu-central-1");
  const auto snapshot_id = *shown.BlockDeviceMappings->front().Ebs->SnapshotId;
  EXPECT_EQ(
      must(ireland.describe_snapshots({.SnapshotIds = {{snapshot_id}}})).Snapshots->front().State,
      "completed");
  EXPECT_THAT(ireland.copy_image(
                  {.Name = "of-amazon", .SourceImageId = kImage, .SourceRegion = "eu-central-1"}),
              Succeeds());
  EXPECT_THAT(ireland.copy_image({.Name = "missing",
                                  .SourceImageId = "ami-00000000000000000",
                                  .SourceRegion = "eu-central-1"}),
              FailsWith("InvalidAMIID.NotFound"));
}

TEST_F(DescribeImagesOfOnesOwn, AreFoundAmongThePublicOnes) {
  const auto id = make();
  must(ec2.create_tags({.Resources = {{id}}, .Tags = {{{.Key = "k", .Value = "v"}}}}));
  const auto find = [&](const std::string& name, const std::string& value) {
    std::vector<std::string> ids;
    const auto result =
        must(ec2.describe_images({.Filters = {{{.Name = name, .Values = {{value}}}}}}));
    for (const auto& image : *result.Images) ids.push_back(*image.ImageId);
    return ids;
  };
  EXPECT_THAT(find("name", "web-*"), ElementsAre(id));
  EXPECT_THAT(find("state", "pending"), ElementsAre(id));
  EXPECT_THAT(find("is-public", "false"), ElementsAre(id));
  EXPECT_THAT(find("owner-id", "123456789012"), ElementsAre(id));
  EXPECT_THAT(find("source-instance-id", instance_id), ElementsAre(id));
  EXPECT_THAT(find("tag:k", "v"), ElementsAre(id));
  EXPECT_THAT(find("block-device-mapping.snapshot-id", "snap-0abcdef1234567890"),
              ElementsAre(kImage));
  EXPECT_THAT(find("block-device-mapping.volume-size", "30"), SizeIs(1));
  EXPECT_THAT(*must(ec2.describe_images({.Owners = {{"self"}}})).Images, SizeIs(1));
  EXPECT_GT(must(ec2.describe_images({.ExecutableUsers = {{"all"}}})).Images->size(), 5U);
}

TEST_F(ModifyImageAttribute, DescribesAndShares) {
  const auto id = make();
  must(ec2.modify_image_attribute({.Description = {{.Value = "the web"}}, .ImageId = id}));
  must(ec2.modify_image_attribute(
      {.ImageId = id, .LaunchPermission = {{.Add = {{{.Group = "all"}}}}}}));

  EXPECT_EQ(look_at(id).Description, "the web");
  EXPECT_EQ(look_at(id).Public, true);
  const auto shared =
      must(ec2.describe_image_attribute({.Attribute = "launchPermission", .ImageId = id}))
          .LaunchPermissions;
  ASSERT_THAT(*shared, SizeIs(1));
  EXPECT_EQ(shared->front().Group, "all");
  EXPECT_THAT(ec2.modify_image_attribute({.ImageId = id}), FailsWith("MissingParameter"));
  EXPECT_THAT(ec2.modify_image_attribute({.Description = {{.Value = "mine"}}, .ImageId = kImage}),
              FailsWith("AuthFailure"));
}

TEST_F(DeregisterImage, LeavesTheInstancesThatCameOfIt) {
  const auto id = make();
  settle();
  auto request = launch();
  request.ImageId = id;
  const auto launched = run(request).front();
  const auto snapshot_id = *look_at(id).BlockDeviceMappings->front().Ebs->SnapshotId;

  const auto result =
      must(ec2.deregister_image({.ImageId = id, .DeleteAssociatedSnapshots = true}));

  EXPECT_EQ(result.DeleteSnapshotResults->front().ReturnCode, "success");
  EXPECT_THAT(ec2.describe_snapshots({.SnapshotIds = {{snapshot_id}}}),
              FailsWith("InvalidSnapshot.NotFound"));
  EXPECT_THAT(ec2.describe_images({.ImageIds = {{id}}}), FailsWith("InvalidAMIID.NotFound"));
  EXPECT_THAT(ec2.run_instances(request), FailsWith("InvalidAMIID.Unavailable"));
  EXPECT_EQ(look(launched).ImageId, id);
  EXPECT_EQ(look(launched).Architecture, "x86_64");
  EXPECT_THAT(ec2.deregister_image({.ImageId = id}), FailsWith("InvalidAMIID.NotFound"));
  EXPECT_THAT(ec2.create_image({.InstanceId = instance_id, .Name = "web-1"}), Succeeds());
}

TEST_F(ImageLifecycle, ADisabledImageIsHiddenAndNotLaunched) {
  const auto id = make();
  settle();
  must(ec2.modify_image_attribute(
      {.Attribute = "launchPermission", .ImageId = id, .UserIds = {{"111122223333"}}}));
  must(ec2.disable_image({.ImageId = id}));
  auto request = launch();
  request.ImageId = id;
  EXPECT_THAT(ec2.run_instances(request), FailsWith("IncorrectState"));
  EXPECT_THAT(*must(ec2.describe_images({.ImageIds = {{id}}})).Images, IsEmpty());
  const auto shown =
      must(ec2.describe_images({.ImageIds = {{id}}, .IncludeDisabled = true})).Images->front();
  EXPECT_EQ(shown.State, "disabled");
  must(ec2.enable_image({.ImageId = id}));

  EXPECT_THAT(ec2.run_instances(request), Succeeds());
  const auto permissions =
      must(ec2.describe_image_attribute({.Attribute = "launchPermission", .ImageId = id}));
  EXPECT_THAT(*permissions.LaunchPermissions, IsEmpty());
  EXPECT_THAT(ec2.disable_image({.ImageId = kImage}), FailsWith("AuthFailure"));
}

TEST_F(ImageLifecycle, ADeprecatedImageShowsWhenItIs) {
  const auto id = make();
  const Time at = cloud.now() + 48h;
  must(ec2.enable_image_deprecation({.ImageId = id, .DeprecateAt = at}));
  EXPECT_TRUE(look_at(id).DeprecationTime.has_value());
  EXPECT_THAT(ec2.enable_image_deprecation({.ImageId = id, .DeprecateAt = cloud.now()}),
              FailsWith("InvalidParameterValue"));
  must(ec2.disable_image_deprecation({.ImageId = id}));
  EXPECT_FALSE(look_at(id).DeprecationTime.has_value());
}

TEST_F(ImageLifecycle, AProtectedImageIsNotDeregistered) {
  const auto id = make();
  must(ec2.enable_image_deregistration_protection({.ImageId = id, .WithCooldown = true}));
  EXPECT_EQ(look_at(id).DeregistrationProtection, "enabled-with-cooldown");
  EXPECT_THAT(ec2.deregister_image({.ImageId = id}), FailsWith("OperationNotPermitted", 400));
  must(ec2.disable_image_deregistration_protection({.ImageId = id}));
  EXPECT_THAT(ec2.deregister_image({.ImageId = id}), FailsWith("OperationNotPermitted"));
  cloud.advance(24h);
  EXPECT_THAT(ec2.deregister_image({.ImageId = id}), Succeeds());

  const auto other = make("web-2");
  must(ec2.enable_image_deregistration_protection({.ImageId = other}));
  must(ec2.disable_image_deregistration_protection({.ImageId = other}));
  EXPECT_THAT(ec2.deregister_image({.ImageId = other}), Succeeds());
}

TEST_F(ImageLifecycle, PermissionsAreResetAndPublicOnesBlocked) {
  const auto id = make();
  const auto publish = [&] {
    return ec2.modify_image_attribute(
        {.Attribute = "launchPermission", .ImageId = id, .UserGroups = {{"all"}}});
  };
  must(publish());
  EXPECT_EQ(look_at(id).Public, true);
  must(ec2.reset_image_attribute({.Attribute = "launchPermission", .ImageId = id}));
  EXPECT_EQ(look_at(id).Public, false);
  must(ec2.enable_image_block_public_access({.ImageBlockPublicAccessState = "block-new-sharing"}));
  EXPECT_THAT(publish(), FailsWith("OperationNotPermitted"));
  EXPECT_EQ(must(ec2.get_image_block_public_access_state({})).ImageBlockPublicAccessState,
            "block-new-sharing");
  must(ec2.disable_image_block_public_access({}));
  EXPECT_THAT(publish(), Succeeds());

  const auto snapshot_id = *look_at(id).BlockDeviceMappings->front().Ebs->SnapshotId;
  const auto share = [&] {
    return ec2.modify_snapshot_attribute({.Attribute = "createVolumePermission",
                                          .GroupNames = {{"all"}},
                                          .SnapshotId = snapshot_id});
  };
  must(ec2.enable_snapshot_block_public_access({.State = "block-all-sharing"}));
  EXPECT_THAT(share(), FailsWith("OperationNotPermitted"));
  EXPECT_EQ(must(ec2.get_snapshot_block_public_access_state({})).State, "block-all-sharing");
  EXPECT_THAT(ec2.enable_snapshot_block_public_access({.State = "unblocked"}),
              FailsWith("InvalidParameterValue"));
  must(ec2.disable_snapshot_block_public_access({}));
  must(share());
  must(ec2.reset_snapshot_attribute(
      {.Attribute = "createVolumePermission", .SnapshotId = snapshot_id}));
  const auto left = must(ec2.describe_snapshot_attribute(
      {.Attribute = "createVolumePermission", .SnapshotId = snapshot_id}));
  EXPECT_THAT(*left.CreateVolumePermissions, IsEmpty());
  EXPECT_THAT(
      ec2.reset_snapshot_attribute({.Attribute = "productCodes", .SnapshotId = snapshot_id}),
      FailsWith("InvalidParameterValue"));
}

}  // namespace
}  // namespace fallstreak::ec2_tests
