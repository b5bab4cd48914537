#pragma once

#include <string>

#include "dynamodb_test.h"

namespace fallstreak::dynamodb_test {

using api::dynamodb::ReplicationGroupUpdate;
using api::dynamodb::TableDescription;
using api::dynamodb::UpdateTableInput;
using std::chrono::minutes;

inline ReplicationGroupUpdate added(std::string region) {
  return {.Create = {{.RegionName = std::move(region)}}};
}
inline ReplicationGroupUpdate removed(std::string region) {
  return {.Delete = {{.RegionName = std::move(region)}}};
}

/// With AWS's times; `europe` is the same account's DynamoDB in eu-west-1.
class GlobalTables : public DynamoDbTest {
 protected:
  GlobalTables() : DynamoDbTest({}) {
    create_table("music", {"pk:S"});
    cloud.advance(minutes(1));
  }
  auto update(client::DynamoDb& at, ReplicationGroupUpdate change) {
    return at.update_table({.TableName = "music", .ReplicaUpdates = {{std::move(change)}}});
  }
  void add_europe() {
    must(update(dynamodb, added("eu-west-1")));
    cloud.advance(minutes(15));
  }
  void provision(std::int64_t reads, std::int64_t writes) {
    must(dynamodb.update_table(
        {.TableName = "music",
         .BillingMode = "PROVISIONED",
         .ProvisionedThroughput = {{.ReadCapacityUnits = reads, .WriteCapacityUnits = writes}}}));
    cloud.advance(minutes(2));
  }
  static TableDescription table(client::DynamoDb& at) {
    return *must(at.describe_table({.TableName = "music"})).Table;
  }
  static void put_in(client::DynamoDb& at, const std::string& key, const std::string& value) {
    must(at.put_item({.TableName = "music", .Item = {{{"pk", S(key)}, {"v", S(value)}}}}));
  }
  static void remove_in(client::DynamoDb& at, const std::string& key) {
    must(at.delete_item({.TableName = "music", .Key = {{{"pk", S(key)}}}}));
  }
  /// The value of an item; empty when it is not there.
  static std::string value_in(client::DynamoDb& at, const std::string& key) {
    const auto item = must(at.get_item({.TableName = "music", .Key = {{{"pk", S(key)}}}})).Item;
    if (!item) return {};
    for (const auto& entry : *item) {
      if (entry.key == "v") return *entry.value.S;
    }
    return {};
  }
  void cut_power(const std::string& region) {
    for (const char* zone : {"a", "b"})
      must(cloud.begin_fault(region + zone, {.kind = "az-power", .zone = region + zone}));
  }
  void restore_power(const std::string& region) {
    for (const char* zone : {"a", "b"}) cloud.end_fault(region + zone);
  }

  InProcessTransport to_europe{cloud, dispatch::Caller("000000000000", "eu-west-1")};
  InProcessTransport to_asia{cloud, dispatch::Caller("000000000000", "ap-northeast-1")};
  client::DynamoDb europe{to_europe};
  client::DynamoDb asia{to_asia};
};

}  // namespace fallstreak::dynamodb_test
