#pragma once

#include <string>

#include "dispatch/context.h"
#include "services/dynamodb/records.h"
#include "world/table.h"

namespace fallstreak::services::dynamodb {

/// The tables of one account in one region, with all their items.
struct State {
  explicit State(const std::string& prefix)
      : tables(prefix + "tables"),
        items(prefix + "items"),
        contents(prefix + "contents"),
        sequences(prefix + "sequences") {}
  template <class Visitor>
  void visit_tables(Visitor&& visit) {
    visit(tables);
    visit(items);
    visit(contents);
    visit(sequences);
  }

  world::Table<TableRecord> tables;
  /// The items of all tables and the entries of all indexes, by the keys of keys.h.
  world::Table<ItemRecord> items;
  world::Table<ContentsRecord> contents;
  world::Table<SequenceRecord> sequences;
};
using Context = dispatch::Context<State>;

}  // namespace fallstreak::services::dynamodb
