#include <algorithm>

#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/pages.h"
#include "services/ec2/storage_errors.h"
#include "services/ec2/timing.h"
#include "services/ec2/volumes.h"

/// https://docs.aws.amazon.com/ebs/latest/userguide/monitoring-volume-modifications.html
namespace fallstreak::services::ec2 {
namespace {

bool is_there(const ModificationRecord& modification) { return !modification.state.empty(); }

template <auto member>
bool original(const Ec2State&, const VolumeRecord& row, const Patterns& p) {
  return p.match(std::int64_t(row.modification.original.*member));
}
template <auto member>
bool target(const Ec2State&, const VolumeRecord& row, const Patterns& p) {
  return p.match(std::int64_t(row.modification.target.*member));
}

constexpr FilterRow<Ec2State, VolumeRecord> kVolumeModificationsFilters[] = {
    {"modification-state",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.modification.state); }},
    {"original-iops", original<&VolumeSettings::iops>},
    {"original-size", original<&VolumeSettings::size_gib>},
    {"original-volume-type", [](const auto&, const auto& row,
                                const auto& p) { return p.match(row.modification.original.type); }},
    {"originalMultiAttachEnabled",
     [](const auto&, const auto& row, const auto& p) {
       return p.match(row.modification.original.multi_attach);
     }},
    {"targetMultiAttachEnabled",
     [](const auto&, const auto& row, const auto& p) {
       return p.match(row.modification.target.multi_attach);
     }},
    {"start-time",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.modification.start); }},
    {"target-iops", target<&VolumeSettings::iops>},
    {"target-size", target<&VolumeSettings::size_gib>},
    {"target-volume-type", [](const auto&, const auto& row,
                              const auto& p) { return p.match(row.modification.target.type); }},
    {"volume-id",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.volume_id); }},
};

/// AWS: 0 while `modifying`, then on to 100.
std::int64_t progress_of(const ModificationRecord& modification, Time now) {
  if (modification.state == "completed") return 100;
  if (modification.state != "optimizing" || modification.end <= modification.start) return 0;
  const auto whole = (modification.end - modification.start).count();
  const auto done = (now - modification.start).count();
  return std::clamp<std::int64_t>(done / std::max<std::int64_t>(whole / 100, 1), 0, 99);
}

api::ec2::VolumeModification describe(const VolumeRecord& row, Time now) {
  const ModificationRecord& from = row.modification;
  const auto unless_zero = [](std::int32_t value) {
    return value == 0 ? std::nullopt : std::optional(value);
  };
  api::ec2::VolumeModification shown{.VolumeId = row.volume_id,
                                     .ModificationState = from.state,
                                     .TargetSize = from.target.size_gib,
                                     .TargetIops = unless_zero(from.target.iops),
                                     .TargetVolumeType = from.target.type,
                                     .TargetThroughput = unless_zero(from.target.throughput),
                                     .TargetMultiAttachEnabled = from.target.multi_attach,
                                     .OriginalSize = from.original.size_gib,
                                     .OriginalIops = unless_zero(from.original.iops),
                                     .OriginalVolumeType = from.original.type,
                                     .OriginalThroughput = unless_zero(from.original.throughput),
                                     .OriginalMultiAttachEnabled = from.original.multi_attach,
                                     .Progress = progress_of(from, now),
                                     .StartTime = from.start};
  if (from.state == "completed") shown.EndTime = from.end;
  return shown;
}

void check_can_modify(const Context& context, const VolumeRecord& row) {
  if (row.state != "available") {
    throw incorrect_modification_state("Cannot modify volume " + row.volume_id + " in state '" +
                                       row.state + "'");
  }
  if (!is_there(row.modification)) return;
  if (row.modification.state != "completed") {
    throw incorrect_modification_state("Volume " + row.volume_id +
                                       " is in the modification state '" + row.modification.state +
                                       "'");
  }
  if (context.now() - row.modification.start < timing::kBetweenModifications) {
    throw volume_modification_rate_exceeded(std::to_string(timing::kBetweenModifications.count()));
  }
}

/// What the volume is to become; the members that the request leaves out stay, where the new type
/// has them.
VolumeSettings target_of(const Context& context, const VolumeRecord& row,
                         const api::ec2::ModifyVolumeRequest& request) {
  const bool same_type = !request.VolumeType || *request.VolumeType == row.settings.type;
  WantedVolume wanted{
      .type = request.VolumeType.value_or(row.settings.type),
      .size_gib = request.Size.value_or(row.settings.size_gib),
      .iops = request.Iops,
      .throughput = request.Throughput,
      .multi_attach = request.MultiAttachEnabled.value_or(row.settings.multi_attach)};
  const bool has_own_iops = row.settings.type != "gp2" && row.settings.iops > 0;
  if (same_type && !wanted.iops && has_own_iops) wanted.iops = row.settings.iops;
  if (same_type && !wanted.throughput && row.settings.throughput > 0) {
    wanted.throughput = row.settings.throughput;
  }
  if (*wanted.size_gib < row.settings.size_gib) {
    throw invalid_parameter_value("New size cannot be smaller than existing size");
  }
  return settings_of(context, wanted);
}

}  // namespace

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVolume.html
api::ec2::ModifyVolumeResult modify_volume(Context& context,
                                           const api::ec2::ModifyVolumeRequest& request) {
  const std::string id = *request.VolumeId;
  const VolumeRecord& row = find_volume(context, id);
  check_can_modify(context, row);
  const VolumeSettings wanted = target_of(context, row, request);
  context.state.volumes.update(id, [&](VolumeRecord& changed) {
    changed.modification = {.state = "modifying",
                            .original = changed.settings,
                            .target = wanted,
                            .start = context.now(),
                            .end = {}};
  });
  const Duration after =
      context.world().random().quantiles(id + "/ec2.modifying", timing::kModifyingVolume);
  context.schedule(after, "volume-optimizing", id);
  return {.VolumeModification = describe(find_volume(context, id), context.now())};
}

void on_volume_optimizing(Context& context, const world::Event& event) {
  const VolumeRecord* row = context.state.volumes.find(event.entity);
  if (row == nullptr || row->modification.state != "modifying") return;
  const Duration after = context.world().random().quantiles(event.entity + "/ec2.optimizing",
                                                            timing::kOptimizingVolume);
  context.state.volumes.update(event.entity, [&](VolumeRecord& changed) {
    // AWS: "Size and volume configuration changes usually take a few seconds to complete and take
    // effect after a volume is in the Optimizing state."
    changed.settings = changed.modification.target;
    changed.modification.state = "optimizing";
    changed.modification.end = context.now() + after;
  });
  context.schedule(after, "volume-modified", event.entity);
}

void on_volume_modified(Context& context, const world::Event& event) {
  const VolumeRecord* row = context.state.volumes.find(event.entity);
  if (row == nullptr || row->modification.state != "optimizing") return;
  context.state.volumes.update(event.entity, [&](VolumeRecord& changed) {
    changed.modification.state = "completed";
    changed.modification.end = context.now();
  });
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumesModifications.html
api::ec2::DescribeVolumesModificationsResult describe_volumes_modifications(
    Context& context, const api::ec2::DescribeVolumesModificationsRequest& request) {
  const Selection<Ec2State, VolumeRecord> selection(context.state, request.Filters,
                                                    kVolumeModificationsFilters, nullptr);
  for (const auto& id : api::each(request.VolumeIds)) {
    if (!is_there(find_volume(context, id).modification)) {
      throw invalid_volume_modification_not_found(id);
    }
  }
  api::ec2::DescribeVolumesModificationsResult result;
  auto& shown = result.VolumesModifications.emplace();
  result.NextToken = show_page(
      context.state.volumes, request.VolumeIds,
      Page(request.MaxResults, request.NextToken, PageLimits{1, 500}),
      [&](const VolumeRecord& row) { return is_there(row.modification) && selection.passes(row); },
      [](const auto& missing) { return invalid_volume_not_found(join_ids(missing)); },
      [&](const VolumeRecord& row) { shown.push_back(describe(row, context.now())); });
  return result;
}

}  // namespace fallstreak::services::ec2
