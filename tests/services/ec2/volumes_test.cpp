#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

class Volumes : public Ec2Test {
 protected:
  std::string make(int size = 10, std::string type = "gp3") {
    return *must(ec2.create_volume({.AvailabilityZone = "eu-central-1a",
                                    .Size = size,
                                    .VolumeType = std::move(type)}))
                .VolumeId;
  }
  /// An instance in zone a.
  std::string run_in_a() {
    auto request = launch();
    request.Placement = {.AvailabilityZone = "eu-central-1a"};
    return run(request).front();
  }
  api::ec2::Volume look_at(const std::string& id) {
    return must(ec2.describe_volumes({.VolumeIds = {{id}}})).Volumes->front();
  }
  std::vector<std::string> find(const std::string& name, const std::string& value) {
    std::vector<std::string> ids;
    const auto result =
        must(ec2.describe_volumes({.Filters = {{{.Name = name, .Values = {{value}}}}}}));
    for (const auto& volume : *result.Volumes) ids.push_back(*volume.VolumeId);
    return ids;
  }
  Outcome<api::ec2::VolumeAttachment> attach(const std::string& volume, const std::string& instance,
                                             std::string device = "/dev/sdf") {
    return ec2.attach_volume(
        {.Device = std::move(device), .InstanceId = instance, .VolumeId = volume});
  }
};
using CreateVolume = Volumes;
using AttachVolume = Volumes;
using DetachVolume = Volumes;
using DescribeVolumes = Volumes;
using DescribeVolumeStatus = Volumes;
using ModifyVolume = Volumes;
using ModifyVolumeAttribute = Volumes;
using DeleteVolume = Volumes;
using EbsEncryptionByDefault = Volumes;

TEST_F(CreateVolume, IsAvailableAfterAWhile) {
  const auto id = make();
  EXPECT_EQ(look_at(id).State, "creating");
  EXPECT_THAT(ec2.delete_volume({.VolumeId = id}), FailsWith("IncorrectState"));
  settle();

  const auto volume = look_at(id);
  EXPECT_EQ(volume.State, "available");
  EXPECT_EQ(volume.Size, 10);
  EXPECT_EQ(volume.Iops, 3000);
  EXPECT_EQ(volume.Throughput, 125);
  EXPECT_EQ(volume.AvailabilityZoneId, "euc1-az2");
  EXPECT_EQ(volume.Encrypted, false);
  EXPECT_THAT(*volume.Attachments, IsEmpty());
}

TEST_F(CreateVolume, HoldsTheLimitsOfItsType) {
  const auto fails = [&](api::ec2::CreateVolumeRequest request) {
    request.AvailabilityZone = "eu-central-1a";
    return ec2.create_volume(request);
  };
  EXPECT_THAT(fails({.Size = 0, .VolumeType = "gp2"}),
              FailsSaying("The volume size is invalid for gp2 volumes: 0 GiB. gp2 volumes must be "
                          "at least 1 GiB in size. Please specify a volume size above the minimum "
                          "limit."));
  EXPECT_THAT(fails({.Size = 20000, .VolumeType = "st1"}), FailsWith("InvalidParameterValue"));
  EXPECT_THAT(fails({.Iops = 100, .Size = 8}), FailsWith("InvalidParameterCombination"));
  EXPECT_THAT(fails({.Size = 8, .VolumeType = "io1"}), FailsWith("MissingParameter"));
  EXPECT_THAT(fails({.Iops = 401, .Size = 8, .VolumeType = "io1"}),
              FailsWith("InvalidParameterValue"));
  EXPECT_THAT(fails({.Iops = 3000, .Size = 8, .VolumeType = "gp3", .Throughput = 751}),
              FailsWith("InvalidParameterValue"));
  EXPECT_THAT(fails({.Size = 8, .VolumeType = "gp2", .Throughput = 125}),
              FailsWith("InvalidParameterCombination"));
  EXPECT_THAT(fails({.Size = 8, .MultiAttachEnabled = true}),
              FailsWith("InvalidParameterCombination"));
  EXPECT_THAT(fails({}), FailsWith("MissingParameter"));
  EXPECT_THAT(ec2.create_volume({.AvailabilityZone = "eu-central-1z", .Size = 1}),
              FailsWith("InvalidZone.NotFound"));
  EXPECT_THAT(ec2.create_volume({.Size = 1}), FailsWith("MissingParameter"));
  EXPECT_THAT(fails({.Iops = 400, .Size = 8, .VolumeType = "io1"}), Succeeds());
}

TEST_F(CreateVolume, IsOnceForAClientToken) {
  const api::ec2::CreateVolumeRequest request{
      .AvailabilityZoneId = "euc1-az3",
      .Size = 1,
      .TagSpecifications = {{{.ResourceType = "volume", .Tags = {{{.Key = "a", .Value = "b"}}}}}},
      .ClientToken = "once"};
  const auto first = must(ec2.create_volume(request));
  EXPECT_EQ(must(ec2.create_volume(request)).VolumeId, first.VolumeId);
  EXPECT_EQ(first.AvailabilityZone, "eu-central-1b");
  EXPECT_THAT(find("tag:a", "b"), ElementsAre(*first.VolumeId));
}

TEST_F(AttachVolume, TakesAMomentAndAFreeDeviceInTheSameZone) {
  const auto id = make();
  const auto instance_id = run_in_a();
  settle();
  EXPECT_EQ(must(attach(id, instance_id)).State, "attaching");
  EXPECT_EQ(look_at(id).State, "in-use");
  settle();

  EXPECT_EQ(look_at(id).Attachments->front().State, "attached");
  EXPECT_EQ(look_at(id).Attachments->front().DeleteOnTermination, false);
  const auto mappings = *look(instance_id).BlockDeviceMappings;
  ASSERT_THAT(mappings, SizeIs(2));
  EXPECT_EQ(mappings[1].DeviceName, "/dev/sdf");
  EXPECT_EQ(mappings[1].Ebs->VolumeId, id);
  EXPECT_THAT(attach(id, instance_id, "/dev/sdg"), FailsWith("VolumeInUse"));
  EXPECT_THAT(attach(make(), instance_id), FailsWith("InvalidParameterValue"));
  const auto elsewhere =
      *must(ec2.create_volume({.AvailabilityZone = "eu-central-1b", .Size = 1})).VolumeId;
  EXPECT_THAT(attach(elsewhere, instance_id, "/dev/sdg"), FailsWith("InvalidVolume.ZoneMismatch"));
  EXPECT_THAT(attach(make(), instance_id, "/dev/sdg"), FailsWith("IncorrectState"));
  EXPECT_THAT(attach(id, instance_id, "sdg!"), FailsWith("InvalidParameterValue"));
  EXPECT_THAT(attach("vol-0", instance_id), FailsWith("InvalidVolume.NotFound"));
  EXPECT_THAT(attach(id, "i-0123456789abcdef0"), FailsWith("InvalidInstanceID.NotFound"));
}

TEST_F(AttachVolume, IsToSeveralInstancesWithMultiAttach) {
  const auto id = *must(ec2.create_volume({.AvailabilityZone = "eu-central-1a",
                                           .Iops = 100,
                                           .Size = 4,
                                           .VolumeType = "io2",
                                           .MultiAttachEnabled = true}))
                       .VolumeId;
  const auto first = run_in_a();
  const auto second = run_in_a();
  settle();

  EXPECT_THAT(attach(id, first), Succeeds());
  EXPECT_THAT(attach(id, second), Succeeds());
  EXPECT_THAT(attach(id, second, "/dev/sdg"), FailsWith("VolumeInUse"));
  EXPECT_THAT(ec2.detach_volume({.VolumeId = id}), FailsWith("MissingParameter"));
  settle();
  must(ec2.detach_volume({.InstanceId = first, .VolumeId = id}));
  settle();
  EXPECT_EQ(look_at(id).Attachments->front().InstanceId, second);
}

TEST_F(DetachVolume, MakesItAvailableAgain) {
  const auto id = make();
  const auto instance_id = run_in_a();
  settle();
  EXPECT_THAT(ec2.detach_volume({.VolumeId = id}), FailsWith("IncorrectState"));
  must(attach(id, instance_id));
  settle();
  EXPECT_THAT(ec2.detach_volume({.Device = "/dev/sdz", .InstanceId = instance_id, .VolumeId = id}),
              FailsWith("InvalidAttachment.NotFound"));

  EXPECT_EQ(must(ec2.detach_volume({.VolumeId = id})).State, "detaching");
  settle();

  EXPECT_EQ(look_at(id).State, "available");
  EXPECT_THAT(*look(instance_id).BlockDeviceMappings, SizeIs(1));
}

TEST_F(DetachVolume, TakesTheRootOfAStoppedInstanceOnly) {
  const auto instance_id = run_in_a();
  settle();
  const auto root = *look(instance_id).BlockDeviceMappings->front().Ebs->VolumeId;
  EXPECT_THAT(ec2.detach_volume({.VolumeId = root}), FailsWith("OperationNotPermitted"));
  must(ec2.stop_instances({.InstanceIds = {{instance_id}}}));
  settle();

  must(ec2.detach_volume({.VolumeId = root}));
  settle();

  EXPECT_THAT(ec2.start_instances({.InstanceIds = {{instance_id}}}),
              FailsWith("IncorrectInstanceState"));
  must(attach(root, instance_id, "/dev/xvda"));
  EXPECT_THAT(ec2.start_instances({.InstanceIds = {{instance_id}}}), Succeeds());
}

TEST_F(DescribeVolumes, ShowsThoseOfInstancesAndFilters) {
  const auto instance_id = run_in_a();
  const auto own = make();

  const auto of_instance = find("attachment.instance-id", instance_id);

  ASSERT_THAT(of_instance, SizeIs(1));
  const auto volume = look_at(of_instance.front());
  EXPECT_EQ(volume.State, "in-use");
  EXPECT_EQ(volume.SnapshotId, "snap-0abcdef1234567890");
  EXPECT_EQ(volume.Attachments->front().State, "attaching");
  settle();
  EXPECT_THAT(find("attachment.status", "attached"), ElementsAre(*volume.VolumeId));
  EXPECT_THAT(find("attachment.device", "/dev/xvd*"), ElementsAre(*volume.VolumeId));
  EXPECT_THAT(find("attachment.delete-on-termination", "true"), ElementsAre(*volume.VolumeId));
  EXPECT_THAT(find("status", "available"), ElementsAre(own));
  EXPECT_THAT(find("size", "10"), ElementsAre(own));
  EXPECT_THAT(find("volume-type", "gp3"), SizeIs(2));
  EXPECT_THAT(find("availability-zone-id", "euc1-az2"), SizeIs(2));
  EXPECT_THAT(find("encrypted", "true"), IsEmpty());
  EXPECT_THAT(ec2.describe_volumes({.VolumeIds = {{"vol-0"}}}),
              FailsWith("InvalidVolume.NotFound"));
  EXPECT_THAT(ec2.describe_volumes({.VolumeIds = {{"i-0"}}}), FailsWith("InvalidParameterValue"));
}

TEST_F(DescribeVolumeStatus, IsOkOnceItIsThere) {
  const auto id = make();
  const auto status = [&] {
    return must(ec2.describe_volume_status({.VolumeIds = {{id}}}))
        .VolumeStatuses->front()
        .VolumeStatus->Status;
  };
  EXPECT_EQ(status(), "insufficient-data");
  settle();
  EXPECT_EQ(status(), "ok");
}

TEST_F(ModifyVolume, GrowsAtOnceAndIsOptimizedThen) {
  const auto id = make();
  const auto state = [&] {
    return must(ec2.describe_volumes_modifications({.VolumeIds = {{id}}}))
        .VolumesModifications->front();
  };
  EXPECT_THAT(ec2.modify_volume({.VolumeId = id, .Size = 20}),
              FailsWith("IncorrectModificationState"));
  settle();
  EXPECT_THAT(ec2.describe_volumes_modifications({.VolumeIds = {{id}}}),
              FailsWith("InvalidVolumeModification.NotFound"));
  EXPECT_THAT(ec2.modify_volume({.VolumeId = id, .Size = 9}), FailsWith("InvalidParameterValue"));
  EXPECT_THAT(ec2.modify_volume({.VolumeId = id, .VolumeType = "io2"}),
              FailsWith("MissingParameter"));

  const auto begun = must(ec2.modify_volume({.VolumeId = id, .Size = 20, .Iops = 4000}));

  EXPECT_EQ(begun.VolumeModification->ModificationState, "modifying");
  EXPECT_EQ(begun.VolumeModification->OriginalIops, 3000);
  EXPECT_EQ(look_at(id).Size, 10);
  cloud.advance(1min);
  EXPECT_EQ(look_at(id).Size, 20);
  EXPECT_EQ(state().ModificationState, "optimizing");
  EXPECT_LT(*state().Progress, 100);
  EXPECT_THAT(ec2.modify_volume({.VolumeId = id, .Size = 30}),
              FailsWith("IncorrectModificationState"));
  cloud.advance(5h);
  EXPECT_EQ(state().ModificationState, "completed");
  EXPECT_EQ(state().Progress, 100);
  EXPECT_THAT(ec2.modify_volume({.VolumeId = id, .Size = 30}),
              FailsWith("VolumeModificationRateExceeded"));
  cloud.advance(1h);
  EXPECT_THAT(ec2.modify_volume({.VolumeId = id, .Size = 30}), Succeeds());
}

TEST_F(ModifyVolumeAttribute, SetsWhetherInputAndOutputAreEnabled) {
  const auto id = make();
  must(ec2.modify_volume_attribute({.AutoEnableIO = {{.Value = true}}, .VolumeId = id}));

  EXPECT_EQ(must(ec2.describe_volume_attribute({.Attribute = "autoEnableIO", .VolumeId = id}))
                .AutoEnableIO->Value,
            true);
  EXPECT_THAT(ec2.modify_volume_attribute({.VolumeId = id}), FailsWith("MissingParameter"));
}

TEST_F(DeleteVolume, TakesWhatNobodyHas) {
  const auto id = make();
  const auto instance_id = run_in_a();
  settle();
  must(attach(id, instance_id));
  EXPECT_THAT(ec2.delete_volume({.VolumeId = id}), FailsWith("VolumeInUse"));
  settle();
  must(ec2.detach_volume({.VolumeId = id}));
  settle();

  must(ec2.delete_volume({.VolumeId = id}));

  EXPECT_EQ(look_at(id).State, "deleting");
  settle();
  EXPECT_THAT(ec2.delete_volume({.VolumeId = id}), FailsWith("InvalidVolume.NotFound"));
}

TEST_F(Volumes, OfATerminatedInstanceGoOrStayAsEachSays) {
  auto request = launch();
  request.BlockDeviceMappings = {
      {{.Ebs = {{.VolumeSize = 30, .VolumeType = "gp2"}}, .DeviceName = "/dev/xvda"},
       {.Ebs = {{.DeleteOnTermination = false, .VolumeSize = 5}}, .DeviceName = "/dev/sdb"},
       {.Ebs = {{.VolumeSize = 6}}, .DeviceName = "/dev/sdc"}}};
  request.TagSpecifications = {
      {{.ResourceType = "volume", .Tags = {{{.Key = "of", .Value = "launch"}}}}}};
  const auto instance_id = run(request).front();
  settle();
  ASSERT_THAT(find("tag:of", "launch"), SizeIs(3));
  EXPECT_THAT(find("size", "30"), SizeIs(1));
  must(ec2.modify_instance_attribute(
      {.InstanceId = instance_id,
       .BlockDeviceMappings = {
           {{.DeviceName = "/dev/sdc", .Ebs = {{.DeleteOnTermination = false}}}}}}));
  EXPECT_THAT(ec2.modify_instance_attribute(
                  {.InstanceId = instance_id,
                   .BlockDeviceMappings = {{{.DeviceName = "/dev/sdx",
                                             .Ebs = {{.DeleteOnTermination = false}}}}}}),
              FailsWith("InvalidInstanceAttributeValue"));

  must(ec2.terminate_instances({.InstanceIds = {{instance_id}}}));
  settle();

  const auto left = find("status", "available");
  ASSERT_THAT(left, SizeIs(2));
  EXPECT_THAT(find("tag:of", "launch"), ::testing::UnorderedElementsAreArray(left));
}

TEST_F(Volumes, OfALaunchAreCheckedAsAWhole) {
  auto request = launch();
  request.BlockDeviceMappings = {{{.Ebs = {{.VolumeSize = 4}}, .DeviceName = "/dev/xvda"}}};
  EXPECT_THAT(ec2.run_instances(request),
              FailsSaying("Volume of size 4GB is smaller than snapshot 'snap-0abcdef1234567890', "
                          "expect size >= 8GB"));
  request.BlockDeviceMappings = {{{.Ebs = {{.VolumeType = "gp3"}}, .DeviceName = "/dev/sdb"}}};
  EXPECT_THAT(ec2.run_instances(request), FailsWith("MissingParameter"));
  request.BlockDeviceMappings = {{{.Ebs = {{.SnapshotId = "snap-1"}}, .DeviceName = "/dev/sdb"}}};
  EXPECT_THAT(ec2.run_instances(request), FailsWith("InvalidSnapshot.NotFound"));
  request.BlockDeviceMappings = {{{.Ebs = {{.VolumeSize = 1}}, .DeviceName = "disk"}}};
  EXPECT_THAT(ec2.run_instances(request), FailsWith("InvalidParameterValue"));
  EXPECT_THAT(*must(ec2.describe_volumes({})).Volumes, IsEmpty());
}

TEST_F(EbsEncryptionByDefault, EncryptsWhatIsMadeFromThenOn) {
  EXPECT_EQ(must(ec2.get_ebs_encryption_by_default({})).EbsEncryptionByDefault, false);
  must(ec2.enable_ebs_encryption_by_default({}));

  const auto id = make();

  EXPECT_EQ(look_at(id).Encrypted, true);
  EXPECT_THAT(*look_at(id).KmsKeyId, StartsWith("arn:aws:kms:eu-central-1:123456789012:key/"));
  must(ec2.disable_ebs_encryption_by_default({}));
  EXPECT_EQ(look_at(make()).Encrypted, false);
  EXPECT_THAT(ec2.create_volume({.AvailabilityZone = "eu-central-1a", .KmsKeyId = "k", .Size = 1}),
              FailsWith("InvalidParameterDependency"));
}

}  // namespace
}  // namespace fallstreak::ec2_tests
