#include "services/ec2/snapshots.h"

#include <algorithm>

#include "services/ec2/account_defaults.h"
#include "services/ec2/catalogue.h"
#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/pages.h"
#include "services/ec2/snapshot_settings.h"
#include "services/ec2/storage_errors.h"
#include "services/ec2/tags.h"
#include "services/ec2/timing.h"
#include "services/ec2/volumes.h"

namespace fallstreak::services::ec2 {
namespace {

constexpr std::string_view kPrefix = "snap-";
/// AWS: what a copy says of the volume that it is not of.
constexpr const char* kNoVolume = "vol-ffffffff";

template <auto member>
bool is(const Ec2State&, const api::ec2::Snapshot& shown, const Patterns& p) {
  return shown.*member && p.match(*(shown.*member));
}

constexpr FilterRow<Ec2State, api::ec2::Snapshot> kSnapshotsFilters[] = {
    {"description", is<&api::ec2::Snapshot::Description>},
    {"encrypted", is<&api::ec2::Snapshot::Encrypted>},
    {"owner-alias", is<&api::ec2::Snapshot::OwnerAlias>},
    {"owner-id", is<&api::ec2::Snapshot::OwnerId>},
    {"progress", is<&api::ec2::Snapshot::Progress>},
    {"snapshot-id", is<&api::ec2::Snapshot::SnapshotId>},
    {"start-time", is<&api::ec2::Snapshot::StartTime>},
    {"status", is<&api::ec2::Snapshot::State>},
    {"storage-tier", is<&api::ec2::Snapshot::StorageTier>},
    {"transfer-type", nullptr},
    {"volume-id", is<&api::ec2::Snapshot::VolumeId>},
    {"volume-size", [](const auto&, const auto& shown,
                       const auto& p) { return p.match(std::int64_t(*shown.VolumeSize)); }},
};

const Image* public_image_of(const std::string& snapshot_id) {
  if (!snapshot_id.starts_with(kPrefix)) return nullptr;
  return find_image("ami-" + snapshot_id.substr(kPrefix.size()));
}

void check_snapshot_id(std::string_view id) {
  if (id.starts_with(kPrefix)) return;
  throw invalid_value_for(id, "snapshotId", "Expected: 'snap-...'.");
}

std::string progress_of(const SnapshotRecord& row, Time now) {
  if (row.is_completed) return "100%";
  const auto whole = (row.completion_time - row.start_time).count();
  const auto done = (now - row.start_time).count();
  const auto percent = whole <= 0 ? 0 : std::min<std::int64_t>(done * 100 / whole, 99);
  return std::to_string(percent) + "%";
}

api::ec2::Snapshot describe(const Context& context, const SnapshotRecord& row) {
  api::ec2::Snapshot shown{.Tags = to_wire(row.tags),
                           .StorageTier = storage_tier(row),
                           .RestoreExpiryTime = row.tier.restored_until};
  if (row.is_completed) shown.CompletionTime = row.completion_time;
  shown.SnapshotId = row.snapshot_id;
  shown.VolumeId = row.volume_id;
  shown.State = row.is_completed ? "completed" : "pending";
  shown.StartTime = row.start_time;
  shown.Progress = progress_of(row, context.now());
  shown.OwnerId = context.account_id();
  shown.Description = row.description;
  shown.VolumeSize = row.size_gib;
  shown.Encrypted = !row.kms_key_id.empty();
  if (!row.kms_key_id.empty()) shown.KmsKeyId = row.kms_key_id;
  return shown;
}

api::ec2::Snapshot describe_public(const Image& image) {
  api::ec2::Snapshot shown{.StorageTier = "standard"};
  if (!image.owner_alias.empty()) shown.OwnerAlias = std::string(image.owner_alias);
  shown.SnapshotId = public_snapshot_id(image.id);
  shown.VolumeId = kNoVolume;
  shown.State = "completed";
  shown.StartTime = parse_iso8601(image.created);
  shown.CompletionTime = shown.StartTime;
  shown.Progress = "100%";
  shown.OwnerId = std::string(image.owner_id);
  shown.Description = std::string(image.description);
  shown.VolumeSize = image.root_gib;
  shown.Encrypted = false;
  return shown;
}

/// AWS: `self`, `amazon`, or an account.
bool is_of_owner(const Context& context, const api::ec2::Snapshot& shown,
                 const std::optional<std::vector<std::string>>& owners) {
  const auto wanted = api::each(owners);
  return wanted.empty() || std::ranges::any_of(wanted, [&](const auto& owner) {
           return owner == *shown.OwnerId || owner == shown.OwnerAlias ||
                  (owner == "self" && *shown.OwnerId == context.account_id());
         });
}

/// AWS: `self`, `all` (public ones), or an account that was allowed to.
bool is_restorable_by(const Context& context, const api::ec2::Snapshot& shown,
                      const std::optional<std::vector<std::string>>& users) {
  const auto wanted = api::each(users);
  if (wanted.empty()) return true;
  const SnapshotRecord* row = context.state.snapshots.find(*shown.SnapshotId);
  return std::ranges::any_of(wanted, [&](const auto& user) {
    if (row == nullptr) return user == "all";
    const bool is_own = user == "self" || user == context.account_id();
    return is_own || std::ranges::find(row->shared_with, user) != row->shared_with.end();
  });
}

/// The snapshots that a request is about, by id: the caller's, and those of public images.
std::vector<api::ec2::Snapshot> all_snapshots(const Context& context,
                                              const std::optional<std::vector<std::string>>& ids) {
  std::vector<api::ec2::Snapshot> all;
  std::vector<std::string> missing;
  for (const auto& id : api::each(ids)) {
    check_snapshot_id(id);
    const SnapshotRecord* row = context.state.snapshots.find(id);
    const Image* image = public_image_of(id);
    if (row != nullptr) {
      all.push_back(describe(context, *row));
    } else if (image != nullptr) {
      all.push_back(describe_public(*image));
    } else {
      missing.push_back(id);
    }
  }
  if (!missing.empty()) throw invalid_snapshot_not_found(join_ids(missing));
  if (api::each(ids).empty()) {
    for (const auto& [id, row] : context.state.snapshots) all.push_back(describe(context, row));
    for (const Image& image : images()) all.push_back(describe_public(image));
  }
  std::ranges::sort(all, {}, &api::ec2::Snapshot::SnapshotId);
  return all;
}

}  // namespace

const SnapshotRecord& find_snapshot(const Context& context, const std::string& snapshot_id) {
  const SnapshotRecord* row = context.state.snapshots.find(snapshot_id);
  if (row != nullptr) return *row;
  check_snapshot_id(snapshot_id);
  throw invalid_snapshot_not_found(snapshot_id);
}

std::string image_of_snapshot(const Context& context, const std::string& snapshot_id) {
  for (const auto& [id, row] : context.state.images) {
    for (const auto& mapping : api::each(row.image.BlockDeviceMappings)) {
      if (mapping.Ebs && mapping.Ebs->SnapshotId == snapshot_id) return id;
    }
  }
  return {};
}

std::string public_snapshot_id(std::string_view image_id) {
  return std::string(kPrefix) + std::string(image_id.substr(4));
}

std::int32_t snapshot_size(const Context& context, const std::string& snapshot_id) {
  if (const Image* image = public_image_of(snapshot_id)) return image->root_gib;
  const SnapshotRecord& row = find_snapshot(context, snapshot_id);
  if (!row.is_completed) throw incorrect_state("Snapshot is in invalid state - pending");
  check_not_archived(row);
  return row.size_gib;
}

std::string snapshot_kms_key(const Context& context, const std::string& snapshot_id) {
  const SnapshotRecord* row = context.state.snapshots.find(snapshot_id);
  return row == nullptr ? std::string() : row->kms_key_id;
}

std::string add_snapshot(Context& context, SnapshotRecord wanted) {
  std::string id = context.new_id(kPrefix);
  const Duration after =
      context.world().random().quantiles(id + "/ec2.pending", timing::kSnapshotPending);
  wanted.snapshot_id = id;
  wanted.start_time = context.now();
  wanted.completion_time = context.now() + after;
  context.state.snapshots.insert(id, std::move(wanted));
  context.schedule(after, "snapshot-completed", id);
  return id;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshot.html
api::ec2::Snapshot create_snapshot(Context& context,
                                   const api::ec2::CreateSnapshotRequest& request) {
  const VolumeRecord& volume = find_volume(context, *request.VolumeId);
  if (volume.state != "available") {
    throw incorrect_state("The volume '" + volume.volume_id + "' is '" + volume.state + "'");
  }
  const std::string id =
      add_snapshot(context, {.volume_id = volume.volume_id,
                             .description = request.Description.value_or(""),
                             .size_gib = volume.settings.size_gib,
                             .kms_key_id = volume.kms_key_id,
                             .tags = tags_for(request.TagSpecifications, "snapshot")});
  return describe(context, find_snapshot(context, id));
}

void on_snapshot_completed(Context& context, const world::Event& event) {
  if (!context.state.snapshots.contains(event.entity)) return;
  context.state.snapshots.update(event.entity, [&](SnapshotRecord& row) {
    row.is_completed = true;
    row.completion_time = context.now();
  });
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopySnapshot.html
api::ec2::CopySnapshotResult copy_snapshot(Context& context,
                                           const api::ec2::CopySnapshotRequest& request) {
  if (find_region(*request.SourceRegion) == nullptr) {
    throw invalid_parameter_value("Invalid region: " + *request.SourceRegion);
  }
  const dispatch::Caller there(context.account_id(), *request.SourceRegion);
  const Context source(context.world(), context.environment(), there, "ec2",
                       there.scope(dispatch::Scope::regional));
  const std::string& source_id = *request.SourceSnapshotId;
  const WantedVolume wanted{
      .snapshot_id = {}, .encrypted = request.Encrypted, .kms_key_id = request.KmsKeyId};
  SnapshotRecord copy{.volume_id = kNoVolume,
                      .description = request.Description.value_or(
                          "[Copied " + source_id + " from " + *request.SourceRegion + "]"),
                      .size_gib = snapshot_size(source, source_id),
                      .kms_key_id = kms_key_for(context, wanted),
                      .tags = tags_for(request.TagSpecifications, "snapshot")};
  // AWS: a copy of an encrypted snapshot is encrypted; in another region, with a key of that one.
  if (copy.kms_key_id.empty() && !snapshot_kms_key(source, source_id).empty()) {
    copy.kms_key_id = default_kms_key(context);
  }
  const Tags tags = copy.tags;
  const std::string id = add_snapshot(context, std::move(copy));
  return {.Tags = to_wire(tags), .SnapshotId = id};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html
api::ec2::DescribeSnapshotsResult describe_snapshots(
    Context& context, const api::ec2::DescribeSnapshotsRequest& request) {
  const Selection<Ec2State, api::ec2::Snapshot> selection(
      context.state, request.Filters, kSnapshotsFilters,
      [](const api::ec2::Snapshot& shown) { return tag_span(shown.Tags); });
  const Page page(request.MaxResults, request.NextToken);
  api::ec2::DescribeSnapshotsResult result;
  auto& shown = result.Snapshots.emplace();
  for (auto& each : all_snapshots(context, request.SnapshotIds)) {
    if (page.after && *each.SnapshotId <= *page.after) continue;
    const bool is_wanted = is_of_owner(context, each, request.OwnerIds) &&
                           is_restorable_by(context, each, request.RestorableByUserIds) &&
                           selection.passes(each);
    if (!is_wanted) continue;
    if (shown.size() == page.limit) {
      result.NextToken = make_token(*shown.back().SnapshotId);
      break;
    }
    shown.push_back(std::move(each));
  }
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshotAttribute.html
api::ec2::DescribeSnapshotAttributeResult describe_snapshot_attribute(
    Context& context, const api::ec2::DescribeSnapshotAttributeRequest& request) {
  const SnapshotRecord& row = find_snapshot(context, *request.SnapshotId);
  api::ec2::DescribeSnapshotAttributeResult result{.SnapshotId = row.snapshot_id};
  if (request.Attribute == "productCodes") {
    result.ProductCodes.emplace();
    return result;
  }
  auto& permissions = result.CreateVolumePermissions.emplace();
  for (const auto& each : row.shared_with) {
    auto& permission = permissions.emplace_back();
    (each == "all" ? permission.Group : permission.UserId) = each;
  }
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySnapshotAttribute.html
api::ec2::ModifySnapshotAttributeResponse modify_snapshot_attribute(
    Context& context, const api::ec2::ModifySnapshotAttributeRequest& request) {
  const SnapshotRecord& row = find_snapshot(context, *request.SnapshotId);
  // AWS: "You can't share archived snapshots."
  check_not_archived(row);
  // AWS: "You can't share" a snapshot that is encrypted with AWS's own key.
  if (!row.kms_key_id.empty() && row.kms_key_id == default_kms_key(context)) {
    throw invalid_parameter_value("Encrypted snapshots with EBS default key cannot be shared");
  }
  std::vector<std::string> added;
  std::vector<std::string> removed;
  if (request.CreateVolumePermission) {
    const auto take = [](const auto& permissions, std::vector<std::string>& into) {
      for (const auto& each : api::each(permissions)) {
        into.push_back(each.UserId.value_or(each.Group.value_or("")));
      }
    };
    take(request.CreateVolumePermission->Add, added);
    take(request.CreateVolumePermission->Remove, removed);
  }
  auto& by_type = request.OperationType == "remove" ? removed : added;
  for (const auto& id : api::each(request.UserIds)) by_type.push_back(id);
  for (const auto& name : api::each(request.GroupNames)) by_type.push_back(name);
  if (added.empty() && removed.empty()) throw missing_parameter("createVolumePermission");
  if (std::ranges::find(added, "all") != added.end()) {
    check_public_sharing(context, Shared::snapshots);
  }
  context.state.snapshots.update(*request.SnapshotId, [&](SnapshotRecord& changed) {
    for (const auto& each : added) {
      if (std::ranges::find(changed.shared_with, each) == changed.shared_with.end()) {
        changed.shared_with.push_back(each);
      }
    }
    for (const auto& each : removed) std::erase(changed.shared_with, each);
  });
  return {};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResetSnapshotAttribute.html
api::ec2::ResetSnapshotAttributeResponse reset_snapshot_attribute(
    Context& context, const api::ec2::ResetSnapshotAttributeRequest& request) {
  find_snapshot(context, *request.SnapshotId);
  // AWS: "Currently, only the attribute for permission to create volumes can be reset."
  if (request.Attribute != "createVolumePermission") {
    throw invalid_value_for(*request.Attribute, "attribute", "Expecting createVolumePermission.");
  }
  context.state.snapshots.update(*request.SnapshotId,
                                 [](SnapshotRecord& changed) { changed.shared_with.clear(); });
  return {};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSnapshot.html
api::ec2::DeleteSnapshotResponse delete_snapshot(Context& context,
                                                 const api::ec2::DeleteSnapshotRequest& request) {
  check_unlocked(context, find_snapshot(context, *request.SnapshotId));
  const std::string image_id = image_of_snapshot(context, *request.SnapshotId);
  if (!image_id.empty()) throw invalid_snapshot_in_use(*request.SnapshotId, image_id);
  forget_fast_restores(context, *request.SnapshotId);
  context.state.snapshots.erase(*request.SnapshotId);
  return {};
}

}  // namespace fallstreak::services::ec2
