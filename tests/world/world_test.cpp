#include "world/world.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "world/world_fixture.h"

namespace fallstreak::world {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

constexpr std::uint64_t kWorldSeed = 7;

void ignore(const Event&) {}

Event event_at(Time due, std::string entity, std::string kind = "test.event") {
  return {.due = due, .entity = std::move(entity), .kind = std::move(kind)};
}

// ----------------------------------------------------------------------------------------------
// transactions

TEST(Transaction, UndoesAllWithoutCommit) {
  World world(kWorldSeed);
  auto& counts = shop(world).counts;
  commit(world, [&] {
    counts.put("kept", 1);
    counts.put("erased", 2);
  });
  const std::uint64_t before = world.hash();
  {
    const Transaction transaction(world);
    counts.put("kept", 5);
    counts.erase("erased");
    counts.put("erased", 6);
    counts.insert("new", 7);
    counts.update("new", [](std::int64_t& count) { ++count; });
    world.random().next("dice");
    world.events().schedule(event_at(world.now(), "someone"));
  }
  EXPECT_EQ(world.hash(), before);
  EXPECT_EQ(*counts.find("kept"), 1);
}

TEST(Transaction, AnInnerRollbackUndoesOnlyItsOwnChanges) {
  World world(kWorldSeed);
  auto& counts = shop(world).counts;
  {
    Transaction outer(world);
    counts.put("outer", 1);
    {
      const Transaction inner(world);
      counts.put("outer", 2);
      counts.put("inner", 2);
    }
    counts.put("after", 3);
    outer.commit();
  }
  EXPECT_THAT(keys_of(counts), ElementsAre("after", "outer"));
  EXPECT_EQ(*counts.find("outer"), 1);
}

TEST(Transaction, AnInnerCommitIsUndoneWithTheOuterTransaction) {
  World world(kWorldSeed);
  auto& counts = shop(world).counts;
  {
    const Transaction outer(world);
    Transaction inner(world);
    counts.put("inner", 2);
    inner.commit();
  }
  EXPECT_THAT(keys_of(counts), IsEmpty());
}

TEST(Transaction, RefusesASecondCommit) {
  World world(kWorldSeed);
  Transaction transaction(world);
  transaction.commit();
  EXPECT_THROW(transaction.commit(), InternalError);
}

struct RecordingObserver final : CommitObserver {
  void committed(Time, std::span<const Change> changes) override {
    std::string line;
    for (const Change& change : changes) {
      line += change.table->name() + ":" + std::string(change.key) + " ";
    }
    commits.push_back(line);
  }
  void clock_moved(Time now) override { clock = now; }
  std::vector<std::string> commits;
  Time clock;
};

TEST(CommitObserver, IsToldEachChangedKeyOnceAfterTheOutermostCommit) {
  World world(kWorldSeed);
  RecordingObserver observer;
  world.add_observer(observer);
  auto& counts = world.state<ShopState>("shop", "").counts;
  commit(world, [&] {
    commit(world, [&] { counts.put("b", 1); });
    EXPECT_THAT(observer.commits, IsEmpty());
    counts.put("a", 1);
    counts.put("b", 2);
  });
  commit(world, [] {});
  { const Transaction forgotten(world); }

  EXPECT_THAT(observer.commits, ElementsAre("shop/counts:a shop/counts:b "));
}

TEST(CommitObserver, IsToldWhatARestoreChanges) {
  World world(kWorldSeed);
  RecordingObserver observer;
  auto& counts = world.state<ShopState>("shop", "").counts;
  commit(world, [&] { counts.put("a", 1); });
  const Snapshot before = world.snapshot();
  commit(world, [&] { counts.put("b", 1); });
  world.add_observer(observer);
  world.restore(before);

  EXPECT_THAT(observer.commits, ElementsAre("shop/counts:b "));
  EXPECT_FALSE(counts.contains("b"));
}

// ----------------------------------------------------------------------------------------------
// states

TEST(WorldState, IsMadeOncePerServiceAndScopeAndStaysWhereItIs) {
  World world(kWorldSeed);
  ShopState& first = shop(world, "111111111111/eu-central-1");
  for (int region = 0; region < 100; ++region) {
    shop(world, "111111111111/region-" + std::to_string(region));
  }
  World moved = std::move(world);

  EXPECT_EQ(&shop(moved, "111111111111/eu-central-1"), &first);
  EXPECT_EQ(first.counts.name(), "shop/111111111111/eu-central-1/counts");
}

TEST(WorldState, LookingAtAStateChangesNothingThatIsHashed) {
  World world(kWorldSeed);
  const std::uint64_t before = world.hash();
  shop(world);
  EXPECT_EQ(world.hash(), before);
  EXPECT_EQ(world.find_state<ShopState>("shop", "elsewhere"), nullptr);
}

struct OtherState {
  explicit OtherState(const std::string& prefix) : table(prefix + "others") {}
  template <class Visitor>
  void visit_tables(Visitor&& visit) {
    visit(table);
  }
  Table<std::string> table;
};

TEST(WorldState, RefusesASecondTypeInTheSamePlace) {
  World world(kWorldSeed);
  shop(world, "here");
  EXPECT_THROW(world.state<OtherState>("shop", "here"), InternalError);
}

TEST(WorldState, NamesTheScopesThatHaveRows) {
  World world(kWorldSeed);
  shop(world, "3/empty");
  commit(world, [&] {
    shop(world, "2/b").counts.put("a", 1);
    shop(world, "1/a").counts.put("a", 1);
    world.state<OtherState>("shopping", "9").table.put("a", "");
    shop(world, "").counts.put("a", 1);
  });
  EXPECT_THAT(world.scopes("shop"), ElementsAre("", "1/a", "2/b"));
}

TEST(WorldState, HashDoesNotDependOnTheOrderOfCreationNorOfChanges) {
  World a(kWorldSeed);
  World b(kWorldSeed);
  commit(a, [&] {
    shop(a, "1").counts.put("x", 1);
    shop(a, "2").counts.put("y", 2);
  });
  commit(b, [&] {
    shop(b, "2").counts.put("z", 2);
    shop(b, "2").counts.put("y", 2);
    shop(b, "1").counts.put("x", 1);
    shop(b, "2").counts.erase("z");
  });
  EXPECT_EQ(a.hash(), b.hash());
  commit(b, [&] { shop(b, "2").counts.put("y", 3); });
  EXPECT_NE(a.hash(), b.hash());
}

// ----------------------------------------------------------------------------------------------
// versions

TEST(Snapshot, BringsBackRowsClockTimersAndDice) {
  World world(kWorldSeed);
  commit(world, [&] {
    shop(world).counts.put("a", 1);
    world.events().schedule(event_at(world.now() + 1h, "later"));
    world.random().next("dice");
  });
  const Snapshot snapshot = world.snapshot();
  const std::uint64_t hash = world.hash();
  std::uint64_t thrown = 0;
  commit(world, [&] { thrown = world.random().next("dice"); });
  world.advance_to(world.now() + 2h, ignore);
  commit(world, [&] { shop(world, "new").counts.put("b", 1); });

  world.restore(snapshot);

  EXPECT_EQ(world.hash(), hash);
  commit(world, [&] { EXPECT_EQ(world.random().next("dice"), thrown); });
}

TEST(Fork, GoesItsOwnWay) {
  World world(kWorldSeed);
  commit(world, [&] { shop(world).counts.put("a", 1); });
  World fork = world.fork();
  EXPECT_EQ(fork.hash(), world.hash());

  commit(fork, [&] { shop(fork).counts.put("a", 2); });
  commit(world, [&] { shop(world).counts.put("b", 3); });

  EXPECT_EQ(*shop(world).counts.find("a"), 1);
  EXPECT_EQ(*shop(fork).counts.find("a"), 2);
  EXPECT_FALSE(shop(fork).counts.contains("b"));
}

TEST(Fork, CanBeAdoptedByItsOriginWithStatesThatTheOriginNeverHad) {
  World world(kWorldSeed);
  World fork = world.fork();
  commit(fork, [&] { shop(fork, "new").counts.put("a", 2); });
  world.restore(fork.snapshot());
  EXPECT_EQ(world.hash(), fork.hash());
  EXPECT_EQ(*shop(world, "new").counts.find("a"), 2);
}

TEST(Snapshot, DiffersInTheKeysThatChanged) {
  World world(kWorldSeed);
  auto& counts = world.state<ShopState>("shop", "").counts;
  commit(world, [&] {
    counts.put("a", 1);
    counts.put("b", 1);
  });
  const Snapshot before = world.snapshot();
  commit(world, [&] {
    counts.put("a", 2);
    counts.erase("b");
    world.state<ShopState>("shop", "1").counts.put("c", 1);
  });
  EXPECT_THAT(world.diff(before, world.snapshot()),
              ElementsAre(Difference{"shop/1/counts", "c", ChangeKind::added},
                          Difference{"shop/counts", "a", ChangeKind::changed},
                          Difference{"shop/counts", "b", ChangeKind::removed}));
}

// ----------------------------------------------------------------------------------------------
// time

TEST(Advance, HandlesWhatIsDueInOrderAtItsTimeAlsoWhatComesUpMeanwhile) {
  World world(kWorldSeed);
  const Time start = world.now();
  commit(world, [&] {
    world.events().schedule(event_at(start + 3s, "c"));
    world.events().schedule(event_at(start + 1s, "a"));
    world.events().schedule(event_at(start + 9s, "d"));
  });
  std::vector<std::string> handled;
  world.advance_to(start + 5s, [&](const Event& event) {
    handled.push_back(event.entity + std::to_string((world.now() - start) / 1s));
    if (event.entity == "a") world.events().schedule(event_at(start + 2s, "b"));
  });
  EXPECT_THAT(handled, ElementsAre("a1", "b2", "c3"));
  EXPECT_EQ(world.now(), start + 5s);
  EXPECT_EQ(world.events().size(), 1U);
}

TEST(Advance, ConsumesAnEventWhoseHandlerFailsAndUndoesItsEffects) {
  World world(kWorldSeed);
  commit(world, [&] { world.events().schedule(event_at(world.now() + 1s, "a")); });
  std::string told;
  world.advance_to(
      world.now() + 2s,
      [&](const Event&) {
        shop(world).counts.put("half", 1);
        throw ApiError("Throttling", "Rate exceeded");
      },
      [&](const Event& event, std::string_view what) {
        told = event.entity + ": " + std::string(what);
      });
  EXPECT_EQ(told, "a: Rate exceeded");
  EXPECT_TRUE(world.events().empty());
  EXPECT_TRUE(shop(world).counts.empty());
}

TEST(Advance, ThrowsOnWhatNobodyIsToldOf) {
  World world(kWorldSeed);
  commit(world, [&] { world.events().schedule(event_at(world.now() + 1s, "a")); });
  const auto fail = [](const Event&) { throw InternalError("a bug"); };
  EXPECT_THROW(world.advance_to(world.now() + 2s, fail), InternalError);
  EXPECT_TRUE(world.events().empty());
}

TEST(Advance, HandlesAnEventOfThePastNowAndNeverTurnsBackTheClock) {
  World world(kWorldSeed);
  const Time start = world.now();
  commit(world, [&] { world.events().schedule(event_at(start - 1h, "late")); });
  Time handled_at;
  world.advance_to(start, [&](const Event&) { handled_at = world.now(); });
  EXPECT_EQ(handled_at, start);
}

TEST(Advance, RefusesToGoBackAndToMoveInsideATransaction) {
  World world(kWorldSeed);
  EXPECT_THROW(world.advance_to(world.now() - 1s, ignore), InternalError);
  commit(world, [&] {
    world.events().schedule(event_at(world.now(), "a"));
    EXPECT_THROW(world.step(ignore), InternalError);
  });
}

TEST(Advance, RefusesEventsThatFollowEachOtherWithoutEndAtOneMoment) {
  World world(kWorldSeed);
  commit(world, [&] { world.events().schedule(event_at(world.now(), "a", "test.again")); });
  const auto again = [&](const Event& event) { world.events().schedule(event); };
  EXPECT_THROW(world.advance_to(world.now() + 1s, again), InternalError);
}

TEST(Step, HandlesTheNextEventAlone) {
  World world(kWorldSeed);
  commit(world, [&] { world.events().schedule(event_at(world.now() + 7s, "a")); });
  const Time due = world.now() + 7s;
  EXPECT_TRUE(world.step(ignore));
  EXPECT_EQ(world.now(), due);
  EXPECT_FALSE(world.step(ignore));
}

// ----------------------------------------------------------------------------------------------
// history

/// Counts the seconds in the table, one commit each.
void live(World& world, int seconds) {
  for (int second = 0; second < seconds; ++second) {
    world.advance_to(world.now() + 1s, ignore);
    commit(world, [&] {
      const std::int64_t* count = shop(world).counts.find("seconds");
      shop(world).counts.put("seconds", count ? *count + 1 : 1);
    });
  }
}

std::int64_t seconds_in(World& world) { return *shop(world).counts.find("seconds"); }

TEST(Rewind, GoesBackAndForwardAgainUntilSomethingChanges) {
  World world(kWorldSeed);
  world.keep_history();
  const Time start = world.now();
  live(world, 10);

  ASSERT_TRUE(world.rewind(start + 4s).has_value());
  EXPECT_EQ(seconds_in(world), 4);
  EXPECT_EQ(world.now(), start + 4s);
  ASSERT_TRUE(world.rewind(start + 8s + 500ms).has_value());
  EXPECT_EQ(seconds_in(world), 8);
  EXPECT_EQ(world.now(), start + 8s + 500ms);
  ASSERT_TRUE(world.rewind(start + 4s).has_value());

  live(world, 1);
  ASSERT_TRUE(world.rewind(start + 10s).has_value());
  EXPECT_EQ(seconds_in(world), 5);
}

TEST(Rewind, LivingTheSameAgainGivesTheSameHash) {
  World world(kWorldSeed);
  world.keep_history();
  const Time start = world.now();
  live(world, 10);
  const std::uint64_t hash = world.hash();
  ASSERT_TRUE(world.rewind(start + 3s).has_value());
  live(world, 7);
  EXPECT_EQ(world.hash(), hash);
}

TEST(Rewind, DoesNotPassAnEventThatIsStillToHappen) {
  World world(kWorldSeed);
  world.keep_history({.every_second_for = 0s});
  const Time start = world.now();
  commit(world, [&] { world.events().schedule(event_at(start + 90s, "a")); });
  live(world, 200);
  ASSERT_TRUE(world.rewind(start + 100s).has_value());
  // The moments of the second minute were thinned to its last, so the latest before is that of 59
  // s.
  EXPECT_EQ(seconds_in(world), 59);
  EXPECT_EQ(world.now(), start + 90s);
}

TEST(Rewind, FailsWithoutAMomentThatOldAndWithoutHistory) {
  World world(kWorldSeed);
  EXPECT_FALSE(world.rewind(world.now()).has_value());
  world.keep_history();
  EXPECT_FALSE(world.rewind(world.now() - 1s).has_value());
  EXPECT_TRUE(world.rewind(world.now()).has_value());
}

TEST(History, KeepsOneMomentPerSecondAndThinsOldOnesToOneAMinute) {
  World world(kWorldSeed);
  world.keep_history({.every_second_for = 10min});
  live(world, 3600);
  EXPECT_LE(world.history()->snapshots().size(), 50U + 11 * 60);
  EXPECT_GE(world.history()->snapshots().size(), 50U + 9 * 60);
}

TEST(History, KeepsNoMoreThanItIsAllowed) {
  World world(kWorldSeed);
  world.keep_history({.most_snapshots = 100});
  live(world, 300);
  EXPECT_EQ(world.history()->snapshots().size(), 100U);
}

}  // namespace
}  // namespace fallstreak::world
