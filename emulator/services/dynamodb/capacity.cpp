#include "services/dynamodb/capacity.h"

#include <algorithm>

namespace fallstreak::services::dynamodb {
namespace {

constexpr std::size_t kReadUnit = 4096;
constexpr std::size_t kWriteUnit = 1024;

double units_of(std::size_t bytes, std::size_t unit) {
  return static_cast<double>(std::max<std::size_t>(1, (bytes + unit - 1) / unit));
}

std::optional<api::Map<api::dynamodb::Capacity>> per_index(
    const std::map<std::string, double, std::less<>>& indexes) {
  if (indexes.empty()) return std::nullopt;
  api::Map<api::dynamodb::Capacity> capacities;
  for (const auto& [name, units] : indexes) capacities.push_back({name, {.CapacityUnits = units}});
  return capacities;
}

/// AWS: a transaction reads or writes an item once to prepare and once to commit.
template <class Capacity>
void double_units(Capacity& capacity, Access access) {
  const double units = 2 * *capacity.CapacityUnits;
  capacity.CapacityUnits = units;
  (access == Access::read ? capacity.ReadCapacityUnits : capacity.WriteCapacityUnits) = units;
}

}  // namespace

double read_units(std::size_t bytes, Consistency consistency) {
  return units_of(bytes, kReadUnit) * (consistency == Consistency::strong ? 1.0 : 0.5);
}

double write_units(std::size_t bytes) { return units_of(bytes, kWriteUnit); }

void Consumption::add_to_index(const IndexRecord& index, double units) {
  (index.kind == IndexKind::local ? local_indexes_ : global_indexes_)[index.name] += units;
}

void Consumption::add(const Consumption& other) {
  table_ += other.table_;
  for (const auto& [name, units] : other.local_indexes_) local_indexes_[name] += units;
  for (const auto& [name, units] : other.global_indexes_) global_indexes_[name] += units;
}

double Consumption::of_local_indexes() const {
  double units = 0;
  for (const auto& [name, of_index] : local_indexes_) units += of_index;
  return units;
}

double Consumption::of_global_index(std::string_view name) const {
  const auto found = global_indexes_.find(name);
  return found == global_indexes_.end() ? 0 : found->second;
}

std::string_view Consumption::place_in(std::string_view index_name) const {
  const auto found = places_.find(index_name);
  return found == places_.end() ? std::string_view() : found->second;
}

std::optional<api::dynamodb::ConsumedCapacity> Consumption::answer(
    const std::optional<std::string>& wanted, std::string_view table_name) const {
  if (!wanted || *wanted == "NONE") return std::nullopt;
  double total = table_;
  for (const auto& [name, units] : local_indexes_) total += units;
  for (const auto& [name, units] : global_indexes_) total += units;
  api::dynamodb::ConsumedCapacity capacity{.TableName = std::string(table_name),
                                           .CapacityUnits = total};
  if (*wanted == "INDEXES") {
    capacity.Table = api::dynamodb::Capacity{.CapacityUnits = table_};
    capacity.LocalSecondaryIndexes = per_index(local_indexes_);
    capacity.GlobalSecondaryIndexes = per_index(global_indexes_);
  }
  return capacity;
}

std::optional<api::dynamodb::ConsumedCapacity> Consumption::answer_of_transaction(
    const std::optional<std::string>& wanted, std::string_view table_name, Access access) const {
  auto capacity = answer(wanted, table_name);
  if (!capacity) return std::nullopt;
  double_units(*capacity, access);
  if (capacity->Table) double_units(*capacity->Table, access);
  // Chosen: AWS does not say whether indexes are written twice.
  for (auto* indexes : {&capacity->LocalSecondaryIndexes, &capacity->GlobalSecondaryIndexes}) {
    if (!*indexes) continue;
    for (auto& index : **indexes) double_units(index.value, access);
  }
  return capacity;
}

}  // namespace fallstreak::services::dynamodb
