#include <algorithm>

#include "base/arn.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/tables.h"

namespace fallstreak::services::dynamodb {
namespace {

using api::dynamodb::Tag;

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.html
constexpr std::size_t kMostTags = 50;

ApiError invalid_resource_arn(std::string_view arn) {
  return validation_exception("Invalid TableArn: Invalid ResourceArn provided as input " +
                              std::string(arn));
}

/// The name of the table that a resource's ARN names.
std::string tagged_table(const Context& context, const std::string& text,
                         std::string_view operation) {
  const auto arn = Arn::parse(text);
  constexpr std::string_view kTable = "table/";
  if (!arn || arn->service != "dynamodb" || !arn->resource.starts_with(kTable))
    throw invalid_resource_arn(text);
  if (arn->account_id != context.account_id()) {
    throw access_denied_exception(context.account_id(), operation, text);
  }
  const std::string name = std::string(arn->resource).substr(kTable.size());
  const TableRecord* table =
      arn->region == context.region() ? context.state.tables.find(name) : nullptr;
  if (table == nullptr) {
    // Observed: spelled so.
    throw ApiError("ResourceNotFoundException",
                   "Requested resource not found: ResourcArn: " + text + " not found");
  }
  if (table->status == TableStatus::deleting) throw table_being_deleted(name);
  return name;
}

void check_tags(const std::vector<Tag>& tags) {
  std::vector<std::string_view> keys;
  for (const Tag& tag : tags) {
    if (tag.Key->starts_with("aws:")) {
      throw invalid_parameter_values("Tag keys starting with aws: are reserved for system use: " +
                                     *tag.Key);
    }
    keys.push_back(*tag.Key);
  }
  std::ranges::sort(keys);
  if (std::ranges::adjacent_find(keys) != keys.end())
    throw invalid_parameter_values("Duplicated Tag Key provided");
}

}  // namespace

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TagResource.html
api::dynamodb::TagResource::Response tag_resource(Context& context,
                                                  const api::dynamodb::TagResourceInput& request) {
  if (request.Tags->empty())
    throw validation_exception("Atleast one Tag needs to be provided as Input.");
  const std::string name = tagged_table(context, *request.ResourceArn, "TagResource");
  check_tags(*request.Tags);
  std::vector<Tag> tags = context.state.tables.find(name)->tags;
  for (const Tag& tag : *request.Tags) {
    const auto known = std::ranges::find(tags, tag.Key, &Tag::Key);
    if (known != tags.end()) {
      known->Value = tag.Value;
    } else {
      tags.push_back(tag);
    }
  }
  // Chosen: AWS documents the limit and not the words.
  if (tags.size() > kMostTags)
    throw limit_exceeded_exception("The number of tags of a resource is limited to 50");
  context.state.tables.update(name, [&](TableRecord& table) { table.tags = std::move(tags); });
  return {};
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UntagResource.html
api::dynamodb::UntagResource::Response untag_resource(
    Context& context, const api::dynamodb::UntagResourceInput& request) {
  if (request.TagKeys->empty())
    throw validation_exception("Atleast one Tag Key needs to be provided as Input.");
  const std::string name = tagged_table(context, *request.ResourceArn, "UntagResource");
  context.state.tables.update(name, [&](TableRecord& table) {
    std::erase_if(table.tags, [&](const Tag& tag) {
      return std::ranges::find(*request.TagKeys, *tag.Key) != request.TagKeys->end();
    });
  });
  return {};
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTagsOfResource.html
api::dynamodb::ListTagsOfResourceOutput list_tags_of_resource(
    Context& context, const api::dynamodb::ListTagsOfResourceInput& request) {
  const std::string name = tagged_table(context, *request.ResourceArn, "ListTagsOfResource");
  // All tags fit into one answer, so no token was ever given out.
  if (request.NextToken) throw validation_exception("Invalid NextToken");
  return {.Tags = context.state.tables.find(name)->tags};
}

}  // namespace fallstreak::services::dynamodb
