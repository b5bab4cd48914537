#include "world/world.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <set>
#include <utility>

#include "world/hash.h"

namespace fallstreak::world {
namespace {

/// States by (service, scope), for the one lookup per request: open addressing, never more than
/// half full.
class StateIndex {
 public:
  struct Slot {
    std::uint64_t hash = 0;
    std::shared_ptr<const StateIdentity> identity;
    std::unique_ptr<StateHolder> holder;
    [[nodiscard]] bool is(std::string_view service, std::string_view scope) const {
      return identity->service == service && identity->scope == scope;
    }
  };

  [[nodiscard]] const Slot* find(std::string_view service, std::string_view scope) const {
    if (slots_.empty()) return nullptr;
    // Requests come in rows: the slot that a name so long had last is looked at first.
    const Slot*& latest = latest_[service.size() % latest_.size()];
    if (latest != nullptr && latest->is(service, scope)) return latest;
    const std::uint64_t hash = hash_of(service, scope);
    for (std::size_t at = hash & mask();; at = (at + 1) & mask()) {
      const Slot& slot = slots_[at];
      if (!slot.identity) return nullptr;
      if (slot.hash == hash && slot.is(service, scope)) return latest = &slot;
    }
  }

  StateHolder& add(StateIdentity identity, std::unique_ptr<StateHolder> holder) {
    if (2 * (used_ + 1) > slots_.size()) grow();
    ++used_;
    Slot slot{hash_of(identity.service, identity.scope),
              std::make_shared<const StateIdentity>(std::move(identity)), std::move(holder)};
    return *place(std::move(slot)).holder;
  }

  template <class Visit>
  void visit(Visit visit) const {
    for (const Slot& slot : slots_) {
      if (slot.identity) visit(slot);
    }
  }
  [[nodiscard]] std::size_t size() const { return used_; }

 private:
  [[nodiscard]] std::size_t mask() const { return slots_.size() - 1; }
  static std::uint64_t hash_of(std::string_view service, std::string_view scope) {
    return hash_bytes(scope, hash_bytes(service));
  }
  Slot& place(Slot slot) {
    std::size_t at = slot.hash & mask();
    while (slots_[at].identity) at = (at + 1) & mask();
    slots_[at] = std::move(slot);
    return slots_[at];
  }
  void grow() {
    std::vector<Slot> before(std::max<std::size_t>(16, 2 * slots_.size()));
    before.swap(slots_);
    latest_.fill(nullptr);
    for (Slot& slot : before) {
      if (slot.identity) place(std::move(slot));
    }
  }

  std::vector<Slot> slots_;  // a power of two
  mutable std::array<const Slot*, 16> latest_{};
  std::size_t used_ = 0;
};

/// How many events may come up at one moment besides those that waited for it: an event that gives
/// rise to another at the same moment, without end, would hang the world.
constexpr std::size_t kMostNewEventsAtOneMoment = 100'000;

}  // namespace

struct WorldCore {
  WorldCore(std::uint64_t seed, Time start)
      : clock(start), events("world/"), random("world/", seed) {
    events.visit_tables([this](TableBase& table) { attach(table); });
    random.visit_tables([this](TableBase& table) { attach(table); });
  }

  void attach(TableBase& table) {
    const auto raw = raw_tables.find(table.name());
    if (raw != raw_tables.end()) {
      table.restore(raw->second->version());
      forget(*raw->second);
      raw_tables.erase(raw);
    }
    enlist(table);
  }
  void enlist(TableBase& table) {
    table.journal_ = &journal;
    const auto at = std::ranges::lower_bound(tables, table.name(), {}, &TableBase::name);
    CHECK(at == tables.end() || (*at)->name() != table.name())
        << "two tables are named " << table.name();
    tables.insert(at, &table);
  }
  void forget(const TableBase& table) { tables.erase(std::ranges::find(tables, &table)); }
  [[nodiscard]] TableBase* find_table(std::string_view name) const {
    const auto at = std::ranges::lower_bound(tables, name, {}, &TableBase::name);
    return at != tables.end() && (*at)->name() == name ? *at : nullptr;
  }

  [[nodiscard]] Snapshot snapshot() const {
    Snapshot result;
    result.now = clock.now();
    result.tables.reserve(tables.size());
    for (const TableBase* table : tables) {
      if (!table->empty()) result.tables.push_back({table->name_, table->version()});
    }
    result.states.reserve(states.size());
    states.visit([&](const auto& slot) { result.states.push_back(slot.identity); });
    return result;
  }

  void keep_moment() {
    if (!history || !changed_since_moment) return;
    history->add(snapshot());
    changed_since_moment = false;
  }
  void note_change() {
    if (!history) return;
    if (!changed_since_moment) history->forget_after(clock.now());
    changed_since_moment = true;
  }
  /// To be called before the clock moves on from a second in which something changed.
  void leave_second(Time next) {
    using std::chrono::floor;
    using std::chrono::seconds;
    if (floor<seconds>(next) != floor<seconds>(clock.now())) keep_moment();
  }

  void publish() {
    note_change();
    // Taken out first: an observer that opens a transaction must find the journal empty.
    std::vector<Undo> done;
    done.swap(journal.entries);
    if (!observers.empty()) notify(done);
    done.clear();
    constexpr std::size_t kKeptCapacity = 4096;
    if (done.capacity() <= kKeptCapacity) journal.entries.swap(done);
  }
  void notify(const std::vector<Undo>& done) {
    std::vector<Change> changes;
    changes.reserve(done.size());
    for (const Undo& undo : done) changes.push_back({undo.table, undo.entry->first});
    std::ranges::sort(changes, [](const Change& a, const Change& b) {
      return a.table != b.table ? a.table->name() < b.table->name() : a.key < b.key;
    });
    // Not std::ranges::unique, nor any subrange: clang 14, which builds the fuzzers, rejects
    // libstdc++'s.
    const auto is_same = [](const Change& a, const Change& b) {
      return a.table == b.table && a.key == b.key;
    };
    changes.erase(std::unique(changes.begin(), changes.end(), is_same), changes.end());
    for (CommitObserver* observer : observers) observer->committed(clock.now(), changes);
  }

  VirtualClock clock;
  Journal journal;
  EventQueue events;
  RandomStreams random;
  std::vector<TableBase*> tables;  // all of them, sorted by name
  StateIndex states;
  std::map<std::string, std::unique_ptr<RawTable>, std::less<>> raw_tables;
  std::vector<CommitObserver*> observers;
  std::unique_ptr<History> history;
  bool changed_since_moment = false;
};

// ----------------------------------------------------------------------------------------------
// Transaction

void Transaction::roll_back() {
  while (journal_.entries.size() > mark_) {
    Undo& change = journal_.entries.back();
    change.table->undo(change);
    journal_.entries.pop_back();
  }
  --journal_.depth;
}

void Transaction::publish() { core_->publish(); }

// ----------------------------------------------------------------------------------------------
// World: parts

World::World(std::uint64_t seed, Time start) : core_(std::make_unique<WorldCore>(seed, start)) {}
World::World(World&&) noexcept = default;
World& World::operator=(World&&) noexcept = default;
World::~World() = default;

std::uint64_t World::seed() const { return core_->random.seed(); }
const VirtualClock& World::clock() const { return core_->clock; }
EventQueue& World::events() { return core_->events; }
const EventQueue& World::events() const { return core_->events; }
RandomStreams& World::random() { return core_->random; }
Journal& World::journal() const { return core_->journal; }
std::span<TableBase* const> World::tables() const { return core_->tables; }

StateHolder* World::find_holder(std::string_view service, std::string_view scope,
                                MakeState make) const {
  const auto* slot = core_->states.find(service, scope);
  if (!slot) return nullptr;
  CHECK(slot->identity->make == make)
      << "the state of " << service << " in " << scope << " has another type";
  return slot->holder.get();
}

StateHolder& World::add_holder(StateIdentity identity) {
  CHECK(identity.service != "world" && identity.service.find('/') == std::string::npos)
      << "a service cannot be named " << identity.service;
  const std::string prefix =
      identity.service + "/" + (identity.scope.empty() ? "" : identity.scope + "/");
  auto holder = identity.make(prefix);
  for (TableBase* table : holder->tables) {
    CHECK(table->name().starts_with(prefix))
        << "table " << table->name() << " is not in " << prefix;
    core_->attach(*table);
  }
  return core_->states.add(std::move(identity), std::move(holder));
}

std::vector<std::string> World::scopes(std::string_view service) const {
  const std::string prefix = std::string(service) + "/";
  std::set<std::string> scopes;
  for (const TableBase* table : core_->tables) {
    const std::string& name = table->name();
    if (table->empty() || !name.starts_with(prefix)) continue;
    const std::size_t end = name.rfind('/');
    scopes.insert(end < prefix.size() ? "" : name.substr(prefix.size(), end - prefix.size()));
  }
  return {scopes.begin(), scopes.end()};
}

TableBase& World::table_to_load(std::string_view name) {
  if (TableBase* table = core_->find_table(name)) return *table;
  auto raw = std::make_unique<RawTable>(std::string(name));
  core_->enlist(*raw);
  return *core_->raw_tables.emplace(std::string(name), std::move(raw)).first->second;
}

void World::load_clock(std::uint64_t seed, Time now) {
  core_->random.seed_ = seed;
  core_->clock.now_ = now;
}

void World::add_observer(CommitObserver& observer) { core_->observers.push_back(&observer); }

void World::remove_observer(CommitObserver& observer) { std::erase(core_->observers, &observer); }

// ----------------------------------------------------------------------------------------------
// World: time

bool World::step(const EventHandler& handler, const EventFailure& failed) {
  WorldCore& core = *core_;
  CHECK(core.journal.depth == 0) << "time cannot move inside a transaction";
  const Event* next = core.events.next();
  if (!next) return false;
  // An event may have been scheduled for a moment that was over; time does not go back for it.
  const Time due = std::max(next->due, core.clock.now());
  core.leave_second(due);
  core.clock.now_ = due;

  Transaction consumption(*this);
  const Event event = core.events.pop();
  try {
    Transaction effects(*this);
    handler(event);
    effects.commit();
  } catch (const ApiError& error) {
    consumption.commit();
    if (!failed) throw;
    failed(event, error.what());
    return true;
  } catch (const InternalError& error) {
    consumption.commit();
    if (!failed) throw;
    failed(event, error.what());
    return true;
  }
  consumption.commit();
  return true;
}

void World::advance_to(Time target, const EventHandler& handler, const EventFailure& failed) {
  CHECK(target >= now()) << "time cannot advance to the past";
  std::size_t left_at_this_moment = kMostNewEventsAtOneMoment + core_->events.size();
  for (const Event* next = core_->events.next(); next && next->due <= target;
       next = core_->events.next()) {
    if (next->due > now()) {
      left_at_this_moment = kMostNewEventsAtOneMoment + core_->events.size();
    }
    CHECK(left_at_this_moment-- > 0)
        << "events of kind " << next->kind << " follow each other without end at one moment";
    step(handler, failed);
  }
  if (target == now()) return;
  core_->leave_second(target);
  core_->clock.now_ = target;
  for (CommitObserver* observer : core_->observers) observer->clock_moved(target);
}

void World::keep_history(HistoryPolicy policy) {
  core_->history = std::make_unique<History>(policy);
  core_->changed_since_moment = true;
  core_->keep_moment();
}

const History* World::history() const { return core_->history.get(); }

Outcome<void> World::rewind(Time time) {
  if (!core_->history) {
    return tl::unexpected(ApiError("ValidationException", "This world keeps no history."));
  }
  core_->keep_moment();
  const Snapshot* moment = core_->history->at(time);
  if (!moment) {
    return tl::unexpected(ApiError("ValidationException", "No moment before " + to_iso8601(time) +
                                                              " is kept in the history."));
  }
  restore_tables(*moment);
  const Event* next = core_->events.next();
  core_->clock.now_ = next ? std::max(moment->now, std::min(time, next->due)) : time;
  for (CommitObserver* observer : core_->observers) observer->clock_moved(now());
  return {};
}

// ----------------------------------------------------------------------------------------------
// World: versions

Snapshot World::snapshot() const { return core_->snapshot(); }

void World::restore(const Snapshot& snapshot) {
  restore_tables(snapshot);
  if (core_->history) {
    core_->history->forget_after(snapshot.now);
    core_->changed_since_moment = true;
  }
}

void World::restore_tables(const Snapshot& snapshot) {
  CHECK(core_->journal.depth == 0) << "a world cannot be restored inside a transaction";
  for (const auto& identity : snapshot.states) {
    if (!core_->states.find(identity->service, identity->scope)) add_holder(*identity);
  }
  for (const auto& item : snapshot.tables) static_cast<void>(table_to_load(*item.table));

  std::vector<std::pair<const TableBase*, std::string>> differing;
  auto item = snapshot.tables.begin();
  for (TableBase* table : core_->tables) {
    const bool has_item = item != snapshot.tables.end() && *item->table == table->name();
    const Version version = has_item ? (item++)->version : Version();
    if (!core_->observers.empty()) {
      table->diff(table->version(), version,
                  [&](const std::string& key, ChangeKind) { differing.emplace_back(table, key); });
    }
    table->restore(version);
  }
  core_->clock.now_ = snapshot.now;

  std::vector<Change> changes;
  changes.reserve(differing.size());
  for (const auto& [table, key] : differing) changes.push_back({table, key});
  for (CommitObserver* observer : core_->observers) observer->committed(now(), changes);
}

World World::fork() const {
  CHECK(core_->journal.depth == 0) << "a world cannot be forked inside a transaction";
  World result(seed(), now());
  result.restore_tables(snapshot());
  return result;
}

std::vector<Difference> World::diff(const Snapshot& before, const Snapshot& after) const {
  std::vector<Difference> differences;
  const auto compare = [&](const std::string& name, const Version& old_version,
                           const Version& new_version) {
    const auto report = [&](const std::string& key, ChangeKind kind) {
      differences.push_back({name, key, kind});
    };
    // The table converts versions from before its type was known; without the table there is no
    // type.
    const TableBase* table = core_->find_table(name);
    if (table) {
      table->diff(old_version, new_version, report);
    } else {
      RawTable(name).diff(old_version, new_version, report);
    }
  };
  auto a = before.tables.begin();
  auto b = after.tables.begin();
  while (a != before.tables.end() || b != after.tables.end()) {
    const int order = a == before.tables.end()  ? 1
                      : b == after.tables.end() ? -1
                                                : a->table->compare(*b->table);
    const std::string& name = order <= 0 ? *a->table : *b->table;
    compare(name, order <= 0 ? a->version : Version(), order >= 0 ? b->version : Version());
    if (order <= 0) ++a;
    if (order >= 0) ++b;
  }
  return differences;
}

std::uint64_t World::hash() const {
  std::uint64_t state = mix(seed(), static_cast<std::uint64_t>(to_nanoseconds(now())));
  for (const TableBase* table : core_->tables) {
    if (table->empty()) continue;
    state = mix(state, mix(hash_bytes(table->name()), table->hash()));
  }
  return state;
}

}  // namespace fallstreak::world
