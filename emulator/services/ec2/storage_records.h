#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/ec2/images.h"
#include "api/ec2/snapshots.h"
#include "base/time.h"
#include "services/ec2/records.h"

/// What EC2 stores of volumes, snapshots, images and key pairs.
namespace fallstreak::services::ec2 {

/// What somebody asked a volume to be.
struct VolumeSettings {
  std::string type = "gp2";
  std::int32_t size_gib = 0;
  /// Zero where the type has none of its own.
  std::int32_t iops = 0;
  std::int32_t throughput = 0;
  bool multi_attach = false;
  bool operator==(const VolumeSettings&) const = default;
};
template <class Visitor>
void visit_fields(VolumeSettings& settings, Visitor&& visit) {
  visit("type", settings.type);
  visit("size_gib", settings.size_gib);
  visit("iops", settings.iops);
  visit("throughput", settings.throughput);
  visit("multi_attach", settings.multi_attach);
}

struct AttachmentRecord {
  std::string instance_id;
  std::string device;
  Time attach_time{};
  bool delete_on_termination = false;
  /// `attaching`, `attached` or `detaching`.
  std::string state;
};
template <class Visitor>
void visit_fields(AttachmentRecord& record, Visitor&& visit) {
  visit("instance_id", record.instance_id);
  visit("device", record.device);
  visit("attach_time", record.attach_time);
  visit("delete_on_termination", record.delete_on_termination);
  visit("state", record.state);
}

/// The last modification of a volume; without a start there was none.
struct ModificationRecord {
  /// `modifying`, `optimizing` or `completed`.
  std::string state;
  VolumeSettings original;
  VolumeSettings target;
  Time start{};
  /// Of `optimizing`: when it is to be over.
  Time end{};
};
template <class Visitor>
void visit_fields(ModificationRecord& record, Visitor&& visit) {
  visit("state", record.state);
  visit("original", record.original);
  visit("target", record.target);
  visit("start", record.start);
  visit("end", record.end);
}

struct VolumeRecord {
  std::string volume_id;
  std::string zone;
  VolumeSettings settings;
  std::string snapshot_id;
  std::string kms_key_id;  // empty: not encrypted
  Time create_time{};
  /// `creating`, `available` (also while attached) or `deleting`.
  std::string state = "available";
  std::vector<AttachmentRecord> attachments;
  ModificationRecord modification;
  bool auto_enable_io = false;
  Tags tags;
};
template <class Visitor>
void visit_fields(VolumeRecord& record, Visitor&& visit) {
  visit("volume_id", record.volume_id);
  visit("zone", record.zone);
  visit("settings", record.settings);
  visit("snapshot_id", record.snapshot_id);
  visit("kms_key_id", record.kms_key_id);
  visit("create_time", record.create_time);
  visit("state", record.state);
  visit("attachments", record.attachments);
  visit("modification", record.modification);
  visit("auto_enable_io", record.auto_enable_io);
  visit("tags", record.tags);
}

/// Where a snapshot is stored, and how it last came there.
struct TierRecord {
  /// `archival-in-progress` and the like; empty when it never left the standard tier.
  std::string operation;
  Time start{};
  /// When the operation is over, or was.
  Time end{};
  /// It can be used while it is in the standard tier, for a while or for good.
  bool is_usable = true;
  std::optional<Time> archived_at;
  /// Of a temporary restore.
  std::int32_t days = 0;
  std::optional<Time> restored_until;
};
template <class Visitor>
void visit_fields(TierRecord& record, Visitor&& visit) {
  visit("operation", record.operation);
  visit("start", record.start);
  visit("end", record.end);
  visit("is_usable", record.is_usable);
  visit("archived_at", record.archived_at);
  visit("days", record.days);
  visit("restored_until", record.restored_until);
}

struct SnapshotRecord {
  std::string snapshot_id;
  std::string volume_id;
  std::string description;
  std::int32_t size_gib = 0;
  std::string kms_key_id;  // empty: not encrypted
  Time start_time{};
  Time completion_time{};
  bool is_completed = false;
  /// Who may make volumes of it: accounts, and `all`.
  std::vector<std::string> shared_with;
  Tags tags;
  /// Against its deletion; without a state there is none.
  api::ec2::LockedSnapshotsInfo lock;
  TierRecord tier;
};
template <class Visitor>
void visit_fields(SnapshotRecord& record, Visitor&& visit) {
  visit("snapshot_id", record.snapshot_id);
  visit("volume_id", record.volume_id);
  visit("description", record.description);
  visit("size_gib", record.size_gib);
  visit("kms_key_id", record.kms_key_id);
  visit("start_time", record.start_time);
  visit("completion_time", record.completion_time);
  visit("is_completed", record.is_completed);
  visit("shared_with", record.shared_with);
  visit("tags", record.tags);
  visit("lock", record.lock);
  visit("tier", record.tier);
}

/// A snapshot whose volumes are to be ready at once in a zone.
struct FastRestoreRecord {
  api::ec2::DescribeFastSnapshotRestoreSuccessItem shown;
};
template <class Visitor>
void visit_fields(FastRestoreRecord& record, Visitor&& visit) {
  visit("shown", record.shown);
}

/// An image of the caller's.
struct ImageRecord {
  api::ec2::Image image;
  /// Who may launch it: accounts, and `all`.
  std::vector<std::string> shared_with;
  /// Until when its protection against deregistration still holds after it was taken off.
  Time protected_until{};
};
template <class Visitor>
void visit_fields(ImageRecord& record, Visitor&& visit) {
  visit("image", record.image);
  visit("shared_with", record.shared_with);
  visit("protected_until", record.protected_until);
}

struct KeyPairRecord {
  std::string key_pair_id;
  std::string key_name;
  std::string key_type;
  std::string fingerprint;
  /// `ssh-rsa AAAA... name`
  std::string public_key;
  Time create_time{};
  Tags tags;
};
template <class Visitor>
void visit_fields(KeyPairRecord& record, Visitor&& visit) {
  visit("key_pair_id", record.key_pair_id);
  visit("key_name", record.key_name);
  visit("key_type", record.key_type);
  visit("fingerprint", record.fingerprint);
  visit("public_key", record.public_key);
  visit("create_time", record.create_time);
  visit("tags", record.tags);
}

}  // namespace fallstreak::services::ec2
