#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/time.h"
#include "world/world.h"

namespace fallstreak::world {

/// Why the file of a world cannot be used; what() names the file and tells what to do.
struct StoreError : std::runtime_error {
  enum class Reason : std::uint8_t {
    newer,    // written by a newer version of Fallstreak; left as it is
    foreign,  // an SQLite file of something else; left as it is
    damaged,  // renamed aside; the next start begins with an empty world
    in_use,   // another process has it open
    failed,   // the disk is full or the file cannot be read or written
  };
  StoreError(Reason why, const std::string& text) : std::runtime_error(text), reason(why) {}
  Reason reason;
};

/// A world in one SQLite file. As an observer it collects what each commit changed; flush writes
/// it. A request is acknowledged after flush returned: what was acknowledged survives a kill of the
/// process at any moment.
///
/// A new file: save, add_observer, flush. One that has a world: load, add_observer.
///
/// The world is observed by whoever holds it; flush may be called by any number of threads, which
/// do not hold it.
class SqliteStore final : public CommitObserver {
 public:
  static constexpr int kFormatVersion = 2;
  /// Half a million items of 200 bytes: what is logged until then is put in its places in one go,
  /// which takes about a second and writes each page once for the many rows that it has.
  static constexpr std::int64_t kLongestLog = 128LL * 1024 * 1024;

  /// Opens the file, or makes it. Throws StoreError. `longest_log`: in bytes; see kLongestLog.
  explicit SqliteStore(std::string path, std::int64_t longest_log = kLongestLog);
  SqliteStore(const SqliteStore&) = delete;
  SqliteStore& operator=(const SqliteStore&) = delete;
  /// Does not flush: what was not acknowledged may be lost.
  ~SqliteStore();

  /// True when the file holds a world.
  [[nodiscard]] bool has_world() const;
  /// Brings rows, clock, waiting events and dice back into a new world. Call it before adding the
  /// store as an observer.
  void load(World& world);
  /// Takes over all that is in a world that is new to an empty file, before the store becomes its
  /// observer.
  void save(const World& world);

  /// A number that is kept beside the world: rewinding does not touch it. As a commit it is in the
  /// file after a flush. Names other than `seed` and `clock`.
  void keep_value(std::string_view name, std::int64_t value);
  /// As the file has it, before anything is written.
  [[nodiscard]] std::optional<std::int64_t> kept_value(std::string_view name) const;

  /// How many commits changed rows, for whoever holds the world: a call that did not add to it
  /// needs no flush.
  [[nodiscard]] std::uint64_t commits() const { return commits_; }

  void committed(Time now, std::span<const Change> changes) override;
  void clock_moved(Time now) override;

  /// Returns when all that was committed before the call is in the file. Of the threads that call
  /// it at the same time one writes for all. Throws StoreError when it cannot be written; it stays
  /// pending then and the next call tries again.
  void flush();

 private:
  class Connection;
  class Loader;
  /// Rows by table and key, empty where erased. Only the newest of several changes of a row is
  /// kept, so what is pending while the disk is full is never more than the world.
  using Rows =
      std::map<std::string, std::map<std::string, std::optional<std::string>>, std::less<>>;
  struct Batch {
    Rows rows;
    /// What is in no table: the seed, the clock, and what others keep beside the world.
    std::map<std::string, std::int64_t, std::less<>> values;
  };

  /// Returns what is wrong with the rows, or nothing.
  std::string read_into(World& world);
  /// The log's rows, the newest of each, with the entries they point into; or what is wrong.
  struct Log;
  std::string read_log(Log& log);
  void write(const Batch& batch);
  void append(const std::string& entry);
  /// Puts what is logged in its places, and empties the log.
  void fold_log();
  void return_batch(Batch batch);

  std::string path_;
  std::int64_t longest_log_;
  std::uint64_t commits_ = 0;
  std::unique_ptr<Connection>
      connection_;  // used by the one thread that is writing, or before there are several

  std::mutex mutex_;  // guards what follows; never held while writing
  std::condition_variable written_;
  Batch pending_;
  /// Counts the calls of committed and clock_moved.
  std::uint64_t last_pending_ = 0;
  std::uint64_t last_written_ = 0;
  bool is_writing_ = false;
};

}  // namespace fallstreak::world
