#pragma once

#include <chrono>
#include <cstdint>

#include "base/time.h"

namespace fallstreak::services::dynamodb {

/// Observed: a new table is ACTIVE after 5 to 10 seconds; AWS promises no time.
constexpr Duration kCreateTable = std::chrono::seconds(8);
/// Observed: a table without secondary indexes is gone after a few seconds.
constexpr Duration kDeleteTable = std::chrono::seconds(4);

/// Chosen: AWS promises no times for updates; these are of the order that is seen.
constexpr Duration kUpdateTable = std::chrono::seconds(10);
constexpr Duration kSwitchBillingMode = std::chrono::seconds(60);
constexpr Duration kAllocateIndex = std::chrono::seconds(60);
constexpr Duration kDeleteIndex = std::chrono::seconds(30);
/// Chosen: the index of an empty table takes some minutes, that of a large one longer.
constexpr Duration kBackfillLeast = std::chrono::seconds(120);
constexpr std::int64_t kBackfillBytesPerSecond = 10 * 1024 * 1024;

/// Chosen: AWS says up to an hour, within which no other change is possible.
constexpr Duration kChangeTimeToLive = std::chrono::seconds(60);
constexpr Duration kTimeToLiveChangeLeast = std::chrono::hours(1);
/// Chosen: AWS deletes within a few days of the expiry, mostly within minutes.
constexpr Duration kExpiryLeast = std::chrono::seconds(30);
constexpr Duration kExpiryMost = std::chrono::minutes(10);

/// Chosen: so long observers of a table are being enabled, changed and disabled.
constexpr Duration kSettleObserver = std::chrono::seconds(60);

/// Chosen: a backup takes a moment, a restored table some minutes and more when it is large.
constexpr Duration kCreateBackup = std::chrono::seconds(2);
constexpr Duration kRestoreLeast = std::chrono::minutes(3);
/// AWS: the latest time to restore to is typically five minutes ago.
constexpr Duration kRestorableLag = std::chrono::minutes(5);

/// AWS: a change is at the other replicas typically within a second. Chosen: between these, by the
/// seed.
constexpr Duration kReplicationLeast = std::chrono::milliseconds(300);
constexpr Duration kReplicationMost = std::chrono::milliseconds(1200);
/// Chosen: so long it is remembered that an item was deleted, and when, for changes that come late.
constexpr Duration kTombstoneLifetime = std::chrono::hours(24);
/// Observed: a replica shows after 6 s; that of an empty table is ready after some 15 s more, that
/// of a table with one item after some ten minutes.
constexpr Duration kReplicaAppears = std::chrono::seconds(6);
constexpr Duration kFillEmptyReplica = std::chrono::seconds(15);
constexpr Duration kFillReplicaLeast = std::chrono::minutes(9);
/// Chosen: so long until it is tried again to fill a replica whose region is out.
constexpr Duration kFillReplicaAgain = std::chrono::minutes(1);
/// Observed: the table that loses a replica is UPDATING for so long, then the replica is DELETING.
constexpr Duration kReplicaLeaves = std::chrono::seconds(36);
constexpr Duration kDeleteReplica = std::chrono::seconds(88);
constexpr Duration kUpdateReplica = std::chrono::seconds(36);
/// AWS: a region at which replicas were added stays as long as they do, for a day.
constexpr Duration kSourceStays = std::chrono::hours(24);

/// AWS: records of streams can be read for a day, iterators used for 15 minutes.
constexpr Duration kStreamRetention = std::chrono::hours(24);
constexpr Duration kIteratorLifetime = std::chrono::minutes(15);

/// Observed: exports of empty tables take some 150 s, of tables with items some 12 minutes; what S3
/// refuses is known sooner (Chosen: at the same time here).
constexpr Duration kExportEmpty = std::chrono::seconds(150);
constexpr Duration kExportItems = std::chrono::minutes(12);
/// Observed: an import's table shows after 30 s, and can be used some 80 s later; that the bucket
/// is not there is known after 6 s.
constexpr Duration kImportLooks = std::chrono::seconds(6);
constexpr Duration kImportShows = std::chrono::seconds(24);
constexpr Duration kImportFills = std::chrono::seconds(80);
/// AWS: the client token of an export or import is good for eight hours.
constexpr Duration kJobTokenLifetime = std::chrono::hours(8);

/// AWS: a client request token is good for ten minutes after its transaction.
constexpr Duration kTokenLifetime = std::chrono::minutes(10);

}  // namespace fallstreak::services::dynamodb
