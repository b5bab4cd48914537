#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/ec2/common.h"
#include "provisioner/resources/driver.h"

/// Ownership by tags, as EC2's operations write and find them.
namespace fallstreak::provisioner {

/// Tags for a create call: they are there the moment the resource is, so a kill in between loses nothing.
std::optional<std::vector<api::ec2::TagSpecification>> owner_tags(const Destination& where, std::string_view name,
                                                                  std::string_view resource_type);
/// The filter that finds the stack's resources.
std::optional<std::vector<api::ec2::Filter>> owned_by(const Destination& where);
/// The logical name that a resource's tags give it; empty when it has none.
std::string logical_name(const std::optional<std::vector<api::ec2::Tag>>& tags);

}  // namespace fallstreak::provisioner
