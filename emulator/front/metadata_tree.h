#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "dispatch/instance_metadata.h"

namespace fallstreak::front {

/// What an instance's metadata service has, by path below a version: `meta-data/ami-id`. A name
/// that ends with a slash is a folder whose list is not just the names in it.
using MetadataTree = std::map<std::string, std::string, std::less<>>;

/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-categories.html
MetadataTree metadata_tree(const dispatch::InstanceMetadata& metadata, std::uint64_t seed);

/// The text at a path: a value, or a folder's list with a slash behind the folders in it. Empty
/// when there is neither.
std::optional<std::string> find_in(const MetadataTree& tree, std::string_view path);

}  // namespace fallstreak::front
