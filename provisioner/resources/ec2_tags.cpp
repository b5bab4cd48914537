#include "provisioner/resources/ec2_tags.h"

namespace fallstreak::provisioner {

std::optional<std::vector<api::ec2::TagSpecification>> owner_tags(const Destination& where, std::string_view name,
                                                                  std::string_view resource_type) {
  const auto tag = [](std::string_view key, std::string_view value) {
    return api::ec2::Tag{.Key = std::string(key), .Value = std::string(value)};
  };
  api::ec2::TagSpecification specification{
      .ResourceType = std::string(resource_type),
      .Tags = {{tag("Name", where.physical_name(name)), tag(kStackTag, where.stack), tag(kResourceTag, name)}}};
  return {{std::move(specification)}};
}

std::optional<std::vector<api::ec2::Filter>> owned_by(const Destination& where) {
  return {{api::ec2::Filter{.Name = "tag:" + std::string(kStackTag), .Values = {{where.stack}}}}};
}

std::string logical_name(const std::optional<std::vector<api::ec2::Tag>>& tags) {
  for (const auto& tag : api::each(tags)) {
    if (tag.Key == kResourceTag) return tag.Value.value_or("");
  }
  return {};
}

}  // namespace fallstreak::provisioner
