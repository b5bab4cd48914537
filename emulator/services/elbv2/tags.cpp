#include <algorithm>
#include <set>

#include "services/elbv2/errors.h"
#include "services/elbv2/handlers.h"
#include "services/elbv2/lookup.h"
#include "services/elbv2/trust_stores.h"

namespace fallstreak::services::elbv2 {
namespace {

const Tags& find_tags(const Context& context, const std::string& arn) {
  switch (arn_kind(arn)) {
    case ArnKind::load_balancer:
      return find_load_balancer(context, arn).tags;
    case ArnKind::listener:
      return find_listener(context, arn).tags;
    case ArnKind::rule:
      return find_rule(context, arn).tags;
    case ArnKind::target_group:
      return find_target_group(context, arn).tags;
    case ArnKind::trust_store:
      return find_trust_store(context, arn).tags;
    case ArnKind::other:
      break;
  }
  throw validation_error("'" + arn + "' is not a valid load balancer ARN");
}

void put_tags(Context& context, const std::string& arn, Tags tags) {
  const auto put = [&](auto& record) { record.tags = std::move(tags); };
  switch (arn_kind(arn)) {
    case ArnKind::load_balancer:
      context.state.load_balancers.update(arn, put);
      break;
    case ArnKind::listener:
      context.state.listeners.update(arn, put);
      break;
    case ArnKind::rule:
      context.state.rules.update(arn, put);
      break;
    case ArnKind::trust_store:
      context.state.trust_stores.update(arn, put);
      break;
    default:
      context.state.target_groups.update(arn, put);
  }
}

}  // namespace

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AddTags.html
api::elbv2::AddTagsOutput add_tags(Context& context, const api::elbv2::AddTagsInput& request) {
  checked_tags(request.Tags);
  for (const auto& arn : api::each(request.ResourceArns)) {
    Tags tags = find_tags(context, arn);
    for (const auto& added : api::each(request.Tags)) {
      const auto same = std::ranges::find(tags, added.Key, &api::elbv2::Tag::Key);
      if (same != tags.end()) {
        *same = added;
      } else {
        tags.push_back(added);
      }
    }
    put_tags(context, arn, checked_tags(tags));
  }
  return {};
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTags.html
api::elbv2::DescribeTagsOutput describe_tags(Context& context,
                                             const api::elbv2::DescribeTagsInput& request) {
  api::elbv2::DescribeTagsOutput response;
  auto& descriptions = response.TagDescriptions.emplace();
  for (const auto& arn : api::each(request.ResourceArns)) {
    descriptions.push_back({.ResourceArn = arn, .Tags = find_tags(context, arn)});
  }
  return response;
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RemoveTags.html
api::elbv2::RemoveTagsOutput remove_tags(Context& context,
                                         const api::elbv2::RemoveTagsInput& request) {
  const auto keys = api::each(request.TagKeys);
  for (const auto& arn : api::each(request.ResourceArns)) {
    Tags tags = find_tags(context, arn);
    std::erase_if(tags,
                  [&](const auto& tag) { return std::ranges::find(keys, *tag.Key) != keys.end(); });
    put_tags(context, arn, std::move(tags));
  }
  return {};
}

}  // namespace fallstreak::services::elbv2
