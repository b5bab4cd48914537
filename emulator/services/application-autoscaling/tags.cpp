#include "services/application-autoscaling/tags.h"

#include <algorithm>

#include "services/application-autoscaling/errors.h"
#include "services/application-autoscaling/handlers.h"

namespace fallstreak::services::application_autoscaling {
namespace {

constexpr std::size_t kMostTags = 50;

/// The key of a target with that ARN.
std::string target_of(const Context& context, const std::string& arn) {
  const std::string* key = context.state.target_arns.find(arn);
  if (key == nullptr) throw resource_not_found(arn);
  return *key;
}

}  // namespace

api::Map<std::string> checked_tags(api::Map<std::string> tags, const api::Map<std::string>& added) {
  for (const auto& tag : added) {
    if (tag.key.starts_with("aws:"))
      throw validation_exception("Tag keys must not begin with aws:, which is reserved for AWS");
    const auto known = std::ranges::find(tags, tag.key, &api::Entry<std::string>::key);
    if (known == tags.end()) {
      tags.push_back(tag);
    } else {
      known->value = tag.value;
    }
  }
  if (tags.size() > kMostTags) throw too_many_tags();
  return tags;
}

// https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TagResource.html
wire::TagResourceResponse tag_resource(Context& context, const wire::TagResourceRequest& request) {
  const std::string key = target_of(context, *request.ResourceARN);
  context.state.targets.update(key, [&](TargetRecord& record) {
    record.tags = checked_tags(record.tags.value_or(api::Map<std::string>()), *request.Tags);
  });
  return {};
}

// https://docs.aws.amazon.com/autoscaling/application/APIReference/API_UntagResource.html
wire::UntagResourceResponse untag_resource(Context& context,
                                           const wire::UntagResourceRequest& request) {
  const std::string key = target_of(context, *request.ResourceARN);
  context.state.targets.update(key, [&](TargetRecord& record) {
    if (!record.tags) return;
    std::erase_if(*record.tags, [&](const auto& tag) {
      return std::ranges::find(*request.TagKeys, tag.key) != request.TagKeys->end();
    });
  });
  return {};
}

// https://docs.aws.amazon.com/autoscaling/application/APIReference/API_ListTagsForResource.html
wire::ListTagsForResourceResponse list_tags_for_resource(
    Context& context, const wire::ListTagsForResourceRequest& request) {
  const TargetRecord& record =
      *context.state.targets.find(target_of(context, *request.ResourceARN));
  return {.Tags = record.tags.value_or(api::Map<std::string>())};
}

}  // namespace fallstreak::services::application_autoscaling
