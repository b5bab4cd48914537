#pragma once

#include <cstdint>
#include <span>
#include <string_view>

/// What AWS offers in every account: regions, zones, instance types and public images. Constant
/// data, compiled from fixtures/catalogue; all of it is sorted by name.
namespace fallstreak::services::ec2 {

struct Zone {
  std::string_view name;
  std::string_view id;
  /// Families of instance types that this zone does not have.
  std::span<const std::string_view> without;
};

struct Region {
  std::string_view name;
  std::string_view geography;
  std::string_view opt_in_status;
  std::span<const Zone> zones;
};

struct InstanceType {
  std::string_view name;
  std::int32_t vcpus;
  std::int32_t cores;
  std::int64_t memory_mib;
  std::string_view architecture;
  double clock_ghz;
  std::string_view manufacturer;
  std::string_view hypervisor;
  bool is_current_generation;
  bool is_burstable;
  std::string_view network_performance;
  std::int32_t interfaces;
  std::int32_t addresses_per_interface;
  /// An instance may have this many cores, or a number of steps more, up to `cores`.
  std::int32_t least_cores;
  std::int32_t core_step;

  [[nodiscard]] std::int32_t threads_per_core() const { return vcpus / cores; }
  [[nodiscard]] std::string_view family() const { return name.substr(0, name.find('.')); }
};

/// A public image; also the view of one of an account's own.
struct Image {
  std::string_view id;
  std::string_view name;
  std::string_view description;
  std::string_view owner_id;
  std::string_view owner_alias;
  std::string_view architecture;
  std::string_view root_device;
  std::string_view platform_details;
  std::string_view usage_operation;
  std::string_view created;
  std::string_view boot_mode;
  std::int32_t root_gib;
  std::string_view ssm_parameter;
  bool is_windows;
  /// `v2.0` where instances need IMDSv2; those of the catalogue are known by their names.
  std::string_view imds_support = {};
};

std::span<const Region> regions();
std::span<const InstanceType> instance_types();
std::span<const Image> images();

/// Null when there is none of this name (or id).
const Region* find_region(std::string_view name);
const Zone* find_zone(std::string_view region, std::string_view zone_name);
const Zone* find_zone_by_id(std::string_view region, std::string_view zone_id);
const InstanceType* find_instance_type(std::string_view name);
const Image* find_image(std::string_view id);
const Image* find_image_by_parameter(std::string_view ssm_parameter);

/// The zones of a region; none when the region is unknown.
std::span<const Zone> zones_of(std::string_view region);
bool offers(const Zone& zone, const InstanceType& type);

}  // namespace fallstreak::services::ec2
