#include "services/dynamodb/resource_policies.h"

#include <algorithm>

#include "base/arn.h"
#include "services/dynamodb/errors.h"

namespace fallstreak::services::dynamodb {
namespace {

/// AWS: 20 KB, without the white space.
constexpr std::size_t kLongestPolicy = 20 * 1024;

ApiError policy_not_found(const std::string& arn) {
  return {"PolicyNotFoundException",
          "Resource-based policy not found for the provided ResourceArn: " + arn};
}
ApiError resource_not_found(const std::string& arn) {
  return {"ResourceNotFoundException",
          "Requested resource not found: ResourceArn: " + arn + " not found"};
}

/// Where the policy of a table (`name/`) or of a stream (`name/stream/label`) lies.
std::string key_of(const Context& context, const std::string& text) {
  const auto arn = Arn::parse(text);
  constexpr std::string_view kTable = "table/";
  constexpr std::string_view kStream = "/stream/";
  if (!arn || arn->service != "dynamodb" || !arn->resource.starts_with(kTable))
    throw validation_exception("Invalid ResourceArn: " + text);
  if (arn->account_id != context.account_id() || arn->region != context.region())
    throw resource_not_found(text);
  const std::string resource = std::string(arn->resource).substr(kTable.size());
  const std::size_t stream = resource.find(kStream);
  if (stream != std::string::npos) {
    const std::string key =
        resource.substr(0, stream) + "/" + resource.substr(stream + kStream.size());
    if (!context.state.streams.contains(key)) throw resource_not_found(text);
    return resource;
  }
  const TableRecord* table = context.state.tables.find(resource);
  if (table == nullptr) throw resource_not_found(text);
  if (table->status == TableStatus::creating) throw table_being_created(resource);
  if (table->status == TableStatus::deleting) throw table_being_deleted(resource);
  return resource + "/";
}

void check_revision(const std::optional<std::string>& expected, const PolicyRecord* policy,
                    const std::string& arn) {
  if (!expected) return;
  const std::string current = policy == nullptr ? "NO_POLICY" : std::to_string(policy->revision);
  if (*expected != current) throw policy_not_found(arn);
}

}  // namespace

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutResourcePolicy.html
api::dynamodb::PutResourcePolicyOutput put_resource_policy(
    Context& context, const api::dynamodb::PutResourcePolicyInput& request) {
  const std::string key = key_of(context, *request.ResourceArn);
  if (request.Policy->size() > kLongestPolicy) {
    throw validation_exception("Resource-based policy exceeds the maximum size of " +
                               std::to_string(kLongestPolicy) + " bytes");
  }
  const PolicyRecord* before = context.state.policies.find(key);
  check_revision(request.ExpectedRevisionId, before, *request.ResourceArn);
  // AWS: the same policy once more changes nothing.
  if (before != nullptr && before->policy == *request.Policy)
    return {.RevisionId = std::to_string(before->revision)};
  const std::int64_t milliseconds = to_nanoseconds(context.now()) / 1'000'000;
  const std::int64_t revision =
      before == nullptr ? milliseconds : std::max(milliseconds, before->revision + 1);
  context.state.policies.put(key, {.policy = *request.Policy, .revision = revision});
  return {.RevisionId = std::to_string(revision)};
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetResourcePolicy.html
api::dynamodb::GetResourcePolicyOutput get_resource_policy(
    Context& context, const api::dynamodb::GetResourcePolicyInput& request) {
  const PolicyRecord* policy = context.state.policies.find(key_of(context, *request.ResourceArn));
  if (policy == nullptr) throw policy_not_found(*request.ResourceArn);
  return {.Policy = policy->policy, .RevisionId = std::to_string(policy->revision)};
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteResourcePolicy.html
api::dynamodb::DeleteResourcePolicyOutput delete_resource_policy(
    Context& context, const api::dynamodb::DeleteResourcePolicyInput& request) {
  const std::string key = key_of(context, *request.ResourceArn);
  const PolicyRecord* policy = context.state.policies.find(key);
  check_revision(request.ExpectedRevisionId, policy, *request.ResourceArn);
  // AWS: to delete what is not there succeeds, with no revision.
  if (policy == nullptr) return {};
  const std::string revision = std::to_string(policy->revision);
  context.state.policies.erase(key);
  return {.RevisionId = revision};
}

}  // namespace fallstreak::services::dynamodb
