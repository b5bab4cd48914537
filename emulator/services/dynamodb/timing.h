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

/// AWS: records of streams can be read for a day, iterators used for 15 minutes.
constexpr Duration kStreamRetention = std::chrono::hours(24);
constexpr Duration kIteratorLifetime = std::chrono::minutes(15);

/// AWS: a client request token is good for ten minutes after its transaction.
constexpr Duration kTokenLifetime = std::chrono::minutes(10);

}  // namespace fallstreak::services::dynamodb
