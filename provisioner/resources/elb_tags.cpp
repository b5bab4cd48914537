#include "provisioner/resources/elb_tags.h"

#include <algorithm>

#include "api/elbv2/tags.h"
#include "client/call.h"

namespace fallstreak::provisioner {

std::optional<std::vector<api::elbv2::Tag>> elb_owner_tags(const Destination& where, std::string_view name) {
  return {{api::elbv2::Tag{.Key = std::string(kStackTag), .Value = where.stack},
           api::elbv2::Tag{.Key = std::string(kResourceTag), .Value = std::string(name)}}};
}

std::map<std::string, std::string> owned_arns(const Destination& where, const std::vector<std::string>& arns) {
  constexpr std::size_t kBatch = 20;
  std::map<std::string, std::string> owned;
  for (std::size_t from = 0; from < arns.size(); from += kBatch) {
    const auto end = std::min(from + kBatch, arns.size());
    const auto found = value_of(client::call<api::elbv2::DescribeTags>(
        *where.transport,
        {.ResourceArns = std::vector<std::string>(arns.begin() + std::ptrdiff_t(from),
                                                  arns.begin() + std::ptrdiff_t(end))}));
    for (const auto& description : api::each(found.TagDescriptions)) {
      std::string stack, name;
      for (const auto& tag : api::each(description.Tags)) {
        if (tag.Key == kStackTag) stack = tag.Value.value_or("");
        if (tag.Key == kResourceTag) name = tag.Value.value_or("");
      }
      if (stack == where.stack) owned[description.ResourceArn.value_or("")] = name;
    }
  }
  return owned;
}

}  // namespace fallstreak::provisioner
