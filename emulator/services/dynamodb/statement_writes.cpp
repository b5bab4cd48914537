#include "services/dynamodb/item_update.h"
#include "services/dynamodb/payment.h"
#include "services/dynamodb/request_parts.h"
#include "services/dynamodb/statement_execution.h"
#include "services/dynamodb/statement_plan.h"

namespace fallstreak::services::dynamodb {
namespace {

using Returning = Statement::Returning;

StatementWrite insert(Context& context, const Statement& statement) {
  const TableRecord& table = table_of(context, statement);
  ItemRecord item{.attributes = statement.item};
  const std::size_t size = size_of_attributes(item.attributes);
  if (size > kLargestItem) throw item_too_large();
  item.size = static_cast<std::uint32_t>(size);
  const KeyValues values = key_values_to_put(table.keys, item.attributes);
  check_index_keys(table, item.attributes, Writing::put);
  check_index_entries(table, item.attributes);
  const ItemKey key(table, values);
  if (find_item_to_write(context, key) != nullptr) throw duplicate_item_exception();
  StatementWrite write{.consumption = put_item(context, table, key.bytes.view(), nullptr, item)};
  if (table.is_metered()) pay(context, table, key.bytes.view(), Access::write, write.consumption);
  return write;
}

/// The item that an UPDATE or a DELETE is about.
struct Target {
  Target(Context& context, const Statement& statement,
         const std::optional<std::string>& returned_on_failure)
      : table(table_of(context, statement)),
        key_item(key_item_of(statement, table.keys)),
        values(checked(table.keys, key_item)),
        key(table, values),
        old(find_item_to_write(context, key)) {
    const bool must_exist = statement.kind == Statement::Kind::update;
    const WriteCondition condition(condition_of_write(statement, table.keys, must_exist),
                                   returned_on_failure == "ALL_OLD");
    check_condition(context, table, key.bytes.view(), condition, old);
  }
  static KeyValues checked(const KeySchema& keys, std::string_view key_item) {
    const KeyValues values = *key_values(keys, key_item);
    check_key_sizes(keys, values);
    return values;
  }

  const TableRecord& table;
  std::string key_item;
  KeyValues values;
  ItemKey key;
  const ItemRecord* old;
};

StatementWrite update(Context& context, const Statement& statement,
                      const std::optional<std::string>& returned_on_failure) {
  const TableRecord& table = table_of(context, statement);
  check_leaves_key_alone(statement.update, table.keys);
  const Target target(context, statement, returned_on_failure);
  std::string storage;
  const ItemRecord item =
      updated_item(table, statement.update, target.old->attributes, Writing::update, storage);
  check_index_entries(table, item.attributes);

  StatementWrite write;
  switch (statement.returning) {
    case Returning::nothing:
      break;
    case Returning::all_old:
      write.returned = unpack_item(target.old->attributes);
      break;
    case Returning::all_new:
      write.returned = unpack_item(item.attributes);
      break;
    case Returning::modified_old:
      write.returned = touched(statement.update, target.old->attributes);
      break;
    case Returning::modified_new:
      write.returned = touched(statement.update, item.attributes);
      break;
  }
  const std::string_view key = target.key.bytes.view();
  write.consumption = put_item(context, table, key, target.old, item);
  if (table.is_metered()) pay(context, table, key, Access::write, write.consumption);
  return write;
}

StatementWrite remove(Context& context, const Statement& statement,
                      const std::optional<std::string>& returned_on_failure) {
  const Target target(context, statement, returned_on_failure);
  StatementWrite write;
  if (statement.returning == Returning::all_old && target.old != nullptr)
    write.returned = unpack_item(target.old->attributes);
  const std::string_view key = target.key.bytes.view();
  write.consumption = delete_item(context, target.table, key, target.old);
  if (target.table.is_metered()) pay(context, target.table, key, Access::write, write.consumption);
  return write;
}

}  // namespace

StatementWrite write_statement(Context& context, const Statement& statement,
                               const std::optional<std::string>& returned_on_failure) {
  switch (statement.kind) {
    case Statement::Kind::insert:
      return insert(context, statement);
    case Statement::Kind::update:
      return update(context, statement, returned_on_failure);
    default:
      return remove(context, statement, returned_on_failure);
  }
}

}  // namespace fallstreak::services::dynamodb
