#include "base/location.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <numbers>

namespace fallstreak {
namespace {

// The places after which AWS names its regions.
constexpr Location kLocations[] = {
    {"af-south-1", "AF", "ZA", "", {-33.9, 18.4}},
    {"ap-east-1", "AS", "HK", "", {22.3, 114.2}},
    {"ap-northeast-1", "AS", "JP", "", {35.7, 139.7}},
    {"ap-northeast-2", "AS", "KR", "", {37.6, 127.0}},
    {"ap-northeast-3", "AS", "JP", "", {34.7, 135.5}},
    {"ap-south-1", "AS", "IN", "", {19.1, 72.9}},
    {"ap-south-2", "AS", "IN", "", {17.4, 78.5}},
    {"ap-southeast-1", "AS", "SG", "", {1.4, 103.8}},
    {"ap-southeast-2", "OC", "AU", "", {-33.9, 151.2}},
    {"ap-southeast-3", "AS", "ID", "", {-6.2, 106.8}},
    {"ap-southeast-4", "OC", "AU", "", {-37.8, 145.0}},
    {"ca-central-1", "NA", "CA", "", {45.5, -73.6}},
    {"eu-central-1", "EU", "DE", "", {50.1, 8.7}},
    {"eu-central-2", "EU", "CH", "", {47.4, 8.5}},
    {"eu-north-1", "EU", "SE", "", {59.3, 18.1}},
    {"eu-south-1", "EU", "IT", "", {45.5, 9.2}},
    {"eu-south-2", "EU", "ES", "", {41.6, -0.9}},
    {"eu-west-1", "EU", "IE", "", {53.3, -6.3}},
    {"eu-west-2", "EU", "GB", "", {51.5, -0.1}},
    {"eu-west-3", "EU", "FR", "", {48.9, 2.4}},
    {"me-central-1", "AS", "AE", "", {24.5, 54.4}},
    {"me-south-1", "AS", "BH", "", {26.1, 50.6}},
    {"sa-east-1", "SA", "BR", "", {-23.6, -46.6}},
    {"us-east-1", "NA", "US", "VA", {38.9, -77.4}},
    {"us-east-2", "NA", "US", "OH", {40.0, -83.0}},
    {"us-west-1", "NA", "US", "CA", {37.4, -122.0}},
    {"us-west-2", "NA", "US", "OR", {45.8, -119.7}},
};

/// Empty when the text is no number, or further from zero than `most`.
std::optional<double> parse_degrees(std::string_view text, double most) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double degrees = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), degrees);
  const bool is_number = problem == std::errc() && end == text.data() + text.size();
  if (!is_number || !(std::abs(degrees) <= most)) return {};
  return degrees;
}

double radians(double degrees) { return degrees * std::numbers::pi / 180; }

}  // namespace

const Location* find_location(std::string_view region) {
  const auto* const found = std::ranges::find(kLocations, region, &Location::region);
  return found == std::end(kLocations) ? nullptr : found;
}

double closeness(const Coordinates& one, const Coordinates& other) {
  const double a = radians(one.latitude);
  const double b = radians(other.latitude);
  return std::sin(a) * std::sin(b) +
         std::cos(a) * std::cos(b) * std::cos(radians(one.longitude - other.longitude));
}

double distance(const Coordinates& one, const Coordinates& other) {
  return std::acos(std::clamp(closeness(one, other), -1.0, 1.0));
}

std::optional<Coordinates> parse_coordinates(std::string_view latitude,
                                             std::string_view longitude) {
  const auto north = parse_degrees(latitude, 90);
  const auto east = parse_degrees(longitude, 180);
  if (!north || !east) return {};
  return Coordinates{*north, *east};
}

}  // namespace fallstreak
