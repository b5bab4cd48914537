#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

using ModifyInstanceMetadataOptions = Ec2Test;
using RunInstances = Ec2Test;
using MonitorInstances = Ec2Test;
using InstanceCreditSpecifications = Ec2Test;
using GetConsoleOutput = Ec2Test;
using IamInstanceProfileAssociations = Ec2Test;
using DescribeAccountAttributes = Ec2Test;
using ModifyInstancePlacement = Ec2Test;
using ModifyPrivateDnsNameOptions = Ec2Test;
using ModifyInstanceMaintenanceOptions = Ec2Test;
using ResetInstanceAttribute = Ec2Test;
using AccountDefaults = Ec2Test;
using GetPasswordData = Ec2Test;
using SerialConsoleAccess = Ec2Test;

TEST_F(ModifyInstanceMetadataOptions, KeepsWhatTheRequestLeavesOut) {
  const auto id = run_one();
  settle();
  const auto answer =
      must(ec2.modify_instance_metadata_options({.InstanceId = id, .HttpTokens = "optional"}));

  EXPECT_EQ(answer.InstanceMetadataOptions->State, "pending");
  EXPECT_EQ(look(id).MetadataOptions->HttpTokens, "optional");
  EXPECT_EQ(look(id).MetadataOptions->HttpPutResponseHopLimit, 2);
  EXPECT_EQ(look(id).MetadataOptions->State, "applied");
  EXPECT_THAT(
      ec2.modify_instance_metadata_options({.InstanceId = id, .HttpPutResponseHopLimit = 65}),
      FailsWith("InvalidParameterValue"));
  must(ec2.terminate_instances({.InstanceIds = {{id}}}));
  EXPECT_THAT(ec2.modify_instance_metadata_options({.InstanceId = id, .HttpEndpoint = "disabled"}),
              FailsWith("IncorrectInstanceState"));
}

TEST_F(ModifyInstanceMetadataOptions, RefusesTagsThatMetadataCannotTell) {
  const auto id = run_one();
  settle();
  const auto tag = [&](const std::string& key) {
    return ec2.create_tags({.Resources = {{id}}, .Tags = {{{.Key = key, .Value = "x"}}}});
  };
  const auto enable = [&] {
    return ec2.modify_instance_metadata_options(
        {.InstanceId = id, .InstanceMetadataTags = "enabled"});
  };
  must(tag("a/b"));
  EXPECT_THAT(enable(), FailsWith("InvalidParameterValue"));
  EXPECT_EQ(look(id).MetadataOptions->InstanceMetadataTags, "disabled");

  must(ec2.delete_tags({.Resources = {{id}}, .Tags = {{{.Key = "a/b"}}}}));
  must(enable());
  for (const char* key : {"a b", "a/b", "_index", "..", "."}) {
    EXPECT_THAT(tag(key), FailsWith("InvalidParameterValue")) << key;
  }
  EXPECT_THAT(tag("a.b:c@d_e-f"), Succeeds());
}

TEST_F(RunInstances, RefusesTagsThatMetadataIsToTellAndCannot) {
  auto request = launch();
  request.MetadataOptions = {{.InstanceMetadataTags = "enabled"}};
  request.TagSpecifications = {
      {{.ResourceType = "instance", .Tags = {{{.Key = "a b", .Value = "x"}}}}}};
  EXPECT_THAT(ec2.run_instances(request), FailsWith("InvalidParameterValue"));
}

TEST_F(MonitorInstances, TurnsDetailedMonitoringOnAndOff) {
  const auto id = run_one();
  EXPECT_EQ(look(id).Monitoring->State, "disabled");

  const auto on = must(ec2.monitor_instances({.InstanceIds = {{id}}}));

  EXPECT_EQ(on.InstanceMonitorings->front().Monitoring->State, "pending");
  EXPECT_EQ(look(id).Monitoring->State, "enabled");
  const auto off = must(ec2.unmonitor_instances({.InstanceIds = {{id}}}));
  EXPECT_EQ(off.InstanceMonitorings->front().Monitoring->State, "disabling");
  EXPECT_EQ(look(id).Monitoring->State, "disabled");
  EXPECT_THAT(ec2.monitor_instances({.InstanceIds = {{"i-0123456789abcdef0"}}}),
              FailsWith("InvalidInstanceID.NotFound"));
}

TEST_F(InstanceCreditSpecifications, AreOfBurstableTypesOnly) {
  auto request = launch();
  request.InstanceType = "t3.micro";
  const auto burstable = run(request).front();
  request.CreditSpecification = {.CpuCredits = "standard"};
  const auto standard = run(request).front();
  const auto other = run_one();
  const auto credits = [&](const std::string& id) {
    return *must(ec2.describe_instance_credit_specifications({.InstanceIds = {{id}}}))
                .InstanceCreditSpecifications->front()
                .CpuCredits;
  };
  EXPECT_EQ(credits(burstable), "unlimited");
  EXPECT_EQ(credits(standard), "standard");
  EXPECT_THAT(*must(ec2.describe_instance_credit_specifications({})).InstanceCreditSpecifications,
              SizeIs(1));
  EXPECT_THAT(ec2.describe_instance_credit_specifications({.InstanceIds = {{other}}}),
              FailsWith("InvalidParameterValue"));

  const auto changed = must(ec2.modify_instance_credit_specification(
      {.InstanceCreditSpecifications = {{{.InstanceId = standard, .CpuCredits = "unlimited"},
                                         {.InstanceId = other, .CpuCredits = "unlimited"}}}}));

  EXPECT_EQ(changed.SuccessfulInstanceCreditSpecifications->front().InstanceId, standard);
  EXPECT_EQ(changed.UnsuccessfulInstanceCreditSpecifications->front().Error->Code,
            "InstanceCreditSpecification.NotSupported");
  EXPECT_EQ(credits(standard), "unlimited");
}

TEST_F(GetConsoleOutput, IsEmptyBecauseNothingWritesToIt) {
  const auto id = run_one();
  const auto output = must(ec2.get_console_output({.InstanceId = id}));
  EXPECT_EQ(output.InstanceId, id);
  EXPECT_FALSE(output.Output.has_value());
  EXPECT_THAT(ec2.get_console_output({.InstanceId = id, .Latest = true}),
              FailsWith("UnsupportedOperation"));
}

TEST_F(IamInstanceProfileAssociations, ComeAndGoWithTime) {
  const auto id = run_one();
  settle();
  const auto made = *must(ec2.associate_iam_instance_profile(
                              {.IamInstanceProfile = {{.Name = "web"}}, .InstanceId = id}))
                         .IamInstanceProfileAssociation;
  EXPECT_EQ(made.State, "associating");
  EXPECT_EQ(look(id).IamInstanceProfile->Arn, "arn:aws:iam::123456789012:instance-profile/web");
  EXPECT_THAT(ec2.associate_iam_instance_profile(
                  {.IamInstanceProfile = {{.Name = "db"}}, .InstanceId = id}),
              FailsWith("IncorrectState"));
  settle();
  const auto all = [&] {
    return *must(ec2.describe_iam_instance_profile_associations(
                     {.Filters = {{{.Name = "instance-id", .Values = {{id}}}}}}))
                .IamInstanceProfileAssociations;
  };
  EXPECT_EQ(all().front().State, "associated");

  const auto replaced =
      *must(ec2.replace_iam_instance_profile_association(
                {.IamInstanceProfile = {{.Name = "db"}}, .AssociationId = made.AssociationId}))
           .IamInstanceProfileAssociation;

  EXPECT_NE(replaced.AssociationId, made.AssociationId);
  EXPECT_THAT(*look(id).IamInstanceProfile->Arn, ::testing::EndsWith("/db"));
  EXPECT_THAT(all(), SizeIs(1));
  settle();
  must(ec2.disassociate_iam_instance_profile({.AssociationId = replaced.AssociationId}));
  EXPECT_EQ(all().front().State, "disassociating");
  settle();
  EXPECT_THAT(all(), IsEmpty());
  EXPECT_FALSE(look(id).IamInstanceProfile.has_value());
  EXPECT_THAT(ec2.disassociate_iam_instance_profile({.AssociationId = replaced.AssociationId}),
              FailsWith("InvalidAssociationID.NotFound"));
}

TEST_F(IamInstanceProfileAssociations, AreMadeByALaunchAndEndWithTheInstance) {
  auto request = launch();
  request.IamInstanceProfile = {.Name = "web"};
  const auto id = run(request).front();
  const auto count = [&] {
    return must(ec2.describe_iam_instance_profile_associations({}))
        .IamInstanceProfileAssociations->size();
  };
  EXPECT_EQ(count(), 1U);
  must(ec2.terminate_instances({.InstanceIds = {{id}}}));
  settle();
  EXPECT_EQ(count(), 0U);
  request.IamInstanceProfile->Arn = "arn:aws:iam::123456789012:instance-profile/web";
  EXPECT_THAT(ec2.run_instances(request), FailsWith("InvalidParameterCombination"));
}

TEST_F(DescribeAccountAttributes, NamesTheDefaultVpcAndWhatIsAskedFor) {
  const auto vpc = must(ec2.describe_vpcs({})).Vpcs->front().VpcId;
  const auto all = *must(ec2.describe_account_attributes({})).AccountAttributes;
  EXPECT_THAT(all, SizeIs(6));
  const auto one = *must(ec2.describe_account_attributes({.AttributeNames = {{"default-vpc"}}}))
                        .AccountAttributes;
  ASSERT_THAT(one, SizeIs(1));
  EXPECT_EQ(one.front().AttributeValues->front().AttributeValue, vpc);
}

TEST_F(ModifyInstancePlacement, PutsAStoppedInstanceIntoAGroup) {
  must(ec2.create_placement_group({.GroupName = "parts", .Strategy = "partition"}));
  const auto id = run_one();
  settle();
  EXPECT_THAT(ec2.modify_instance_placement({.GroupName = "parts", .InstanceId = id}),
              FailsWith("IncorrectInstanceState"));
  must(ec2.stop_instances({.InstanceIds = {{id}}}));
  settle();
  must(ec2.modify_instance_placement(
      {.GroupName = "parts", .PartitionNumber = 2, .InstanceId = id}));
  EXPECT_EQ(look(id).Placement->GroupName, "parts");
  EXPECT_EQ(look(id).Placement->PartitionNumber, 2);
  must(ec2.start_instances({.InstanceIds = {{id}}}));
  EXPECT_THAT(ec2.delete_placement_group({.GroupName = "parts"}),
              FailsWith("InvalidPlacementGroup.InUse"));
  settle();
  must(ec2.stop_instances({.InstanceIds = {{id}}}));
  settle();

  EXPECT_THAT(ec2.modify_instance_placement({.InstanceId = id}),
              FailsWith("InvalidParameterCombination"));
  EXPECT_THAT(ec2.modify_instance_placement({.GroupName = "none", .InstanceId = id}),
              FailsWith("InvalidPlacementGroup.Unknown"));
  EXPECT_THAT(ec2.modify_instance_placement({.PartitionNumber = 3, .InstanceId = id}),
              FailsWith("InvalidParameterValue"));
  must(ec2.modify_instance_placement({.GroupName = "", .InstanceId = id}));
  EXPECT_EQ(look(id).Placement->GroupName, "");
}

TEST_F(ModifyPrivateDnsNameOptions, ChangesTheTypeOfAStoppedInstance) {
  const auto id = run_one();
  settle();
  must(ec2.modify_private_dns_name_options(
      {.InstanceId = id, .EnableResourceNameDnsARecord = true}));
  EXPECT_EQ(look(id).PrivateDnsNameOptions->EnableResourceNameDnsARecord, true);
  EXPECT_THAT(ec2.modify_private_dns_name_options(
                  {.InstanceId = id, .PrivateDnsHostnameType = "resource-name"}),
              FailsWith("IncorrectInstanceState"));
  must(ec2.stop_instances({.InstanceIds = {{id}}}));
  settle();
  must(ec2.modify_private_dns_name_options(
      {.InstanceId = id, .PrivateDnsHostnameType = "resource-name"}));
  EXPECT_EQ(look(id).PrivateDnsNameOptions->HostnameType, "resource-name");
}

TEST_F(ModifyInstanceMaintenanceOptions, IsShownWithTheInstance) {
  auto request = launch();
  request.MaintenanceOptions = {{.AutoRecovery = "disabled"}};
  const auto id = run(request).front();
  EXPECT_EQ(look(id).MaintenanceOptions->AutoRecovery, "disabled");
  const auto answer = must(ec2.modify_instance_maintenance_options(
      {.InstanceId = id, .AutoRecovery = "default", .RebootMigration = "disabled"}));
  EXPECT_EQ(answer.AutoRecovery, "default");
  EXPECT_EQ(look(id).MaintenanceOptions->RebootMigration, "disabled");
}

TEST_F(ResetInstanceAttribute, ChecksSourceAndDestinationAgain) {
  const auto id = run_one();
  settle();
  must(ec2.modify_instance_attribute({.SourceDestCheck = {{.Value = false}}, .InstanceId = id}));
  must(ec2.reset_instance_attribute({.InstanceId = id, .Attribute = "sourceDestCheck"}));
  EXPECT_EQ(look(id).SourceDestCheck, true);
  EXPECT_THAT(ec2.reset_instance_attribute({.InstanceId = id, .Attribute = "userData"}),
              FailsWith("InvalidParameterValue"));
  EXPECT_THAT(ec2.reset_instance_attribute({.InstanceId = id, .Attribute = "kernel"}),
              FailsWith("IncorrectInstanceState"));

  const auto interface_id = *look(id).NetworkInterfaces->front().NetworkInterfaceId;
  must(ec2.modify_instance_attribute({.SourceDestCheck = {{.Value = false}}, .InstanceId = id}));
  must(ec2.reset_network_interface_attribute(
      {.NetworkInterfaceId = interface_id, .SourceDestCheck = "true"}));
  EXPECT_EQ(look(id).SourceDestCheck, true);
}

TEST_F(GetPasswordData, IsEmptyForLinux) {
  const auto id = run_one();
  EXPECT_EQ(must(ec2.get_password_data({.InstanceId = id})).PasswordData, "");
}

TEST_F(RunInstances, TakesWhatIsOffAndRefusesItOn) {
  auto request = launch();
  request.EnclaveOptions = {{.Enabled = false}};
  request.HibernationOptions = {{.Configured = false}};
  EXPECT_THAT(ec2.run_instances(request), Succeeds());
  request.EnclaveOptions->Enabled = true;
  EXPECT_THAT(ec2.run_instances(request), FailsWith("NotImplemented", 501));
}

TEST_F(AccountDefaults, SayHowMetadataIsServed) {
  must(ec2.modify_instance_metadata_defaults(
      {.HttpTokens = "optional", .HttpPutResponseHopLimit = 3, .InstanceMetadataTags = "enabled"}));
  const auto shown = *must(ec2.get_instance_metadata_defaults({})).AccountLevel;
  EXPECT_EQ(shown.HttpPutResponseHopLimit, 3);
  const auto id = run_one();
  EXPECT_EQ(look(id).MetadataOptions->HttpTokens, "optional");
  EXPECT_EQ(look(id).MetadataOptions->InstanceMetadataTags, "enabled");
  must(ec2.modify_instance_metadata_defaults(
      {.HttpTokens = "no-preference", .HttpPutResponseHopLimit = -1}));
  const auto later = run_one();
  EXPECT_EQ(look(later).MetadataOptions->HttpTokens, "required");
  EXPECT_EQ(look(later).MetadataOptions->HttpPutResponseHopLimit, 2);
  EXPECT_THAT(ec2.modify_instance_metadata_defaults({.HttpPutResponseHopLimit = 65}),
              FailsWith("InvalidParameterValue"));
}

TEST_F(AccountDefaults, SayWhichKeyEncryptsVolumes) {
  EXPECT_EQ(must(ec2.get_ebs_default_kms_key_id({})).KmsKeyId, "alias/aws/ebs");
  const auto arn = *must(ec2.modify_ebs_default_kms_key_id({.KmsKeyId = "my-key"})).KmsKeyId;
  const auto volume = [&] {
    return *must(ec2.create_volume(
                     {.AvailabilityZone = "eu-central-1a", .Encrypted = true, .Size = 1}))
                .KmsKeyId;
  };
  EXPECT_EQ(volume(), arn);
  must(ec2.reset_ebs_default_kms_key_id({}));
  EXPECT_NE(volume(), arn);
}

TEST_F(AccountDefaults, SayHowBurstableTypesSpendCredits) {
  EXPECT_EQ(must(ec2.get_default_credit_specification({.InstanceFamily = "t3"}))
                .InstanceFamilyCreditSpecification->CpuCredits,
            "unlimited");
  must(ec2.modify_default_credit_specification({.InstanceFamily = "t3", .CpuCredits = "standard"}));
  auto request = launch();
  request.InstanceType = "t3.small";
  const auto id = run(request).front();
  const auto shown = must(ec2.describe_instance_credit_specifications({.InstanceIds = {{id}}}));
  EXPECT_EQ(shown.InstanceCreditSpecifications->front().CpuCredits, "standard");
  EXPECT_THAT(
      ec2.modify_default_credit_specification({.InstanceFamily = "t3", .CpuCredits = "some"}),
      FailsWith("InvalidParameterValue"));
}

TEST_F(SerialConsoleAccess, IsOffUntilItIsAllowed) {
  const auto is_on = [&] {
    return must(ec2.get_serial_console_access_status()).SerialConsoleAccessEnabled;
  };
  EXPECT_EQ(is_on(), false);
  must(ec2.enable_serial_console_access());
  EXPECT_EQ(is_on(), true);
  must(ec2.disable_serial_console_access());
  EXPECT_EQ(is_on(), false);
}

}  // namespace
}  // namespace fallstreak::ec2_tests
