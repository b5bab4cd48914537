#include <algorithm>

#include "base/arn.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/observers.h"
#include "services/dynamodb/table_access.h"
#include "services/dynamodb/timing.h"

namespace fallstreak::services::dynamodb {
namespace {

using api::dynamodb::KinesisStreamingDestinationInput;
using api::dynamodb::KinesisStreamingDestinationOutput;

/// AWS: a table feeds two streams at most.
constexpr std::ptrdiff_t kMostDestinations = 2;

std::string table_of(const Context& context, const std::string& name_or_arn) {
  const std::string name(table_name_of(context, name_or_arn));
  const TableRecord* table = context.state.tables.find(name);
  if (table == nullptr) throw table_not_found(name);
  if (table->status == TableStatus::creating) throw table_being_created(name);
  if (table->status == TableStatus::deleting) throw table_being_deleted(name);
  return name;
}

void check_stream_arn(const std::string& text) {
  const auto arn = Arn::parse(text);
  if (arn && arn->service == "kinesis" && arn->resource.starts_with("stream/")) return;
  throw validation_exception("Invalid Kinesis stream ARN: " + text);
}

const DestinationRecord& active_destination(const Context& context, const std::string& table,
                                            const std::string& stream_arn) {
  const DestinationRecord* destination = context.state.destinations.find(table + "/" + stream_arn);
  if (destination == nullptr || destination->status == "DISABLED") {
    throw ApiError("ResourceNotFoundException",
                   "Requested resource not found: Kinesis streaming destination: " + stream_arn +
                       " of table: " + table + " not found");
  }
  if (destination->status != "ACTIVE") {
    throw ApiError("ResourceInUseException",
                   "Kinesis streaming destination is not in state ACTIVE: " + stream_arn);
  }
  return *destination;
}

void set(Context& context, const std::string& table, const std::string& stream_arn,
         DestinationRecord destination) {
  const std::string key = table + "/" + stream_arn;
  context.state.destinations.put(key, std::move(destination));
  context.schedule(kSettleObserver, kDestinationSettled, key);
}

}  // namespace

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_EnableKinesisStreamingDestination.html
KinesisStreamingDestinationOutput enable_kinesis_streaming_destination(
    Context& context, const KinesisStreamingDestinationInput& request) {
  const std::string table = table_of(context, *request.TableName);
  check_stream_arn(*request.StreamArn);
  const auto rows = context.state.destinations.range(table + "/");
  const auto is_in_use = [](const auto& row) { return row.second.status != "DISABLED"; };
  const DestinationRecord* before =
      context.state.destinations.find(table + "/" + *request.StreamArn);
  if (before != nullptr && before->status != "DISABLED") {
    throw ApiError("ResourceInUseException",
                   "Table is already in the process of enabling or has an enabled Kinesis "
                   "streaming destination: " +
                       *request.StreamArn);
  }
  if (std::count_if(rows.begin(), rows.end(), is_in_use) >= kMostDestinations)
    throw limit_exceeded_exception("A table can have at most 2 Kinesis streaming destinations");
  DestinationRecord destination{.status = "ENABLING"};
  const auto& configuration = request.EnableKinesisStreamingConfiguration;
  if (configuration && configuration->ApproximateCreationDateTimePrecision)
    destination.precision = *configuration->ApproximateCreationDateTimePrecision;
  set(context, table, *request.StreamArn, std::move(destination));
  return {.TableName = table,
          .StreamArn = request.StreamArn,
          .DestinationStatus = "ENABLING",
          .EnableKinesisStreamingConfiguration = configuration};
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DisableKinesisStreamingDestination.html
KinesisStreamingDestinationOutput disable_kinesis_streaming_destination(
    Context& context, const KinesisStreamingDestinationInput& request) {
  const std::string table = table_of(context, *request.TableName);
  check_stream_arn(*request.StreamArn);
  DestinationRecord destination = active_destination(context, table, *request.StreamArn);
  destination.status = "DISABLING";
  set(context, table, *request.StreamArn, std::move(destination));
  return {.TableName = table, .StreamArn = request.StreamArn, .DestinationStatus = "DISABLING"};
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateKinesisStreamingDestination.html
api::dynamodb::UpdateKinesisStreamingDestinationOutput update_kinesis_streaming_destination(
    Context& context, const api::dynamodb::UpdateKinesisStreamingDestinationInput& request) {
  const std::string table = table_of(context, *request.TableName);
  check_stream_arn(*request.StreamArn);
  const auto& configuration = request.UpdateKinesisStreamingConfiguration;
  if (!configuration || !configuration->ApproximateCreationDateTimePrecision) {
    throw validation_exception(
        "Streaming destination cannot be updated with given parameters: "
        "UpdateKinesisStreamingConfiguration cannot be null or contain only null values");
  }
  DestinationRecord destination = active_destination(context, table, *request.StreamArn);
  destination.status = "UPDATING";
  destination.precision = *configuration->ApproximateCreationDateTimePrecision;
  set(context, table, *request.StreamArn, std::move(destination));
  return {.TableName = table,
          .StreamArn = request.StreamArn,
          .DestinationStatus = "UPDATING",
          .UpdateKinesisStreamingConfiguration = configuration};
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeKinesisStreamingDestination.html
api::dynamodb::DescribeKinesisStreamingDestinationOutput describe_kinesis_streaming_destination(
    Context& context, const api::dynamodb::DescribeKinesisStreamingDestinationInput& request) {
  const std::string table = table_of(context, *request.TableName);
  api::dynamodb::DescribeKinesisStreamingDestinationOutput output{.TableName = table};
  auto& shown = output.KinesisDataStreamDestinations.emplace();
  for (const auto& row : context.state.destinations.range(table + "/")) {
    shown.push_back({.StreamArn = std::string(std::string_view(row.first).substr(table.size() + 1)),
                     .DestinationStatus = row.second.status,
                     .ApproximateCreationDateTimePrecision = row.second.precision});
  }
  return output;
}

void destination_settled(Context& context, const world::Event& event) {
  // The table may have gone in the meantime.
  if (!context.state.destinations.contains(event.entity)) return;
  context.state.destinations.update(event.entity, [](DestinationRecord& destination) {
    destination.status = destination.status == "DISABLING" ? "DISABLED" : "ACTIVE";
  });
}

void forget_observers(Context& context, std::string_view table_name) {
  const std::string prefix = std::string(table_name) + "/";
  context.state.insights.erase_prefix(prefix);
  context.state.destinations.erase_prefix(prefix);
  // The policy of a stream goes with its table, although the stream can still be read.
  context.state.policies.erase_prefix(prefix);
}

}  // namespace fallstreak::services::dynamodb
