#include <algorithm>

#include "services/route53/errors.h"
#include "services/route53/handlers.h"
#include "services/route53/lookup.h"

namespace fallstreak::services::route53 {
namespace {

/// AWS: of a health check or a hosted zone.
constexpr std::size_t kMostTags = 10;

bool is_health_check(const std::string& type) { return type == "healthcheck"; }

const Tags& find_tags(const Context& context, const std::string& type, const std::string& id) {
  return is_health_check(type) ? find_health_check(context, id).tags : find_zone(context, id).tags;
}

api::route53::ResourceTagSet tag_set(const Context& context, const std::string& type,
                                     const std::string& id) {
  return {.ResourceType = type, .ResourceId = id, .Tags = find_tags(context, type, id)};
}

}  // namespace

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeTagsForResource.html
api::route53::ChangeTagsForResourceResponse change_tags_for_resource(
    Context& context, const api::route53::ChangeTagsForResourceRequest& request) {
  Tags tags = find_tags(context, *request.ResourceType, *request.ResourceId);
  const auto gone = api::each(request.RemoveTagKeys);
  std::erase_if(tags, [&](const auto& tag) {
    return std::ranges::find(gone, tag.Key.value_or("")) != gone.end();
  });
  for (const auto& added : api::each(request.AddTags)) {
    const auto same = std::ranges::find(tags, added.Key, &api::route53::Tag::Key);
    if (same != tags.end()) {
      *same = added;
    } else {
      tags.push_back(added);
    }
  }
  // Chosen: the words.
  if (tags.size() > kMostTags) throw invalid_input("A resource can have at most 10 tags.");
  const auto put = [&](auto& record) { record.tags = std::move(tags); };
  if (is_health_check(*request.ResourceType)) {
    context.state.health_checks.update(*request.ResourceId, put);
  } else {
    context.state.hosted_zones.update(bare_id(*request.ResourceId), put);
  }
  return {};
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListTagsForResource.html
api::route53::ListTagsForResourceResponse list_tags_for_resource(
    Context& context, const api::route53::ListTagsForResourceRequest& request) {
  return {.ResourceTagSet = tag_set(context, *request.ResourceType, *request.ResourceId)};
}

// https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListTagsForResources.html
api::route53::ListTagsForResourcesResponse list_tags_for_resources(
    Context& context, const api::route53::ListTagsForResourcesRequest& request) {
  api::route53::ListTagsForResourcesResponse response{.ResourceTagSets = {{}}};
  for (const auto& id : api::each(request.ResourceIds)) {
    response.ResourceTagSets->push_back(tag_set(context, *request.ResourceType, id));
  }
  return response;
}

}  // namespace fallstreak::services::route53
