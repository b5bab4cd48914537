#include "services/cloudwatch/cloudwatch_test.h"

namespace fallstreak {
namespace {

using testing::FailsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class PutDashboard : public CloudWatchTest {
 protected:
  static constexpr const char* kText =
      R"({"widgets":[{"type":"text","x":0,"y":0,"width":3,"height":3,)"
      R"("properties":{"markdown":"Hello"}}]})";
  Outcome<api::cloudwatch::PutDashboardOutput> put_body(const std::string& body,
                                                        const std::string& name = "main") {
    return cloudwatch.put_dashboard({.DashboardName = name, .DashboardBody = body});
  }
};
using GetDashboard = PutDashboard;
using ListDashboards = PutDashboard;
using DeleteDashboards = PutDashboard;

TEST_F(GetDashboard, ReturnsWhatWasPut) {
  EXPECT_THAT(*must(put_body(kText)).DashboardValidationMessages, IsEmpty());
  const auto got = must(cloudwatch.get_dashboard({.DashboardName = "main"}));
  EXPECT_EQ(got.DashboardBody, kText);
  EXPECT_EQ(got.DashboardArn, "arn:aws:cloudwatch::000000000000:dashboard/main");
  EXPECT_THAT(cloudwatch.get_dashboard({.DashboardName = "other"}),
              FailsWith("ResourceNotFound", 404));
}

TEST_F(PutDashboard, WarnsOfWidgetsThatMayNotShow) {
  const auto put =
      must(put_body(R"({"widgets":[{"type":"metric","properties":{"metrics":[["A","B"]]}}]})"));
  ASSERT_THAT(*put.DashboardValidationMessages, SizeIs(1));
  EXPECT_EQ(put.DashboardValidationMessages->front().DataPath, "/widgets/0/properties");
}

TEST_F(PutDashboard, RefusesWhatIsNoDashboard) {
  const char* const bodies[] = {
      "",
      "[]",
      "{",
      "{}",
      R"({"widgets":{}})",
      R"({"widgets":[7]})",
      R"({"widgets":[{"type":"text"}]})",
      R"({"widgets":[{"type":"clock","properties":{}}]})",
      R"({"widgets":[{"type":"text","properties":{}}]})",
      R"({"widgets":[{"type":"metric","properties":{}}]})",
      R"({"widgets":[{"type":"text","width":25,"properties":{"markdown":"x"}}]})",
      R"({"widgets":[{"type":"text","height":"3","properties":{"markdown":"x"}}]})"};
  for (const char* body : bodies) {
    EXPECT_THAT(put_body(body), FailsWith("InvalidParameterInput", 400)) << body;
  }
  EXPECT_THAT(put_body(kText, "no spaces"), FailsWith("InvalidParameterInput", 400));
  EXPECT_THAT(put_body("{").error().message, HasSubstr("must be a valid JSON object"));
}

TEST_F(ListDashboards, TellsNamesAndSizes) {
  must(put_body(kText, "web-a"));
  must(put_body(kText, "web-b"));
  must(put_body(kText, "other"));
  const auto listed =
      *must(cloudwatch.list_dashboards({.DashboardNamePrefix = "web-"})).DashboardEntries;
  ASSERT_THAT(listed, SizeIs(2));
  EXPECT_EQ(listed[1].DashboardName, "web-b");
  EXPECT_EQ(listed[1].Size, std::int64_t(std::string(kText).size()));
  EXPECT_EQ(listed[1].LastModified, start);
}

TEST_F(DeleteDashboards, DeletesAllOrNone) {
  must(put_body(kText));
  EXPECT_THAT(cloudwatch.delete_dashboards({.DashboardNames = {{"main", "missing"}}}),
              FailsWith("ResourceNotFound", 404));
  must(cloudwatch.delete_dashboards({.DashboardNames = {{"main"}}}));
  EXPECT_THAT(*must(cloudwatch.list_dashboards({})).DashboardEntries, IsEmpty());
}

}  // namespace
}  // namespace fallstreak
