#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

class Snapshots : public Ec2Test {
 protected:
  std::string make_volume(bool is_encrypted = false) {
    const auto id =
        *must(ec2.create_volume(
                  {.AvailabilityZone = "eu-central-1a", .Encrypted = is_encrypted, .Size = 10}))
             .VolumeId;
    settle();
    return id;
  }
  std::string make(const std::string& volume_id) {
    return *must(ec2.create_snapshot({.Description = "nightly", .VolumeId = volume_id})).SnapshotId;
  }
  api::ec2::Snapshot look_at(const std::string& id) {
    return must(ec2.describe_snapshots({.SnapshotIds = {{id}}})).Snapshots->front();
  }
};
using CreateSnapshot = Snapshots;
using CopySnapshot = Snapshots;
using DescribeSnapshots = Snapshots;
using ModifySnapshotAttribute = Snapshots;
using DeleteSnapshot = Snapshots;

TEST_F(CreateSnapshot, IsPendingUntilItIsComplete) {
  const auto volume_id = make_volume();
  const auto id = make(volume_id);
  EXPECT_EQ(look_at(id).State, "pending");
  EXPECT_EQ(look_at(id).Progress, "0%");
  EXPECT_THAT(ec2.create_volume({.AvailabilityZone = "eu-central-1b", .SnapshotId = id}),
              FailsWith("IncorrectState"));
  settle();

  EXPECT_EQ(look_at(id).State, "completed");
  EXPECT_EQ(look_at(id).Progress, "100%");
  EXPECT_EQ(look_at(id).VolumeSize, 10);
  EXPECT_EQ(look_at(id).VolumeId, volume_id);
  const auto volume =
      must(ec2.create_volume({.AvailabilityZone = "eu-central-1b", .SnapshotId = id}));
  EXPECT_EQ(volume.Size, 10);
  EXPECT_EQ(volume.SnapshotId, id);
  EXPECT_THAT(ec2.create_volume({.AvailabilityZone = "eu-central-1b", .Size = 9, .SnapshotId = id}),
              FailsWith("InvalidBlockDeviceMapping"));
  EXPECT_THAT(ec2.create_snapshot({.VolumeId = "vol-0"}), FailsWith("InvalidVolume.NotFound"));
}

TEST_F(CreateSnapshot, OfAnEncryptedVolumeMakesEncryptedOnes) {
  const auto id = make(make_volume(true));
  settle();

  EXPECT_EQ(look_at(id).Encrypted, true);
  const auto volume =
      must(ec2.create_volume({.AvailabilityZone = "eu-central-1b", .SnapshotId = id}));
  EXPECT_EQ(volume.Encrypted, true);
  EXPECT_EQ(volume.KmsKeyId, look_at(id).KmsKeyId);
  EXPECT_THAT(ec2.modify_snapshot_attribute({.SnapshotId = id, .UserIds = {{"210987654321"}}}),
              FailsWith("InvalidParameterValue"));
}

TEST_F(CopySnapshot, BringsItToAnotherRegion) {
  const auto id = make(make_volume());
  InProcessTransport to_ireland(cloud, dispatch::Caller("123456789012", "eu-west-1"));
  client::Ec2 ireland(to_ireland);
  EXPECT_THAT(ireland.copy_snapshot({.SourceRegion = "eu-central-1", .SourceSnapshotId = id}),
              FailsWith("IncorrectState"));
  settle();

  const auto copy =
      *must(ireland.copy_snapshot({.SourceRegion = "eu-central-1", .SourceSnapshotId = id}))
           .SnapshotId;
  settle();

  const auto shown = must(ireland.describe_snapshots({.SnapshotIds = {{copy}}})).Snapshots->front();
  EXPECT_EQ(shown.State, "completed");
  EXPECT_EQ(shown.VolumeSize, 10);
  EXPECT_EQ(shown.Description, "[Copied " + id + " from eu-central-1]");
  EXPECT_THAT(ireland.copy_snapshot({.SourceRegion = "eu-central-1", .SourceSnapshotId = copy}),
              FailsWith("InvalidSnapshot.NotFound"));
  EXPECT_THAT(ireland.copy_snapshot({.SourceRegion = "mars-1", .SourceSnapshotId = id}),
              FailsWith("InvalidParameterValue"));
}

TEST_F(DescribeSnapshots, FindsOnesOwnAmongThePublicOnes) {
  const auto id = make(make_volume());
  const auto count = [&](const api::ec2::DescribeSnapshotsRequest& request) {
    return must(ec2.describe_snapshots(request)).Snapshots->size();
  };
  EXPECT_EQ(count({.OwnerIds = {{"self"}}}), 1U);
  EXPECT_EQ(count({.RestorableByUserIds = {{"self"}}}), 1U);
  EXPECT_GT(count({.OwnerIds = {{"amazon"}}}), 5U);
  EXPECT_EQ(count({.Filters = {{{.Name = "description", .Values = {{"night*"}}}}}}), 1U);
  EXPECT_EQ(count({.Filters = {{{.Name = "status", .Values = {{"pending"}}}}}}), 1U);
  EXPECT_EQ(count({.Filters = {{{.Name = "volume-size", .Values = {{"10"}}}}}}), 1U);
  const auto page = must(ec2.describe_snapshots({.MaxResults = 5}));
  EXPECT_THAT(*page.Snapshots, SizeIs(5));
  EXPECT_TRUE(page.NextToken.has_value());
  EXPECT_THAT(ec2.describe_snapshots({.SnapshotIds = {{"snap-1"}}}),
              FailsWith("InvalidSnapshot.NotFound"));
  EXPECT_THAT(ec2.describe_snapshots({.SnapshotIds = {{"1"}}}), FailsWith("InvalidParameterValue"));
  must(ec2.create_tags({.Resources = {{id}}, .Tags = {{{.Key = "k", .Value = "v"}}}}));
  EXPECT_EQ(count({.Filters = {{{.Name = "tag:k", .Values = {{"v"}}}}}}), 1U);
}

TEST_F(ModifySnapshotAttribute, SharesAndUnshares) {
  const auto id = make(make_volume());
  const auto shared = [&] {
    return *must(ec2.describe_snapshot_attribute(
                     {.Attribute = "createVolumePermission", .SnapshotId = id}))
                .CreateVolumePermissions;
  };
  must(ec2.modify_snapshot_attribute(
      {.CreateVolumePermission = {{.Add = {{{.UserId = "210987654321"}, {.Group = "all"}}}}},
       .SnapshotId = id}));
  EXPECT_THAT(shared(), SizeIs(2));

  must(ec2.modify_snapshot_attribute({.Attribute = "createVolumePermission",
                                      .GroupNames = {{"all"}},
                                      .OperationType = "remove",
                                      .SnapshotId = id}));

  ASSERT_THAT(shared(), SizeIs(1));
  EXPECT_EQ(shared().front().UserId, "210987654321");
  EXPECT_THAT(ec2.modify_snapshot_attribute({.SnapshotId = id}), FailsWith("MissingParameter"));
}

TEST_F(DeleteSnapshot, TakesWhatNoImageIsMadeOf) {
  const auto id = make(make_volume());
  settle();
  const auto image_id =
      *must(ec2.register_image({.Name = "mine",
                                .Architecture = "x86_64",
                                .RootDeviceName = "/dev/xvda",
                                .BlockDeviceMappings = {{{.Ebs = {{.SnapshotId = id}},
                                                          .DeviceName = "/dev/xvda"}}}}))
           .ImageId;
  EXPECT_THAT(ec2.delete_snapshot({.SnapshotId = id}),
              FailsSaying("The snapshot " + id + " is currently in use by " + image_id));
  must(ec2.deregister_image({.ImageId = image_id}));

  must(ec2.delete_snapshot({.SnapshotId = id}));

  EXPECT_THAT(ec2.delete_snapshot({.SnapshotId = id}), FailsWith("InvalidSnapshot.NotFound"));
}

}  // namespace
}  // namespace fallstreak::ec2_tests
