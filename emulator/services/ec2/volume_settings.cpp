#include <algorithm>
#include <array>
#include <cmath>

#include "services/ec2/errors.h"
#include "services/ec2/snapshots.h"
#include "services/ec2/storage_errors.h"
#include "services/ec2/volumes.h"

/// The types of volumes and their limits.
/// https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html
namespace fallstreak::services::ec2 {
namespace {

struct TypeLimits {
  std::string_view name;
  std::int32_t least_gib;
  std::int32_t most_gib;
  /// Zero: the type takes none.
  std::int32_t least_iops;
  std::int32_t most_iops;
  std::int32_t iops_per_gib;
  bool needs_iops;
};
constexpr std::array<TypeLimits, 7> kTypes{{{"gp2", 1, 16384, 0, 0, 0, false},
                                            {"gp3", 1, 65536, 3000, 80000, 500, false},
                                            {"io1", 4, 16384, 100, 64000, 50, true},
                                            {"io2", 4, 65536, 100, 256000, 1000, true},
                                            {"sc1", 125, 16384, 0, 0, 0, false},
                                            {"st1", 125, 16384, 0, 0, 0, false},
                                            {"standard", 1, 1024, 0, 0, 0, false}}};

constexpr std::int32_t kLeastThroughput = 125;
constexpr std::int32_t kMostThroughput = 2000;
/// AWS: gp3 has "0.25 MiB/s per IOPS".
constexpr std::int32_t kIopsPerThroughput = 4;

const TypeLimits& limits_of(const std::string& type) {
  const auto found = std::ranges::find(kTypes, std::string_view(type), &TypeLimits::name);
  if (found != kTypes.end()) return *found;
  throw invalid_parameter_value("The value '" + type + "' is not a valid volume type.");
}

void check_range(std::string_view what, std::string_view type, std::int32_t value,
                 std::int32_t least, std::int32_t most) {
  if (value >= least && value <= most) return;
  const std::string name(what);
  const std::string limit = std::to_string(value < least ? least : most);
  throw invalid_parameter_value("Volume " + name + " of " + std::to_string(value) + " is too " +
                                (value < least ? "low; minimum is " : "high; maximum is ") + limit +
                                " for volume type " + std::string(type) + ".");
}

std::int32_t default_iops(const TypeLimits& limits, std::int32_t size_gib) {
  // AWS: gp2's performance follows its size, and is shown: 3 IOPS a GiB, at least 100.
  if (limits.name == "gp2") return std::clamp(size_gib * 3, 100, 16000);
  return limits.name == "gp3" ? limits.least_iops : 0;
}

}  // namespace

void check_settings(const VolumeSettings& settings) {
  const TypeLimits& limits = limits_of(settings.type);
  const std::string size = std::to_string(settings.size_gib);
  if (settings.size_gib < limits.least_gib) {
    throw volume_is_too_small(settings.type, size, std::to_string(limits.least_gib));
  }
  if (settings.size_gib > limits.most_gib) {
    throw volume_is_too_large(settings.type, size, std::to_string(limits.most_gib));
  }
  if (settings.multi_attach && limits.name != "io1" && limits.name != "io2") {
    throw parameter_not_supported_for("multiAttachEnabled", settings.type);
  }
  if (limits.most_iops > 0) {
    check_range("iops", settings.type, settings.iops, limits.least_iops, limits.most_iops);
    const bool is_base = limits.name == "gp3" && settings.iops == limits.least_iops;
    if (!is_base && settings.iops > settings.size_gib * limits.iops_per_gib) {
      throw invalid_parameter_value(
          "Iops to volume size ratio of " +
          std::to_string(double(settings.iops) / double(settings.size_gib)) +
          " is too high; maximum is " + std::to_string(limits.iops_per_gib));
    }
  }
  if (limits.name != "gp3") return;
  check_range("throughput", settings.type, settings.throughput, kLeastThroughput, kMostThroughput);
  if (settings.throughput * kIopsPerThroughput > settings.iops) {
    throw invalid_parameter_value(
        "Throughput (MiBps) to iops ratio of " +
        std::to_string(double(settings.throughput) / double(settings.iops)) +
        " is too high; maximum is 0.250000 MiBps per iops.");
  }
}

VolumeSettings settings_of(const Context& context, const WantedVolume& wanted) {
  VolumeSettings settings{.type = wanted.type.value_or("gp2"), .multi_attach = wanted.multi_attach};
  const TypeLimits& limits = limits_of(settings.type);
  if (wanted.iops && limits.most_iops == 0) {
    throw parameter_not_supported_for("iops", settings.type);
  }
  if (!wanted.iops && limits.needs_iops) throw iops_are_required(settings.type);
  if (wanted.throughput && limits.name != "gp3") {
    throw parameter_not_supported_for("throughput", settings.type);
  }
  settings.size_gib = wanted.size_gib.value_or(0);
  if (!wanted.snapshot_id.empty()) {
    const std::int32_t least = snapshot_size(context, wanted.snapshot_id);
    if (!wanted.size_gib) settings.size_gib = least;
    if (settings.size_gib < least) {
      throw volume_is_smaller_than_snapshot(std::to_string(settings.size_gib), wanted.snapshot_id,
                                            std::to_string(least));
    }
  } else if (!wanted.size_gib) {
    throw missing_parameter("size/snapshot");
  }
  settings.iops = wanted.iops.value_or(default_iops(limits, settings.size_gib));
  settings.throughput = wanted.throughput.value_or(limits.name == "gp3" ? kLeastThroughput : 0);
  check_settings(settings);
  return settings;
}

std::string default_kms_key(Context& context) {
  const std::string key = "region";
  if (const RegionRecord* row = context.state.region.find(key); row && !row->ebs_kms_key.empty()) {
    return row->ebs_kms_key;
  }
  const std::string arn = context.arn("kms", "key/" + context.new_uuid("ebs-kms-key"));
  RegionRecord row;
  if (const RegionRecord* found = context.state.region.find(key)) row = *found;
  row.ebs_kms_key = arn;
  context.state.region.put(key, row);
  return arn;
}

std::string kms_key_for(Context& context, const WantedVolume& wanted) {
  const RegionRecord* region = context.state.region.find("region");
  const bool by_default = region != nullptr && region->encrypts_by_default;
  const std::string of_snapshot =
      wanted.snapshot_id.empty() ? "" : snapshot_kms_key(context, wanted.snapshot_id);
  // AWS: a volume of an encrypted snapshot is encrypted, whatever the request says.
  const bool is_encrypted = wanted.encrypted.value_or(by_default) || !of_snapshot.empty();
  if (wanted.kms_key_id && !is_encrypted) throw kms_key_without_encryption();
  if (!is_encrypted) return {};
  if (wanted.kms_key_id) {
    const bool is_arn = wanted.kms_key_id->starts_with("arn:");
    return is_arn ? *wanted.kms_key_id : context.arn("kms", "key/" + *wanted.kms_key_id);
  }
  if (!of_snapshot.empty()) return of_snapshot;
  const bool has_chosen = region != nullptr && !region->chosen_kms_key.empty();
  return has_chosen ? region->chosen_kms_key : default_kms_key(context);
}

}  // namespace fallstreak::services::ec2
