#include "services/cloudwatch/tags.h"

#include <algorithm>
#include <set>

#include "base/arn.h"
#include "services/cloudwatch/errors.h"
#include "services/cloudwatch/handlers.h"

namespace fallstreak::services::cloudwatch {
namespace {

constexpr std::size_t kMostTags = 50;

/// AWS: keys that begin so are its own, in whatever case.
bool is_reserved(std::string_view key) {
  constexpr std::string_view kReserved = "aws:";
  if (key.size() < kReserved.size()) return false;
  return std::ranges::equal(key.substr(0, kReserved.size()), kReserved, [](char left, char right) {
    return (left >= 'A' && left <= 'Z' ? char(left + 32) : left) == right;
  });
}

void check_keys(const Tags& tags) {
  std::set<std::string> keys;
  for (const auto& tag : tags) {
    if (is_reserved(*tag.Key)) {
      throw invalid_parameter("The tag key " + *tag.Key + " must not begin with aws:.");
    }
    if (!keys.insert(*tag.Key).second) {
      throw invalid_parameter("The tag key " + *tag.Key + " is given more than once.");
    }
  }
}

void check_number(const Tags& tags) {
  if (tags.size() > kMostTags) throw too_many_elements("Tags", kMostTags);
}

/// What an ARN stands for.
struct Resource {
  enum class Kind { metric_alarm, composite_alarm, alarm_mute_rule, dashboard };
  Kind kind;
  std::string name;
  const Tags* tags;
};

std::optional<Resource> resource_of(const Context& context, const Arn& arn) {
  using enum Resource::Kind;
  constexpr std::string_view kAlarm = "alarm:";
  constexpr std::string_view kMuteRule = "alarm-mute-rule:";
  constexpr std::string_view kDashboard = "dashboard/";
  if (arn.account_id != context.account_id()) return {};
  if (arn.resource.starts_with(kAlarm) && arn.region == context.region()) {
    std::string name = arn.resource.substr(kAlarm.size());
    if (const auto* record = context.state.alarms.find(name)) {
      return Resource{metric_alarm, std::move(name), &record->tags};
    }
    if (const auto* record = context.state.composites.find(name)) {
      return Resource{composite_alarm, std::move(name), &record->tags};
    }
  }
  if (arn.resource.starts_with(kMuteRule) && arn.region == context.region()) {
    std::string name = arn.resource.substr(kMuteRule.size());
    if (const auto* record = context.state.mute_rules.find(name)) {
      return Resource{alarm_mute_rule, std::move(name), &record->tags};
    }
  }
  if (arn.resource.starts_with(kDashboard) && arn.region.empty()) {
    std::string name = arn.resource.substr(kDashboard.size());
    if (const auto* record = context.state.dashboards.find(name)) {
      return Resource{dashboard, std::move(name), &record->tags};
    }
  }
  return {};
}

Resource find_resource(const Context& context, const std::string& text) {
  const auto arn = Arn::parse(text);
  if (!arn || arn->service != "cloudwatch") throw invalid_value(text, "ResourceARN");
  auto resource = resource_of(context, *arn);
  if (!resource) throw resource_not_found(text);
  return std::move(*resource);
}

void set_tags(Context& context, const Resource& resource, const Tags& tags) {
  const auto set = [&](auto& record) { record.tags = tags; };
  switch (resource.kind) {
    case Resource::Kind::metric_alarm:
      context.state.alarms.update(resource.name, set);
      return;
    case Resource::Kind::composite_alarm:
      context.state.composites.update(resource.name, set);
      return;
    case Resource::Kind::alarm_mute_rule:
      context.state.mute_rules.update(resource.name, set);
      return;
    case Resource::Kind::dashboard:
      context.state.dashboards.update(resource.name, set);
      return;
  }
}

}  // namespace

Tags tags_at_creation(const std::optional<Tags>& tags) {
  if (!tags) return {};
  check_number(*tags);
  check_keys(*tags);
  return *tags;
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_TagResource.html
api::cloudwatch::TagResourceOutput tag_resource(Context& context,
                                                const api::cloudwatch::TagResourceInput& request) {
  const Resource resource = find_resource(context, *request.ResourceARN);
  check_keys(*request.Tags);
  Tags tags = *resource.tags;
  for (const auto& tag : *request.Tags) {
    // AWS: a key that is there already gets the new value.
    const auto known = std::ranges::find(tags, tag.Key, &api::cloudwatch::Tag::Key);
    if (known == tags.end()) {
      tags.push_back(tag);
    } else {
      known->Value = tag.Value;
    }
  }
  check_number(tags);
  set_tags(context, resource, tags);
  return {};
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListTagsForResource.html
api::cloudwatch::ListTagsForResourceOutput list_tags_for_resource(
    Context& context, const api::cloudwatch::ListTagsForResourceInput& request) {
  return {.Tags = *find_resource(context, *request.ResourceARN).tags};
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_UntagResource.html
api::cloudwatch::UntagResourceOutput untag_resource(
    Context& context, const api::cloudwatch::UntagResourceInput& request) {
  const Resource resource = find_resource(context, *request.ResourceARN);
  Tags tags = *resource.tags;
  std::erase_if(tags, [&](const auto& tag) {
    return std::ranges::find(*request.TagKeys, *tag.Key) != request.TagKeys->end();
  });
  set_tags(context, resource, tags);
  return {};
}

}  // namespace fallstreak::services::cloudwatch
