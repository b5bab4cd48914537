#include "world/sqlite_store.h"

#include <sqlite3.h>

#include <array>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "base/check.h"
#include "world/hash.h"
#include "world/sqlite.h"
#include "world/sqlite_log.h"

namespace fallstreak::world {
namespace {

using Reason = StoreError::Reason;

/// Step i turns format i into format i + 1; format 0 is the empty file.
constexpr std::array<const char*, SqliteStore::kFormatVersion> kMigrations = {
    "CREATE TABLE format(version INTEGER NOT NULL);"
    "INSERT INTO format VALUES(0);"
    // The seed, and the clock in nanoseconds.
    "CREATE TABLE world(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE tables(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
    // `checksum` is hash_bytes of the record, seeded with that of the key: SQLite itself does not
    // notice bits that flip.
    "CREATE TABLE rows(table_id INTEGER NOT NULL, key BLOB NOT NULL, record BLOB NOT NULL,"
    " checksum INTEGER NOT NULL, PRIMARY KEY(table_id, key)) WITHOUT ROWID;",
    // Rows that are newer than those in their places; see sqlite_log.h. `checksum` is hash_bytes of
    // the entry.
    "CREATE TABLE log(number INTEGER PRIMARY KEY, entry BLOB NOT NULL, checksum INTEGER NOT NULL)"};

/// SQLite refuses values of more than a gigabyte.
constexpr std::int64_t kLargestEntry = 16LL * 1024 * 1024;

std::int64_t checksum_of(std::string_view key, std::string_view record) {
  return static_cast<std::int64_t>(hash_bytes(record, hash_bytes(key)));
}
std::int64_t checksum_of(std::string_view entry) {
  return static_cast<std::int64_t>(hash_bytes(entry));
}

/// Renames the file and what belongs to it; returns its new name.
std::string set_aside(const std::string& path) {
  namespace fs = std::filesystem;
  int number = 1;
  std::string aside;
  do {
    aside = path + ".damaged-" + std::to_string(number++);
  } while (fs::exists(aside) || fs::exists(aside + "-wal"));
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::error_code error;
    if (!fs::exists(path + suffix, error)) continue;
    fs::rename(path + suffix, aside + suffix, error);
    if (error) {
      throw StoreError(Reason::failed,
                       "Cannot rename the damaged file " + path + suffix + ": " + error.message());
    }
  }
  return aside;
}

[[noreturn]] void refuse_damaged(const std::string& path, const std::string& why) {
  const std::string aside = set_aside(path);
  throw StoreError(Reason::damaged, "The world's file " + path + " is damaged (" + why +
                                        "). It was renamed to " + aside +
                                        "; the next start begins with an empty world.");
}

bool is_damage(const SqliteFailure& failure) {
  return failure.code == SQLITE_CORRUPT || failure.code == SQLITE_NOTADB;
}

StoreError failed(const std::string& path, const SqliteFailure& failure) {
  if (failure.code == SQLITE_BUSY || failure.code == SQLITE_LOCKED) {
    return {Reason::in_use, "The world's file " + path + " is in use by another process."};
  }
  const char* what =
      failure.code == SQLITE_FULL ? "The disk is full: the world's file " : "The world's file ";
  return {Reason::failed, what + path + " cannot be read or written: " + failure.message + "."};
}

}  // namespace

/// The open file with its prepared statements.
class SqliteStore::Connection {
 public:
  explicit Connection(const std::string& path) : database(path) {
    // One process at a time: the lock is taken by the first access and ends with the process. It
    // must come before journal_mode, or SQLite would keep the index of the log in a file shared
    // between processes.
    database.execute("PRAGMA locking_mode=EXCLUSIVE");
    // A commit is an append to the log, handed to the operating system before flush returns; a kill
    // of the process cannot take it back, because the operating system has it then. Syncing would
    // protect against a crash of the machine, which is not promised, for milliseconds a commit.
    // NORMAL syncs at checkpoints only, so that a crash of the machine loses the newest commits but
    // does not damage the file.
    database.execute("PRAGMA journal_mode=WAL");
    database.execute("PRAGMA synchronous=NORMAL");
    // In pages of 4 KiB: the log is moved into the file when it has 128 MiB. Rows that are written
    // in no order are on as many pages; the longer the log, the more often is one page written for
    // several of them, and each of these checkpoints syncs.
    database.execute("PRAGMA wal_autocheckpoint=32768");
    // In KiB; taken only as far as the file has pages.
    database.execute("PRAGMA cache_size=-65536");
    database.execute("BEGIN IMMEDIATE; COMMIT");
  }

  void prepare() {
    add_table.emplace(database.handle(), "INSERT INTO tables(name) VALUES(?1)");
    put_row.emplace(database.handle(), "INSERT OR REPLACE INTO rows VALUES(?1,?2,?3,?4)");
    erase_row.emplace(database.handle(), "DELETE FROM rows WHERE table_id=?1 AND key=?2");
    put_value.emplace(database.handle(), "INSERT OR REPLACE INTO world VALUES(?1,?2)");
    append_entry.emplace(database.handle(), "INSERT INTO log(entry, checksum) VALUES(?1,?2)");
    log_bytes = database.integer("SELECT ifnull(sum(length(entry)), 0) FROM log");
  }

  std::int64_t id_of(const std::string& name) {
    const auto known = ids.find(name);
    if (known != ids.end()) return known->second;
    std::optional<std::int64_t> id;
    {
      SqliteStatement find(database.handle(), "SELECT id FROM tables WHERE name=?1");
      if (find.bind_text(1, name).step()) id = find.integer(0);
    }
    if (!id) {
      add_table->bind_text(1, name).run();
      id = sqlite3_last_insert_rowid(database.handle());
    }
    ids.emplace(name, *id);
    return *id;
  }

  /// Undoes a transaction of which a statement failed. Some failures have undone it already.
  void roll_back() {
    ids.clear();
    if (sqlite3_get_autocommit(database.handle()) == 0) {
      sqlite3_exec(database.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
    }
  }

  SqliteDatabase database;
  std::optional<SqliteStatement> add_table;
  std::optional<SqliteStatement> put_row;
  std::optional<SqliteStatement> erase_row;
  std::optional<SqliteStatement> put_value;
  std::optional<SqliteStatement> append_entry;
  std::map<std::string, std::int64_t> ids;
  std::int64_t log_bytes = 0;
};

struct SqliteStore::Log {
  std::vector<std::string> entries;
  std::vector<LoggedRow> rows;
};

namespace {

/// Brings an older format, or an empty file, to the present one.
void migrate(SqliteDatabase& database, const std::string& path) {
  const bool has_format =
      database.integer("SELECT count(*) FROM sqlite_schema WHERE name='format'") > 0;
  if (!has_format && database.integer("SELECT count(*) FROM sqlite_schema") > 0) {
    throw StoreError(Reason::foreign, "The file " + path + " is not a world of Fallstreak's.");
  }
  const std::int64_t version =
      has_format ? database.integer("SELECT version FROM format") : std::int64_t{0};
  if (version > SqliteStore::kFormatVersion) {
    throw StoreError(Reason::newer,
                     "The world's file " + path + " has format " + std::to_string(version) +
                         ", but this version of Fallstreak knows formats up to " +
                         std::to_string(SqliteStore::kFormatVersion) + ". It was left as it is.");
  }
  if (version == SqliteStore::kFormatVersion) return;
  database.execute("BEGIN IMMEDIATE");
  for (auto step = static_cast<std::size_t>(version); step < kMigrations.size(); ++step) {
    database.execute(kMigrations.at(step));
  }
  database.execute("UPDATE format SET version=" + std::to_string(SqliteStore::kFormatVersion));
  database.execute("COMMIT");
}

}  // namespace

SqliteStore::SqliteStore(std::string path, std::int64_t longest_log)
    : path_(std::move(path)), longest_log_(longest_log) {
  std::string damage;
  try {
    connection_ = std::make_unique<Connection>(path_);
    const std::string verdict = connection_->database.text("PRAGMA quick_check(1)");
    if (verdict == "ok") {
      migrate(connection_->database, path_);
      connection_->prepare();
    } else {
      damage = verdict;
    }
  } catch (const SqliteFailure& failure) {
    if (!is_damage(failure)) throw failed(path_, failure);
    damage = failure.message;
  }
  if (damage.empty()) return;
  connection_.reset();
  refuse_damaged(path_, damage);
}

SqliteStore::~SqliteStore() = default;

bool SqliteStore::has_world() const {
  try {
    return connection_->database.integer("SELECT count(*) FROM world WHERE name='seed'") > 0;
  } catch (const SqliteFailure& failure) {
    throw failed(path_, failure);
  }
}

void SqliteStore::load(World& world) {
  std::string damage;
  try {
    damage = read_into(world);
  } catch (const SqliteFailure& failure) {
    if (!is_damage(failure)) throw failed(path_, failure);
    damage = failure.message;
  }
  if (damage.empty()) return;
  connection_.reset();
  refuse_damaged(path_, damage);
}

std::string SqliteStore::read_log(Log& log) {
  SqliteStatement entries(connection_->database.handle(),
                          "SELECT entry, checksum FROM log ORDER BY number");
  while (entries.step()) {
    const std::string_view entry = entries.bytes(0);
    if (entries.integer(1) != checksum_of(entry)) return "the checksum of a commit is wrong";
    log.entries.emplace_back(entry);
  }
  auto rows = newest_rows(log.entries);
  if (!rows) return "a commit is cut off";
  log.rows = std::move(*rows);
  return "";
}

/// Loads rows that come sorted by table and key.
class SqliteStore::Loader {
 public:
  Loader(SqliteDatabase& database, World& world) : world_(world) {
    SqliteStatement tables(database.handle(), "SELECT id, name FROM tables");
    while (tables.step()) names_.emplace(tables.integer(0), tables.bytes(1));
  }
  /// Returns what is wrong with the row, or nothing.
  std::string load(std::int64_t table_id, std::string_view key, std::string_view record) {
    if (table_ == nullptr || table_id != table_id_) {
      const auto name = names_.find(table_id);
      if (name == names_.end()) return "a row of a table without a name";
      table_ = &world_.table_to_load(name->second);
      table_id_ = table_id;
    }
    const auto wrong = table_->load(std::string(key), record);
    return wrong ? "a row of table " + table_->name() + ": " + *wrong : "";
  }

 private:
  World& world_;
  std::map<std::int64_t, std::string> names_;
  TableBase* table_ = nullptr;
  std::int64_t table_id_ = 0;
};

std::string SqliteStore::read_into(World& world) {
  SqliteDatabase& database = connection_->database;
  Log log;
  if (std::string wrong = read_log(log); !wrong.empty()) return wrong;
  Loader loader(database, world);
  auto logged = log.rows.begin();
  const auto load_logged = [&] {
    const LoggedRow& row = *logged++;
    return row.record ? loader.load(row.table_id, row.key, *row.record) : std::string();
  };
  SqliteStatement rows(database.handle(),
                       "SELECT table_id, key, record, checksum FROM rows ORDER BY table_id, key");
  while (rows.step()) {
    const std::int64_t table_id = rows.integer(0);
    const std::string_view key = rows.bytes(1);
    const std::string_view record = rows.bytes(2);
    std::string wrong;
    while (wrong.empty() && logged != log.rows.end() && logged->is_before(table_id, key)) {
      wrong = load_logged();
    }
    if (!wrong.empty()) return wrong;
    // What is logged is newer.
    if (logged != log.rows.end() && logged->is_at(table_id, key)) {
      wrong = load_logged();
    } else if (rows.integer(3) == checksum_of(key, record)) {
      wrong = loader.load(table_id, key, record);
    } else {
      wrong = "the checksum of a row is wrong";
    }
    if (!wrong.empty()) return wrong;
  }
  while (logged != log.rows.end()) {
    if (std::string wrong = load_logged(); !wrong.empty()) return wrong;
  }
  if (!has_world()) return "";
  const std::int64_t seed = database.integer("SELECT value FROM world WHERE name='seed'");
  const std::int64_t clock = database.integer("SELECT value FROM world WHERE name='clock'");
  world.load_clock(static_cast<std::uint64_t>(seed), from_nanoseconds(clock));
  return "";
}

void SqliteStore::save(const World& world) {
  Batch batch;
  batch.values["seed"] = static_cast<std::int64_t>(world.seed());
  batch.values["clock"] = to_nanoseconds(world.now());
  for (const TableBase* table : world.tables()) {
    if (table->empty()) continue;
    auto& rows = batch.rows[table->name()];
    table->visit_keys([&](const std::string& key) { rows[key] = table->encode(key); });
  }
  const std::lock_guard guard(mutex_);
  pending_ = std::move(batch);
  ++last_pending_;
}

void SqliteStore::committed(Time now, std::span<const Change> changes) {
  ++commits_;
  const std::lock_guard guard(mutex_);
  const TableBase* table = nullptr;
  std::map<std::string, std::optional<std::string>>* rows = nullptr;
  for (const Change& change : changes) {
    if (change.table != table) {
      table = change.table;
      rows = &pending_.rows[table->name()];
    }
    (*rows)[std::string(change.key)] = table->encode(change.key);
  }
  pending_.values["clock"] = to_nanoseconds(now);
  ++last_pending_;
}

void SqliteStore::clock_moved(Time now) { keep_value("clock", to_nanoseconds(now)); }

void SqliteStore::keep_value(std::string_view name, std::int64_t value) {
  const std::lock_guard guard(mutex_);
  pending_.values[std::string(name)] = value;
  ++last_pending_;
}

std::optional<std::int64_t> SqliteStore::kept_value(std::string_view name) const {
  try {
    SqliteStatement find(connection_->database.handle(), "SELECT value FROM world WHERE name=?1");
    if (!find.bind_text(1, name).step()) return std::nullopt;
    return find.integer(0);
  } catch (const SqliteFailure& failure) {
    throw failed(path_, failure);
  }
}

void SqliteStore::flush() {
  std::unique_lock lock(mutex_);
  const std::uint64_t wanted = last_pending_;
  while (last_written_ < wanted) {
    if (is_writing_) {
      written_.wait(lock);
      continue;
    }
    is_writing_ = true;
    const std::uint64_t taken = last_pending_;
    Batch batch = std::exchange(pending_, {});
    lock.unlock();
    std::optional<StoreError> error;
    try {
      write(batch);
    } catch (const SqliteFailure& failure) {
      error = failed(path_, failure);
    }
    lock.lock();
    is_writing_ = false;
    if (error) {
      return_batch(std::move(batch));
    } else {
      last_written_ = taken;
    }
    // After an error each of those who wait tries for itself and hears of it.
    written_.notify_all();
    if (error) throw StoreError(*error);
  }
}

void SqliteStore::return_batch(Batch batch) {
  // What changed again meanwhile is newer, so what is there stays.
  for (auto& [table, rows] : batch.rows) pending_.rows[table].merge(rows);
  pending_.values.merge(batch.values);
}

void SqliteStore::write(const Batch& batch) {
  CHECK(connection_ != nullptr) << "the file was set aside";
  Connection& connection = *connection_;
  const std::int64_t log_bytes = connection.log_bytes;
  connection.database.execute("BEGIN IMMEDIATE");
  try {
    std::string entry;
    for (const auto& [table, rows] : batch.rows) {
      const std::int64_t id = connection.id_of(table);
      for (const auto& [key, record] : rows) {
        append_to_log({.table_id = id, .key = key, .record = record}, entry);
        if (std::ssize(entry) > kLargestEntry) append(std::exchange(entry, {}));
      }
    }
    append(entry);
    if (connection.log_bytes > longest_log_) fold_log();
    for (const auto& [name, value] : batch.values) {
      connection.put_value->bind_text(1, name).bind(2, value).run();
    }
    connection.database.execute("COMMIT");
  } catch (const SqliteFailure&) {
    connection.roll_back();
    connection.log_bytes = log_bytes;
    throw;
  }
}

void SqliteStore::append(const std::string& entry) {
  if (entry.empty()) return;
  connection_->append_entry->bind_blob(1, entry).bind(2, checksum_of(entry)).run();
  connection_->log_bytes += std::ssize(entry);
}

void SqliteStore::fold_log() {
  Connection& connection = *connection_;
  Log log;
  const std::string wrong = read_log(log);
  if (!wrong.empty()) throw SqliteFailure{SQLITE_CORRUPT, wrong};
  for (const LoggedRow& row : log.rows) {
    if (row.record) {
      connection.put_row->bind(1, row.table_id).bind_blob(2, row.key).bind_blob(3, *row.record);
      connection.put_row->bind(4, checksum_of(row.key, *row.record)).run();
    } else {
      connection.erase_row->bind(1, row.table_id).bind_blob(2, row.key).run();
    }
  }
  connection.database.execute("DELETE FROM log");
  connection.log_bytes = 0;
}

}  // namespace fallstreak::world
