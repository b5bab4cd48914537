#include "world/sqlite_store.h"
#include "world/sqlite_log.h"

#include <gmock/gmock.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "world/world_fixture.h"

namespace fallstreak::world {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// A directory that is gone with the test.
struct StoreTest : testing::Test {
  StoreTest() {
    std::string pattern = (fs::temp_directory_path() / "fallstreak-store-XXXXXX").string();
    directory = mkdtemp(pattern.data());
  }
  ~StoreTest() override { fs::remove_all(directory); }

  [[nodiscard]] std::string path() const { return (directory / "world.db").string(); }

  /// Bypasses the store.
  void execute(const std::string& sql) const {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(path().c_str(), &database), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(database);
    sqlite3_close(database);
  }

  StoreError::Reason reason_of_refusal() const {
    try {
      SqliteStore store(path());
      World world(1);
      store.load(world);
    } catch (const StoreError& error) {
      EXPECT_THAT(error.what(), HasSubstr(path()));
      return error.reason;
    }
    ADD_FAILURE() << "the file was accepted";
    return StoreError::Reason::failed;
  }

  fs::path directory;
};
using SqliteStoreTest = StoreTest;

void fill(World& world) {
  commit(world, [&] {
    for (int number = 0; number < 200; ++number) {
      const std::string key = "i-" + std::to_string(number);
      ThingRecord thing{.number = number, .text = key, .created = world.now()};
      thing.parts.push_back({"part", number});
      shop(world).things.put(key, thing);
      shop(world, "other/region").counts.put(key, number);
    }
    world.events().schedule({.due = world.now() + 1h, .entity = "i-1", .kind = "test.later"});
    world.random().next("dice");
  });
  world.advance_to(world.now() + 90s, [](const Event&) {});
}

TEST_F(SqliteStoreTest, LoadingGivesTheSameHashTimersAndDice) {
  World world(5);
  fill(world);
  {
    SqliteStore store(path());
    EXPECT_FALSE(store.has_world());
    store.save(world);
    store.flush();
  }
  SqliteStore store(path());
  ASSERT_TRUE(store.has_world());
  World loaded(99);
  store.load(loaded);

  // Before and after the states are asked for, which is when the stored bytes become records.
  EXPECT_EQ(loaded.hash(), world.hash());
  EXPECT_EQ(*shop(loaded).things.find("i-7"), *shop(world).things.find("i-7"));
  EXPECT_EQ(shop(loaded, "other/region").counts.size(), 200U);
  EXPECT_EQ(loaded.hash(), world.hash());
  EXPECT_EQ(loaded.now(), world.now());
  EXPECT_EQ(*loaded.events().next(), *world.events().next());
  commit(world, [&] {
    commit(loaded, [&] { EXPECT_EQ(loaded.random().next("dice"), world.random().next("dice")); });
  });
}

TEST_F(SqliteStoreTest, KeepsRowsOfStatesThatNobodyAsksForThroughASnapshot) {
  World world(5);
  fill(world);
  SqliteStore store(path());
  store.save(world);
  store.flush();
  World loaded(5);
  store.load(loaded);

  const Snapshot raw = loaded.snapshot();
  World fork = loaded.fork();
  shop(loaded);
  commit(loaded, [&] { shop(loaded).things.erase("i-7"); });
  EXPECT_THAT(
      loaded.diff(raw, loaded.snapshot()),
      ElementsAre(Difference{"shop/123456789012/eu-central-1/things", "i-7", ChangeKind::removed}));
  loaded.restore(raw);

  EXPECT_EQ(loaded.hash(), world.hash());
  EXPECT_EQ(fork.hash(), world.hash());
  EXPECT_EQ(*shop(fork).things.find("i-7"), *shop(world).things.find("i-7"));
}

/// All rows are put in their places at once, and after some that were logged.
constexpr std::int64_t kNoLog = 0;
constexpr std::int64_t kShortLog = 1000;

class StoreWithLog : public SqliteStoreTest, public ::testing::WithParamInterface<std::int64_t> {};
INSTANTIATE_TEST_SUITE_P(OfEveryLength, StoreWithLog,
                         ::testing::Values(kNoLog, kShortLog, 40 * kShortLog,
                                           SqliteStore::kLongestLog));

TEST_P(StoreWithLog, FollowsCommitsErasuresClockAndRestores) {
  World world(5);
  {
    SqliteStore store(path(), GetParam());
    store.save(world);
    world.add_observer(store);
    const Snapshot empty = world.snapshot();
    fill(world);
    store.flush();
    commit(world, [&] { shop(world).things.erase_prefix("i-1"); });
    store.flush();
    const Snapshot most = world.snapshot();
    world.restore(empty);
    store.flush();
    world.restore(most);
    store.flush();
    world.advance_to(world.now() + 7s, [](const Event&) {});
    store.flush();
    world.remove_observer(store);
  }
  SqliteStore store(path());
  World loaded(1);
  store.load(loaded);
  EXPECT_EQ(loaded.hash(), world.hash());
}

TEST_F(SqliteStoreTest, SeveralThreadsAreAcknowledgedWhatTheyCommitted) {
  World world(5);
  std::mutex held;
  {
    SqliteStore store(path());
    store.save(world);
    world.add_observer(store);
    shop(world);
    std::vector<std::thread> threads;
    for (int number = 0; number < 4; ++number) {
      threads.emplace_back([&, number] {
        for (int round = 0; round < 50; ++round) {
          {
            const std::lock_guard guard(held);
            commit(world,
                   [&] { shop(world).counts.put(std::to_string(number * 1000 + round), round); });
          }
          store.flush();
        }
      });
    }
    for (auto& thread : threads) thread.join();
  }
  SqliteStore store(path());
  World loaded(1);
  store.load(loaded);
  EXPECT_EQ(shop(loaded).counts.size(), 200U);
  EXPECT_EQ(loaded.hash(), world.hash());
}

// ----------------------------------------------------------------------------------------------
// kill -9

/// Commits one row after the other and tells each acknowledged one, until it is killed.
[[noreturn]] void commit_forever(const std::string& path, std::int64_t longest_log, int pipe) {
  World world(5);
  SqliteStore store(path, longest_log);
  if (store.has_world()) {
    store.load(world);
  } else {
    store.save(world);
  }
  world.add_observer(store);
  for (;;) {
    const std::int64_t* last = shop(world).counts.find("last");
    const std::int64_t number = last ? *last + 1 : 1;
    commit(world, [&] {
      shop(world).counts.put("last", number);
      shop(world).things.put(std::to_string(number), {.number = number, .text = "x"});
    });
    store.flush();
    if (write(pipe, &number, sizeof number) != sizeof number) _exit(1);
  }
}

/// Lets a process acknowledge `count` commits, kills it, and returns the last number that it
/// acknowledged.
std::int64_t run_and_kill(const std::string& path, std::int64_t longest_log, int count) {
  int pipe_ends[2];
  if (pipe(pipe_ends) != 0) return -1;
  const pid_t child = fork();
  if (child == 0) {
    close(pipe_ends[0]);
    commit_forever(path, longest_log, pipe_ends[1]);
  }
  close(pipe_ends[1]);
  std::int64_t acknowledged = 0;
  std::int64_t number = 0;
  for (int heard = 0; ::read(pipe_ends[0], &number, sizeof number) == sizeof number; ++heard) {
    acknowledged = number;
    if (heard == count) kill(child, SIGKILL);
  }
  close(pipe_ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended before it was killed";
  return acknowledged;
}

TEST_P(StoreWithLog, WhatWasAcknowledgedSurvivesAKillAtAnyMoment) {
  std::int64_t before = 0;
  for (int count : {0, 1, 2, 3, 5, 8, 13, 40, 100, 250, 7, 31}) {
    const std::int64_t acknowledged = run_and_kill(path(), GetParam(), count);
    ASSERT_GT(acknowledged, before + count);

    SqliteStore store(path());
    World world(1);
    store.load(world);
    const std::int64_t last = *shop(world).counts.find("last");
    // One more may have been written whose acknowledgement was cut off.
    EXPECT_GE(last, acknowledged);
    EXPECT_LE(last, acknowledged + 1);
    EXPECT_EQ(shop(world).things.size(), static_cast<std::size_t>(last));
    before = last;
  }
}

// ----------------------------------------------------------------------------------------------
// files that are wrong

TEST_F(SqliteStoreTest, RefusesANewerFormatAndLeavesTheFile) {
  { const SqliteStore made(path()); }
  execute("UPDATE format SET version=version+1");
  EXPECT_EQ(reason_of_refusal(), StoreError::Reason::newer);
  EXPECT_EQ(reason_of_refusal(), StoreError::Reason::newer);
}

TEST_F(SqliteStoreTest, RefusesAFileOfSomethingElseAndLeavesIt) {
  execute("CREATE TABLE songs(title TEXT)");
  EXPECT_EQ(reason_of_refusal(), StoreError::Reason::foreign);
  EXPECT_TRUE(fs::exists(path()));
}

TEST_F(SqliteStoreTest, SetsAFileThatIsNoDatabaseAsideAndBeginsAnew) {
  for (int times = 1; times <= 2; ++times) {
    std::ofstream(path()) << std::string(5000, 'x');
    EXPECT_EQ(reason_of_refusal(), StoreError::Reason::damaged);
    EXPECT_TRUE(fs::exists(path() + ".damaged-" + std::to_string(times)));
    EXPECT_FALSE(fs::exists(path()));
  }
  EXPECT_FALSE(SqliteStore(path()).has_world());
}

TEST_F(SqliteStoreTest, SetsAFileWithAFlippedByteInARowAside) {
  World world(5);
  fill(world);
  const char* const damages[] = {
      "UPDATE rows SET record=x'00' WHERE key=(SELECT max(key) FROM rows)",
      "UPDATE log SET entry=x'00'"};
  for (int damage = 0; damage < 2; ++damage) {
    {
      SqliteStore store(path(), damage == 0 ? kNoLog : SqliteStore::kLongestLog);
      store.save(world);
      store.flush();
    }
    execute(damages[damage]);
    EXPECT_EQ(reason_of_refusal(), StoreError::Reason::damaged);
    EXPECT_TRUE(fs::exists(path() + ".damaged-" + std::to_string(damage + 1)));
  }
}

TEST_F(SqliteStoreTest, NoDamageOfThePagesIsTakenForAWorld) {
  World world(5);
  fill(world);
  {
    SqliteStore store(path());
    store.save(world);
    store.flush();
  }
  const std::uint64_t hash = world.hash();
  const fs::path good = directory / "good";
  fs::copy_file(path(), good);
  const auto size = fs::file_size(good);
  for (std::uint64_t trial = 0; trial < 60; ++trial) {
    fs::copy_file(good, path(), fs::copy_options::overwrite_existing);
    {
      std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
      file.seekp(static_cast<std::streamoff>(draw(1, "place", trial) % size));
      file.put(static_cast<char>(draw(1, "byte", trial)));
    }
    try {
      SqliteStore store(path());
      World loaded(1);
      store.load(loaded);
      // The byte was the same, or one that nothing reads.
      EXPECT_EQ(loaded.hash(), hash) << trial;
    } catch (const StoreError& error) {
      EXPECT_NE(error.reason, StoreError::Reason::failed) << error.what();
    }
  }
}

TEST(SqliteLog, GivesTheNewestOfEachRowByTableAndKey) {
  std::vector<std::string> entries(2);
  append_to_log({.table_id = 2, .key = "a", .record = "old"}, entries[0]);
  append_to_log({.table_id = 1, .key = std::string_view("z\0", 2), .record = ""}, entries[0]);
  append_to_log({.table_id = 1, .key = "\xff", .record = "bytes are unsigned"}, entries[0]);
  append_to_log({.table_id = 1, .key = "gone", .record = "was there"}, entries[0]);
  append_to_log({.table_id = 2, .key = "a", .record = "new"}, entries[1]);
  append_to_log({.table_id = 1, .key = "gone"}, entries[1]);
  const auto rows = newest_rows(entries);
  ASSERT_TRUE(rows);
  std::vector<std::string> shown;
  for (const LoggedRow& row : *rows) {
    shown.push_back(std::to_string(row.table_id) + " " + std::string(row.key) + " " +
                    std::string(row.record.value_or("erased")));
  }
  EXPECT_THAT(shown, ElementsAre("1 gone erased", std::string("1 z\0 ", 5),
                                 "1 \xff bytes are unsigned", "2 a new"));
}

TEST(SqliteLog, RefusesAnEntryThatIsCutOff) {
  std::string whole;
  append_to_log({.table_id = 1, .key = "key", .record = "record"}, whole);
  for (std::size_t size = 1; size < whole.size(); ++size) {
    EXPECT_FALSE(newest_rows({whole.substr(0, size)})) << size;
  }
  EXPECT_TRUE(newest_rows({whole}));
}

TEST_F(SqliteStoreTest, RefusesAFileThatIsInUse) {
  const SqliteStore store(path());
  EXPECT_EQ(reason_of_refusal(), StoreError::Reason::in_use);
}

TEST_F(SqliteStoreTest, NamesTheFileThatCannotBeMade) {
  try {
    SqliteStore store("/nonexistent/world.db");
    FAIL();
  } catch (const StoreError& error) {
    EXPECT_EQ(error.reason, StoreError::Reason::failed);
    EXPECT_THAT(error.what(), HasSubstr("/nonexistent/world.db"));
  }
}

TEST_F(SqliteStoreTest, AFullDiskIsAnErrorOfFlushAndLosesNothing) {
  World world(5);
  SqliteStore store(path());
  store.save(world);
  world.add_observer(store);
  fill(world);
  store.flush();

  // A limit on the size of files is what a test can do to a disk.
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit old{};
  getrlimit(RLIMIT_FSIZE, &old);
  const rlimit tight{.rlim_cur = fs::file_size(path() + "-wal"), .rlim_max = old.rlim_max};
  setrlimit(RLIMIT_FSIZE, &tight);
  commit(world, [&] { shop(world).counts.put("a", 1); });
  EXPECT_THROW(store.flush(), StoreError);
  commit(world, [&] { shop(world).counts.put("b", 2); });
  EXPECT_THROW(store.flush(), StoreError);
  setrlimit(RLIMIT_FSIZE, &old);

  store.flush();
  world.remove_observer(store);
  const std::string copy = (directory / "copy.db").string();
  fs::copy_file(path(), copy);
  fs::copy_file(path() + "-wal", copy + "-wal");
  SqliteStore read(copy);
  World loaded(1);
  read.load(loaded);
  EXPECT_EQ(loaded.hash(), world.hash());
}

}  // namespace
}  // namespace fallstreak::world
