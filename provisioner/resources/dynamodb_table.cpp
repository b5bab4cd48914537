#include <algorithm>
#include <charconv>

#include "api/dynamodb/tables.h"
#include "client/call.h"
#include "provisioner/resources/resources.h"

namespace fallstreak::provisioner {
namespace {

namespace dynamodb = api::dynamodb;
using client::call;

constexpr Property kProperties[] = {
    {.name = "partition-key", .required = true, .immutable = true, .help = "`id S`: name and type"},
    {.name = "sort-key", .default_value = "", .immutable = true},
    {.name = "read-units", .kind = Property::Kind::number, .default_value = "0",
     .help = "provisioned, with write-units; 0: on demand"},
    {.name = "write-units", .kind = Property::Kind::number, .default_value = "0"}};

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

/// Zero units: the table is on demand.
dynamodb::ProvisionedThroughputDescription units_of(const dynamodb::TableDescription& table) {
  return table.ProvisionedThroughput.value_or(dynamodb::ProvisionedThroughputDescription());
}

std::int64_t parse_units(const std::string& text) {
  std::int64_t units = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), units);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || units < 0) {
    throw ApiError("InvalidManifest", "'" + text + "' is no number of capacity units");
  }
  return units;
}

std::optional<dynamodb::ProvisionedThroughput> wanted_units(const Desired& desired) {
  const std::int64_t reads = parse_units(desired["read-units"]);
  const std::int64_t writes = parse_units(desired["write-units"]);
  if (reads == 0 && writes == 0) return std::nullopt;
  if (reads < 1 || writes < 1) {
    throw ApiError("InvalidManifest", "table '" + desired.name + "' needs both read-units and write-units");
  }
  return dynamodb::ProvisionedThroughput{.ReadCapacityUnits = reads, .WriteCapacityUnits = writes};
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
    one.properties = {{"partition-key", key_text(table, "HASH")}, {"sort-key", key_text(table, "RANGE")},
                      {"read-units", std::to_string(units_of(table).ReadCapacityUnits.value_or(0))},
                      {"write-units", std::to_string(units_of(table).WriteCapacityUnits.value_or(0))}};
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
  const auto units = wanted_units(desired);
  value_of(call<dynamodb::CreateTable>(*where.transport,
                                       {.AttributeDefinitions = definitions,
                                        .TableName = where.physical_name(desired.name),
                                        .KeySchema = schema,
                                        .BillingMode = units ? "PROVISIONED" : "PAY_PER_REQUEST",
                                        .ProvisionedThroughput = units}));
  return where.physical_name(desired.name);
}

/// Keys are immutable, so it is the capacity that differs.
void update(const Destination& where, const Observed& table, const Desired& desired) {
  const auto units = wanted_units(desired);
  value_of(call<dynamodb::UpdateTable>(*where.transport,
                                       {.TableName = table.id,
                                        .BillingMode = units ? "PROVISIONED" : "PAY_PER_REQUEST",
                                        .ProvisionedThroughput = units}));
}

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
                                      update,            destroy,     is_active, is_gone};

}  // namespace fallstreak::provisioner
