#include "services/ec2/catalogue.h"

#include <algorithm>

namespace fallstreak::services::ec2 {
namespace {

/// The row whose `field` is `wanted`; rows are sorted by it.
template <class Row>
const Row* find_sorted(std::span<const Row> rows, std::string_view Row::*field,
                       std::string_view wanted) {
  const auto found = std::ranges::lower_bound(rows, wanted, {}, field);
  return found != rows.end() && (*found).*field == wanted ? &*found : nullptr;
}

template <class Row>
const Row* find_any(std::span<const Row> rows, std::string_view Row::*field,
                    std::string_view wanted) {
  const auto found = std::ranges::find(rows, wanted, field);
  return found != rows.end() ? &*found : nullptr;
}

}  // namespace

const Region* find_region(std::string_view name) {
  return find_sorted(regions(), &Region::name, name);
}

std::span<const Zone> zones_of(std::string_view region) {
  const Region* found = find_region(region);
  return found != nullptr ? found->zones : std::span<const Zone>();
}

const Zone* find_zone(std::string_view region, std::string_view zone_name) {
  return find_any(zones_of(region), &Zone::name, zone_name);
}

const Zone* find_zone_by_id(std::string_view region, std::string_view zone_id) {
  return find_any(zones_of(region), &Zone::id, zone_id);
}

const InstanceType* find_instance_type(std::string_view name) {
  return find_sorted(instance_types(), &InstanceType::name, name);
}

const Image* find_image(std::string_view id) { return find_sorted(images(), &Image::id, id); }

const Image* find_image_by_parameter(std::string_view ssm_parameter) {
  return find_any(images(), &Image::ssm_parameter, ssm_parameter);
}

bool offers(const Zone& zone, const InstanceType& type) {
  return std::ranges::find(zone.without, type.family()) == zone.without.end();
}

}  // namespace fallstreak::services::ec2
