#include "world/table.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <memory>
#include <string>
#include <thread>

#include "world/world_fixture.h"

namespace fallstreak::world {
namespace {

using testing::ElementsAre;

constexpr std::uint64_t kSeed = 20260101;

/// A key from a space that has every difficulty: long common beginnings, zero bytes, keys that
/// begin other keys.
std::string key_for(std::uint64_t number) {
  const std::string digits = std::to_string(number % 700);
  switch (number % 4) {
    case 0:
      return "i-0123456789abcdef" + digits;
    case 1:
      return digits;
    case 2:
      return "i-0" + std::string(number % 5, '\0') + digits;
    default:
      return std::string(number % 30, 'x');
  }
}

TEST(Table, FindsWhatWasPutAndNothingElse) {
  World world(kSeed);
  auto& counts = shop(world).counts;
  commit(world, [&] {
    counts.insert("b", 2);
    counts.put("a", 1);
    counts.put("a", 3);
  });

  ASSERT_NE(counts.find("a"), nullptr);
  EXPECT_EQ(*counts.find("a"), 3);
  EXPECT_TRUE(counts.contains("b"));
  EXPECT_EQ(counts.find("c"), nullptr);
  EXPECT_EQ(counts.size(), 2U);
}

TEST(Table, RefusesToInsertAKeyTwiceAndKeepsTheFirst) {
  World world(kSeed);
  auto& counts = shop(world).counts;
  const Transaction transaction(world);
  counts.insert("a", 1);

  EXPECT_THROW(counts.insert("a", 2), InternalError);
  EXPECT_EQ(*counts.find("a"), 1);
}

TEST(Table, RefusesAChangeOutsideATransaction) {
  World world(kSeed);
  EXPECT_THROW(shop(world).counts.put("a", 1), InternalError);
  EXPECT_THROW(shop(world).counts.erase("a"), InternalError);
  EXPECT_TRUE(shop(world).counts.empty());
}

TEST(Table, UpdatesInPlaceAndRefusesAnAbsentKey) {
  World world(kSeed);
  auto& counts = shop(world).counts;
  const Transaction transaction(world);
  counts.put("a", 1);
  counts.update("a", [](std::int64_t& count) { count += 10; });

  EXPECT_EQ(*counts.find("a"), 11);
  EXPECT_THROW(counts.update("b", [](std::int64_t&) {}), InternalError);
}

TEST(Table, AnUpdateThatThrowsChangesNothing) {
  World world(kSeed);
  auto& counts = shop(world).counts;
  const Transaction transaction(world);
  counts.put("a", 1);

  EXPECT_THROW(counts.update("a",
                             [](std::int64_t& count) {
                               count = 7;
                               throw InternalError("no");
                             }),
               InternalError);
  EXPECT_EQ(*counts.find("a"), 1);
}

TEST(Table, IsReadInTheOrderOfItsKeys) {
  World world(kSeed);
  auto& counts = shop(world).counts;
  commit(world, [&] {
    for (const char* key : {"b/2", "a", "b/1", "c", "b"}) counts.put(key, 1);
  });

  std::vector<std::string> keys;
  for (const auto& [key, count] : counts) keys.push_back(key);
  EXPECT_THAT(keys, ElementsAre("a", "b", "b/1", "b/2", "c"));

  std::vector<std::string> in_b;
  for (const auto& row : counts.range("b/")) in_b.push_back(row.first);
  EXPECT_THAT(in_b, ElementsAre("b/1", "b/2"));
  EXPECT_EQ(counts.lower_bound("b")->first, "b");
  EXPECT_EQ(counts.upper_bound("b")->first, "b/1");
  EXPECT_EQ(std::prev(counts.end())->first, "c");
  EXPECT_TRUE(std::ranges::any_of(counts, [](const auto& row) { return row.second == 1; }));
}

TEST(Table, GivesTheRangeOfAPrefixThatEndsWithTheGreatestByte) {
  World world(kSeed);
  auto& counts = shop(world).counts;
  commit(world, [&] {
    counts.put("\xff\xff", 1);
    counts.put("a\xff", 1);
    counts.put("a\xff\x01", 1);
    counts.put("b", 1);
  });

  EXPECT_EQ(std::ranges::distance(counts.range("a\xff")), 2);
  EXPECT_EQ(std::ranges::distance(counts.range("\xff")), 1);
  EXPECT_EQ(std::ranges::distance(counts.range("")), 4);
}

TEST(Table, ErasesAllKeysWithAPrefix) {
  World world(kSeed);
  auto& counts = shop(world).counts;
  commit(world, [&] {
    for (int number = 0; number < 1000; ++number) counts.put("a/" + std::to_string(number), number);
    counts.put("a", 0);
    counts.put("b", 0);
    counts.erase_prefix("a/");
  });
  EXPECT_THAT(keys_of(counts), ElementsAre("a", "b"));
}

// ----------------------------------------------------------------------------------------------
// against a model

using Model = std::map<std::string, std::int64_t>;

void expect_equal(const Table<std::int64_t>& table, const Model& model) {
  ASSERT_EQ(table.size(), model.size());
  auto row = table.begin();
  for (const auto& [key, value] : model) {
    ASSERT_EQ(row->first, key);
    ASSERT_EQ(row->second, value);
    ++row;
  }
  ASSERT_TRUE(row == table.end());
  for (auto expected = model.rbegin(); expected != model.rend(); ++expected) {
    --row;
    ASSERT_EQ(row->first, expected->first);
  }
}

void expect_same_answers(const Table<std::int64_t>& table, const Model& model,
                         const std::string& key) {
  const auto expected = model.find(key);
  const std::int64_t* found = table.find(key);
  ASSERT_EQ(found != nullptr, expected != model.end());
  if (found) {
    ASSERT_EQ(*found, expected->second);
  }
  const auto least = model.lower_bound(key);
  const auto first = table.lower_bound(key);
  ASSERT_EQ(first == table.end(), least == model.end());
  if (least != model.end()) {
    ASSERT_EQ(first->first, least->first);
  }
}

/// A world, what its table should hold, and dice.
struct ModelRun {
  explicit ModelRun(std::uint64_t run_seed) : seed(run_seed) {}
  std::uint64_t roll(std::uint64_t sides) { return draw(seed, "model", ++rolls) % sides; }

  /// Changes one key, more often adding than removing in one half of the run and the reverse in the
  /// other.
  void change(bool is_growing) {
    auto& counts = shop(*world).counts;
    const std::string key = key_for(roll(3000));
    const auto value = static_cast<std::int64_t>(rolls);
    if (roll(10) < (is_growing ? 7U : 3U)) {
      counts.put(key, value);
      model[key] = value;
    } else if (roll(100) == 0) {
      counts.erase_prefix(key);
      std::erase_if(model, [&](const auto& row) { return row.first.starts_with(key); });
    } else {
      ASSERT_EQ(counts.erase(key), model.erase(key) == 1);
    }
    ASSERT_NO_FATAL_FAILURE(expect_same_answers(counts, model, key_for(roll(3000))));
  }

  std::uint64_t seed;
  std::uint64_t rolls = 0;
  std::unique_ptr<World> world = std::make_unique<World>(kSeed);
  Model model;
};

class TableModel : public testing::TestWithParam<std::uint64_t> {};

TEST_P(TableModel, BehavesAsAnOrderedMapThroughSnapshotsForksAndRollbacks) {
  ModelRun run(GetParam());
  struct Moment {
    Snapshot snapshot;
    Model model;
  };
  std::vector<Moment> moments;
  std::vector<std::pair<World, Model>> origins;
  constexpr int kRounds = 600;
  for (int round = 0; round < kRounds; ++round) {
    const Model before = run.model;
    {
      Transaction transaction(*run.world);
      const std::uint64_t changes = run.roll(40);
      for (std::uint64_t change = 0; change < changes; ++change) {
        ASSERT_NO_FATAL_FAILURE(run.change(round < kRounds / 2));
      }
      if (run.roll(3) > 0) {
        transaction.commit();
      } else {
        run.model = before;
      }
    }
    switch (run.roll(12)) {
      case 0:
        moments.push_back({run.world->snapshot(), run.model});
        break;
      case 1:
        if (!moments.empty()) {
          const Moment& moment = moments[run.roll(moments.size())];
          run.world->restore(moment.snapshot);
          run.model = moment.model;
        }
        break;
      case 2: {
        World fork = run.world->fork();
        std::swap(fork, *run.world);
        if (origins.size() < 10) origins.emplace_back(std::move(fork), run.model);
        break;
      }
      default:
        break;
    }
    if (round % 10 == 0) {
      ASSERT_NO_FATAL_FAILURE(expect_equal(shop(*run.world).counts, run.model)) << round;
    }
  }
  for (auto& [world, model] : origins) expect_equal(shop(world).counts, model);
  for (const Moment& moment : moments) {
    run.world->restore(moment.snapshot);
    expect_equal(shop(*run.world).counts, moment.model);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, TableModel, testing::Range<std::uint64_t>(1, 9));

TEST(Table, KeepsThousandsOfAscendingKeysAndLosesThemAgain) {
  World world(kSeed);
  auto& counts = shop(world).counts;
  Model model;
  const auto key = [](int number) { return "order#" + std::to_string(1'000'000 + number); };
  commit(world, [&] {
    for (int number = 0; number < 20'000; ++number) counts.insert(key(number), number);
    for (int number = 0; number < 20'000; ++number) model[key(number)] = number;
  });
  expect_equal(counts, model);
  commit(world, [&] {
    for (int number = 0; number < 20'000; ++number) {
      if (number % 100 == 0) continue;
      EXPECT_TRUE(counts.erase(key(number)));
      model.erase(key(number));
    }
  });
  expect_equal(counts, model);
}

TEST(Table, IsFoundThroughAfterAForkAndARewindThoughTheIndexKnowsNothing) {
  World world(kSeed);
  constexpr std::int64_t kRows = 80'000;
  const auto key = [](std::int64_t number) { return "order#" + std::to_string(number); };
  const auto expect_all = [&](const Table<std::int64_t>& counts, std::int64_t odd) {
    for (std::int64_t number = 0; number < kRows; ++number) {
      const std::int64_t* found = counts.find(key(number));
      ASSERT_NE(found, nullptr) << number;
      ASSERT_EQ(*found, number % 2 == 0 ? number : odd) << number;
      ASSERT_EQ(counts.find(key(number) + "x"), nullptr);
      ASSERT_EQ(counts.find_to_change(key(number)), found);
      ASSERT_EQ(counts.find_to_change(key(number) + "x"), nullptr);
    }
  };
  const auto expect_some = [&](const Table<std::int64_t>& counts) {
    std::vector<std::string> texts;
    for (std::int64_t number = 0; number < 100; ++number) texts.push_back(key(number * 1000));
    const auto found = counts.find_all({texts.begin(), texts.end()});
    ASSERT_EQ(found.size(), texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) ASSERT_EQ(found[i], counts.find(texts[i])) << i;
    ASSERT_NE(found[79], nullptr);
    ASSERT_EQ(found[80], nullptr);
  };
  commit(world, [&] {
    for (std::int64_t number = 0; number < kRows; ++number) {
      shop(world).counts.insert(key(number), number % 2 == 0 ? number : 1);
    }
  });
  const Snapshot before = world.snapshot();
  World fork = world.fork();
  expect_some(shop(fork).counts);
  expect_all(shop(fork).counts, 1);
  expect_some(shop(fork).counts);
  commit(fork, [&] {
    for (std::int64_t number = 1; number < kRows; number += 2)
      shop(fork).counts.put(key(number), 2);
  });
  expect_all(shop(fork).counts, 2);
  expect_all(shop(world).counts, 1);
  fork.restore(before);
  expect_all(shop(fork).counts, 1);
}

TEST(Table, CountsEveryChangeAlsoOneThatIsTakenBack) {
  World world(kSeed);
  const auto& counts = shop(world).counts;
  std::vector<std::uint64_t> seen = {counts.changes()};
  commit(world, [&] { shop(world).counts.put("a", 1); });
  seen.push_back(counts.changes());
  const Snapshot before = world.snapshot();
  commit(world, [&] { shop(world).counts.update("a", [](std::int64_t& count) { count = 2; }); });
  seen.push_back(counts.changes());
  {
    const Transaction given_up(world);
    shop(world).counts.erase("a");
  }
  seen.push_back(counts.changes());
  world.restore(before);
  seen.push_back(counts.changes());

  EXPECT_TRUE(std::ranges::is_sorted(seen));
  EXPECT_EQ(std::ranges::adjacent_find(seen), seen.end());
  EXPECT_NE(counts.find("a"), nullptr);
  EXPECT_FALSE(shop(world).counts.contains("b"));
  EXPECT_EQ(counts.changes(), seen.back());
}

// ----------------------------------------------------------------------------------------------
// diff

TEST(TableDiff, NamesWhatWasAddedRemovedAndChanged) {
  World world(kSeed);
  auto& counts = shop(world).counts;
  commit(world, [&] {
    for (int number = 0; number < 1000; ++number) counts.put(std::to_string(number), number);
  });
  const Version before = counts.version();
  commit(world, [&] {
    counts.erase("500");
    counts.put("1500", 1);
    counts.put("7", 70);
  });

  std::vector<std::pair<std::string, ChangeKind>> found;
  const auto note = [&](const std::string& key, ChangeKind kind) { found.emplace_back(key, kind); };
  counts.diff(before, counts.version(), note);
  EXPECT_THAT(found, ElementsAre(std::pair("1500", ChangeKind::added),
                                 std::pair("500", ChangeKind::removed),
                                 std::pair("7", ChangeKind::changed)));
}

TEST(TableDiff, OpensOnlyTheNodesThatChanged) {
  World world(kSeed);
  auto& counts = shop(world).counts;
  commit(world, [&] {
    for (int number = 0; number < 100'000; ++number) counts.put(std::to_string(number), number);
  });
  const Version before = counts.version();
  commit(world, [&] { counts.put("4711", 0); });

  int differences = 0;
  const auto opened =
      counts.diff(before, counts.version(), [&](const std::string&, ChangeKind) { ++differences; });
  EXPECT_EQ(differences, 1);
  // Two paths from the root to a leaf.
  EXPECT_LE(opened, 12U);
  EXPECT_GE(opened, 6U);
}

TEST(TableDiff, AgreesWithAComparisonOfAllKeysAfterManyRandomChanges) {
  ModelRun run(3);
  auto& counts = shop(*run.world).counts;
  for (int round = 0; round < 200; ++round) {
    const Version before = counts.version();
    const Model model_before = run.model;
    commit(*run.world, [&] {
      for (std::uint64_t left = run.roll(30); left > 0; --left) run.change(round % 2 == 0);
    });
    std::map<std::string, ChangeKind> expected;
    for (const auto& [key, value] : run.model) {
      const auto old = model_before.find(key);
      if (old == model_before.end()) expected[key] = ChangeKind::added;
      if (old != model_before.end() && old->second != value) expected[key] = ChangeKind::changed;
    }
    for (const auto& row : model_before) {
      if (!run.model.contains(row.first)) expected[row.first] = ChangeKind::removed;
    }
    std::map<std::string, ChangeKind> found;
    counts.diff(before, counts.version(),
                [&](const std::string& key, ChangeKind kind) { found[key] = kind; });
    ASSERT_EQ(found, expected) << round;
  }
}

// ----------------------------------------------------------------------------------------------
// threads

TEST(Table, ForksAreChangedOnOtherThreadsWhileTheOriginChanges) {
  World world(kSeed);
  auto& counts = shop(world).counts;
  commit(world, [&] {
    for (int number = 0; number < 5000; ++number) counts.put(std::to_string(number), 0);
  });
  World fork = world.fork();
  const auto count_up = [](World& changed, std::int64_t by) {
    for (int number = 0; number < 5000; ++number) {
      commit(changed, [&] {
        shop(changed).counts.update(std::to_string(number),
                                    [&](std::int64_t& count) { count += by; });
      });
    }
  };
  std::thread other([&] { count_up(fork, 1); });
  count_up(world, 2);
  other.join();

  const auto all_are = [](World& read, std::int64_t wanted) {
    return std::ranges::all_of(shop(read).counts,
                               [&](const auto& row) { return row.second == wanted; });
  };
  EXPECT_TRUE(all_are(world, 2));
  EXPECT_TRUE(all_are(fork, 1));
}

}  // namespace
}  // namespace fallstreak::world
