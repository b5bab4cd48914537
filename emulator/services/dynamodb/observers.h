#pragma once

#include <string_view>

#include "api/dynamodb/observers.h"
#include "services/dynamodb/state.h"

/// The control planes of what watches tables from outside: CloudWatch Contributor Insights, which
/// here count nobody, and Kinesis data streams, to which nothing is sent, because Kinesis is not
/// there.
namespace fallstreak::services::dynamodb {

api::dynamodb::UpdateContributorInsightsOutput update_contributor_insights(
    Context& context, const api::dynamodb::UpdateContributorInsightsInput& request);
api::dynamodb::DescribeContributorInsightsOutput describe_contributor_insights(
    Context& context, const api::dynamodb::DescribeContributorInsightsInput& request);
api::dynamodb::ListContributorInsightsOutput list_contributor_insights(
    Context& context, const api::dynamodb::ListContributorInsightsInput& request);

api::dynamodb::KinesisStreamingDestinationOutput enable_kinesis_streaming_destination(
    Context& context, const api::dynamodb::KinesisStreamingDestinationInput& request);
api::dynamodb::KinesisStreamingDestinationOutput disable_kinesis_streaming_destination(
    Context& context, const api::dynamodb::KinesisStreamingDestinationInput& request);
api::dynamodb::UpdateKinesisStreamingDestinationOutput update_kinesis_streaming_destination(
    Context& context, const api::dynamodb::UpdateKinesisStreamingDestinationInput& request);
api::dynamodb::DescribeKinesisStreamingDestinationOutput describe_kinesis_streaming_destination(
    Context& context, const api::dynamodb::DescribeKinesisStreamingDestinationInput& request);

/// Event: what was begun for an observer is done.
constexpr std::string_view kInsightsSettled = "insights-settled";
constexpr std::string_view kDestinationSettled = "destination-settled";
void insights_settled(Context& context, const world::Event& event);
void destination_settled(Context& context, const world::Event& event);

/// Forgets all observers of a table.
void forget_observers(Context& context, std::string_view table_name);

}  // namespace fallstreak::services::dynamodb
