#include "services/autoscaling/tags.h"

#include <algorithm>

#include "services/autoscaling/errors.h"
#include "services/autoscaling/handlers.h"
#include "services/autoscaling/pages.h"

namespace fallstreak::services::autoscaling {
namespace {

using api::autoscaling::Filter;
using api::autoscaling::TagDescription;

constexpr std::string_view kResourceType = "auto-scaling-group";

const std::string& tagged_group(const Context& context, const api::autoscaling::Tag& tag) {
  if (tag.ResourceType != kResourceType) {
    throw tag_resource_type_unknown(tag.ResourceType.value_or(""));
  }
  if (!tag.ResourceId || !context.state.groups.contains(*tag.ResourceId)) {
    throw group_not_found(tag.ResourceId.value_or("null"));
  }
  return *tag.ResourceId;
}

void check_filter(const Filter& filter) {
  constexpr std::string_view kNames[] = {"auto-scaling-group", "key", "propagate-at-launch",
                                         "value"};
  const std::string name = filter.Name.value_or("");
  if (std::ranges::find(kNames, name) == std::end(kNames)) throw filter_unknown(name);
}

bool matches(const Filter& filter, const TagDescription& tag) {
  std::string value;
  if (filter.Name == "auto-scaling-group") {
    value = *tag.ResourceId;
  } else if (filter.Name == "key") {
    value = *tag.Key;
  } else if (filter.Name == "value") {
    value = tag.Value.value_or("");
  } else {
    value = tag.PropagateAtLaunch == true ? "true" : "false";
  }
  const auto values = api::each(filter.Values);
  return std::ranges::find(values, value) != values.end();
}

/// A tag as a row of a list: its key is the group and the tag's key.
struct TagRow {
  std::string first;
  TagDescription second;
};

}  // namespace

std::vector<TagDescription> with_tags(std::vector<TagDescription> tags,
                                      const std::string& group_name,
                                      const std::vector<api::autoscaling::Tag>& added) {
  for (const auto& tag : added) {
    std::erase_if(tags, [&](const TagDescription& old) { return old.Key == tag.Key; });
    tags.push_back({.ResourceId = group_name,
                    .ResourceType = std::string(kResourceType),
                    .Key = tag.Key,
                    .Value = tag.Value.value_or(""),
                    .PropagateAtLaunch = tag.PropagateAtLaunch.value_or(false)});
  }
  std::ranges::sort(tags, {}, &TagDescription::Key);
  return tags;
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateOrUpdateTags.html
api::autoscaling::CreateOrUpdateTagsResponse create_or_update_tags(
    Context& context, const api::autoscaling::CreateOrUpdateTagsType& request) {
  for (const auto& tag : api::each(request.Tags)) {
    const std::string& name = tagged_group(context, tag);
    context.state.groups.update(name, [&](GroupRecord& record) {
      record.group.Tags = with_tags(*record.group.Tags, name, {tag});
    });
  }
  return {};
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeTags.html
api::autoscaling::TagsType describe_tags(Context& context,
                                         const api::autoscaling::DescribeTagsType& request) {
  for (const auto& filter : api::each(request.Filters)) check_filter(filter);
  std::vector<TagRow> rows;
  for (const auto& [name, record] : context.state.groups) {
    for (const auto& tag : api::each(record.group.Tags)) {
      rows.push_back({name + ":" + *tag.Key, tag});
    }
  }
  api::autoscaling::TagsType response;
  auto& list = response.Tags.emplace();
  response.NextToken = read_page(
      rows, {request.NextToken, request.MaxRecords, 50, 100},
      [&](const TagRow& row) {
        return std::ranges::all_of(api::each(request.Filters), [&](const Filter& filter) {
          return matches(filter, row.second);
        });
      },
      [&](const TagRow& row) { list.push_back(row.second); });
  return response;
}

// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteTags.html
api::autoscaling::DeleteTagsResponse delete_tags(Context& context,
                                                 const api::autoscaling::DeleteTagsType& request) {
  for (const auto& tag : api::each(request.Tags)) {
    const std::string& name = tagged_group(context, tag);
    // AWS: a tag with another value than the given one stays.
    context.state.groups.update(name, [&](GroupRecord& record) {
      std::erase_if(*record.group.Tags, [&](const TagDescription& old) {
        return old.Key == tag.Key && (!tag.Value || old.Value == tag.Value);
      });
    });
  }
  return {};
}

}  // namespace fallstreak::services::autoscaling
