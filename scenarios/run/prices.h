#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace fallstreak::scenarios {

/// A row of fixtures/catalogue: what one unit of an item costs in a region, in dollars.
struct Price {
  std::string_view region, item;
  double usd;
  std::string_view source;
};

/// All rows, sorted by region and item.
std::span<const Price> prices();

/// The region's price of an item, or that of us-east-1 where the list has none.
const Price* find_price(std::string_view region, std::string_view item);

}  // namespace fallstreak::scenarios
