#pragma once

#include <string>
#include <string_view>

#include "api/dynamodb/tables.h"
#include "services/dynamodb/item_store.h"

/// What tables tell their streams.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
namespace fallstreak::services::dynamodb {

/// Records that an item changed; either item may be null.
void record_change(Context& context, const TableRecord& table, const ItemRecord* old_item,
                   const ItemRecord* new_item, By by);

/// Refuses a specification that contradicts itself or, for a table that is there, the table.
void check_stream(const api::dynamodb::StreamSpecification& specification);
void check_stream_change(const api::dynamodb::StreamSpecification& specification,
                         std::string_view table_name, const TableRecord& table);
/// Begins or ends a table's stream.
void apply_stream(Context& context, const api::dynamodb::StreamSpecification& specification,
                  std::string_view table_name, TableRecord& table);
/// Ends the stream of a table, if it has one; what it recorded can be read for a day.
void end_stream(Context& context, std::string_view table_name, TableRecord& table);

/// Event: a stream that was disabled for a day is gone.
constexpr std::string_view kStreamGone = "stream-gone";
void stream_gone(Context& context, const world::Event& event);

std::string stream_key(std::string_view table_name, std::string_view label);
std::string stream_arn(const Context& context, std::string_view table_name, std::string_view label);
std::string change_key(std::uint64_t stream_id, std::uint64_t sequence);
/// The sequence number of the last change of a stream; zero without one.
std::uint64_t last_sequence(const State& state, std::uint64_t stream_id);

}  // namespace fallstreak::services::dynamodb
