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

}  // namespace
}  // namespace fallstreak::ec2_tests
