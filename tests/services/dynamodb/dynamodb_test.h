#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/dynamodb.h"
#include "testing/testing.h"

// How failed comparisons show values.
namespace fallstreak::api::dynamodb {
inline void PrintTo(const AttributeValue& value, std::ostream* out) {
  const auto show = [&](std::string_view type, const auto& held) {
    if (held) *out << type << ":" << ::testing::PrintToString(*held);
  };
  show("S", value.S);
  show("N", value.N);
  show("B", value.B);
  show("SS", value.SS);
  show("NS", value.NS);
  show("BS", value.BS);
  show("M", value.M);
  show("L", value.L);
  show("NULL", value.NULL_);
  show("BOOL", value.BOOL);
}
}  // namespace fallstreak::api::dynamodb
namespace fallstreak::api {
template <class Entry>
void PrintTo(const api::Entry<Entry>& entry, std::ostream* out) {
  *out << entry.key << "=" << ::testing::PrintToString(entry.value);
}
}  // namespace fallstreak::api

/// What the suites of DynamoDB's operations have in common: tables, and short ways to write values.
namespace fallstreak::dynamodb_test {

using Value = api::dynamodb::AttributeValue;
using Item = api::Map<Value>;
using Names = api::Map<std::string>;

inline Value S(std::string text) { return {.S = std::move(text)}; }
inline Value N(std::string text) { return {.N = std::move(text)}; }
inline Value B(std::string bytes) { return {.B = std::move(bytes)}; }
inline Value SS(std::vector<std::string> members) { return {.SS = std::move(members)}; }
inline Value NS(std::vector<std::string> members) { return {.NS = std::move(members)}; }
inline Value BS(std::vector<std::string> members) { return {.BS = std::move(members)}; }
inline Value M(Item attributes) { return {.M = std::move(attributes)}; }
inline Value L(std::vector<Value> elements) { return {.L = std::move(elements)}; }
inline Value Null() { return {.NULL_ = true}; }
inline Value Bool(bool value) { return {.BOOL = value}; }

/// The text of an error's code and message, or `succeeded`.
template <class Outcome>
std::string message_of(const Outcome& outcome) {
  return outcome ? "succeeded" : outcome.error().message;
}

/// Tables are usable at once, unless a suite asks for AWS's times.
class DynamoDbTest : public testing::CloudTest {
 protected:
  explicit DynamoDbTest(CloudOptions options = {.timing = dispatch::Timing::instant})
      : CloudTest(options) {}

  /// The attributes are `name:type`, the second one is the sort key.
  void create_table(const std::string& name, const std::vector<std::string>& keys) {
    api::dynamodb::CreateTableInput request{.TableName = name, .BillingMode = "PAY_PER_REQUEST"};
    request.AttributeDefinitions.emplace();
    request.KeySchema.emplace();
    for (const auto& key : keys) {
      const std::string attribute = key.substr(0, key.size() - 2);
      request.AttributeDefinitions->push_back(
          {.AttributeName = attribute, .AttributeType = key.substr(key.size() - 1)});
      request.KeySchema->push_back(
          {.AttributeName = attribute, .KeyType = request.KeySchema->empty() ? "HASH" : "RANGE"});
    }
    must(dynamodb.create_table(request));
  }

  void put(const std::string& table, Item item) {
    must(dynamodb.put_item({.TableName = table, .Item = std::move(item)}));
  }
  std::optional<Item> get(const std::string& table, Item key) {
    return must(dynamodb.get_item({.TableName = table, .Key = std::move(key)})).Item;
  }

  client::DynamoDb dynamodb{transport};
};

}  // namespace fallstreak::dynamodb_test
