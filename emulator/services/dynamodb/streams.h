#pragma once

#include <string>

#include "api/dynamodbstreams/streams.h"
#include "services/dynamodb/state.h"

/// The operations that read streams. They have an endpoint of their own, and so are a service of
/// their own to clients; what they read is DynamoDB's state.
namespace fallstreak::services::dynamodb {

struct StreamsState {
  explicit StreamsState(const std::string&) {}
  template <class Visitor>
  void visit_tables(Visitor&&) {}
};
using StreamsContext = dispatch::Context<StreamsState>;

api::dynamodbstreams::ListStreamsOutput list_streams(
    StreamsContext& context, const api::dynamodbstreams::ListStreamsInput& request);
api::dynamodbstreams::DescribeStreamOutput describe_stream(
    StreamsContext& context, const api::dynamodbstreams::DescribeStreamInput& request);
api::dynamodbstreams::GetShardIteratorOutput get_shard_iterator(
    StreamsContext& context, const api::dynamodbstreams::GetShardIteratorInput& request);
api::dynamodbstreams::GetRecordsOutput get_records(
    StreamsContext& context, const api::dynamodbstreams::GetRecordsInput& request);

/// A call that was refused counts against the rate of its operation all the same.
void stream_call_refused(StreamsContext& context, const world::Event& event);

}  // namespace fallstreak::services::dynamodb
