#include "services/dynamodb/realism.h"

#include <vector>

#include "services/dynamodb/metrics.h"

namespace fallstreak::services::dynamodb {
namespace {

void set_realism(const dispatch::DynamoDbRealism& realism, const std::string& name,
                 TableRecord& table) {
  using dispatch::CapacityMode;
  table.metered_as = realism.capacity == CapacityMode::ignored ? std::string() : name;
  table.is_throttled = realism.capacity == CapacityMode::enforced;
  table.stale_reads = realism.stale_reads;
}

}  // namespace

void take_over_realism(Context& context, const std::string& name, TableRecord& table) {
  set_realism(dispatch::dynamodb_realism(context.world()), name, table);
  hold_provisioned(context, name, nullptr, &table);
  if (table.is_metered()) hold_account(context, name, &table);
}

void forget_realism(Context& context, const std::string& name, const TableRecord& table) {
  hold_provisioned(context, name, &table, nullptr);
  if (table.is_metered()) hold_account(context, name, nullptr);
}

void apply_realism(Context& context, const dispatch::DynamoDbRealism& realism) {
  std::vector<std::string> names;
  for (const auto& row : context.state.tables) names.emplace_back(std::string_view(row.first));
  for (const std::string& name : names) {
    const TableRecord before = *context.state.tables.find(name);
    TableRecord after = before;
    set_realism(realism, name, after);
    hold_provisioned(context, name, &before, &after);
    context.state.tables.put(name, std::move(after));
  }
  if (!names.empty()) hold_account(context, {}, nullptr);
}

}  // namespace fallstreak::services::dynamodb
