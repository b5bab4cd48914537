#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "api/ec2/tags.h"
#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

/// AWS: "maximum number of tags per resource: 50", without those that begin with `aws:`.
constexpr std::size_t kMaxTags = 50;

enum class ReservedKeys { refused, allowed };

/// Sets each given tag, replacing the value of a key that is there, and keeps the tags sorted by
/// key.
void set_tags(Tags& tags, std::span<const api::ec2::Tag> given,
              ReservedKeys reserved = ReservedKeys::refused);

/// The tags that a request gives to what it creates. Any other resource type is refused.
Tags tags_for(const std::optional<std::vector<api::ec2::TagSpecification>>& specifications,
              std::string_view resource_type, ReservedKeys reserved = ReservedKeys::refused);

/// The same, where a request tags several types at once: those of the others are passed over.
Tags tags_for_type(const std::optional<std::vector<api::ec2::TagSpecification>>& specifications,
                   std::string_view resource_type, ReservedKeys reserved);

/// As the wire wants them: absent when there is none.
inline std::optional<Tags> to_wire(const Tags& tags) {
  return tags.empty() ? std::nullopt : std::optional<Tags>(tags);
}
inline std::span<const api::ec2::Tag> tag_span(const std::optional<Tags>& tags) {
  return tags ? std::span<const api::ec2::Tag>(*tags) : std::span<const api::ec2::Tag>();
}

api::ec2::CreateTagsResponse create_tags(Context& context,
                                         const api::ec2::CreateTagsRequest& request);
api::ec2::DescribeTagsResult describe_tags(Context& context,
                                           const api::ec2::DescribeTagsRequest& request);
api::ec2::DeleteTagsResponse delete_tags(Context& context,
                                         const api::ec2::DeleteTagsRequest& request);

}  // namespace fallstreak::services::ec2
