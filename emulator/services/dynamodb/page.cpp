#include "services/dynamodb/page.h"

#include <algorithm>
#include <numeric>

#include "services/dynamodb/stale_reads.h"
#include "services/dynamodb/table_access.h"

namespace fallstreak::services::dynamodb {
namespace {

std::string joined(const std::vector<std::string>& names) {
  std::string text = "[";
  for (const std::string& name : names) {
    if (text.size() > 1) text += ", ";
    text += name;
  }
  return text + "]";
}

/// AWS: a page ends when the items that were read, filtered or not, reach 1 MB.
constexpr std::size_t kPageBytes = 1024 * 1024;

class PageReader {
 public:
  PageReader(const Context& context, const PageRequest& request)
      : context_(context), request_(request) {
    // A local index fetches from the table what it does not have itself.
    fetches_ = request.index != nullptr && request.index->kind == IndexKind::local &&
               request.index->projection != ProjectionType::all && needs_more_than_index();
  }

  Page read() {
    // Most pages are small, and a few lists of items cost less than growing one from nothing.
    constexpr std::int32_t kFew = 32;
    if (request_.select != Select::count)
      page_.items.reserve(std::size_t(std::min(request_.limit.value_or(kFew), kFew)));
    if (request_.parts.empty()) {
      read_part(request_.low, request_.high);
    } else if (request_.is_forward) {
      for (const KeyRange& part : request_.parts) {
        if (!read_part(part.low, part.high)) break;
      }
    } else {
      for (auto part = request_.parts.rbegin(); part != request_.parts.rend(); ++part) {
        if (!read_part(part->low, part->high)) break;
      }
    }
    account();
    return std::move(page_);
  }

 private:
  bool read_part_as_of(std::string low, std::string high) {
    const bool is_forward = request_.is_forward;
    if (request_.start && is_forward) low = std::max(low, *request_.start + '\0');
    if (request_.start && !is_forward) high = std::min(high, *request_.start);
    bool goes_on = true;
    walk_as_of(context_, low, high, *request_.as_of,
               is_forward ? Direction::forward : Direction::backward,
               [&](const ItemRecord& entry) { return goes_on = take(entry); });
    return goes_on;
  }

  /// The item of a local index's entry, which was there when the entry was.
  const ItemRecord* fetch(const ItemRecord& entry, ItemRecord& old) const {
    const ItemKey key(*request_.table, *key_values(request_.table->keys, entry.attributes));
    if (!request_.as_of) return find_item(context_, key);
    return find_as_of(context_, key.bytes.view(), *request_.as_of, old);
  }

  [[nodiscard]] bool needs_more_than_index() const {
    if (request_.select == Select::all_attributes) return true;
    if (request_.select != Select::specific_attributes) return false;
    const ProjectionExpression& wanted = request_.projection->expression();
    return !missing_from_index(*request_.table, *request_.index, wanted.expression, wanted.paths)
                .empty();
  }

  /// Reads what of a part lies after the start; false when the page ends in it.
  bool read_part(const std::string& low, const std::string& high) {
    if (request_.as_of) return read_part_as_of(low, high);
    const auto& items = context_.state.items;
    if (request_.is_forward) {
      const bool goes_on = request_.start && *request_.start >= low;
      auto at = goes_on ? items.upper_bound(*request_.start) : items.lower_bound(low);
      for (; at != items.end() && at->first < high; ++at) {
        if (!take(at->second)) return false;
      }
      return true;
    }
    auto at = items.lower_bound(request_.start ? std::min(*request_.start, high) : high);
    while (at != items.begin()) {
      --at;
      if (at->first < low) break;
      if (!take(at->second)) return false;
    }
    return true;
  }

  /// Reads one item; false when it is the last of the page.
  bool take(const ItemRecord& entry) {
    ++page_.scanned_count;
    bytes_ += entry.size;
    const ItemRecord* item = &entry;
    ItemRecord old;
    if (fetches_) {
      item = fetch(entry, old);
      fetched_units_ += read_units(item->size, request_.consistency);
    }
    if (request_.filter == nullptr || is_met(*request_.filter, item->attributes)) {
      ++page_.count;
      if (request_.select != Select::count)
        page_.items.push_back(request_.projection->of(item->attributes));
    }
    // AWS: a page that was cut has a key to go on from, even if nothing follows.
    const bool is_full = request_.limit && page_.scanned_count == *request_.limit;
    if (!is_full && bytes_ < kPageBytes) return true;
    page_.last_evaluated_key = key_of(entry.attributes);
    return false;
  }

  [[nodiscard]] ApiItem key_of(std::string_view attributes) const {
    ApiItem key;
    for (const Attribute& attribute : Attributes(attributes)) {
      if (request_.table->keys.has(attribute.name) || request_.keys().has(attribute.name)) {
        key.push_back({std::string(attribute.name), unpack(attribute.value)});
      }
    }
    return key;
  }

  void account() {
    const double units = read_units(bytes_, request_.consistency);
    if (request_.index == nullptr) {
      page_.consumption.add_to_table(units);
    } else {
      page_.consumption.add_to_index(*request_.index, units);
      page_.consumption.add_to_table(fetched_units_);
    }
  }

  const Context& context_;
  const PageRequest& request_;
  bool fetches_ = false;
  std::size_t bytes_ = 0;
  double fetched_units_ = 0;
  Page page_;
};

}  // namespace

Page read_page(const Context& context, const PageRequest& request) {
  return PageReader(context, request).read();
}

std::vector<std::string> missing_from_index(const TableRecord& table, const IndexRecord& index,
                                            const Expression& expression,
                                            std::span<const NodeId> ids) {
  std::vector<std::string> names;
  for (const NodeId id : ids) {
    if (expression[id].kind != Kind::path) continue;
    const std::string name(expression.path(expression[id]).front().name);
    if (is_projected(table, index, name)) continue;
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return names;
}

std::vector<std::string> missing_from_index(const TableRecord& table, const IndexRecord& index,
                                            const Expression& expression) {
  std::vector<NodeId> all(expression.nodes.size());
  std::iota(all.begin(), all.end(), NodeId{0});
  return missing_from_index(table, index, expression, all);
}

void check_projects(const TableRecord& table, const IndexRecord& index,
                    const ProjectionExpression& projection) {
  if (index.kind != IndexKind::global) return;
  const auto missing = missing_from_index(table, index, projection.expression, projection.paths);
  if (missing.empty()) return;
  throw invalid_parameter_values("Global secondary index " + index.name + " does not project " +
                                 joined(missing));
}

void check_filters_by(const IndexRecord& index, const std::vector<std::string>& missing) {
  if (missing.empty()) return;
  throw invalid_parameter_values(
      "Secondary index " + index.name +
      " does not project one or more filter attributes: " + joined(missing));
}

std::optional<StartKey> start_key(const PageRequest& request, const ApiItem& given,
                                  Wording wording) {
  StartKey start{.attributes = pack_item(given, wording)};
  std::size_t expected = request.table->keys.size();
  if (request.index != nullptr) {
    for (const KeyAttribute* attribute : KeyAttributes(request.index->keys))
      expected += request.table->keys.has(attribute->name) ? 0 : 1;
  }
  const auto own = key_values(request.table->keys, start.attributes);
  if (given.size() != expected || !own) return std::nullopt;
  check_key_sizes(request.table->keys, *own);
  if (request.index == nullptr) {
    start.key = ItemKey(*request.table, *own).bytes.view();
    return start;
  }
  const auto key = index_entry_key(*request.table, *request.index, start.attributes);
  if (!key) return std::nullopt;
  start.key = *key;
  return start;
}

Select read_select(const std::optional<std::string>& select, const IndexRecord* index,
                   const Projection& projection) {
  if (select == "COUNT") return Select::count;
  if (!projection.is_whole()) return Select::specific_attributes;
  if (select == "ALL_ATTRIBUTES") {
    if (index != nullptr && index->kind == IndexKind::global &&
        index->projection != ProjectionType::all) {
      throw invalid_parameter_values(
          "Select type ALL_ATTRIBUTES is not supported for global secondary index " + index->name +
          " because its projection type is not ALL");
    }
    return Select::all_attributes;
  }
  // AWS: an index shows what is projected into it, unless more is asked for.
  return index == nullptr ? Select::all_attributes : Select::projected_attributes;
}

void check_select(const std::optional<std::string>& select, bool has_index,
                  bool has_attributes_to_get, bool has_projection_expression,
                  std::string_view reading, Wording wording) {
  if (!select) return;
  const bool has_projection = has_attributes_to_get || has_projection_expression;
  const bool is_specific = *select == "SPECIFIC_ATTRIBUTES";
  if (has_projection && !is_specific) {
    throw validation_exception(
        wording,
        "Cannot specify the " +
            std::string(has_attributes_to_get ? "AttributesToGet" : "ProjectionExpression") +
            " when choosing to get " +
            (*select == "COUNT" ? std::string("only the Count") : *select));
  }
  if (is_specific && !has_projection) {
    throw validation_exception(wording,
                               "Must specify the AttributesToGet or ProjectionExpression when "
                               "choosing to get SPECIFIC_ATTRIBUTES");
  }
  if (*select == "ALL_PROJECTED_ATTRIBUTES" && !has_index) {
    throw validation_exception("ALL_PROJECTED_ATTRIBUTES can be used only when " +
                               std::string(reading) + " using an IndexName");
  }
}

const IndexRecord* index_to_read(const TableRecord& table, const std::optional<std::string>& name,
                                 bool is_consistent) {
  if (!name) return nullptr;
  const IndexRecord& index = index_of(table, *name);
  if (!index.is_filled()) {
    throw validation_exception("Cannot read from backfilling global secondary index: " +
                               index.name);
  }
  if (is_consistent && index.kind == IndexKind::global) {
    throw validation_exception("Consistent reads are not supported on global secondary indexes");
  }
  return &index;
}

}  // namespace fallstreak::services::dynamodb
