#include "services/ec2/instance_requirements.h"

#include <limits>
#include <set>

#include "services/ec2/spot_test.h"

namespace fallstreak::ec2_tests {
namespace {

using Requirements = api::ec2::InstanceRequirementsRequest;

/// Two vCPUs and 8 GiB or more.
Requirements small() { return {.VCpuCount = {{.Min = 2, .Max = 2}}, .MemoryMiB = {{.Min = 8192}}}; }

class GetInstanceTypesFromInstanceRequirements : public SpotTest {
 protected:
  Outcome<api::ec2::GetInstanceTypesFromInstanceRequirementsResult> ask(
      const Requirements& requirements, const std::string& architecture = "x86_64") {
    return ec2.get_instance_types_from_instance_requirements(
        {.ArchitectureTypes = {{architecture}},
         .VirtualizationTypes = {{"hvm"}},
         .InstanceRequirements = requirements});
  }
  std::vector<std::string> types(const Requirements& requirements,
                                 const std::string& architecture = "x86_64") {
    std::vector<std::string> names;
    const auto found = must(ask(requirements, architecture));
    for (const auto& type : api::each(found.InstanceTypes)) names.push_back(*type.InstanceType);
    return names;
  }
};

TEST_F(GetInstanceTypesFromInstanceRequirements, FindsThoseWithinAllRanges) {
  EXPECT_THAT(types(small()), ElementsAre("m4.large", "m5.large", "m6i.large", "r5.large"));
  auto wanted = small();
  wanted.MemoryMiB->Max = 8192;
  EXPECT_THAT(types(wanted), ElementsAre("m4.large", "m5.large", "m6i.large"));
  wanted.NetworkInterfaceCount = {{.Min = 3}};
  EXPECT_THAT(types(wanted), ElementsAre("m5.large", "m6i.large"));
  wanted = small();
  wanted.MemoryGiBPerVCpu = {{.Min = 8, .Max = 8}};
  EXPECT_THAT(types(wanted), ElementsAre("r5.large"));
  wanted.MemoryGiBPerVCpu = {{.Max = 3.9}};
  EXPECT_THAT(types(wanted), IsEmpty());
}

TEST_F(GetInstanceTypesFromInstanceRequirements, KnowsGenerationsManufacturersAndNames) {
  auto wanted = small();
  wanted.InstanceGenerations = {{"previous"}};
  EXPECT_THAT(types(wanted), ElementsAre("m4.large"));
  wanted = small();
  wanted.CpuManufacturers = {{"amd"}};
  wanted.BurstablePerformance = "required";
  EXPECT_THAT(types(wanted), ElementsAre("t3a.large"));
  wanted = small();
  wanted.CpuManufacturers = {{"amazon-web-services"}};
  EXPECT_THAT(types(wanted), IsEmpty());
  EXPECT_THAT(types(wanted, "arm64"), ElementsAre("m7g.large", "r6g.large"));
  wanted = small();
  wanted.ExcludedInstanceTypes = {{"m*", "t2.nano"}};
  EXPECT_THAT(types(wanted), ElementsAre("r5.large"));
  wanted = small();
  wanted.AllowedInstanceTypes = {{"*5.*"}};
  EXPECT_THAT(types(wanted), ElementsAre("m5.large", "r5.large"));
}

TEST_F(GetInstanceTypesFromInstanceRequirements, LeavesBurstableTypesOutUntilTheyAreIncluded) {
  auto wanted = small();
  wanted.BurstablePerformance = "included";
  EXPECT_THAT(types(wanted), ElementsAre("m4.large", "m5.large", "m6i.large", "r5.large",
                                         "t2.large", "t3.large", "t3a.large"));
  wanted.BareMetal = "required";
  EXPECT_THAT(types(wanted), IsEmpty());
  wanted = small();
  wanted.AcceleratorCount = {{.Max = 0}};
  EXPECT_THAT(types(wanted), SizeIs(4));
  wanted.AcceleratorCount = {{.Min = 1}};
  EXPECT_THAT(types(wanted), IsEmpty());
}

TEST_F(GetInstanceTypesFromInstanceRequirements, ComesInPages) {
  api::ec2::GetInstanceTypesFromInstanceRequirementsRequest request{
      .ArchitectureTypes = {{"x86_64"}},
      .VirtualizationTypes = {{"hvm"}},
      .InstanceRequirements = small(),
      .MaxResults = 3};
  const auto first = must(ec2.get_instance_types_from_instance_requirements(request));
  request.NextToken = first.NextToken;
  const auto second = must(ec2.get_instance_types_from_instance_requirements(request));

  EXPECT_THAT(*first.InstanceTypes, SizeIs(3));
  ASSERT_THAT(*second.InstanceTypes, SizeIs(1));
  EXPECT_EQ(second.InstanceTypes->front().InstanceType, "r5.large");
  EXPECT_FALSE(second.NextToken);
}

TEST_F(GetInstanceTypesFromInstanceRequirements, RefusesWhatIsWrongAndWhatItKnowsNothingOf) {
  auto wrong = small();
  wrong.VCpuCount->Max = 1;
  EXPECT_THAT(ask(wrong), FailsWith("InvalidParameterValue", 400));
  wrong = small();
  wrong.MemoryMiB->Min = -1;
  EXPECT_THAT(ask(wrong), FailsWith("InvalidParameterValue", 400));
  wrong = small();
  wrong.OnDemandMaxPricePercentageOverLowestPrice = -1;
  EXPECT_THAT(ask(wrong), FailsWith("InvalidParameterValue", 400));
  wrong = small();
  wrong.AllowedInstanceTypes = {{"m*"}};
  wrong.ExcludedInstanceTypes = {{"r*"}};
  EXPECT_THAT(ask(wrong), FailsWith("InvalidParameterCombination", 400));
  wrong = small();
  wrong.SpotMaxPricePercentageOverLowestPrice = 10;
  wrong.MaxSpotPriceAsPercentageOfOptimalOnDemandPrice = 50;
  EXPECT_THAT(ask(wrong), FailsWith("InvalidParameterCombination", 400));
  auto unknown = small();
  unknown.NetworkBandwidthGbps = {{.Min = 10}};
  EXPECT_THAT(ask(unknown), FailsSaying("InstanceRequirements.NetworkBandwidthGbps is not "
                                        "implemented by this version of Fallstreak."));
  unknown = small();
  unknown.AcceleratorNames = {{"a100"}};
  EXPECT_THAT(ask(unknown), FailsWith("NotImplemented", 501));
}

class FleetByRequirements : public SpotTest {
 protected:
  api::ec2::CreateFleetRequest fleet_of(const Requirements& requirements,
                                        const std::string& market) {
    return {.LaunchTemplateConfigs = {{{.LaunchTemplateSpecification = {{.LaunchTemplateId =
                                                                             template_id}},
                                        .Overrides = {{{.AvailabilityZone = "eu-central-1a",
                                                        .InstanceRequirements = requirements}}}}}},
            .TargetCapacitySpecification = {{.TotalTargetCapacity = 1,
                                             .DefaultTargetCapacityType = market}},
            .Type = "instant"};
  }
  /// The types that a fleet tries when none has capacity.
  std::set<std::string> tried(const Requirements& requirements, const std::string& market) {
    inject("full", {.kind = "insufficient-capacity"});
    const auto result = must(ec2.create_fleet(fleet_of(requirements, market)));
    std::set<std::string> types;
    for (const auto& error : *result.Errors) {
      types.insert(*error.LaunchTemplateAndOverrides->Overrides->InstanceType);
    }
    return types;
  }
  std::string make_template(const api::ec2::RequestLaunchTemplateData& data,
                            const std::string& name) {
    return *must(ec2.create_launch_template(
                     {.LaunchTemplateName = name, .LaunchTemplateData = data}))
                .LaunchTemplate->LaunchTemplateId;
  }
  std::string template_id = make_template({.ImageId = kImage}, "plain");
};

TEST_F(FleetByRequirements, LaunchesTheCheapestTypeThatRunsTheImage) {
  auto wanted = small();
  wanted.BurstablePerformance = "included";
  const auto result = must(ec2.create_fleet(fleet_of(wanted, "on-demand")));

  ASSERT_THAT(*result.Instances, SizeIs(1));
  // Of arm64 there is a cheaper one, which does not run the image.
  EXPECT_EQ(result.Instances->front().InstanceType, "t3a.large");
  EXPECT_EQ(look(result.Instances->front().InstanceIds->front()).InstanceType, "t3a.large");
}

TEST_F(FleetByRequirements, TriesNothingThatIsMuchDearerThanTheCheapest) {
  EXPECT_EQ(tried(small(), "on-demand"),
            (std::set<std::string>{"m4.large", "m5.large", "m6i.large"}))
      << "r5.large costs 31 % more than m5.large";
}

TEST_F(FleetByRequirements, TriesEverythingWithoutPriceProtection) {
  auto wanted = small();
  wanted.OnDemandMaxPricePercentageOverLowestPrice = 999'999;
  EXPECT_THAT(tried(wanted, "on-demand"), ::testing::Contains("r5.large"));
}

TEST_F(FleetByRequirements, ComesFromTheTemplateToo) {
  const auto by_template =
      make_template({.ImageId = kImage, .InstanceRequirements = small()}, "by-requirements");
  auto request = fleet_of(small(), "spot");
  auto& config = request.LaunchTemplateConfigs->front();
  config.LaunchTemplateSpecification->LaunchTemplateId = by_template;
  config.Overrides.reset();
  const auto result = must(ec2.create_fleet(request));

  ASSERT_THAT(*result.Instances, SizeIs(1));
  EXPECT_THAT(*result.Instances->front().InstanceType, ::testing::HasSubstr(".large"));
  const auto shown = must(ec2.describe_launch_template_versions({.LaunchTemplateId = by_template}));
  const auto& data = *shown.LaunchTemplateVersions->front().LaunchTemplateData;
  EXPECT_EQ(data.InstanceRequirements->MemoryMiB->Min, 8192);
  EXPECT_THAT(
      ec2.run_instances(
          {.MaxCount = 1, .MinCount = 1, .LaunchTemplate = {{.LaunchTemplateId = by_template}}}),
      FailsWith("InvalidParameterCombination", 400));
}

TEST_F(FleetByRequirements, RefusesATypeBesideThemAndWhatNoTypeMeets) {
  auto both = fleet_of(small(), "on-demand");
  both.LaunchTemplateConfigs->front().Overrides->front().InstanceType = "m4.large";
  EXPECT_THAT(ec2.create_fleet(both), FailsWith("InvalidParameterCombination", 400));
  auto none = small();
  none.MemoryMiB->Min = 100'000'000;
  EXPECT_THAT(ec2.create_fleet(fleet_of(none, "on-demand")),
              FailsWith("InvalidParameterCombination", 400));
  EXPECT_THAT(
      ec2.create_launch_template(
          {.LaunchTemplateName = "both",
           .LaunchTemplateData = {{.InstanceType = "m4.large", .InstanceRequirements = small()}}}),
      FailsWith("InvalidParameterCombination", 400));
  EXPECT_THAT(*must(ec2.describe_instances({})).Reservations, IsEmpty());
}

// The rules of price protection by themselves.
using services::ec2::find_instance_type;
using services::ec2::price_protection;
using services::ec2::PurchaseOption;
using services::ec2::reference_price;
using services::ec2::TypePrice;

TEST(PriceProtection, ComparesWithTheCheapestCurrentGeneralType) {
  const auto* t3 = find_instance_type("t3.large");
  const auto* m4 = find_instance_type("m4.large");
  const auto* m5 = find_instance_type("m5.large");
  const auto* r5 = find_instance_type("r5.large");
  const std::vector<TypePrice> all{{t3, 1}, {m4, 2}, {r5, 4}, {m5, 3}};
  EXPECT_EQ(reference_price(all)->type, m5);
  const std::vector<TypePrice> no_general{{t3, 3}, {m4, 2}};
  EXPECT_EQ(reference_price(no_general)->type, t3) << "a current one, though a previous is cheaper";
  const std::vector<TypePrice> previous{{m4, 2}};
  EXPECT_EQ(reference_price(previous)->type, m4);
  EXPECT_EQ(reference_price({}), nullptr);
}

TEST(PriceProtection, HasAwssThresholds) {
  EXPECT_EQ(price_protection({}, PurchaseOption::on_demand).percent, 20);
  EXPECT_EQ(price_protection({}, PurchaseOption::spot).percent, 100);
  const Requirements of_on_demand{.MaxSpotPriceAsPercentageOfOptimalOnDemandPrice = 60};
  EXPECT_TRUE(price_protection(of_on_demand, PurchaseOption::spot).is_of_on_demand_price);
  EXPECT_EQ(price_protection(of_on_demand, PurchaseOption::spot).percent, 60);
}

}  // namespace
}  // namespace fallstreak::ec2_tests
