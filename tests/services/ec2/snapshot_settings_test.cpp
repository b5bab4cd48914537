#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

class SnapshotSettings : public Ec2Test {
 protected:
  std::string volume_id =
      *must(ec2.create_volume({.AvailabilityZone = "eu-central-1a", .Size = 512})).VolumeId;
  std::string snapshot_id = make_snapshot();

  std::string make_snapshot() {
    settle();
    const auto id = *must(ec2.create_snapshot({.VolumeId = volume_id})).SnapshotId;
    settle();
    return id;
  }
  api::ec2::LockSnapshotRequest lock(const std::string& mode, int days) const {
    return {.SnapshotId = snapshot_id, .LockMode = mode, .LockDuration = days};
  }
  std::string lock_state() {
    return *must(ec2.describe_locked_snapshots({.SnapshotIds = {{snapshot_id}}}))
                .Snapshots->front()
                .LockState;
  }
  auto drop() { return ec2.delete_snapshot({.SnapshotId = snapshot_id}); }
  std::string restore_state() {
    const auto shown = must(ec2.describe_fast_snapshot_restores(
        {.Filters = {{{.Name = "snapshot-id", .Values = {{snapshot_id}}}}}}));
    return shown.FastSnapshotRestores->empty() ? "" : *shown.FastSnapshotRestores->front().State;
  }
};
using LockSnapshot = SnapshotSettings;
using UnlockSnapshot = SnapshotSettings;
using EnableFastSnapshotRestores = SnapshotSettings;
using CreateSnapshots = SnapshotSettings;

TEST_F(LockSnapshot, KeepsItFromBeingDeletedUntilItExpires) {
  EXPECT_EQ(must(ec2.lock_snapshot(lock("governance", 2))).LockState, "governance");
  EXPECT_THAT(drop(), FailsWith("OperationNotPermitted"));

  cloud.advance(48h);

  EXPECT_EQ(lock_state(), "expired");
  EXPECT_THAT(drop(), Succeeds());
}

TEST_F(LockSnapshot, RefusesWhatIsNoLock) {
  auto request = lock("governance", 0);
  EXPECT_THAT(ec2.lock_snapshot(request), FailsWith("InvalidParameterValue"));
  request.LockDuration = 36'501;
  EXPECT_THAT(ec2.lock_snapshot(request), FailsWith("InvalidParameterValue"));
  request.LockDuration.reset();
  EXPECT_THAT(ec2.lock_snapshot(request), FailsWith("MissingParameter"));
  request.ExpirationDate = cloud.now() - 1h;
  EXPECT_THAT(ec2.lock_snapshot(request), FailsWith("InvalidParameterValue"));
  request.ExpirationDate = cloud.now() + 25h;
  request.LockDuration = 2;
  EXPECT_THAT(ec2.lock_snapshot(request), FailsWith("InvalidParameterCombination"));
  request.LockDuration.reset();
  request.CoolOffPeriod = 1;
  EXPECT_THAT(ec2.lock_snapshot(request), FailsWith("InvalidParameterCombination"));
  request.CoolOffPeriod.reset();
  EXPECT_EQ(must(ec2.lock_snapshot(request)).LockDuration, 2);
}

TEST_F(UnlockSnapshot, IsLateOnceALockInComplianceModeHasCooledOff) {
  EXPECT_THAT(ec2.unlock_snapshot({.SnapshotId = snapshot_id}), FailsWith("IncorrectState"));
  auto request = lock("compliance", 30);
  request.CoolOffPeriod = 24;
  must(ec2.lock_snapshot(request));
  EXPECT_EQ(lock_state(), "compliance-cooloff");
  must(ec2.unlock_snapshot({.SnapshotId = snapshot_id}));
  must(ec2.lock_snapshot(request));
  cloud.advance(24h);

  EXPECT_EQ(lock_state(), "compliance");
  EXPECT_THAT(ec2.unlock_snapshot({.SnapshotId = snapshot_id}), FailsWith("OperationNotPermitted"));
  EXPECT_THAT(ec2.lock_snapshot(lock("governance", 60)), FailsWith("OperationNotPermitted"));
  EXPECT_THAT(ec2.lock_snapshot(lock("compliance", 1)), FailsWith("OperationNotPermitted"));
  EXPECT_THAT(ec2.lock_snapshot(lock("compliance", 60)), Succeeds());
}

TEST_F(EnableFastSnapshotRestores, TakesAnHourForEachTebibyte) {
  const api::ec2::EnableFastSnapshotRestoresRequest request{
      .AvailabilityZones = {{"eu-central-1a"}}, .SourceSnapshotIds = {{snapshot_id}}};
  EXPECT_EQ(must(ec2.enable_fast_snapshot_restores(request)).Successful->front().State, "enabling");
  cloud.advance(1min);
  EXPECT_EQ(restore_state(), "optimizing");
  cloud.advance(30min);
  EXPECT_EQ(restore_state(), "enabled");
  must(ec2.enable_fast_snapshot_restores(request));
  EXPECT_EQ(restore_state(), "enabled");

  must(ec2.disable_fast_snapshot_restores(
      {.AvailabilityZones = {{"eu-central-1a"}}, .SourceSnapshotIds = {{snapshot_id}}}));
  EXPECT_EQ(restore_state(), "disabling");
  cloud.advance(1min);
  EXPECT_EQ(restore_state(), "");
}

TEST_F(EnableFastSnapshotRestores, HoldsForFiveSnapshots) {
  api::ec2::EnableFastSnapshotRestoresRequest request{.AvailabilityZones = {{"eu-central-1a"}},
                                                      .SourceSnapshotIds = {{snapshot_id}}};
  for (int i = 0; i < 5; ++i) request.SourceSnapshotIds->push_back(make_snapshot());
  EXPECT_THAT(ec2.enable_fast_snapshot_restores(request),
              FailsWith("FastSnapshotRestoreLimitExceeded"));
  request.SourceSnapshotIds->pop_back();
  must(ec2.enable_fast_snapshot_restores(request));
  must(drop());
  EXPECT_EQ(restore_state(), "");
  EXPECT_THAT(ec2.enable_fast_snapshot_restores({.SourceSnapshotIds = {{snapshot_id}}}),
              FailsWith("MissingParameter"));
}

TEST_F(CreateSnapshots, TakesAllVolumesOfAnInstanceAtOnce) {
  const auto instance_id = run_one();
  settle();
  must(ec2.create_tags({.Resources = {{volume_id}}, .Tags = {{{.Key = "a", .Value = "b"}}}}));
  const auto zone = *look(instance_id).Placement->AvailabilityZone;
  const auto data = *must(ec2.create_volume({.AvailabilityZone = zone, .Size = 10})).VolumeId;
  settle();
  must(ec2.attach_volume({.Device = "/dev/sdf", .InstanceId = instance_id, .VolumeId = data}));
  must(ec2.create_tags({.Resources = {{data}}, .Tags = {{{.Key = "a", .Value = "b"}}}}));
  settle();
  const auto all = must(ec2.create_snapshots(
      {.InstanceSpecification = {{.InstanceId = instance_id}}, .CopyTagsFromSource = "volume"}));
  EXPECT_THAT(*all.Snapshots, SizeIs(2));

  const auto some = must(ec2.create_snapshots(
      {.InstanceSpecification = {{.InstanceId = instance_id, .ExcludeBootVolume = true}},
       .CopyTagsFromSource = "volume"}));

  ASSERT_THAT(*some.Snapshots, SizeIs(1));
  EXPECT_EQ(some.Snapshots->front().VolumeId, data);
  EXPECT_EQ(some.Snapshots->front().Tags->front().Key, "a");
  EXPECT_THAT(ec2.create_snapshots({.InstanceSpecification = {{.InstanceId = instance_id,
                                                               .ExcludeBootVolume = true,
                                                               .ExcludeDataVolumeIds = {{data}}}}}),
              FailsWith("InvalidParameterValue"));
  EXPECT_THAT(
      ec2.create_snapshots(
          {.InstanceSpecification = {{.InstanceId = instance_id,
                                      .ExcludeDataVolumeIds = {{"vol-0123456789abcdef0"}}}}}),
      FailsWith("InvalidParameterValue"));
}

}  // namespace
}  // namespace fallstreak::ec2_tests
