#include "services/dynamodb/table_schema.h"

#include <algorithm>
#include <set>
#include <string>

#include "services/dynamodb/errors.h"
#include "services/dynamodb/keys.h"
#include "services/dynamodb/table_settings.h"

namespace fallstreak::services::dynamodb {
namespace {

using api::dynamodb::CreateTableInput;
using api::dynamodb::KeySchemaElement;
using api::dynamodb::ProvisionedThroughput;
using Elements = std::vector<KeySchemaElement>;

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
constexpr std::size_t kMostLocalIndexes = 5;

template <class Range, class Name>
std::string joined(const Range& range, Name name) {
  std::string text = "[";
  for (const auto& element : range) {
    if (text.size() > 1) text += ", ";
    text += name(element);
  }
  return text + "]";
}

std::string names_of(const Elements& keys) {
  return joined(keys, [](const KeySchemaElement& key) { return *key.AttributeName; });
}
std::string names_of(const std::vector<KeyAttribute>& definitions) {
  return joined(definitions, [](const KeyAttribute& definition) { return definition.name; });
}

/// AWS: only global indexes have keys of more than two attributes.
void check_has_two(const Elements& keys, const std::string& member) {
  if (keys.size() <= 2) return;
  const std::string shown = joined(keys, [](const KeySchemaElement& key) {
    return "KeySchemaElement(attributeName=" + *key.AttributeName + ", keyType=" + *key.KeyType +
           ")";
  });
  throw validation_exception("1 validation error detected: Value '" + shown + "' at '" + member +
                             "' failed to satisfy constraint: Member must have length less than "
                             "or equal to 2");
}

void read_billing(const CreateTableInput& request, TableRecord& table) {
  const auto& throughput = request.ProvisionedThroughput;
  if (request.BillingMode == "PAY_PER_REQUEST") {
    table.billing_mode = BillingMode::pay_per_request;
    if (!throughput) return;
    throw invalid_parameter_values(
        "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
        "PAY_PER_REQUEST");
  }
  if (!throughput) {
    throw invalid_parameter_values(
        "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is "
        "PROVISIONED");
  }
  check_bounds(*throughput);
  table.read_capacity_units = *throughput->ReadCapacityUnits;
  table.write_capacity_units = *throughput->WriteCapacityUnits;
}

/// Reads key schemas against a table's attribute definitions.
class SchemaReader {
 public:
  explicit SchemaReader(const TableRecord& table) : definitions_(table.attribute_definitions) {}

  enum class KeyOf { table_or_local_index, global_index };
  KeySchema read(const Elements& keys, KeyOf kind = KeyOf::table_or_local_index) {
    const auto undefined = [&](const KeySchemaElement& key) {
      return definition(*key.AttributeName) == nullptr;
    };
    if (std::ranges::any_of(keys, undefined)) {
      throw invalid_parameter_values(
          "Some index key attributes are not defined in AttributeDefinitions. Keys: " +
          names_of(keys) + ", AttributeDefinitions: " + names_of(definitions_));
    }
    if (has_one_twice(keys)) {
      throw validation_exception(
          "Both the Hash Key and the Range Key element in the KeySchema have the same name");
    }
    if (keys[0].KeyType != "HASH") {
      throw validation_exception(
          "Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
    }
    if (keys.size() == 2 && keys[1].KeyType != "RANGE" && kind == KeyOf::table_or_local_index) {
      throw validation_exception(
          "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
    }
    KeySchema schema{.hash = *definition(*keys[0].AttributeName)};
    for (const KeySchemaElement& key : keys) {
      used_.insert(*key.AttributeName);
      if (&key != &keys.front()) add(*definition(*key.AttributeName), *key.KeyType, schema);
    }
    return schema;
  }

  [[nodiscard]] const std::set<std::string>& used() const { return used_; }

 private:
  static bool has_one_twice(const Elements& keys) {
    std::set<std::string_view> names;
    for (const KeySchemaElement& key : keys) names.insert(*key.AttributeName);
    return names.size() < keys.size();
  }

  /// AWS: up to four attributes of each kind, those of the hash first. Chosen: the words.
  static void add(const KeyAttribute& attribute, const std::string& type, KeySchema& schema) {
    if (type == "RANGE" && !schema.range) {
      schema.range = attribute;
      return;
    }
    if (type == "HASH" && schema.range) {
      throw validation_exception(
          "Invalid KeySchema: HASH key attributes must precede RANGE key attributes");
    }
    auto& more = type == "HASH" ? schema.more_hash : schema.more_range;
    if (more.size() + 1 == kMostOfAKind) {
      throw validation_exception("Invalid KeySchema: The number of " + type +
                                 " key attributes exceeds the limit of " +
                                 std::to_string(kMostOfAKind));
    }
    more.push_back(attribute);
  }

  [[nodiscard]] const KeyAttribute* definition(std::string_view name) const {
    const auto found = std::ranges::find(definitions_, name, &KeyAttribute::name);
    return found == definitions_.end() ? nullptr : &*found;
  }

  const std::vector<KeyAttribute>& definitions_;
  std::set<std::string> used_;
};

void add_definitions(const std::vector<api::dynamodb::AttributeDefinition>& definitions,
                     TableRecord& table) {
  for (const auto& definition : definitions) {
    const Type type = *definition.AttributeType == "S"   ? Type::S
                      : *definition.AttributeType == "N" ? Type::N
                                                         : Type::B;
    table.attribute_definitions.push_back({*definition.AttributeName, type});
  }
}

void read_definitions(const CreateTableInput& request, TableRecord& table) {
  add_definitions(*request.AttributeDefinitions, table);
  if (request.KeySchema->size() > table.attribute_definitions.size()) {
    throw validation_exception("Invalid KeySchema: Some index key attribute have no definition");
  }
}

void read_projection(const api::dynamodb::Projection& projection, IndexRecord& index) {
  if (!projection.ProjectionType) throw invalid_parameter_values("Unknown ProjectionType: null");
  const std::string& type = *projection.ProjectionType;
  const bool includes = type == "INCLUDE";
  if (projection.NonKeyAttributes && !includes) {
    throw invalid_parameter_values("ProjectionType is " + type +
                                   ", but NonKeyAttributes is specified");
  }
  if (!projection.NonKeyAttributes && includes) {
    throw invalid_parameter_values(
        "ProjectionType is INCLUDE, but NonKeyAttributes is not specified");
  }
  index.projection = includes        ? ProjectionType::include
                     : type == "ALL" ? ProjectionType::all
                                     : ProjectionType::keys_only;
  if (includes) index.non_key_attributes = *projection.NonKeyAttributes;
}

void add_index(IndexRecord index, TableRecord& table) {
  if (std::ranges::find(table.indexes, index.name, &IndexRecord::name) != table.indexes.end()) {
    throw invalid_parameter_values("Duplicate index name: " + index.name);
  }
  table.indexes.push_back(std::move(index));
}

void read_local_indexes(const CreateTableInput& request, SchemaReader& schemas,
                        TableRecord& table) {
  if (!request.LocalSecondaryIndexes) return;
  const auto& requested = *request.LocalSecondaryIndexes;
  if (requested.empty()) throw invalid_parameter_values("List of LocalSecondaryIndexes is empty");
  if (!table.keys.range) {
    throw invalid_parameter_values(
        "Table KeySchema does not have a range key, which is required when specifying a "
        "LocalSecondaryIndex");
  }
  std::size_t place = 0;
  for (const auto& local : requested) {
    check_has_two(*local.KeySchema,
                  "localSecondaryIndexes." + std::to_string(++place) + ".member.keySchema");
    IndexRecord index{
        .name = *local.IndexName, .kind = IndexKind::local, .keys = schemas.read(*local.KeySchema)};
    if (!index.keys.range) {
      throw invalid_parameter_values("Index KeySchema does not have a range key for index: " +
                                     index.name);
    }
    if (index.keys.hash.name != table.keys.hash.name) {
      throw invalid_parameter_values(
          "Index KeySchema does not have the same leading hash key as table KeySchema for index: " +
          index.name + ". index hash key: " + index.keys.hash.name +
          ", table hash key: " + table.keys.hash.name);
    }
    read_projection(*local.Projection, index);
    add_index(std::move(index), table);
  }
  if (requested.size() > kMostLocalIndexes) {
    throw invalid_parameter_values("Number of LocalSecondaryIndexes exceeds per-table limit of 5");
  }
}

void read_index_throughput(const std::optional<ProvisionedThroughput>& throughput,
                           BillingMode billing_mode, IndexRecord& index) {
  if (billing_mode == BillingMode::pay_per_request) {
    if (!throughput) return;
    throw invalid_parameter_values("ProvisionedThroughput should not be specified for index: " +
                                   index.name + " when BillingMode is PAY_PER_REQUEST");
  }
  if (!throughput) {
    throw invalid_parameter_values(
        "ReadCapacityUnits and WriteCapacityUnits must both be specified for index: " + index.name);
  }
  index.read_capacity_units = *throughput->ReadCapacityUnits;
  index.write_capacity_units = *throughput->WriteCapacityUnits;
}

/// Of CreateTable and of UpdateTable.
template <class Request>
IndexRecord read_global_index(const Request& request, SchemaReader& schemas,
                              BillingMode billing_mode) {
  IndexRecord index{.name = *request.IndexName,
                    .kind = IndexKind::global,
                    .keys = schemas.read(*request.KeySchema, SchemaReader::KeyOf::global_index)};
  read_projection(*request.Projection, index);
  read_index_throughput(request.ProvisionedThroughput, billing_mode, index);
  if (request.OnDemandThroughput) {
    check_on_demand_throughput(*request.OnDemandThroughput, billing_mode, Operation::create_table);
    index.on_demand_throughput = request.OnDemandThroughput;
  }
  if (request.WarmThroughput) {
    check_warm_throughput(*request.WarmThroughput, std::nullopt, "index: " + index.name);
    index.warm_throughput = request.WarmThroughput;
  }
  return index;
}

void read_global_indexes(const CreateTableInput& request, SchemaReader& schemas,
                         TableRecord& table) {
  if (!request.GlobalSecondaryIndexes) return;
  const auto& requested = *request.GlobalSecondaryIndexes;
  if (requested.empty()) throw invalid_parameter_values("List of GlobalSecondaryIndexes is empty");
  for (const auto& global : requested) {
    add_index(read_global_index(global, schemas, table.billing_mode), table);
  }
  if (requested.size() > kMostGlobalIndexes) {
    throw invalid_parameter_values("GlobalSecondaryIndex count exceeds the per-table limit of 20");
  }
}

void check_definitions_are_used(const TableRecord& table, const SchemaReader& schemas) {
  const auto& definitions = table.attribute_definitions;
  if (schemas.used().size() == definitions.size()) return;
  if (table.indexes.empty()) {
    throw invalid_parameter_values(
        "Number of attributes in KeySchema does not exactly match number of attributes defined in "
        "AttributeDefinitions");
  }
  throw invalid_parameter_values(
      "Some AttributeDefinitions are not used. AttributeDefinitions: " + names_of(definitions) +
      ", keys used: " + joined(schemas.used(), [](const std::string& name) { return name; }));
}

}  // namespace

TableRecord checked_table(const CreateTableInput& request) {
  check_has_two(*request.KeySchema, "keySchema");
  TableRecord table;
  read_billing(request, table);
  read_definitions(request, table);
  SchemaReader schemas(table);
  table.keys = schemas.read(*request.KeySchema);
  read_local_indexes(request, schemas, table);
  read_global_indexes(request, schemas, table);
  check_definitions_are_used(table, schemas);
  // Sorted, because messages name the first index that is concerned.
  std::ranges::sort(table.indexes, {}, &IndexRecord::name);
  table.table_class = request.TableClass.value_or("");
  table.is_protected_from_deletion = request.DeletionProtectionEnabled.value_or(false);
  if (request.Tags) table.tags = *request.Tags;
  return table;
}

IndexRecord checked_global_index(
    const api::dynamodb::CreateGlobalSecondaryIndexAction& action,
    const std::optional<std::vector<api::dynamodb::AttributeDefinition>>& definitions,
    BillingMode billing_mode) {
  TableRecord defined;
  if (definitions) add_definitions(*definitions, defined);
  SchemaReader schemas(defined);
  return read_global_index(action, schemas, billing_mode);
}

}  // namespace fallstreak::services::dynamodb
