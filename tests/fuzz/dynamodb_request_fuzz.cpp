#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "api/dynamodb/service.h"
#include "base/check.h"
#include "client/dynamodb.h"
#include "cloud.h"
#include "protocols/codec.h"

using namespace fallstreak;

namespace {

/// With a table that has an index and an item.
const Cloud& cloud_with_table() {
  static Cloud cloud({.timing = dispatch::Timing::instant});
  static const bool is_ready = [] {
    InProcessTransport transport(cloud);
    client::DynamoDb dynamodb(transport);
    const auto made = dynamodb.create_table(
        {.AttributeDefinitions = {{{.AttributeName = "pk", .AttributeType = "S"},
                                   {.AttributeName = "sk", .AttributeType = "N"}}},
         .TableName = "table",
         .KeySchema = {{{.AttributeName = "pk", .KeyType = "HASH"},
                        {.AttributeName = "sk", .KeyType = "RANGE"}}},
         .GlobalSecondaryIndexes = {{{.IndexName = "index",
                                      .KeySchema = {{{.AttributeName = "sk", .KeyType = "HASH"}}},
                                      .Projection = {{.ProjectionType = "ALL"}}}}},
         .BillingMode = "PAY_PER_REQUEST"});
    const auto put = dynamodb.put_item(
        {.TableName = "table", .Item = {{{"pk", {.S = "a"}}, {"sk", {.N = "1"}}}}});
    return made.has_value() && put.has_value();
  }();
  CHECK(is_ready) << "the table must be there";
  return cloud;
}

const api::Operation* find_operation(std::string_view name) {
  const auto& operations = api::dynamodb::kService.operations;
  const auto found = std::ranges::find_if(
      operations, [&](const api::Operation* operation) { return operation->name == name; });
  return found == operations.end() ? nullptr : *found;
}

}  // namespace

/// The first line is an operation's name, the rest a request's body. Whatever it is, it is answered
/// with a success or with an error that the operation may have; an error changes nothing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(text.find('\n'), text.size());
  const api::Operation* operation = find_operation(text.substr(0, end));
  if (operation == nullptr) return 0;
  protocols::HttpRequest message{.method = "POST"};
  message.body = text.substr(std::min(end + 1, text.size()));
  api::AnyValue request(*operation->input);
  try {
    protocols::codec_for(api::Protocol::json_1_0)
        .decode_request(*operation, message, {}, request.get());
  } catch (const ApiError& error) {
    CHECK(error.status >= 400 && !error.code.empty()) << "an error must say what it is";
    return 0;
  }
  const auto cloud = cloud_with_table().fork();
  const std::uint64_t before = cloud->hash();
  api::AnyValue response(*operation->output);
  const auto answer = cloud->call(dispatch::Caller(), *operation, request.get(), response.get());
  for (const std::string& complaint : cloud->complaints()) CHECK(false) << complaint;
  CHECK(answer || cloud->hash() == before) << "a refused request changed something";
  return 0;
}
