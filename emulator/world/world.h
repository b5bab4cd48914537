#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/error.h"
#include "base/time.h"
#include "world/clock.h"
#include "world/event_queue.h"
#include "world/history.h"
#include "world/random_streams.h"
#include "world/snapshot.h"
#include "world/table.h"

namespace fallstreak::world {

/// A key whose row a commit changed; what it is now, or that it is gone, is read from the table.
struct Change {
  const TableBase* table;
  std::string_view key;
};

/// Whom a world tells what was committed: the store, and whoever publishes state to other threads.
/// Called while the world is held; must not change the world, nor throw.
class CommitObserver {
 public:
  /// The changes are sorted by (table, key), each once, and valid during the call.
  virtual void committed(Time now, std::span<const Change> changes) = 0;
  /// The clock moved and nothing else changed since the last call.
  virtual void clock_moved(Time now) { static_cast<void>(now); }

 protected:
  ~CommitObserver() = default;
};

using EventHandler = std::function<void(const Event&)>;
/// Told of an event whose handler threw an ApiError or an InternalError, and what it said.
using EventFailure = std::function<void(const Event&, std::string_view what)>;

/// 2026-01-01T00:00:00Z.
constexpr Time kDefaultStart = from_nanoseconds(1'767'225'600'000'000'000);

struct WorldCore;

/// One simulated cloud: a clock, what is going to happen, dice, and tables of state; nothing of it
/// is global, so any number of worlds exist side by side. Whoever holds a world changes it, alone,
/// inside a Transaction.
class World {
 public:
  explicit World(std::uint64_t seed, Time start = kDefaultStart);
  World(World&&) noexcept;
  World& operator=(World&&) noexcept;
  ~World();

  [[nodiscard]] std::uint64_t seed() const;
  [[nodiscard]] Time now() const { return clock().now(); }
  [[nodiscard]] const VirtualClock& clock() const;
  [[nodiscard]] EventQueue& events();
  [[nodiscard]] const EventQueue& events() const;
  [[nodiscard]] RandomStreams& random();

  /// The state of a service in a scope ("123456789012/eu-central-1", or "" where there is one for
  /// all); made when it is first asked for. Stays where it is as long as the world lives. `State`
  /// has a constructor from the prefix of its tables' names and `visit_tables(visit)`.
  template <class State>
  State& state(std::string_view service, std::string_view scope);
  /// The same, or null when nobody has asked for it yet.
  template <class State>
  const State* find_state(std::string_view service, std::string_view scope) const;
  /// The scopes in which a service has rows, sorted.
  [[nodiscard]] std::vector<std::string> scopes(std::string_view service) const;
  /// All tables, sorted by name.
  [[nodiscard]] std::span<TableBase* const> tables() const;

  /// Handles what is due up to `target`, in order, also what comes up meanwhile, then sets the
  /// clock to it. Each event is consumed and its effects happen in one transaction. When the
  /// handler throws an ApiError or an InternalError the effects are undone, the event stays
  /// consumed, and `failed` is told; without `failed` the error is thrown on.
  void advance_to(Time target, const EventHandler& handler, const EventFailure& failed = {});
  /// Handles the next event, whenever it is due. False when there is none.
  bool step(const EventHandler& handler, const EventFailure& failed = {});

  [[nodiscard]] Snapshot snapshot() const;
  /// Puts a moment of this world, or of a fork of it, back. Observers are told what differs.
  void restore(const Snapshot& snapshot);
  /// A world that goes its own way from here, on another thread if wanted. Observers and history
  /// stay behind.
  [[nodiscard]] World fork() const;
  [[nodiscard]] std::vector<Difference> diff(const Snapshot& before, const Snapshot& after) const;
  /// Of seed, clock and all rows; equal for equal worlds however they came about.
  [[nodiscard]] std::uint64_t hash() const;

  /// From now on moments are kept to which `rewind` can go.
  void keep_history(HistoryPolicy policy = {});
  /// Null when no history is kept.
  [[nodiscard]] const History* history() const;
  /// Goes to the latest kept moment not after `time` and sets the clock to `time`, or to when the
  /// next event is due if that is earlier. Later moments can be gone to as well, until something
  /// changes. Fails when no moment that old is kept.
  Outcome<void> rewind(Time time);

  /// The observer must outlive the world or be removed before.
  void add_observer(CommitObserver& observer);
  void remove_observer(CommitObserver& observer);

  /// For the store: the table of that name, to load rows into; one of raw rows while the state was
  /// not asked for.
  [[nodiscard]] TableBase& table_to_load(std::string_view name);
  /// For the store: sets what is in no table.
  void load_clock(std::uint64_t seed, Time now);

 private:
  friend class Transaction;

  [[nodiscard]] StateHolder* find_holder(std::string_view service, std::string_view scope,
                                         MakeState make) const;
  StateHolder& add_holder(StateIdentity identity);
  [[nodiscard]] Journal& journal() const;
  void restore_tables(const Snapshot& snapshot);

  std::unique_ptr<WorldCore> core_;
};

/// The changes from its beginning to `commit` happen as one; without `commit` its end undoes them.
/// Transactions nest: what an inner one committed is still undone if the outer one is not
/// committed.
class Transaction {
 public:
  explicit Transaction(World& world)
      : core_(world.core_.get()), journal_(world.journal()), mark_(journal_.entries.size()) {
    ++journal_.depth;
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction() {
    if (is_open_) roll_back();
  }

  void commit() {
    CHECK(is_open_) << "a transaction was committed twice";
    is_open_ = false;
    if (--journal_.depth == 0 && !journal_.entries.empty()) publish();
  }

 private:
  void roll_back();
  void publish();

  WorldCore* core_;
  Journal& journal_;
  std::size_t mark_;
  bool is_open_ = true;
};

namespace detail {

template <class State>
class TypedHolder final : public StateHolder {
 public:
  explicit TypedHolder(const std::string& prefix) : state(prefix) {
    state.visit_tables([this](TableBase& table) { tables.push_back(&table); });
  }
  static std::unique_ptr<StateHolder> make(const std::string& prefix) {
    return std::make_unique<TypedHolder>(prefix);
  }
  State state;
};

}  // namespace detail

template <class State>
State& World::state(std::string_view service, std::string_view scope) {
  using Holder = detail::TypedHolder<State>;
  StateHolder* holder = find_holder(service, scope, &Holder::make);
  if (!holder) {
    holder = &add_holder({std::string(service), std::string(scope), &Holder::make});
  }
  return static_cast<Holder*>(holder)->state;
}

template <class State>
const State* World::find_state(std::string_view service, std::string_view scope) const {
  using Holder = detail::TypedHolder<State>;
  const StateHolder* holder = find_holder(service, scope, &Holder::make);
  return holder ? &static_cast<const Holder*>(holder)->state : nullptr;
}

}  // namespace fallstreak::world
