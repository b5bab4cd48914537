#pragma once

#include <span>
#include <string_view>

/// Services that tell what is wrong with a request in another order than the model's.
namespace fallstreak::api {

/// The members of a shape that are told first, in their order; empty: in the model's order.
std::span<const std::string_view> validation_order(std::string_view shape);

/// The words for a member whose absence is told alone, before anything else; empty: it is told with
/// the others.
std::string_view words_of_absence(std::string_view shape, std::string_view member);

}  // namespace fallstreak::api
