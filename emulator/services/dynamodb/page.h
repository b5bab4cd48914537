#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "services/dynamodb/item_store.h"
#include "services/dynamodb/key_condition.h"
#include "services/dynamodb/request_parts.h"

/// One page of a Query or a Scan.
namespace fallstreak::services::dynamodb {

/// What an answer shows of the items that were found.
enum class Select : std::uint8_t {
  all_attributes,
  projected_attributes,
  specific_attributes,
  count
};

struct PageRequest {
  const TableRecord* table = nullptr;
  /// Null: the table itself.
  const IndexRecord* index = nullptr;
  std::string low;
  std::string high;
  /// When not everything between these two is read: the parts that are, in the order of keys.
  std::vector<KeyRange> parts;
  bool is_forward = true;
  /// The place after which (before which, when backwards) the page begins.
  std::optional<std::string> start;
  std::optional<std::int32_t> limit;
  const Expression* filter = nullptr;
  const Projection* projection = nullptr;
  Select select = Select::all_attributes;
  Consistency consistency = Consistency::eventual;
  /// The moment whose items are read; empty: now.
  std::optional<Time> as_of;

  [[nodiscard]] std::uint64_t id() const { return index == nullptr ? table->id : index->id; }
  [[nodiscard]] const KeySchema& keys() const {
    return index == nullptr ? table->keys : index->keys;
  }
};

struct Page {
  std::vector<ApiItem> items;
  std::int32_t count = 0;
  std::int32_t scanned_count = 0;
  std::optional<ApiItem> last_evaluated_key;
  Consumption consumption;
};
Page read_page(const Context& context, const PageRequest& request);

/// The key of an `ExclusiveStartKey`, with the item's bytes it was made from.
struct StartKey {
  std::string attributes;
  std::string key;
};
/// Empty when it does not have exactly the key attributes of the table and the index.
std::optional<StartKey> start_key(const PageRequest& request, const ApiItem& given,
                                  Wording wording);

/// The attributes that paths (among these nodes, or all) begin with and that are not in an index.
std::vector<std::string> missing_from_index(const TableRecord& table, const IndexRecord& index,
                                            const Expression& expression,
                                            std::span<const NodeId> ids);
std::vector<std::string> missing_from_index(const TableRecord& table, const IndexRecord& index,
                                            const Expression& expression);
/// Refuses to show what a global index does not have; a local one fetches it.
void check_projects(const TableRecord& table, const IndexRecord& index,
                    const ProjectionExpression& projection);
/// Refuses to filter by what an index does not have, if anything is missing.
void check_filters_by(const IndexRecord& index, const std::vector<std::string>& missing);

/// Reads `Select`, with what it demands of the other parameters.
Select read_select(const std::optional<std::string>& select, const IndexRecord* index,
                   const Projection& projection);
/// Refuses a `Select` that does not go with the rest of the request, whatever the table.
void check_select(const std::optional<std::string>& select, bool has_index,
                  bool has_attributes_to_get, bool has_projection_expression,
                  std::string_view reading, Wording wording);
/// The index that is read, if one is, with what indexes do not allow.
const IndexRecord* index_to_read(const TableRecord& table, const std::optional<std::string>& name,
                                 bool is_consistent);

/// Copies a page into an answer.
template <class Output>
void answer_page(Page page, Select select, Output& output) {
  output.Count = page.count;
  output.ScannedCount = page.scanned_count;
  if (select != Select::count) output.Items = std::move(page.items);
  output.LastEvaluatedKey = std::move(page.last_evaluated_key);
}

}  // namespace fallstreak::services::dynamodb
