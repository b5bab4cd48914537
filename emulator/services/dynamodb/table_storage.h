#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "services/dynamodb/state.h"

/// The rows that belong to a table or to an index.
namespace fallstreak::services::dynamodb {

/// What the keys of everything under an id begin with.
std::string prefix_of(std::uint64_t id);

/// An id for a table, an index or a stream; it is never given out twice.
std::uint64_t new_storage_id(Context& context);

/// Makes the record of how much an empty table or index holds.
void make_contents(Context& context, std::uint64_t id);
/// Removes everything that lies under an id: items or entries, and the record of how many.
void clear_contents(Context& context, std::uint64_t id);
/// Copies everything that lies under one id to another, under which there is nothing.
void copy_contents(Context& context, std::uint64_t from, std::uint64_t to);
/// The same out of another region.
void copy_contents(const Context& source, std::uint64_t from, Context& context, std::uint64_t to);
/// The keys of some items that begin so and come after one, copied, because changing items moves
/// what iterators stand on. None at the end.
std::vector<std::string> keys_after(const Context& context, const std::string& prefix,
                                    const std::string& after);
/// How much there is.
ContentsRecord contents_of(const Context& context, std::uint64_t id);

}  // namespace fallstreak::services::dynamodb
