#include <algorithm>

#include "services/cloudwatch/dashboard_body.h"
#include "services/cloudwatch/errors.h"
#include "services/cloudwatch/handlers.h"
#include "services/cloudwatch/pages.h"
#include "services/cloudwatch/tags.h"

namespace fallstreak::services::cloudwatch {
namespace {

constexpr std::size_t kDashboardsAPage = 1000;

/// AWS: dashboards belong to no region. Chosen: they are listed in the region they were put in.
std::string dashboard_arn(const Context& context, const std::string& name) {
  return "arn:aws:cloudwatch::" + context.account_id() + ":dashboard/" + name;
}

bool is_name(const std::string& name) {
  return !name.empty() && name.size() <= 255 && std::ranges::all_of(name, [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '-' || letter == '_';
  });
}

}  // namespace

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html
api::cloudwatch::PutDashboardOutput put_dashboard(
    Context& context, const api::cloudwatch::PutDashboardInput& request) {
  const std::string& name = *request.DashboardName;
  if (!is_name(name)) {
    throw dashboard_invalid("The value " + name +
                                " for field DashboardName contains invalid characters. It can only "
                                "contain alphanumerics, dash (-) and underscore (_).",
                            {});
  }
  const BodyCheck check = check_dashboard_body(*request.DashboardBody);
  if (!check.errors.empty()) {
    throw dashboard_invalid("The dashboard body is invalid, there are " +
                                std::to_string(check.errors.size()) +
                                " validation errors: " + *check.errors.front().DataPath + " " +
                                *check.errors.front().Message,
                            check.errors);
  }
  const DashboardRecord* before = context.state.dashboards.find(name);
  // AWS: tags are given when the dashboard is created, and left alone when it is put again.
  Tags tags = before != nullptr ? before->tags : tags_at_creation(request.Tags);
  context.state.dashboards.put(
      name,
      {.body = *request.DashboardBody, .last_modified = context.now(), .tags = std::move(tags)});
  return {.DashboardValidationMessages = check.warnings};
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetDashboard.html
api::cloudwatch::GetDashboardOutput get_dashboard(
    Context& context, const api::cloudwatch::GetDashboardInput& request) {
  const std::string& name = *request.DashboardName;
  const auto* record = context.state.dashboards.find(name);
  if (record == nullptr) throw dashboard_not_found(name);
  return {.DashboardArn = dashboard_arn(context, name),
          .DashboardBody = record->body,
          .DashboardName = name};
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListDashboards.html
api::cloudwatch::ListDashboardsOutput list_dashboards(
    Context& context, const api::cloudwatch::ListDashboardsInput& request) {
  const std::string prefix = request.DashboardNamePrefix.value_or("");
  const std::string after = key_of_token(request.NextToken);
  const auto& dashboards = context.state.dashboards;
  api::cloudwatch::ListDashboardsOutput response;
  auto& entries = response.DashboardEntries.emplace();
  auto row = after < prefix ? dashboards.lower_bound(prefix) : dashboards.upper_bound(after);
  for (; row != dashboards.end() && row->first.starts_with(prefix); ++row) {
    if (entries.size() == kDashboardsAPage) {
      response.NextToken = token_after(*entries.back().DashboardName);
      break;
    }
    entries.push_back({.DashboardName = row->first,
                       .DashboardArn = dashboard_arn(context, row->first),
                       .LastModified = row->second.last_modified,
                       .Size = std::int64_t(row->second.body.size())});
  }
  return response;
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteDashboards.html
api::cloudwatch::DeleteDashboardsOutput delete_dashboards(
    Context& context, const api::cloudwatch::DeleteDashboardsInput& request) {
  // AWS: when one name is wrong, no dashboard is deleted; a throw undoes what went before it.
  for (const auto& name : *request.DashboardNames) {
    if (!context.state.dashboards.erase(name)) throw dashboard_not_found(name);
  }
  return {};
}

}  // namespace fallstreak::services::cloudwatch
