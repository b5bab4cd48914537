#include "services/dynamodb/account_limits.h"

#include <algorithm>
#include <array>

#include "api/service-quotas/quotas.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/tables.h"

namespace fallstreak::services::dynamodb {
namespace {

/// AWS: 500 since 2022. Observed: the words, with the number of that time.
constexpr std::size_t kMostAtOnce = 500;
/// AWS.
constexpr std::size_t kMostIndexedAtOnce = 250;
constexpr std::size_t kMostRestores = 50;
constexpr std::size_t kMostImports = 50;
constexpr std::size_t kMostExports = 300;

struct AccountLimit {
  std::string_view code;
  std::int64_t usual;
};
constexpr AccountLimit kTables{"L-F98FE922", 2500};
constexpr AccountLimit kTableReads{"L-CF0CBE56", 40'000};
constexpr AccountLimit kTableWrites{"L-AB614373", 40'000};
constexpr AccountLimit kAccountReads{"L-34F6A552", 80'000};
constexpr AccountLimit kAccountWrites{"L-34F8CCC8", 80'000};

/// Under an injected fault AWS's default holds.
std::int64_t value_of(Context& context, const AccountLimit& limit) {
  const auto answer = context.try_call<api::service_quotas::GetServiceQuota>(
      {.ServiceCode = "dynamodb", .QuotaCode = std::string(limit.code)});
  return answer ? static_cast<std::int64_t>(*answer->Quota->Value) : limit.usual;
}

bool is_over_limit(Context& context, const AccountLimit& limit, std::int64_t wanted) {
  return wanted > limit.usual && wanted > value_of(context, limit);
}

struct CapacityTotals {
  std::int64_t reads = 0;
  std::int64_t writes = 0;

  /// AWS: a table's global indexes count with it.
  void add(const TableRecord& table) {
    reads += table.read_capacity_units;
    writes += table.write_capacity_units;
    for (const IndexRecord& index : table.indexes) {
      reads += index.read_capacity_units;
      writes += index.write_capacity_units;
    }
  }
};

void check_limit(Context& context, const AccountLimit& limit, std::int64_t before,
                 std::int64_t wanted, std::string_view units, std::string_view whose) {
  if (wanted <= before || !is_over_limit(context, limit, wanted)) return;
  // Chosen: the words.
  throw limit_exceeded_exception(
      "Provisioned " + std::string(units) + " of the " + std::string(whose) + " would be " +
      std::to_string(wanted) + ", above the limit of " + std::to_string(value_of(context, limit)));
}

/// Whether so many rows are on their way. Where there are few of them there is nothing to count.
template <class Rows, class IsBusy>
bool are_too_many(const Rows& rows, std::size_t most, const IsBusy& is_busy) {
  if (rows.size() < most) return false;
  const auto is_busy_row = [&](const auto& row) { return is_busy(row.second); };
  return std::ranges::count_if(rows, is_busy_row) >= static_cast<std::ptrdiff_t>(most);
}

}  // namespace

void check_may_change_tables(Context& context) {
  const auto is_busy = [](const TableRecord& table) { return table.status != TableStatus::active; };
  if (!are_too_many(context.state.tables, kMostAtOnce, is_busy)) return;
  throw limit_exceeded_exception("Only " + std::to_string(kMostAtOnce) +
                                 " tables can be created, updated, or deleted simultaneously");
}

void check_may_create(Context& context, const TableRecord& table) {
  const auto is_indexed = [](const TableRecord& one) {
    return one.status == TableStatus::creating && !one.indexes.empty();
  };
  if (table.indexes.empty()) return;
  if (!are_too_many(context.state.tables, kMostIndexedAtOnce, is_indexed)) return;
  // Chosen: the words, here and below.
  throw limit_exceeded_exception("Only " + std::to_string(kMostIndexedAtOnce) +
                                 " tables with secondary indexes can be created simultaneously");
}

void check_may_restore(Context& context) {
  const auto is_restored = [](const TableRecord& table) {
    return table.restore && *table.restore->RestoreInProgress;
  };
  if (!are_too_many(context.state.tables, kMostRestores, is_restored)) return;
  throw limit_exceeded_exception("Only " + std::to_string(kMostRestores) +
                                 " tables can be restored simultaneously");
}

void check_may_import(Context& context) {
  const auto is_on_its_way = [](const ImportRecord& record) {
    return record.description.ImportStatus == "IN_PROGRESS";
  };
  if (!are_too_many(context.state.imports, kMostImports, is_on_its_way)) return;
  throw limit_exceeded_exception("Only " + std::to_string(kMostImports) +
                                 " tables can be imported simultaneously");
}

void check_may_export(Context& context) {
  const auto is_on_its_way = [](const ExportRecord& record) {
    return record.description.ExportStatus == "IN_PROGRESS";
  };
  if (!are_too_many(context.state.exports, kMostExports, is_on_its_way)) return;
  throw limit_exceeded_exception("Only " + std::to_string(kMostExports) +
                                 " exports can run simultaneously");
}

void check_may_add_table(Context& context) {
  const auto count = static_cast<std::int64_t>(context.state.tables.size());
  if (!is_over_limit(context, kTables, count + 1)) return;
  throw limit_exceeded_exception("There is a limit of " +
                                 std::to_string(value_of(context, kTables)) +
                                 " tables per subscriber");
}

void check_account_capacity(Context& context, const std::string& name, const TableRecord& wanted) {
  CapacityTotals table;
  table.add(wanted);
  if (table.reads == 0 && table.writes == 0) return;
  CapacityTotals before;
  if (const TableRecord* known = context.state.tables.find(name)) before.add(*known);
  check_limit(context, kTableReads, before.reads, table.reads, "ReadCapacityUnits", "table");
  check_limit(context, kTableWrites, before.writes, table.writes, "WriteCapacityUnits", "table");
  CapacityTotals account;
  for (const auto& row : context.state.tables) account.add(row.second);
  check_limit(context, kAccountReads, account.reads, account.reads - before.reads + table.reads,
              "ReadCapacityUnits", "account");
  check_limit(context, kAccountWrites, account.writes,
              account.writes - before.writes + table.writes, "WriteCapacityUnits", "account");
}

TableRecord with_capacity(const api::dynamodb::UpdateTableInput& request, TableRecord table) {
  const auto set = [](const auto& throughput, auto& record) {
    if (!throughput) return;
    record.read_capacity_units = *throughput->ReadCapacityUnits;
    record.write_capacity_units = *throughput->WriteCapacityUnits;
  };
  set(request.ProvisionedThroughput, table);
  for (const auto& update : api::each(request.GlobalSecondaryIndexUpdates)) {
    if (update.Create) set(update.Create->ProvisionedThroughput, table.indexes.emplace_back());
    if (!update.Update) continue;
    const auto index =
        std::ranges::find(table.indexes, *update.Update->IndexName, &IndexRecord::name);
    if (index != table.indexes.end()) set(update.Update->ProvisionedThroughput, *index);
  }
  return table;
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeLimits.html
api::dynamodb::DescribeLimitsOutput describe_limits(Context& context,
                                                    const api::dynamodb::DescribeLimitsInput&) {
  return {.AccountMaxReadCapacityUnits = value_of(context, kAccountReads),
          .AccountMaxWriteCapacityUnits = value_of(context, kAccountWrites),
          .TableMaxReadCapacityUnits = value_of(context, kTableReads),
          .TableMaxWriteCapacityUnits = value_of(context, kTableWrites)};
}

}  // namespace fallstreak::services::dynamodb
