#include <charconv>
#include <iterator>

#include "services/route53/errors.h"
#include "services/route53/handlers.h"
#include "services/route53/lookup.h"
#include "services/route53/traffic_policy_document.h"

namespace fallstreak::services::route53 {
namespace {

using api::route53::TrafficPolicy;

/// AWS: of an account, and versions of one of them.
constexpr std::size_t kMostPolicies = 50;
constexpr std::int32_t kMostVersions = 1000;
constexpr std::size_t kMostPoliciesInPage = 100;

std::string document_type(const std::string& text) {
  try {
    return parse_traffic_policy(text).record_type;
  } catch (const DocumentProblem& problem) {
    throw invalid_traffic_policy_document(problem.what());
  }
}

const TrafficPolicySeriesRecord& find_series(const Context& context, const std::string& id) {
  const auto* found = context.state.traffic_policies.find(id);
  if (found == nullptr) throw no_such_traffic_policy(id);
  return *found;
}

std::int32_t version_of_marker(const std::optional<std::string>& marker) {
  if (!marker) return 0;
  std::int32_t version = 0;
  const char* const end = marker->data() + marker->size();
  const auto read = std::from_chars(marker->data(), end, version);
  if (read.ec != std::errc() || read.ptr != end || version < 0) {
    throw invalid_input("The version marker " + *marker + " is not valid.");
  }
  return version;
}

std::string policy_location(const std::string& id, std::int32_t version) {
  return "https://route53.amazonaws.com/2013-04-01/trafficpolicy/" + id + "/" +
         std::to_string(version);
}

}  // namespace

std::string version_key(std::string_view id, std::int32_t version) {
  std::string digits = std::to_string(version);
  digits.insert(0, 4 - std::min<std::size_t>(digits.size(), 4), '0');
  return std::string(id) + " " + digits;
}

const TrafficPolicy& find_traffic_policy(const Context& context, const std::string& id,
                                         std::int32_t version) {
  const auto* found = context.state.traffic_policy_versions.find(version_key(id, version));
  if (found == nullptr) throw no_such_traffic_policy(id);
  return *found;
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateTrafficPolicy.html
api::route53::CreateTrafficPolicyResponse create_traffic_policy(
    Context& context, const api::route53::CreateTrafficPolicyRequest& request) {
  const std::string type = document_type(*request.Document);
  if (context.state.traffic_policy_names.contains(*request.Name)) {
    throw traffic_policy_already_exists(*request.Name);
  }
  if (context.state.traffic_policies.size() >= kMostPolicies) throw too_many_traffic_policies();
  const std::string id = context.new_uuid("traffic-policy-id");
  const TrafficPolicy policy{.Id = id,
                             .Version = 1,
                             .Name = request.Name,
                             .Type = type,
                             .Document = request.Document,
                             .Comment = request.Comment};
  context.state.traffic_policies.insert(id, {.name = *request.Name, .newest = 1, .count = 1});
  context.state.traffic_policy_names.insert(*request.Name, id);
  context.state.traffic_policy_versions.insert(version_key(id, 1), policy);
  return {.TrafficPolicy = policy, .Location = policy_location(id, 1)};
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateTrafficPolicyVersion.html
api::route53::CreateTrafficPolicyVersionResponse create_traffic_policy_version(
    Context& context, const api::route53::CreateTrafficPolicyVersionRequest& request) {
  const std::string id = *request.Id;
  const TrafficPolicySeriesRecord series = find_series(context, id);
  const std::string type = document_type(*request.Document);
  if (series.newest >= kMostVersions) throw too_many_traffic_policy_versions(id);
  const std::int32_t version = series.newest + 1;
  const TrafficPolicy policy{.Id = id,
                             .Version = version,
                             .Name = series.name,
                             .Type = type,
                             .Document = request.Document,
                             .Comment = request.Comment};
  context.state.traffic_policy_versions.insert(version_key(id, version), policy);
  context.state.traffic_policies.update(id, [&](auto& record) {
    record.newest = version;
    ++record.count;
  });
  return {.TrafficPolicy = policy, .Location = policy_location(id, version)};
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetTrafficPolicy.html
api::route53::GetTrafficPolicyResponse get_traffic_policy(
    Context& context, const api::route53::GetTrafficPolicyRequest& request) {
  return {.TrafficPolicy = find_traffic_policy(context, *request.Id, *request.Version)};
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListTrafficPolicies.html
api::route53::ListTrafficPoliciesResponse list_traffic_policies(
    Context& context, const api::route53::ListTrafficPoliciesRequest& request) {
  const std::size_t size = page_size(request.MaxItems, kMostPoliciesInPage);
  api::route53::ListTrafficPoliciesResponse response{.TrafficPolicySummaries = {{}},
                                                     .IsTruncated = false,
                                                     .TrafficPolicyIdMarker = "",
                                                     .MaxItems = std::to_string(size)};
  auto row = context.state.traffic_policies.lower_bound(request.TrafficPolicyIdMarker.value_or(""));
  for (; row != context.state.traffic_policies.end(); ++row) {
    const std::string id(row->first);
    if (response.TrafficPolicySummaries->size() == size) {
      response.IsTruncated = true;
      response.TrafficPolicyIdMarker = id;
      break;
    }
    // The newest that is still there.
    auto newest = context.state.traffic_policy_versions.lower_bound(id + "!");
    const auto& policy = std::prev(newest)->second;
    response.TrafficPolicySummaries->push_back({.Id = id,
                                                .Name = policy.Name,
                                                .Type = policy.Type,
                                                .LatestVersion = policy.Version,
                                                .TrafficPolicyCount = row->second.count});
  }
  return response;
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListTrafficPolicyVersions.html
api::route53::ListTrafficPolicyVersionsResponse list_traffic_policy_versions(
    Context& context, const api::route53::ListTrafficPolicyVersionsRequest& request) {
  const std::string& id = *request.Id;
  find_series(context, id);
  const std::size_t size = page_size(request.MaxItems, kMostPoliciesInPage);
  api::route53::ListTrafficPolicyVersionsResponse response{.TrafficPolicies = {{}},
                                                           .IsTruncated = false,
                                                           .TrafficPolicyVersionMarker = "",
                                                           .MaxItems = std::to_string(size)};
  const std::int32_t first = version_of_marker(request.TrafficPolicyVersionMarker);
  const std::string prefix = id + " ";
  for (auto row = context.state.traffic_policy_versions.lower_bound(version_key(id, first));
       row != context.state.traffic_policy_versions.end() && row->first.starts_with(prefix);
       ++row) {
    if (response.TrafficPolicies->size() == size) {
      response.IsTruncated = true;
      response.TrafficPolicyVersionMarker = std::to_string(*row->second.Version);
      break;
    }
    response.TrafficPolicies->push_back(row->second);
  }
  return response;
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_UpdateTrafficPolicyComment.html
api::route53::UpdateTrafficPolicyCommentResponse update_traffic_policy_comment(
    Context& context, const api::route53::UpdateTrafficPolicyCommentRequest& request) {
  find_traffic_policy(context, *request.Id, *request.Version);
  context.state.traffic_policy_versions.update(
      version_key(*request.Id, *request.Version),
      [&](TrafficPolicy& policy) { policy.Comment = request.Comment; });
  return {.TrafficPolicy = find_traffic_policy(context, *request.Id, *request.Version)};
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteTrafficPolicy.html
api::route53::DeleteTrafficPolicyResponse delete_traffic_policy(
    Context& context, const api::route53::DeleteTrafficPolicyRequest& request) {
  const std::string& id = *request.Id;
  find_traffic_policy(context, id, *request.Version);
  const std::string key = version_key(id, *request.Version);
  if (!context.state.policy_instances.range(key + " ").empty()) throw traffic_policy_in_use(id);
  context.state.traffic_policy_versions.erase(key);
  const TrafficPolicySeriesRecord series = find_series(context, id);
  if (series.count > 1) {
    context.state.traffic_policies.update(id, [](auto& record) { --record.count; });
    return {};
  }
  context.state.traffic_policies.erase(id);
  context.state.traffic_policy_names.erase(series.name);
  return {};
}

}  // namespace fallstreak::services::route53
