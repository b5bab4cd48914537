#pragma once

#include <string_view>

/// Where regions are on the map.
namespace fallstreak::dataplane::dns {

struct Location {
  std::string_view region;
  std::string_view continent;    // as GeoLocation calls it: `EU`
  std::string_view country;      // ISO 3166-1
  std::string_view subdivision;  // of the United States alone
  double latitude = 0;
  double longitude = 0;
};

/// Null for a region that the table does not have.
const Location* find_location(std::string_view region);

/// From 1 (the same place) down to -1 (the other side of the earth).
double closeness(const Location& one, const Location& other);

}  // namespace fallstreak::dataplane::dns
