#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

/// An m5.4xlarge: 2, 4, 6 or 8 cores of one or two threads.
class CpuOptions : public Ec2Test {
 protected:
  static api::ec2::RunInstancesRequest launch_with(api::ec2::CpuOptionsRequest options,
                                                   std::string type = "m5.4xlarge") {
    auto request = launch();
    request.InstanceType = std::move(type);
    request.CpuOptions = options;
    return request;
  }
  std::string run_stopped(const api::ec2::RunInstancesRequest& request) {
    const auto id = run(request).front();
    settle();
    must(ec2.stop_instances({.InstanceIds = {{id}}}));
    settle();
    return id;
  }
  void expect_cpu(const std::string& id, int cores, int threads) {
    EXPECT_EQ(look(id).CpuOptions->CoreCount, cores);
    EXPECT_EQ(look(id).CpuOptions->ThreadsPerCore, threads);
  }
};
using ModifyInstanceCpuOptions = CpuOptions;

TEST_F(CpuOptions, AreWhatTheLaunchSays) {
  const auto id = run(launch_with({.CoreCount = 6, .ThreadsPerCore = 1})).front();

  expect_cpu(id, 6, 1);
  settle();
  must(ec2.stop_instances({.InstanceIds = {{id}}}));
  settle();
  must(ec2.start_instances({.InstanceIds = {{id}}}));
  expect_cpu(id, 6, 1);
}

TEST_F(CpuOptions, AreTheTypesOwnByDefault) {
  auto request = launch();
  request.InstanceType = "m5.4xlarge";

  expect_cpu(run(request).front(), 8, 2);
}

TEST_F(CpuOptions, AreSuchAsTheTypeCanHave) {
  const auto refused = [&](int cores, int threads, std::string type = "m5.4xlarge") {
    EXPECT_THAT(
        ec2.run_instances(launch_with({.CoreCount = cores, .ThreadsPerCore = threads}, type)),
        FailsWith("InvalidParameterValue"))
        << cores << " cores of " << threads << " of " << type;
  };

  refused(1, 2);
  refused(3, 1);
  refused(10, 1);
  refused(0, 1);
  refused(-2, 1);
  refused(4, 3);
  refused(4, 0);
  // AWS: its numbers begin at 4.
  refused(2, 2, "m5.24xlarge");
  refused(1, 2, "t2.micro");
  EXPECT_THAT(ec2.run_instances(launch_with({.CoreCount = 4})), FailsWith("MissingParameter"));
  EXPECT_THAT(ec2.run_instances(launch_with({.ThreadsPerCore = 1})), FailsWith("MissingParameter"));
  EXPECT_THAT(*must(ec2.describe_instances({})).Reservations, IsEmpty());
}

TEST_F(CpuOptions, ComeFromATemplateToo) {
  must(ec2.create_launch_template(
      {.LaunchTemplateName = "small",
       .LaunchTemplateData = {{.ImageId = kImage,
                               .InstanceType = "m5.4xlarge",
                               .CpuOptions = {{.CoreCount = 2, .ThreadsPerCore = 1}}}}}));

  const auto id =
      run({.MaxCount = 1, .MinCount = 1, .LaunchTemplate = {{.LaunchTemplateName = "small"}}})
          .front();

  expect_cpu(id, 2, 1);
}

TEST_F(ModifyInstanceCpuOptions, ChangesAnInstanceThatIsStopped) {
  const auto id = run_stopped(launch_with({.CoreCount = 2, .ThreadsPerCore = 2}));

  const auto changed = must(
      ec2.modify_instance_cpu_options({.InstanceId = id, .CoreCount = 4, .ThreadsPerCore = 1}));

  EXPECT_EQ(changed.InstanceId, id);
  EXPECT_EQ(changed.CoreCount, 4);
  EXPECT_EQ(changed.ThreadsPerCore, 1);
  expect_cpu(id, 4, 1);
}

TEST_F(ModifyInstanceCpuOptions, RefusesWhatCannotBe) {
  const auto id = run_stopped(launch_with({.CoreCount = 2, .ThreadsPerCore = 2}));

  EXPECT_THAT(
      ec2.modify_instance_cpu_options({.InstanceId = id, .CoreCount = 5, .ThreadsPerCore = 1}),
      FailsWith("InvalidParameterValue"));
  EXPECT_THAT(ec2.modify_instance_cpu_options({.InstanceId = id, .CoreCount = 4}),
              FailsWith("MissingParameter"));
  EXPECT_THAT(ec2.modify_instance_cpu_options(
                  {.InstanceId = "i-0123456789abcdef0", .CoreCount = 4, .ThreadsPerCore = 1}),
              FailsWith("InvalidInstanceID.NotFound"));
  must(ec2.start_instances({.InstanceIds = {{id}}}));
  settle();
  EXPECT_THAT(
      ec2.modify_instance_cpu_options({.InstanceId = id, .CoreCount = 4, .ThreadsPerCore = 1}),
      FailsWith("IncorrectInstanceState"));
  expect_cpu(id, 2, 2);
}

TEST_F(CpuOptions, OfANewTypeAreItsOwn) {
  const auto id = run_stopped(launch_with({.CoreCount = 2, .ThreadsPerCore = 1}));

  must(
      ec2.modify_instance_attribute({.InstanceId = id, .InstanceType = {{.Value = "m5.2xlarge"}}}));

  expect_cpu(id, 4, 2);
}

TEST_F(CpuOptions, OfATypeAreShown) {
  const auto cpus = [&](std::string type) {
    return *must(ec2.describe_instance_types({.InstanceTypes = {{std::move(type)}}}))
                .InstanceTypes->front()
                .VCpuInfo;
  };

  EXPECT_THAT(*cpus("m5.4xlarge").ValidCores, ElementsAre(2, 4, 6, 8));
  EXPECT_THAT(*cpus("m5.4xlarge").ValidThreadsPerCore, ElementsAre(1, 2));
  EXPECT_THAT(*cpus("m7g.xlarge").ValidCores, ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(*cpus("m7g.xlarge").ValidThreadsPerCore, ElementsAre(1));
  EXPECT_THAT(*cpus("c5.9xlarge").ValidCores, ElementsAre(4, 6, 8, 10, 12, 14, 16, 18));
}

}  // namespace
}  // namespace fallstreak::ec2_tests
