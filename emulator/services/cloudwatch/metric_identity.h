#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/cloudwatch/common.h"

/// Which metric is meant: namespace, name and dimensions, in whatever order they were sent.
namespace fallstreak::services::cloudwatch {

using Dimensions = std::vector<api::cloudwatch::Dimension>;

/// A part of a key, so ended that no key is another's beginning and keys sort as their parts do.
void append_part(std::string& key, std::string_view part);
/// What every key with this first part begins with: a namespace, an alarm's name.
std::string prefix_of(std::string_view part);

/// Every key of a name in a namespace begins with this.
std::string name_prefix(std::string_view metric_namespace, std::string_view name);
std::string metric_key(std::string_view metric_namespace, std::string_view name,
                       const std::optional<Dimensions>& dimensions);

/// The dimensions by name, which is their order in keys and answers.
Dimensions sorted(const std::optional<Dimensions>& dimensions);

/// AWS: data of different units is kept apart. Units are numbered in the model's order.
std::uint8_t unit_number(std::string_view unit);
std::string_view unit_name(std::uint8_t number);
std::uint8_t unit_none();

}  // namespace fallstreak::services::cloudwatch
