#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

constexpr auto kDebian = "ami-0abcdef1234567897";

class AllowedImagesSettings : public Ec2Test {
 protected:
  using Criterion = api::ec2::ImageCriterionRequest;

  void allow(std::vector<Criterion> criteria, const std::string& state = "enabled") {
    must(ec2.replace_image_criteria_in_allowed_images_settings(
        {.ImageCriteria = std::move(criteria)}));
    must(ec2.enable_allowed_images_settings({.AllowedImagesSettingsState = state}));
  }
  bool finds(const std::string& image_id) {
    const auto all = must(ec2.describe_images());
    return std::ranges::any_of(*all.Images,
                               [&](const auto& image) { return image.ImageId == image_id; });
  }
  Outcome<api::ec2::Reservation> try_to_run(const char* image_id) {
    auto request = launch();
    request.ImageId = image_id;
    return ec2.run_instances(request);
  }
};
using GetAllowedImagesSettings = AllowedImagesSettings;
using EnableAllowedImagesSettings = AllowedImagesSettings;
using DisableAllowedImagesSettings = AllowedImagesSettings;
using ReplaceImageCriteriaInAllowedImagesSettings = AllowedImagesSettings;

TEST_F(EnableAllowedImagesSettings, HidesWhatMeetsNoCriterion) {
  EXPECT_TRUE(finds(kDebian));
  allow({{.ImageProviders = {{"amazon"}}}});

  EXPECT_TRUE(finds(kImage));
  EXPECT_FALSE(finds(kDebian));
  EXPECT_THAT(ec2.describe_images({.ImageIds = {{kDebian}}}),
              FailsWith("InvalidAMIID.NotFound", 400));
}

TEST_F(EnableAllowedImagesSettings, RefusesToLaunchWhatMeetsNoCriterion) {
  const auto made = must(ec2.create_launch_template(
      {.LaunchTemplateName = "debian",
       .LaunchTemplateData = {{.ImageId = kDebian, .InstanceType = "m4.xlarge"}}}));
  allow({{.ImageProviders = {{"amazon"}}}});

  EXPECT_THAT(try_to_run(kImage), Succeeds());
  EXPECT_THAT(try_to_run(kDebian), FailsWith("InvalidAMIID.NotFound", 400));
  EXPECT_THAT(try_to_run("resolve:ssm:/aws/service/debian/release/12/latest/amd64"),
              FailsWith("InvalidAMIID.NotFound", 400));
  EXPECT_THAT(
      ec2.run_instances(
          {.MaxCount = 1, .MinCount = 1, .LaunchTemplate = {{.LaunchTemplateName = "debian"}}}),
      FailsWith("InvalidAMIID.NotFound", 400));
}

TEST_F(EnableAllowedImagesSettings, LeavesInstancesAndImagesOfTheAccountAlone) {
  const std::string id = *must(try_to_run(kDebian)).Instances->front().InstanceId;
  settle();
  const std::string own = *must(ec2.create_image({.InstanceId = id, .Name = "our own"})).ImageId;
  settle();
  allow({{.ImageProviders = {{"none"}}}});

  EXPECT_EQ(state_of(id), "running");
  must(ec2.stop_instances({.InstanceIds = {{id}}}));
  settle();
  EXPECT_THAT(ec2.start_instances({.InstanceIds = {{id}}}), Succeeds());
  EXPECT_TRUE(finds(own));
  EXPECT_THAT(try_to_run(own.c_str()), Succeeds());
  EXPECT_FALSE(finds(kImage));
}

TEST_F(EnableAllowedImagesSettings, OnlyTellsInAuditMode) {
  allow({{.ImageProviders = {{"amazon"}}}}, "audit-mode");

  const auto shown = *must(ec2.describe_images({.ImageIds = {{kImage, kDebian}}})).Images;
  EXPECT_EQ(shown.at(0).ImageAllowed, true);
  EXPECT_EQ(shown.at(1).ImageAllowed, false);
  EXPECT_THAT(try_to_run(kDebian), Succeeds());
  const auto refused =
      *must(ec2.describe_images({.Filters = {{{.Name = "image-allowed", .Values = {{"false"}}}}}}))
           .Images;
  EXPECT_THAT(refused, SizeIs(2));
}

TEST_F(EnableAllowedImagesSettings, RefusesAnotherState) {
  EXPECT_THAT(ec2.enable_allowed_images_settings({.AllowedImagesSettingsState = "on"}),
              FailsWith("InvalidParameterValue"));
}

TEST_F(DisableAllowedImagesSettings, AllowsAllAgain) {
  allow({{.ImageProviders = {{"none"}}}});
  EXPECT_EQ(must(ec2.disable_allowed_images_settings()).AllowedImagesSettingsState, "disabled");

  EXPECT_TRUE(finds(kDebian));
  EXPECT_THAT(try_to_run(kDebian), Succeeds());
  EXPECT_EQ(must(ec2.describe_images({.ImageIds = {{kDebian}}})).Images->front().ImageAllowed,
            std::nullopt);
}

TEST_F(GetAllowedImagesSettings, TellsStateAndCriteria) {
  auto settings = must(ec2.get_allowed_images_settings());
  EXPECT_EQ(settings.State, "disabled");
  EXPECT_THAT(*settings.ImageCriteria, IsEmpty());

  allow({{.ImageProviders = {{"amazon"}}, .ImageNames = {{"al2023*"}}}}, "audit-mode");
  settings = must(ec2.get_allowed_images_settings());
  EXPECT_EQ(settings.State, "audit-mode");
  EXPECT_EQ(settings.ManagedBy, "account");
  EXPECT_THAT(*settings.ImageCriteria->front().ImageProviders, ElementsAre("amazon"));
  EXPECT_THAT(*settings.ImageCriteria->front().ImageNames, ElementsAre("al2023*"));
}

TEST_F(ReplaceImageCriteriaInAllowedImagesSettings, AllowsWhatMeetsAllOfACriterion) {
  allow({{.ImageProviders = {{"amazon"}}, .ImageNames = {{"al2023-ami-20??.*"}}},
         {.ImageProviders = {{"136693071363"}}}});
  EXPECT_TRUE(finds(kImage));
  EXPECT_TRUE(finds(kDebian));
  EXPECT_FALSE(finds("ami-0abcdef1234567892"));
}

TEST_F(ReplaceImageCriteriaInAllowedImagesSettings, AllowsImagesThatAreYoungEnough) {
  allow({{.CreationDateCondition = {{.MaximumDaysSinceCreated = 30}}}});
  EXPECT_FALSE(finds(kImage));
  // It was created on 2025-01-15.
  allow({{.CreationDateCondition = {{.MaximumDaysSinceCreated = 400}}}});
  EXPECT_TRUE(finds(kImage));
}

TEST_F(ReplaceImageCriteriaInAllowedImagesSettings, RefusesWhatIsWrong) {
  const auto expect_refused = [&](std::vector<Criterion> criteria) {
    EXPECT_THAT(ec2.replace_image_criteria_in_allowed_images_settings(
                    {.ImageCriteria = std::move(criteria)}),
                FailsWith("InvalidParameterValue"));
  };
  expect_refused({{.ImageProviders = {{"debian"}}}});
  expect_refused({{.ImageProviders = {{"12345678901"}}}});
  expect_refused({{.ImageProviders = std::vector<std::string>(201, "amazon")}});
  expect_refused({{.ImageNames = {{"a?"}}}});
  expect_refused({{.ImageNames = {{"a;b"}}}});
  expect_refused({{.ImageNames = std::vector<std::string>(51, "a*")}});
  expect_refused({{.MarketplaceProductCodes = {{"a-b"}}}});
  expect_refused(std::vector<Criterion>(11));
  EXPECT_THAT(ec2.replace_image_criteria_in_allowed_images_settings(
                  {.ImageCriteria = {{{.ImageWatermarks = {{{.WatermarkKey = "x"}}}}}}}),
              FailsWith("NotImplemented", 501));
  EXPECT_THAT(*must(ec2.get_allowed_images_settings()).ImageCriteria, IsEmpty());
}

}  // namespace
}  // namespace fallstreak::ec2_tests
