#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "services/dynamodb/capacity.h"
#include "services/dynamodb/state.h"

/// The servers that hold a table's or an index's items, each a range of keys.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.Partitions.html
namespace fallstreak::services::dynamodb {

/// Takes units of the second of the partition that holds the key, whose row is made when it is
/// first used. Gives the partition's first key when there is nothing left of it. `count` is a power
/// of two: how many partitions there are at least, each an equal share of the hashes.
std::optional<std::string> take_of_partition(Context& context, std::uint64_t id,
                                             std::string_view key, std::uint64_t count,
                                             Access access, double units);

/// A partition was too hot for a key. AWS: heat that lasts makes DynamoDB split a partition, down
/// to one that holds a single item; an item collection is not split in a table with local indexes.
/// Chosen: after five such minutes in a row, where the keys that were refused are halved, and round
/// the key that was most of them.
enum class Collections { can_be_split, stay_together };
void note_heat(Context& context, const std::string& partition, std::string_view key,
               Collections collections);

}  // namespace fallstreak::services::dynamodb
