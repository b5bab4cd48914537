#include "services/dynamodb/streams.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "api/dynamodb/service.h"
#include "base/arn.h"
#include "base/check.h"
#include "dispatch/refusal.h"
#include "services/dynamodb/attribute_values.h"
#include "services/dynamodb/control_plane.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/metrics.h"
#include "services/dynamodb/shard.h"
#include "services/dynamodb/stream.h"
#include "services/dynamodb/table_description.h"
#include "services/dynamodb/timing.h"
#include "world/hash.h"
#include "world/record_codec.h"

namespace fallstreak::services::dynamodb {
namespace {

namespace wire = api::dynamodbstreams;

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
constexpr std::int32_t kMostRecords = 1000;
constexpr std::size_t kLargestAnswer = 1024 * 1024;
constexpr std::int32_t kMostStreams = 100;

State& dynamodb_state(StreamsContext& context) {
  return context.world().state<State>("dynamodb",
                                      context.caller().scope(dispatch::Scope::regional));
}

/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
void count_returned(StreamsContext& context, const StreamRecord& stream, std::string_view key,
                    std::size_t records, std::size_t bytes) {
  const TableRecord* table = dynamodb_state(context).tables.find(stream.table_name);
  if (records == 0 || table == nullptr || !table->is_metered()) return;
  Context dynamodb(context.world(), context.environment(), context.caller(),
                   api::dynamodb::kService.id, context.caller().scope(dispatch::Scope::regional));
  const Metric metric{.name = "ReturnedRecordsCount",
                      .table = stream.table_name,
                      .index = {},
                      .operation = "GetRecords",
                      .stream_label = key.substr(key.rfind('/') + 1)};
  count_metric(dynamodb, metric, static_cast<double>(records));
  Metric of_bytes = metric;
  of_bytes.name = "ReturnedBytes";
  count_metric(dynamodb, of_bytes, static_cast<double>(bytes));
}

std::string arn_of(const StreamsContext& context, std::string_view key) {
  const std::size_t slash = key.rfind('/');
  return context.arn("dynamodb", "table/" + std::string(key.substr(0, slash)) + "/stream/" +
                                     std::string(key.substr(slash + 1)));
}

/// `name/label` of a stream's ARN. Refuses what is none.
std::string key_of_arn(const StreamsContext& context, const std::string& text) {
  const auto arn = Arn::parse(text);
  constexpr std::string_view kTable = "table/";
  constexpr std::string_view kStream = "/stream/";
  const std::string resource = arn ? std::string(arn->resource) : std::string();
  const std::size_t stream = resource.find(kStream);
  if (!arn || arn->service != "dynamodb" || !resource.starts_with(kTable) ||
      stream == std::string::npos) {
    throw validation_exception("Invalid StreamArn: " + text);
  }
  if (arn->account_id != context.account_id() || arn->region != context.region()) return {};
  return resource.substr(kTable.size(), stream - kTable.size()) + "/" +
         resource.substr(stream + kStream.size());
}

ApiError stream_not_found(const std::string& arn) {
  return {"ResourceNotFoundException",
          "Requested resource not found: Stream: " + arn + " not found"};
}

const StreamRecord& stream_of(StreamsContext& context, const std::string& arn) {
  const StreamRecord* stream = dynamodb_state(context).streams.find(key_of_arn(context, arn));
  if (stream == nullptr) throw stream_not_found(arn);
  return *stream;
}

std::string label_of(std::string_view key) { return std::string(key.substr(key.rfind('/') + 1)); }

std::string status_of(const StreamRecord& stream) {
  return stream.disabled ? "DISABLED" : "ENABLED";
}

wire::Shard described_shard(StreamsContext& context, const StreamRecord& stream) {
  const ChangeRange range = changes_of(dynamodb_state(context), stream, context.now());
  wire::Shard shard{.ShardId = shard_id(stream),
                    .SequenceNumberRange = wire::SequenceNumberRange{
                        .StartingSequenceNumber = sequence_text(range.first)}};
  // AWS: a shard that is closed has an end.
  if (stream.disabled) {
    shard.SequenceNumberRange->EndingSequenceNumber =
        sequence_text(std::max(range.first, range.end - 1));
  }
  return shard;
}

wire::AttributeValue converted(const ApiValue& value) {
  wire::AttributeValue result{.S = value.S,
                              .N = value.N,
                              .B = value.B,
                              .SS = value.SS,
                              .NS = value.NS,
                              .BS = value.BS,
                              .NULL_ = value.NULL_,
                              .BOOL = value.BOOL};
  if (value.M) {
    auto& map = result.M.emplace();
    for (const auto& [key, inner] : *value.M) map.push_back({key, converted(inner)});
  }
  if (value.L) {
    auto& list = result.L.emplace();
    for (const auto& inner : *value.L) list.push_back(converted(inner));
  }
  return result;
}

api::Map<wire::AttributeValue> converted(std::string_view item) {
  api::Map<wire::AttributeValue> result;
  for (const auto& [key, value] : unpack_item(item)) result.push_back({key, converted(value)});
  return result;
}

std::string event_id(const StreamRecord& stream, std::uint64_t sequence) {
  std::array<char, 33> text{};
  const std::uint64_t one = world::mix(stream.id, sequence);
  std::snprintf(text.data(), text.size(), "%016llx%016llx", static_cast<unsigned long long>(one),
                static_cast<unsigned long long>(world::mix(one, sequence)));
  return {text.data(), 32};
}

std::string name_of(ChangeRecord::Kind kind) {
  switch (kind) {
    case ChangeRecord::Kind::insert:
      return "INSERT";
    case ChangeRecord::Kind::modify:
      return "MODIFY";
    case ChangeRecord::Kind::remove:
      break;
  }
  return "REMOVE";
}

wire::Record described_record(const StreamsContext& context, const StreamRecord& stream,
                              std::uint64_t sequence, const ChangeRecord& change) {
  wire::StreamRecord shown{
      .ApproximateCreationDateTime = std::chrono::floor<std::chrono::seconds>(change.time),
      .Keys = converted(change.keys),
      .SequenceNumber = sequence_text(sequence),
      .SizeBytes = change.size,
      .StreamViewType = stream.view_type};
  if (change.new_image) shown.NewImage = converted(*change.new_image);
  if (change.old_image) shown.OldImage = converted(*change.old_image);
  wire::Record record{.eventID = event_id(stream, sequence),
                      .eventName = name_of(change.kind),
                      .eventVersion = "1.1",
                      .eventSource = "aws:dynamodb",
                      .awsRegion = context.region(),
                      .dynamodb = std::move(shown)};
  if (change.is_expiry) {
    record.userIdentity =
        wire::Identity{.PrincipalId = "dynamodb.amazonaws.com", .Type = "Service"};
  }
  return record;
}

ApiError trimmed_data_access_exception() {
  return {"TrimmedDataAccessException",
          "The operation attempted to read past the oldest stream record in a shard."};
}

ApiError invalid_sequence_number() { return validation_exception("Invalid SequenceNumber"); }

std::uint64_t sequence_of(const wire::GetShardIteratorInput& request) {
  if (!request.SequenceNumber) {
    throw validation_exception("The SequenceNumber must be specified for a ShardIteratorType of " +
                               *request.ShardIteratorType);
  }
  const auto sequence = read_sequence(*request.SequenceNumber);
  if (!sequence) throw invalid_sequence_number();
  return *sequence;
}

/// The first change that an iterator of the type reads; none for the oldest.
std::optional<std::uint64_t> position_of(const State& state, const StreamRecord& stream,
                                         const ChangeRange& range,
                                         const wire::GetShardIteratorInput& request) {
  const std::string& type = *request.ShardIteratorType;
  if (type == "TRIM_HORIZON") return std::nullopt;
  if (type == "LATEST") return range.end;
  if (type == "AT_TIMESTAMP") {
    if (!request.Timestamp) {
      throw validation_exception(
          "The Timestamp must be specified for a ShardIteratorType of AT_TIMESTAMP");
    }
    return first_since(state, stream, range, *request.Timestamp);
  }
  const std::uint64_t sequence = sequence_of(request);
  if (sequence >= range.end && range.end > 1) throw invalid_sequence_number();
  if (sequence < range.first && range.first > 1) throw trimmed_data_access_exception();
  return type == "AT_SEQUENCE_NUMBER" ? sequence : sequence + 1;
}

}  // namespace

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_ListStreams.html
wire::ListStreamsOutput list_streams(StreamsContext& context,
                                     const wire::ListStreamsInput& request) {
  check_call_rate(context.world(), dynamodb_state(context), "ListStreams");
  const auto& streams = dynamodb_state(context).streams;
  const std::string prefix = request.TableName ? *request.TableName + "/" : "";
  const auto limit =
      static_cast<std::size_t>(std::min(request.Limit.value_or(kMostStreams), kMostStreams));
  const std::string start = request.ExclusiveStartStreamArn
                                ? key_of_arn(context, *request.ExclusiveStartStreamArn)
                                : std::string();
  wire::ListStreamsOutput output;
  auto& shown = output.Streams.emplace();
  auto at = start > prefix ? streams.upper_bound(start) : streams.lower_bound(prefix);
  for (; at != streams.end(); ++at) {
    const std::string_view key = at->first;
    if (!key.starts_with(prefix)) break;
    if (shown.size() == limit) {
      output.LastEvaluatedStreamArn = shown.back().StreamArn;
      break;
    }
    shown.push_back({.StreamArn = arn_of(context, key),
                     .TableName = at->second.table_name,
                     .StreamLabel = label_of(key)});
  }
  return output;
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_DescribeStream.html
wire::DescribeStreamOutput describe_stream(StreamsContext& context,
                                           const wire::DescribeStreamInput& request) {
  check_call_rate(context.world(), dynamodb_state(context), "DescribeStream");
  const StreamRecord& stream = stream_of(context, *request.StreamArn);
  wire::StreamDescription description{
      .StreamArn = request.StreamArn,
      .StreamLabel = label_of(*request.StreamArn),
      .StreamStatus = status_of(stream),
      .StreamViewType = stream.view_type,
      .CreationRequestDateTime = std::chrono::floor<std::chrono::seconds>(stream.created),
      .TableName = stream.table_name};
  for (const auto& element : described(stream.keys)) {
    if (!description.KeySchema) description.KeySchema.emplace();
    description.KeySchema->push_back(
        {.AttributeName = element.AttributeName, .KeyType = element.KeyType});
  }
  auto& shards = description.Shards.emplace();
  const wire::Shard shard = described_shard(context, stream);
  // The one shard has no children and nothing follows it.
  const bool is_after =
      request.ExclusiveStartShardId && *request.ExclusiveStartShardId >= *shard.ShardId;
  if (!is_after && !request.ShardFilter) shards.push_back(shard);
  return {.StreamDescription = std::move(description)};
}

void stream_call_refused(StreamsContext& context, const world::Event& event) {
  dispatch::Refusal refusal;
  const auto problem = world::decode(event.payload, refusal);
  CHECK(!problem) << *problem;
  // The other two read records, and are not rated.
  const bool is_rated = refusal.operation == "ListStreams" || refusal.operation == "DescribeStream";
  if (!is_rated || refusal.code == "ThrottlingException") return;
  count_refused_call(context.world(), dynamodb_state(context), refusal.operation);
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetShardIterator.html
wire::GetShardIteratorOutput get_shard_iterator(StreamsContext& context,
                                                const wire::GetShardIteratorInput& request) {
  const StreamRecord& stream = stream_of(context, *request.StreamArn);
  if (*request.ShardId != shard_id(stream)) {
    throw ApiError("ResourceNotFoundException",
                   "Requested resource not found: Shard does not exist");
  }
  const State& state = dynamodb_state(context);
  const ChangeRange range = changes_of(state, stream, context.now());
  const ShardIterator iterator{.stream_key = key_of_arn(context, *request.StreamArn),
                               .stream_id = stream.id,
                               .next = position_of(state, stream, range, request),
                               .created = context.now()};
  return {.ShardIterator = *request.StreamArn + "|1|" + to_text(iterator)};
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
wire::GetRecordsOutput get_records(StreamsContext& context, const wire::GetRecordsInput& request) {
  const std::string& text = *request.ShardIterator;
  const auto iterator = read_iterator(std::string_view(text).substr(text.rfind('|') + 1));
  if (!iterator || iterator->created > context.now())
    throw validation_exception("Invalid ShardIterator");
  if (iterator->created + kIteratorLifetime <= context.now()) {
    throw ApiError("ExpiredIteratorException",
                   "Iterator expired. The iterator was created at time " +
                       to_iso8601(iterator->created) + " while right now it is " +
                       to_iso8601(context.now()) +
                       " which is further in the future than the tolerated delay of 900000 "
                       "milliseconds.");
  }
  const State& state = dynamodb_state(context);
  const StreamRecord* stream = state.streams.find(iterator->stream_key);
  const std::string arn = arn_of(context, iterator->stream_key);
  if (stream == nullptr || stream->id != iterator->stream_id) throw stream_not_found(arn);
  if (request.Limit.value_or(1) > kMostRecords) {
    throw validation_exception("1 validation error detected: Value '" +
                               std::to_string(*request.Limit) +
                               "' at 'limit' failed to satisfy constraint: Member must have value "
                               "less than or equal to 1000");
  }
  const ChangeRange range = changes_of(state, *stream, context.now());
  std::uint64_t next = iterator->next.value_or(range.first);
  if (next < range.first) throw trimmed_data_access_exception();

  wire::GetRecordsOutput output;
  auto& records = output.Records.emplace();
  const auto limit = static_cast<std::size_t>(request.Limit.value_or(kMostRecords));
  std::size_t size = 0;
  for (; next < range.end && records.size() < limit; ++next) {
    const ChangeRecord& change = *state.changes.find(change_key(stream->id, next));
    if (!records.empty() && size + change.size > kLargestAnswer) break;
    size += change.size;
    records.push_back(described_record(context, *stream, next, change));
  }
  count_returned(context, *stream, iterator->stream_key, records.size(), size);
  // AWS: a closed shard that was read to its end has no next iterator.
  if (stream->disabled && next >= range.end) return output;
  const ShardIterator following{.stream_key = iterator->stream_key,
                                .stream_id = stream->id,
                                .next = next,
                                .created = context.now()};
  output.NextShardIterator = arn + "|1|" + to_text(following);
  return output;
}

}  // namespace fallstreak::services::dynamodb
