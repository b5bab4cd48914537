#pragma once

#include <optional>
#include <string_view>

/// Where regions are on the map.
namespace fallstreak {

/// A point on the earth, in degrees: north and east are positive.
struct Coordinates {
  double latitude = 0;
  double longitude = 0;
};
/// `51.5` north, `-0.12` east; nothing when either text is no number or beyond the poles or the
/// date line.
std::optional<Coordinates> parse_coordinates(std::string_view latitude, std::string_view longitude);

struct Location {
  std::string_view region;
  std::string_view continent;    // as GeoLocation calls it: `EU`
  std::string_view country;      // ISO 3166-1
  std::string_view subdivision;  // of the United States alone
  Coordinates at;
};

/// Null for a region that the table does not have.
const Location* find_location(std::string_view region);

/// From 1 (the same place) down to -1 (the other side of the earth).
double closeness(const Coordinates& one, const Coordinates& other);
/// Along the surface, as an angle: 0 (the same place) to pi.
double distance(const Coordinates& one, const Coordinates& other);

}  // namespace fallstreak
