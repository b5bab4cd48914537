#include <algorithm>

#include "api/dynamodb/tables.h"
#include "client/call.h"
#include "provisioner/resources/resources.h"

namespace fallstreak::provisioner {
namespace {

namespace dynamodb = api::dynamodb;
using client::call;

constexpr Property kProperties[] = {
    {.name = "partition-key", .required = true, .immutable = true, .help = "`id S`: name and type"},
    {.name = "sort-key", .default_value = "", .immutable = true}};

struct Key {
  std::string name, type;
};

Key parse_key(std::string_view text) {
  const auto space = text.find(' ');
  if (space == std::string_view::npos) {
    throw ApiError("InvalidManifest", "key '" + std::string(text) + "' is not of the form `id S`");
  }
  return {std::string(text.substr(0, space)), std::string(text.substr(space + 1))};
}

std::string key_text(const dynamodb::TableDescription& table, std::string_view role) {
  for (const auto& element : api::each(table.KeySchema)) {
    if (element.KeyType != role) continue;
    for (const auto& definition : api::each(table.AttributeDefinitions)) {
      if (definition.AttributeName == element.AttributeName) {
        return *element.AttributeName + " " + definition.AttributeType.value_or("");
      }
    }
  }
  return {};
}

/// Chosen: tables are found by name (`<stack>-<name>`), which is unique in account and region and there from the
/// first moment.
std::vector<Observed> list(const Destination& where) {
  const std::string prefix = where.physical_name("");
  std::vector<Observed> found;
  std::optional<std::string> after;
  do {
    const auto page = value_of(call<dynamodb::ListTables>(*where.transport, {.ExclusiveStartTableName = after}));
    for (const auto& table : api::each(page.TableNames)) {
      if (table.starts_with(prefix)) {
        found.push_back({.name = table.substr(prefix.size()), .type = "dynamodb-table", .id = table});
      }
    }
    after = page.LastEvaluatedTableName;
  } while (after);
  std::vector<Observed> present;
  for (auto& one : found) {
    const auto described = call<dynamodb::DescribeTable>(*where.transport, {.TableName = one.id});
    if (!described && described.error().code == "ResourceNotFoundException") continue;  // went meanwhile
    const dynamodb::TableDescription table = *value_of(described).Table;
    one.properties = {{"partition-key", key_text(table, "HASH")}, {"sort-key", key_text(table, "RANGE")}};
    one.leaving = table.TableStatus == "DELETING";
    present.push_back(std::move(one));
  }
  return present;
}

std::string create(const Destination& where, const Desired& desired) {
  std::vector<dynamodb::AttributeDefinition> definitions;
  std::vector<dynamodb::KeySchemaElement> schema;
  const auto add = [&](const std::string& text, const char* role) {
    if (text.empty()) return;
    const Key key = parse_key(text);
    definitions.push_back({.AttributeName = key.name, .AttributeType = key.type});
    schema.push_back({.AttributeName = key.name, .KeyType = role});
  };
  add(desired["partition-key"], "HASH");
  add(desired["sort-key"], "RANGE");
  value_of(call<dynamodb::CreateTable>(*where.transport, {.AttributeDefinitions = definitions,
                                                          .TableName = where.physical_name(desired.name),
                                                          .KeySchema = schema,
                                                          .BillingMode = "PAY_PER_REQUEST"}));
  return where.physical_name(desired.name);
}

void nothing_to_update(const Destination&, const Observed&, const Desired&) {}

void destroy(const Destination& where, const Observed& table) {
  const auto gone = call<dynamodb::DeleteTable>(*where.transport, {.TableName = table.id});
  if (gone) return;
  const std::string& code = gone.error().code;
  // In use: it is being created or deleted; the reconciler looks again until it is gone.
  if (code != "ResourceNotFoundException" && code != "ResourceInUseException") throw gone.error();
}

bool is_active(const Destination& where, const Observed& table) {
  const auto found = call<dynamodb::DescribeTable>(*where.transport, {.TableName = table.id});
  return found && found->Table && found->Table->TableStatus == "ACTIVE";
}

bool is_gone(const Destination& where, const Observed& table) {
  const auto found = call<dynamodb::DescribeTable>(*where.transport, {.TableName = table.id});
  if (!found && found.error().code == "ResourceNotFoundException") return true;
  // One that was still being created when it should have gone is asked to go again.
  if (found && found->Table && found->Table->TableStatus == "ACTIVE") destroy(where, table);
  return false;
}

}  // namespace

constinit const Driver kDynamoDbTable{"dynamodb-table",  kProperties, list,      create,
                                      nothing_to_update, destroy,     is_active, is_gone};

}  // namespace fallstreak::provisioner
