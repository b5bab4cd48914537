#pragma once

#include <chrono>

#include "client/cloudwatch.h"
#include "dynamodb_realism.h"
#include "dynamodb_test.h"

/// What the suites about capacity have in common: tables with so much of it, load, and what
/// CloudWatch says of it.
namespace fallstreak::dynamodb_test {

using dispatch::CapacityMode;
using std::chrono::minutes;
using std::chrono::seconds;

class CapacityTest : public DynamoDbTest {
 protected:
  explicit CapacityTest(CapacityMode mode = CapacityMode::enforced) : DynamoDbTest({}) {
    set_dynamodb_realism(cloud, {.capacity = mode});
  }

  static api::dynamodb::ProvisionedThroughput capacity(std::int64_t reads, std::int64_t writes) {
    return {.ReadCapacityUnits = reads, .WriteCapacityUnits = writes};
  }
  /// A table whose partition key is `pk`, active since this second.
  void create_provisioned(const std::string& name, std::int64_t reads, std::int64_t writes,
                          std::optional<api::dynamodb::ProvisionedThroughput> index = {}) {
    api::dynamodb::CreateTableInput request{
        .AttributeDefinitions = {{{.AttributeName = "pk", .AttributeType = "S"}}},
        .TableName = name,
        .KeySchema = {{{.AttributeName = "pk", .KeyType = "HASH"}}},
        .ProvisionedThroughput = capacity(reads, writes)};
    if (index) {
      request.AttributeDefinitions->push_back({.AttributeName = "by", .AttributeType = "S"});
      request.GlobalSecondaryIndexes = {
          {{.IndexName = "by-index",
            .KeySchema = {{{.AttributeName = "by", .KeyType = "HASH"}}},
            .Projection = {{.ProjectionType = "ALL"}},
            .ProvisionedThroughput = index}}};
    }
    must(dynamodb.create_table(request));
    cloud.advance(seconds(8));
  }
  auto try_put(const std::string& table, const std::string& key, std::size_t bytes = 1) {
    return dynamodb.put_item(
        {.TableName = table, .Item = Item{{"pk", S(key)}, {"v", S(std::string(bytes, 'x'))}}});
  }
  /// How many of so many writes, all at once, succeed. The keys are `prefix0`, `prefix1`, ...
  int puts(const std::string& table, int count, const std::string& prefix, std::size_t bytes = 1) {
    int done = 0;
    for (int index = 0; index < count; ++index)
      done += try_put(table, prefix + std::to_string(index), bytes) ? 1 : 0;
    return done;
  }

  /// The statistic of the minutes since the world began.
  double metric(const std::string& name, std::vector<api::cloudwatch::Dimension> dimensions,
                const std::string& statistic = "Sum") {
    const auto answer =
        must(cloudwatch.get_metric_statistics({.Namespace = "AWS/DynamoDB",
                                               .MetricName = name,
                                               .Dimensions = std::move(dimensions),
                                               .StartTime = cloud.now() - minutes(60),
                                               .EndTime = cloud.now() + minutes(1),
                                               .Period = 3600 * 24,
                                               .Statistics = {{statistic}}}));
    double value = 0;
    for (const auto& point : *answer.Datapoints)
      value += statistic == "Sum"           ? *point.Sum
               : statistic == "SampleCount" ? *point.SampleCount
                                            : *point.Average;
    return value;
  }
  static std::vector<api::cloudwatch::Dimension> of(const std::string& table,
                                                    const std::string& index = {},
                                                    const std::string& operation = {}) {
    std::vector<api::cloudwatch::Dimension> dimensions = {{.Name = "TableName", .Value = table}};
    if (!index.empty()) dimensions.push_back({.Name = "GlobalSecondaryIndexName", .Value = index});
    if (!operation.empty()) dimensions.push_back({.Name = "Operation", .Value = operation});
    return dimensions;
  }

  client::CloudWatch cloudwatch{transport};
};

}  // namespace fallstreak::dynamodb_test
