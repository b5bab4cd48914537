#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

using days = std::chrono::days;

class SnapshotTiers : public Ec2Test {
 protected:
  std::string volume_id = [&] {
    auto id = *must(ec2.create_volume({.AvailabilityZone = "eu-central-1a", .Size = 8})).VolumeId;
    settle();
    return id;
  }();
  std::string snapshot_id = [&] {
    auto id = *must(ec2.create_snapshot({.VolumeId = volume_id})).SnapshotId;
    settle();
    return id;
  }();

  auto begin_archiving() {
    return ec2.modify_snapshot_tier({.SnapshotId = snapshot_id, .StorageTier = "archive"});
  }
  /// Longer than any archival or restore.
  void wait() { cloud.advance(days(5)); }
  void archive() {
    must(begin_archiving());
    wait();
  }
  auto restore_for(std::optional<int> for_days) {
    return ec2.restore_snapshot_tier({.SnapshotId = snapshot_id, .TemporaryRestoreDays = for_days});
  }
  auto restore_for_good() {
    return ec2.restore_snapshot_tier({.SnapshotId = snapshot_id, .PermanentRestore = true});
  }
  std::vector<api::ec2::SnapshotTierStatus> statuses() {
    return *must(ec2.describe_snapshot_tier_status(
                     {.Filters = {{{.Name = "snapshot-id", .Values = {{snapshot_id}}}}}}))
                .SnapshotTierStatuses;
  }
  std::string status() { return *statuses().front().LastTieringOperationStatus; }
  api::ec2::Snapshot snapshot() {
    return must(ec2.describe_snapshots({.SnapshotIds = {{snapshot_id}}})).Snapshots->front();
  }
  auto make_volume() {
    return ec2.create_volume({.AvailabilityZone = "eu-central-1a", .SnapshotId = snapshot_id});
  }
};
using ModifySnapshotTier = SnapshotTiers;
using RestoreSnapshotTier = SnapshotTiers;
using DescribeSnapshotTierStatus = SnapshotTiers;

TEST_F(ModifySnapshotTier, ArchivesASnapshotThatCannotBeUsedAfterwards) {
  const auto begun = must(begin_archiving());

  EXPECT_EQ(begun.TieringStartTime, cloud.now());
  EXPECT_EQ(status(), "archival-in-progress");
  EXPECT_EQ(snapshot().StorageTier, "standard");
  EXPECT_THAT(make_volume(), Succeeds());
  wait();
  EXPECT_EQ(status(), "archival-completed");
  EXPECT_EQ(statuses().front().LastTieringProgress, 100);
  EXPECT_TRUE(statuses().front().ArchivalCompleteTime.has_value());
  EXPECT_EQ(snapshot().StorageTier, "archive");
  EXPECT_EQ(snapshot().State, "completed");
  EXPECT_THAT(make_volume(), FailsWith("IncorrectState"));
  EXPECT_THAT(ec2.copy_snapshot({.SourceRegion = "eu-central-1", .SourceSnapshotId = snapshot_id}),
              FailsWith("IncorrectState"));
  EXPECT_THAT(ec2.delete_snapshot({.SnapshotId = snapshot_id}), Succeeds());
}

TEST_F(ModifySnapshotTier, EndsSharingAndFastRestores) {
  must(ec2.modify_snapshot_attribute(
      {.CreateVolumePermission = {{.Add = {{{.UserId = "111122223333"}}}}},
       .SnapshotId = snapshot_id}));
  const api::ec2::EnableFastSnapshotRestoresRequest enable{.AvailabilityZones = {{"eu-central-1a"}},
                                                           .SourceSnapshotIds = {{snapshot_id}}};
  must(ec2.enable_fast_snapshot_restores(enable));

  archive();

  EXPECT_THAT(*must(ec2.describe_snapshot_attribute(
                        {.Attribute = "createVolumePermission", .SnapshotId = snapshot_id}))
                   .CreateVolumePermissions,
              IsEmpty());
  EXPECT_THAT(*must(ec2.describe_fast_snapshot_restores()).FastSnapshotRestores, IsEmpty());
  EXPECT_THAT(ec2.enable_fast_snapshot_restores(enable), FailsWith("IncorrectState"));
  EXPECT_THAT(ec2.modify_snapshot_attribute(
                  {.CreateVolumePermission = {{.Add = {{{.UserId = "111122223333"}}}}},
                   .SnapshotId = snapshot_id}),
              FailsWith("IncorrectState"));
}

TEST_F(ModifySnapshotTier, RefusesWhatCannotBeArchived) {
  EXPECT_THAT(
      ec2.modify_snapshot_tier({.SnapshotId = "snap-0123456789abcdef0", .StorageTier = "archive"}),
      FailsWith("InvalidSnapshot.NotFound"));
  EXPECT_THAT(ec2.modify_snapshot_tier({.SnapshotId = snapshot_id}), FailsWith("MissingParameter"));
  const auto pending = *must(ec2.create_snapshot({.VolumeId = volume_id})).SnapshotId;
  EXPECT_THAT(ec2.modify_snapshot_tier({.SnapshotId = pending, .StorageTier = "archive"}),
              FailsWith("IncorrectState"));
  must(begin_archiving());
  EXPECT_THAT(begin_archiving(), FailsWith("IncorrectState"));
  wait();
  EXPECT_THAT(begin_archiving(), FailsWith("IncorrectState"));
  EXPECT_EQ(status(), "archival-completed");
}

TEST_F(ModifySnapshotTier, LeavesSnapshotsOfImagesWhereTheyAre) {
  const auto image_id =
      *must(ec2.register_image({.Name = "web",
                                .Architecture = "x86_64",
                                .RootDeviceName = "/dev/xvda",
                                .BlockDeviceMappings = {{{.Ebs = {{.SnapshotId = snapshot_id}},
                                                          .DeviceName = "/dev/xvda"}}}}))
           .ImageId;

  EXPECT_THAT(begin_archiving(), FailsWith("InvalidSnapshot.InUse"));
  must(ec2.deregister_image({.ImageId = image_id}));
  EXPECT_THAT(begin_archiving(), Succeeds());
}

TEST_F(RestoreSnapshotTier, TakesItsTimeAndKeepsTheSnapshotForGood) {
  archive();

  const auto begun = must(restore_for_good());

  EXPECT_EQ(begun.IsPermanentRestore, true);
  EXPECT_EQ(begun.RestoreDuration, std::nullopt);
  EXPECT_EQ(status(), "permanent-restore-in-progress");
  EXPECT_THAT(make_volume(), FailsWith("IncorrectState"));
  wait();
  EXPECT_EQ(status(), "permanent-restore-completed");
  EXPECT_EQ(snapshot().StorageTier, "standard");
  EXPECT_EQ(snapshot().RestoreExpiryTime, std::nullopt);
  EXPECT_THAT(make_volume(), Succeeds());
  EXPECT_THAT(begin_archiving(), Succeeds());
}

TEST_F(RestoreSnapshotTier, LastsForSomeDays) {
  archive();

  EXPECT_EQ(must(restore_for(30)).RestoreDuration, 30);

  EXPECT_EQ(status(), "temporary-restore-in-progress");
  wait();
  EXPECT_EQ(status(), "temporary-restore-completed");
  EXPECT_EQ(snapshot().StorageTier, "standard");
  ASSERT_TRUE(snapshot().RestoreExpiryTime.has_value());
  EXPECT_THAT(make_volume(), Succeeds());
  cloud.advance(*snapshot().RestoreExpiryTime - cloud.now());
  EXPECT_EQ(snapshot().StorageTier, "archive");
  EXPECT_EQ(snapshot().RestoreExpiryTime, std::nullopt);
  EXPECT_THAT(make_volume(), FailsWith("IncorrectState"));
}

TEST_F(RestoreSnapshotTier, ChangesHowLongARestoreLasts) {
  archive();
  must(restore_for(30));
  wait();

  must(restore_for(std::nullopt));

  EXPECT_EQ(snapshot().RestoreExpiryTime, cloud.now() + days(1));
  must(restore_for(90));
  cloud.advance(days(40));
  EXPECT_EQ(snapshot().StorageTier, "standard");
  must(restore_for_good());
  EXPECT_EQ(status(), "permanent-restore-completed");
  EXPECT_EQ(snapshot().RestoreExpiryTime, std::nullopt);
  cloud.advance(days(90));
  EXPECT_EQ(snapshot().StorageTier, "standard");
}

TEST_F(RestoreSnapshotTier, RefusesWhatIsNotArchivedAndPeriodsOfNone) {
  EXPECT_THAT(restore_for(1), FailsWith("IncorrectState"));
  must(begin_archiving());
  EXPECT_THAT(restore_for(1), FailsWith("IncorrectState"));
  wait();
  EXPECT_THAT(restore_for(0), FailsWith("InvalidParameterValue"));
  EXPECT_THAT(restore_for(181), FailsWith("InvalidParameterValue"));
  EXPECT_THAT(ec2.restore_snapshot_tier(
                  {.SnapshotId = snapshot_id, .TemporaryRestoreDays = 1, .PermanentRestore = true}),
              FailsWith("InvalidParameterCombination"));
  EXPECT_THAT(ec2.restore_snapshot_tier({.SnapshotId = "snap-0123456789abcdef0"}),
              FailsWith("InvalidSnapshot.NotFound"));
  EXPECT_EQ(status(), "archival-completed");
}

TEST_F(DescribeSnapshotTierStatus, ShowsWhatWasEverArchived) {
  const auto all = [&](std::string filter, std::string value) {
    return must(ec2.describe_snapshot_tier_status(
                    {.Filters = {{{.Name = std::move(filter), .Values = {{std::move(value)}}}}}}))
        .SnapshotTierStatuses->size();
  };
  EXPECT_THAT(statuses(), IsEmpty());

  archive();

  EXPECT_EQ(all("volume-id", volume_id), 1U);
  EXPECT_EQ(all("last-tiering-operation", "archival-completed"), 1U);
  EXPECT_EQ(all("last-tiering-operation", "archival-in-progress"), 0U);
}

}  // namespace
}  // namespace fallstreak::ec2_tests
