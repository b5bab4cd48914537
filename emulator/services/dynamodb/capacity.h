#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "api/dynamodb/items.h"
#include "services/dynamodb/records.h"

/// What operations cost.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
namespace fallstreak::services::dynamodb {

enum class Consistency { eventual, strong };
enum class Access { read, write };

/// The read capacity units of so many bytes, read at once: at least one unit, or half of one.
double read_units(std::size_t bytes, Consistency consistency);
double write_units(std::size_t bytes);

/// What one operation consumed of a table and of its indexes.
class Consumption {
 public:
  void add_to_table(double units) { table_ += units; }
  void add_to_index(const IndexRecord& index, double units);
  void add(const Consumption& other);

  /// As `ReturnConsumedCapacity` asks for it: empty for NONE.
  [[nodiscard]] std::optional<api::dynamodb::ConsumedCapacity> answer(
      const std::optional<std::string>& wanted, std::string_view table_name) const;
  /// The same for a transaction, which consumes everything twice and says whether it read or wrote.
  [[nodiscard]] std::optional<api::dynamodb::ConsumedCapacity> answer_of_transaction(
      const std::optional<std::string>& wanted, std::string_view table_name, Access access) const;
  [[nodiscard]] double of_table() const { return table_; }
  [[nodiscard]] double of_local_indexes() const;
  [[nodiscard]] double of_global_index(std::string_view name) const;

  /// Where in an index something was written, for the partition that pays; empty when unknown.
  void note_place(const IndexRecord& index, std::string_view key) { places_[index.name] = key; }
  [[nodiscard]] std::string_view place_in(std::string_view index_name) const;

 private:
  double table_ = 0;
  std::map<std::string, double, std::less<>> local_indexes_;
  std::map<std::string, double, std::less<>> global_indexes_;
  std::map<std::string, std::string, std::less<>> places_;
};

}  // namespace fallstreak::services::dynamodb
