#include <algorithm>

#include "dispatch/dispatcher.h"
#include "services/route53/errors.h"
#include "services/route53/handlers.h"
#include "services/route53/health_check_rules.h"
#include "services/route53/health_evaluation.h"
#include "services/route53/lookup.h"

namespace fallstreak::services::route53 {
namespace {

using api::route53::HealthCheckObservation;

/// AWS: 200 health checks for an account.
constexpr std::size_t kMostHealthChecks = 200;
constexpr std::size_t kMostInPage = 100;

std::string location_of(const std::string& id) {
  return "https://route53.amazonaws.com/2013-04-01/healthcheck/" + id;
}

void check_is_endpoint(const HealthCheckRecord& record) {
  if (is_endpoint(*record.check.HealthCheckConfig)) return;
  // AWS: "You can't use GetHealthCheckStatus for calculated health checks, nor for those that
  // monitor the state of a CloudWatch alarm". Chosen: the words.
  throw invalid_input("Health checks of type " + *record.check.HealthCheckConfig->Type +
                      " have no health checkers.");
}

/// What each checker saw; `report` makes a checker's report, or nothing.
template <class Report>
std::vector<HealthCheckObservation> observations(const HealthCheckRecord& record, Report report) {
  std::vector<HealthCheckObservation> list;
  const auto checkers = checkers_of(*record.check.HealthCheckConfig);
  for (std::size_t number = 0; number < checkers.size(); ++number) {
    auto made = report(number, record.checkers[number]);
    if (!made) continue;
    list.push_back({.Region = checkers[number].region,
                    .IPAddress = checkers[number].ip_address,
                    .StatusReport = std::move(made)});
  }
  return list;
}

template <class Value>
void take_over(std::optional<Value>& setting, const std::optional<Value>& wanted) {
  if (wanted) setting = wanted;
}

HealthCheckConfig changed_config(HealthCheckConfig config,
                                 const api::route53::UpdateHealthCheckRequest& request) {
  for (const auto& element : api::each(request.ResetElements)) {
    if (element == "FullyQualifiedDomainName") config.FullyQualifiedDomainName.reset();
    if (element == "Regions") config.Regions.reset();
    if (element == "ResourcePath") config.ResourcePath.reset();
    if (element == "ChildHealthChecks") config.ChildHealthChecks.reset();
  }
  take_over(config.IPAddress, request.IPAddress);
  take_over(config.Port, request.Port);
  take_over(config.ResourcePath, request.ResourcePath);
  take_over(config.FullyQualifiedDomainName, request.FullyQualifiedDomainName);
  take_over(config.SearchString, request.SearchString);
  take_over(config.FailureThreshold, request.FailureThreshold);
  take_over(config.Inverted, request.Inverted);
  take_over(config.Disabled, request.Disabled);
  take_over(config.HealthThreshold, request.HealthThreshold);
  take_over(config.ChildHealthChecks, request.ChildHealthChecks);
  take_over(config.EnableSNI, request.EnableSNI);
  take_over(config.Regions, request.Regions);
  take_over(config.AlarmIdentifier, request.AlarmIdentifier);
  take_over(config.InsufficientDataHealthStatus, request.InsufficientDataHealthStatus);
  return config;
}

}  // namespace

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHealthCheck.html
api::route53::CreateHealthCheckResponse create_health_check(
    Context& context, const api::route53::CreateHealthCheckRequest& request) {
  HealthCheckConfig config = *request.HealthCheckConfig;
  check_and_complete(context, config);
  const std::string reference = "check " + *request.CallerReference;
  if (const auto* id = context.state.caller_references.find(reference)) {
    // AWS: the same request again answers with the check that is there; a check that was deleted
    // keeps its reference.
    const auto* existing = context.state.health_checks.find(*id);
    if (existing == nullptr || existing->check.HealthCheckConfig != config) {
      throw health_check_already_exists(*request.CallerReference);
    }
    return {.HealthCheck = existing->check, .Location = location_of(*id)};
  }
  if (context.state.health_checks.size() >= kMostHealthChecks) throw too_many_health_checks();

  const std::string id = context.new_uuid("health-check-id");
  HealthCheckRecord record;
  record.check = {.Id = id,
                  .CallerReference = request.CallerReference,
                  .HealthCheckConfig = config,
                  .HealthCheckVersion = 1};
  if (is_alarm_based(config)) {
    record.check.CloudWatchAlarmConfiguration = alarm_configuration(context, config);
  }
  context.state.health_checks.insert(id, record);
  context.state.caller_references.insert(reference, id);
  start_checks(context, id);
  return {.HealthCheck = std::move(record.check), .Location = location_of(id)};
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetHealthCheck.html
api::route53::GetHealthCheckResponse get_health_check(
    Context& context, const api::route53::GetHealthCheckRequest& request) {
  return {.HealthCheck = find_health_check(context, *request.HealthCheckId).check};
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHealthChecks.html
api::route53::ListHealthChecksResponse list_health_checks(
    Context& context, const api::route53::ListHealthChecksRequest& request) {
  const std::size_t size = page_size(request.MaxItems, kMostInPage);
  api::route53::ListHealthChecksResponse response{.HealthChecks = {{}},
                                                  .Marker = request.Marker,
                                                  .IsTruncated = false,
                                                  .MaxItems = std::to_string(size)};
  for (auto row = context.state.health_checks.lower_bound(request.Marker.value_or(""));
       row != context.state.health_checks.end(); ++row) {
    if (response.HealthChecks->size() == size) {
      response.IsTruncated = true;
      response.NextMarker = std::string(row->first);
      break;
    }
    response.HealthChecks->push_back(row->second.check);
  }
  return response;
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetHealthCheckCount.html
api::route53::GetHealthCheckCountResponse get_health_check_count(
    Context& context, const api::route53::GetHealthCheckCountRequest&) {
  return {.HealthCheckCount = std::int64_t(context.state.health_checks.size())};
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetHealthCheckStatus.html
api::route53::GetHealthCheckStatusResponse get_health_check_status(
    Context& context, const api::route53::GetHealthCheckStatusRequest& request) {
  const auto& record = find_health_check(context, *request.HealthCheckId);
  check_is_endpoint(record);
  const auto report =
      [&](std::size_t number,
          const CheckerRecord& checker) -> std::optional<api::route53::StatusReport> {
    const auto looked = last_look(record, number, context.now());
    if (!looked || checker.status.empty()) return std::nullopt;
    return api::route53::StatusReport{.Status = checker.status, .CheckedTime = looked};
  };
  return {.HealthCheckObservations = observations(record, report)};
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetHealthCheckLastFailureReason.html
api::route53::GetHealthCheckLastFailureReasonResponse get_health_check_last_failure_reason(
    Context& context, const api::route53::GetHealthCheckLastFailureReasonRequest& request) {
  const auto& record = find_health_check(context, *request.HealthCheckId);
  check_is_endpoint(record);
  const auto report =
      [](std::size_t, const CheckerRecord& checker) -> std::optional<api::route53::StatusReport> {
    if (!checker.failed) return std::nullopt;
    return api::route53::StatusReport{.Status = checker.last_failure,
                                      .CheckedTime = checker.failed};
  };
  return {.HealthCheckObservations = observations(record, report)};
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetCheckerIpRanges.html
api::route53::GetCheckerIpRangesResponse get_checker_ip_ranges(
    Context&, const api::route53::GetCheckerIpRangesRequest&) {
  api::route53::GetCheckerIpRangesResponse response{.CheckerIpRanges = {{}}};
  for (const auto& checker : checkers_of({})) {
    response.CheckerIpRanges->push_back(checker.ip_address + "/32");
  }
  return response;
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_UpdateHealthCheck.html
api::route53::UpdateHealthCheckResponse update_health_check(
    Context& context, const api::route53::UpdateHealthCheckRequest& request) {
  const std::string& id = *request.HealthCheckId;
  const HealthCheckRecord record = find_health_check(context, id);
  if (request.HealthCheckVersion && request.HealthCheckVersion != record.check.HealthCheckVersion) {
    throw health_check_version_mismatch(id);
  }
  HealthCheckConfig config = changed_config(*record.check.HealthCheckConfig, request);
  check_and_complete(context, config);
  for (const auto& child : api::each(record.check.HealthCheckConfig->ChildHealthChecks)) {
    context.state.child_checks.erase(child + " " + id);
  }
  context.state.health_checks.update(id, [&](HealthCheckRecord& changed) {
    changed.check.HealthCheckConfig = config;
    changed.check.HealthCheckVersion = *changed.check.HealthCheckVersion + 1;
  });
  if (is_alarm_based(config)) {
    const auto alarm = alarm_configuration(context, config);
    context.state.health_checks.update(id, [&](HealthCheckRecord& changed) {
      changed.check.CloudWatchAlarmConfiguration = alarm;
    });
  }
  start_checks(context, id);
  return {.HealthCheck = context.state.health_checks.find(id)->check};
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteHealthCheck.html
api::route53::DeleteHealthCheckResponse delete_health_check(
    Context& context, const api::route53::DeleteHealthCheckRequest& request) {
  const std::string& id = *request.HealthCheckId;
  find_health_check(context, id);
  // AWS: "Amazon Route 53 does not prevent you from deleting a health check even if the health
  // check is associated with one or more resource record sets".
  stop_checks(context, id);
  context.state.health_checks.erase(id);
  return {};
}

}  // namespace fallstreak::services::route53
