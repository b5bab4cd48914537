#include "services/dynamodb/stream.h"

#include "services/dynamodb/errors.h"
#include "services/dynamodb/table_storage.h"
#include "services/dynamodb/timing.h"

namespace fallstreak::services::dynamodb {
namespace {

using api::dynamodb::StreamSpecification;

std::string keys_of(const KeySchema& keys, std::string_view item) {
  std::string packed;
  Writer writer(packed);
  for (const Attribute& attribute : Attributes(item)) {
    if (!keys.has(attribute.name)) continue;
    writer.write_name(attribute.name);
    writer.write_value(attribute.value);
  }
  return packed;
}

/// Each write drops two old records at most, so that none costs much and all go.
void drop_old_changes(Context& context, std::uint64_t stream_id) {
  const std::string prefix = prefix_of(stream_id);
  for (int count = 0; count < 2; ++count) {
    const auto oldest = context.state.changes.lower_bound(prefix);
    if (oldest == context.state.changes.end()) return;
    const std::string key(std::string_view(oldest->first));
    if (!key.starts_with(prefix) || oldest->second.time + kStreamRetention > context.now()) return;
    context.state.changes.erase(key);
  }
}

/// AWS: `2015-05-11T21:21:33.291`; two streams of a table never have the same.
std::string new_label(const Context& context, std::string_view table_name) {
  Time time = context.now();
  while (true) {
    std::string label = to_iso8601(time, Precision::milliseconds);
    label.pop_back();
    if (!context.state.streams.contains(stream_key(table_name, label))) return label;
    time += std::chrono::milliseconds(1);
  }
}

}  // namespace

void record_change(Context& context, const TableRecord& table, const ItemRecord* old_item,
                   const ItemRecord* new_item, By by) {
  // AWS: a write that changes nothing is not recorded.
  if (old_item != nullptr && new_item != nullptr && old_item->attributes == new_item->attributes)
    return;
  ChangeRecord change{.time = context.now(), .is_expiry = by == By::time_to_live};
  change.kind = old_item == nullptr   ? ChangeRecord::Kind::insert
                : new_item == nullptr ? ChangeRecord::Kind::remove
                                      : ChangeRecord::Kind::modify;
  change.keys = keys_of(table.keys, (new_item == nullptr ? old_item : new_item)->attributes);
  std::size_t size = size_of_attributes(change.keys);
  const bool has_both = table.stream_view_type == "NEW_AND_OLD_IMAGES";
  if (new_item != nullptr && (has_both || table.stream_view_type == "NEW_IMAGE")) {
    change.new_image = std::string(new_item->attributes);
    size += new_item->size;
  }
  if (old_item != nullptr && (has_both || table.stream_view_type == "OLD_IMAGE")) {
    change.old_image = std::string(old_item->attributes);
    size += old_item->size;
  }
  change.size = static_cast<std::uint32_t>(size);
  drop_old_changes(context, table.stream_id);
  const std::uint64_t sequence = last_sequence(context.state, table.stream_id) + 1;
  context.state.sequences.put(prefix_of(table.stream_id), {sequence});
  context.state.changes.put(change_key(table.stream_id, sequence), std::move(change));
}

void check_stream(const StreamSpecification& specification) {
  if (*specification.StreamEnabled && !specification.StreamViewType) {
    throw invalid_parameter_values("StreamViewType must be specified when StreamEnabled is true");
  }
  if (!*specification.StreamEnabled && specification.StreamViewType) {
    throw invalid_parameter_values(
        "StreamViewType cannot be specified when StreamEnabled is false");
  }
}

void check_stream_change(const StreamSpecification& specification, std::string_view table_name,
                         const TableRecord& table) {
  check_stream(specification);
  const bool is_enabled = table.stream_id != 0;
  // AWS: changes are replicated from the stream.
  if (table.is_global && !*specification.StreamEnabled)
    throw validation_exception("Disabling Stream is not allowed for a Global Table replica.");
  if (*specification.StreamEnabled != is_enabled) return;
  throw validation_exception(std::string("Table already has ") +
                             (is_enabled ? "an enabled stream" : "no stream") +
                             ": TableName: " + std::string(table_name));
}

void apply_stream(Context& context, const StreamSpecification& specification,
                  std::string_view table_name, TableRecord& table) {
  if (!*specification.StreamEnabled) {
    end_stream(context, table_name, table);
    return;
  }
  const std::string label = new_label(context, table_name);
  StreamRecord stream{.id = new_storage_id(context),
                      .table_name = std::string(table_name),
                      .view_type = *specification.StreamViewType,
                      .keys = table.keys,
                      .created = context.now()};
  table.stream_id = stream.id;
  table.stream_label = label;
  table.stream_view_type = stream.view_type;
  context.state.streams.insert(stream_key(table_name, label), std::move(stream));
}

void end_stream(Context& context, std::string_view table_name, TableRecord& table) {
  if (table.stream_id == 0) return;
  const std::string key = stream_key(table_name, table.stream_label);
  context.state.streams.update(key, [&](StreamRecord& stream) { stream.disabled = context.now(); });
  // Not shortened by instant timing: what was recorded is there to be read.
  context.schedule_periodic(kStreamRetention, kStreamGone, key);
  table.stream_id = 0;
}

void stream_gone(Context& context, const world::Event& event) {
  const StreamRecord stream = *context.state.streams.find(event.entity);
  context.state.changes.erase_prefix(prefix_of(stream.id));
  context.state.sequences.erase(prefix_of(stream.id));
  context.state.streams.erase(event.entity);
}

std::string stream_key(std::string_view table_name, std::string_view label) {
  return std::string(table_name) + "/" + std::string(label);
}

std::string stream_arn(const Context& context, std::string_view table_name,
                       std::string_view label) {
  return context.arn("dynamodb",
                     "table/" + std::string(table_name) + "/stream/" + std::string(label));
}

std::string change_key(std::uint64_t stream_id, std::uint64_t sequence) {
  KeyBytes key;
  append_table(key, stream_id);
  key.append_number(sequence);
  return std::string(key.view());
}

std::uint64_t last_sequence(const State& state, std::uint64_t stream_id) {
  const SequenceRecord* sequence = state.sequences.find(prefix_of(stream_id));
  return sequence == nullptr ? 0 : sequence->last;
}

}  // namespace fallstreak::services::dynamodb
