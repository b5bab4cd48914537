#include "services/ec2/volumes.h"

#include <algorithm>

#include "services/ec2/catalogue.h"
#include "services/ec2/client_tokens.h"
#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/pages.h"
#include "services/ec2/storage_errors.h"
#include "services/ec2/tags.h"
#include "services/ec2/timing.h"

namespace fallstreak::services::ec2 {
namespace {

/// Filters over the attachments: any of them may match.
template <class Ask>
bool any_attachment(const VolumeRecord& row, const Ask& ask) {
  return std::ranges::any_of(row.attachments, ask);
}
template <auto member>
bool attached(const Ec2State&, const VolumeRecord& row, const Patterns& p) {
  return any_attachment(row, [&](const auto& each) { return p.match(each.*member); });
}
template <auto member>
bool has(const Ec2State&, const VolumeRecord& row, const Patterns& p) {
  return p.match(row.*member);
}

std::string region_of(const VolumeRecord& row) { return row.zone.substr(0, row.zone.size() - 1); }

bool is_in_zone_id(const Ec2State&, const VolumeRecord& row, const Patterns& p) {
  const Zone* zone = find_zone(region_of(row), row.zone);
  return zone != nullptr && p.match(zone->id);
}

constexpr FilterRow<Ec2State, VolumeRecord> kVolumesFilters[] = {
    {"attachment.attach-time", attached<&AttachmentRecord::attach_time>},
    {"attachment.delete-on-termination", attached<&AttachmentRecord::delete_on_termination>},
    {"attachment.device", attached<&AttachmentRecord::device>},
    {"attachment.instance-id", attached<&AttachmentRecord::instance_id>},
    {"attachment.status",
     [](const auto& state, const auto& row, const auto& p) {
       return any_attachment(
           row, [&](const auto& each) { return p.match(attachment_state(state, each)); });
     }},
    {"availability-zone", has<&VolumeRecord::zone>},
    {"availability-zone-id", is_in_zone_id},
    {"create-time", has<&VolumeRecord::create_time>},
    {"encrypted",
     [](const auto&, const auto& row, const auto& p) { return p.match(!row.kms_key_id.empty()); }},
    {"fast-restored", [](const auto&, const auto&, const auto& p) { return p.match(false); }},
    {"multi-attach-enabled", [](const auto&, const auto& row,
                                const auto& p) { return p.match(row.settings.multi_attach); }},
    {"operator.managed", [](const auto&, const auto&, const auto& p) { return p.match(false); }},
    {"operator.principal", [](const auto&, const auto&, const auto&) { return false; }},
    {"size", [](const auto&, const auto& row,
                const auto& p) { return p.match(std::int64_t(row.settings.size_gib)); }},
    {"snapshot-id", has<&VolumeRecord::snapshot_id>},
    {"status", [](const auto&, const auto& row, const auto& p) { return p.match(state_of(row)); }},
    {"volume-id", has<&VolumeRecord::volume_id>},
    {"volume-type",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.settings.type); }},
};

/// AWS: "ok" or "insufficient-data"; nothing impairs a volume here.
std::string_view health_of(const VolumeRecord& row) {
  return row.state == "creating" ? "insufficient-data" : "ok";
}

/// Of events and actions, which no volume has.
bool has_none(const Ec2State&, const VolumeRecord&, const Patterns&) { return false; }

constexpr FilterRow<Ec2State, VolumeRecord> kStatusFilters[] = {
    {"action.code", has_none},
    {"action.description", has_none},
    {"action.event-id", has_none},
    {"event.description", has_none},
    {"event.event-id", has_none},
    {"event.event-type", has_none},
    {"event.not-after", has_none},
    {"event.not-before", has_none},
    {"volume-status.details-name",
     [](const auto&, const auto&, const auto& p) {
       return p.match("io-enabled") || p.match("io-performance");
     }},
    {"volume-status.details-status",
     [](const auto&, const auto& row, const auto& p) {
       return p.match("not-applicable") || p.match(health_of(row) == "ok" ? "passed" : "failed");
     }},
    {"availability-zone", has<&VolumeRecord::zone>},
    {"volume-status.status",
     [](const auto&, const auto& row, const auto& p) { return p.match(health_of(row)); }},
};

api::ec2::Volume describe(const Context& context, const VolumeRecord& row) {
  api::ec2::Volume shown{.MultiAttachEnabled = row.settings.multi_attach,
                         .VolumeId = row.volume_id,
                         .Size = row.settings.size_gib,
                         .SnapshotId = row.snapshot_id,
                         .AvailabilityZone = row.zone,
                         .State = std::string(state_of(row)),
                         .CreateTime = row.create_time,
                         .Encrypted = !row.kms_key_id.empty()};
  const Zone* zone = find_zone(context.region(), row.zone);
  if (zone != nullptr) shown.AvailabilityZoneId = std::string(zone->id);
  if (row.settings.iops > 0) shown.Iops = row.settings.iops;
  if (row.settings.throughput > 0) shown.Throughput = row.settings.throughput;
  shown.VolumeType = row.settings.type;
  shown.Tags = to_wire(row.tags);
  shown.Operator = {.Managed = false};
  if (!row.kms_key_id.empty()) shown.KmsKeyId = row.kms_key_id;
  auto& attachments = shown.Attachments.emplace();
  for (const auto& each : row.attachments) {
    attachments.push_back(describe_attachment(context.state, row, each));
  }
  return shown;
}

std::string zone_of(const Context& context, const api::ec2::CreateVolumeRequest& request) {
  if (request.AvailabilityZone) {
    if (find_zone(context.region(), *request.AvailabilityZone) == nullptr) {
      throw invalid_zone_not_found(*request.AvailabilityZone);
    }
    return *request.AvailabilityZone;
  }
  if (!request.AvailabilityZoneId) throw missing_parameter("AvailabilityZone");
  const Zone* zone = find_zone_by_id(context.region(), *request.AvailabilityZoneId);
  if (zone == nullptr) throw invalid_zone_not_found(*request.AvailabilityZoneId);
  return std::string(zone->name);
}

void check_volume_id(std::string_view id) {
  if (id.starts_with("vol-")) return;
  throw invalid_value_for(id, "volumes", "Expected: 'vol-...'.");
}

}  // namespace

const VolumeRecord& find_volume(const Context& context, const std::string& volume_id) {
  const VolumeRecord* row = context.state.volumes.find(volume_id);
  if (row != nullptr) return *row;
  check_volume_id(volume_id);
  throw invalid_volume_not_found(volume_id);
}

std::string_view state_of(const VolumeRecord& row) {
  return row.attachments.empty() ? std::string_view(row.state) : "in-use";
}

std::string_view attachment_state(const Ec2State& state, const AttachmentRecord& attachment) {
  const InstanceRecord* instance = state.instances.find(attachment.instance_id);
  const bool is_being_launched = instance != nullptr && instance->state == InstanceState::pending &&
                                 instance->launch_time == attachment.attach_time;
  return is_being_launched ? std::string_view("attaching") : attachment.state;
}

api::ec2::VolumeAttachment describe_attachment(const Ec2State& state, const VolumeRecord& row,
                                               const AttachmentRecord& attachment) {
  return {.DeleteOnTermination = attachment.delete_on_termination,
          .VolumeId = row.volume_id,
          .InstanceId = attachment.instance_id,
          .Device = attachment.device,
          .State = std::string(attachment_state(state, attachment)),
          .AttachTime = attachment.attach_time};
}

std::string add_volume(Context& context, const WantedVolume& wanted, const std::string& zone,
                       std::string_view state, const Tags& tags) {
  VolumeRecord row{.volume_id = context.new_id("vol-"),
                   .zone = zone,
                   .settings = settings_of(context, wanted),
                   .snapshot_id = wanted.snapshot_id,
                   .kms_key_id = kms_key_for(context, wanted),
                   .create_time = context.now(),
                   .state = std::string(state),
                   .tags = tags};
  std::string id = row.volume_id;
  context.state.volumes.insert(id, std::move(row));
  return id;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVolume.html
api::ec2::Volume create_volume(Context& context, const api::ec2::CreateVolumeRequest& request) {
  const IdempotentRequest idempotent(context, "CreateVolume", request);
  if (!idempotent.earlier().empty()) {
    return describe(context, find_volume(context, idempotent.earlier().front()));
  }
  const std::string zone = zone_of(context, request);
  const WantedVolume wanted{.type = request.VolumeType,
                            .size_gib = request.Size,
                            .iops = request.Iops,
                            .throughput = request.Throughput,
                            .snapshot_id = request.SnapshotId.value_or(""),
                            .encrypted = request.Encrypted,
                            .kms_key_id = request.KmsKeyId,
                            .multi_attach = request.MultiAttachEnabled.value_or(false)};
  const Tags tags = tags_for(request.TagSpecifications, "volume");
  const std::string id = add_volume(context, wanted, zone, "creating", tags);
  context.schedule(
      context.world().random().quantiles(id + "/ec2.creating", timing::kCreatingVolume),
      "volume-created", id);
  idempotent.remember(context, {id});
  return describe(context, find_volume(context, id));
}

void on_volume_created(Context& context, const world::Event& event) {
  const VolumeRecord* row = context.state.volumes.find(event.entity);
  if (row == nullptr || row->state != "creating") return;
  context.state.volumes.update(event.entity,
                               [](VolumeRecord& changed) { changed.state = "available"; });
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumes.html
api::ec2::DescribeVolumesResult describe_volumes(Context& context,
                                                 const api::ec2::DescribeVolumesRequest& request) {
  for (const auto& id : api::each(request.VolumeIds)) check_volume_id(id);
  const Selection<Ec2State, VolumeRecord> selection(
      context.state, request.Filters, kVolumesFilters,
      [](const VolumeRecord& row) { return std::span<const api::ec2::Tag>(row.tags); });
  api::ec2::DescribeVolumesResult result;
  auto& shown = result.Volumes.emplace();
  result.NextToken = show_page(
      context.state.volumes, request.VolumeIds, Page(request.MaxResults, request.NextToken),
      [&](const VolumeRecord& row) { return selection.passes(row); },
      [](const auto& missing) { return invalid_volume_not_found(join_ids(missing)); },
      [&](const VolumeRecord& row) { shown.push_back(describe(context, row)); });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumeStatus.html
api::ec2::DescribeVolumeStatusResult describe_volume_status(
    Context& context, const api::ec2::DescribeVolumeStatusRequest& request) {
  const Selection<Ec2State, VolumeRecord> selection(context.state, request.Filters, kStatusFilters,
                                                    nullptr);
  api::ec2::DescribeVolumeStatusResult result;
  auto& shown = result.VolumeStatuses.emplace();
  result.NextToken = show_page(
      context.state.volumes, request.VolumeIds, Page(request.MaxResults, request.NextToken),
      [&](const VolumeRecord& row) { return selection.passes(row); },
      [](const auto& missing) { return invalid_volume_not_found(join_ids(missing)); },
      [&](const VolumeRecord& row) {
        const bool is_ok = health_of(row) == "ok";
        shown.push_back({.Actions = std::vector<api::ec2::VolumeStatusAction>(),
                         .AvailabilityZone = row.zone,
                         .Events = std::vector<api::ec2::VolumeStatusEvent>(),
                         .VolumeId = row.volume_id});
        auto& status = shown.back().VolumeStatus.emplace();
        status.Status = std::string(health_of(row));
        status.Details = {{{.Name = "io-enabled", .Status = is_ok ? "passed" : "failed"},
                           {.Name = "io-performance", .Status = "not-applicable"}}};
      });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumeAttribute.html
api::ec2::DescribeVolumeAttributeResult describe_volume_attribute(
    Context& context, const api::ec2::DescribeVolumeAttributeRequest& request) {
  const VolumeRecord& row = find_volume(context, *request.VolumeId);
  api::ec2::DescribeVolumeAttributeResult result{.VolumeId = row.volume_id};
  if (request.Attribute == "autoEnableIO") {
    result.AutoEnableIO = {.Value = row.auto_enable_io};
  } else {
    result.ProductCodes.emplace();
  }
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVolumeAttribute.html
api::ec2::ModifyVolumeAttributeResponse modify_volume_attribute(
    Context& context, const api::ec2::ModifyVolumeAttributeRequest& request) {
  find_volume(context, *request.VolumeId);
  if (!request.AutoEnableIO) throw missing_parameter("autoEnableIO");
  context.state.volumes.update(*request.VolumeId, [&](VolumeRecord& row) {
    row.auto_enable_io = request.AutoEnableIO->Value.value_or(false);
  });
  return {};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVolume.html
api::ec2::DeleteVolumeResponse delete_volume(Context& context,
                                             const api::ec2::DeleteVolumeRequest& request) {
  const std::string id = *request.VolumeId;
  const VolumeRecord& row = find_volume(context, id);
  if (!row.attachments.empty()) {
    throw volume_in_use("Volume " + id + " is currently attached to " +
                        row.attachments.front().instance_id);
  }
  if (row.state == "creating") {
    throw incorrect_state("The volume '" + id + "' is 'creating'");
  }
  if (row.state == "deleting") return {};
  context.state.volumes.update(id, [](VolumeRecord& changed) { changed.state = "deleting"; });
  context.schedule(
      context.world().random().quantiles(id + "/ec2.deleting", timing::kDeletingVolume),
      "volume-deleted", id);
  return {};
}

void on_volume_deleted(Context& context, const world::Event& event) {
  context.state.volumes.erase(event.entity);
}

}  // namespace fallstreak::services::ec2
