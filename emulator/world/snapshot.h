#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "world/table_base.h"

namespace fallstreak::world {

/// The tables of one service in one scope, whatever their types.
class StateHolder {
 public:
  StateHolder() = default;
  StateHolder(const StateHolder&) = delete;
  StateHolder& operator=(const StateHolder&) = delete;
  virtual ~StateHolder() = default;

  std::vector<TableBase*> tables;
};

/// Makes an empty state of one type. Its address also identifies the type.
using MakeState = std::unique_ptr<StateHolder> (*)(const std::string& prefix);

/// A state's place and type: enough to make it again in another world.
struct StateIdentity {
  std::string service;
  std::string scope;
  MakeState make;
};

/// A moment of a world: the roots of its tables and its clock. Copying the roots is all it costs,
/// whatever the tables hold; what changes afterwards is copied then.
struct Snapshot {
  struct Item {
    std::shared_ptr<const std::string> table;
    Version version;
  };
  Time now;
  /// Those that have rows, sorted by name.
  std::vector<Item> tables;
  std::vector<std::shared_ptr<const StateIdentity>> states;
};

/// A key in which two snapshots differ.
struct Difference {
  std::string table;
  std::string key;
  ChangeKind kind;
  bool operator==(const Difference&) const = default;
};

}  // namespace fallstreak::world
