#include "world/event_queue.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <tuple>

#include "world/world_fixture.h"

namespace fallstreak::world {
namespace {

using testing::ElementsAre;
using namespace std::chrono_literals;

constexpr Time kNoon = from_nanoseconds(1'767'268'800'000'000'000);

auto order_of(const Event& event) {
  return std::tuple(event.due, event.event_class, event.entity, event.sequence);
}

Event random_event(std::uint64_t number) {
  const auto roll = [&](std::string_view purpose, std::uint64_t sides) {
    return draw(99, purpose, number) % sides;
  };
  static const std::string kEntities[] = {
      "", "a", "ab", std::string("a\0", 2), "\xff", "b", std::string("a\0b", 3)};
  Event event;
  event.due = from_nanoseconds(static_cast<std::int64_t>(roll("due", 7)) - 3);
  event.event_class = static_cast<EventClass>(roll("class", 4));
  event.entity = kEntities[roll("entity", 7)];
  event.sequence = roll("sequence", 300);
  return event;
}

TEST(EventQueue, KeysCompareAsEventsAreOrdered) {
  for (std::uint64_t number = 0; number < 4000; ++number) {
    const Event a = random_event(number);
    const Event b = random_event(number + 1);
    ASSERT_EQ(event_key(a) < event_key(b), order_of(a) < order_of(b)) << number;
    ASSERT_EQ(event_key(a) == event_key(b), order_of(a) == order_of(b)) << number;
  }
}

TEST(EventQueue, GivesEventsInOrderOfTimeClassEntityAndSequence) {
  World world(1);
  EventQueue& queue = world.events();
  const Transaction transaction(world);
  queue.schedule({.due = kNoon + 1s, .event_class = EventClass::fault, .payload = "5"});
  queue.schedule({.due = kNoon, .event_class = EventClass::metrics, .payload = "4"});
  queue.schedule({.due = kNoon, .entity = "b", .payload = "3"});
  queue.schedule({.due = kNoon, .entity = "a", .payload = "1"});
  queue.schedule({.due = kNoon, .entity = "a", .payload = "2"});
  queue.schedule({.due = kNoon, .event_class = EventClass::fault, .payload = "0"});

  std::vector<std::string> payloads;
  while (!queue.empty()) payloads.push_back(queue.pop().payload);
  EXPECT_THAT(payloads, ElementsAre("0", "1", "2", "3", "4", "5"));
  EXPECT_EQ(queue.next(), nullptr);
}

TEST(EventQueue, CancelsWhatHasNotHappenedAndNothingElse) {
  World world(1);
  EventQueue& queue = world.events();
  const Transaction transaction(world);
  const std::string first = queue.schedule({.due = kNoon, .entity = "a"});
  const std::string second = queue.schedule({.due = kNoon, .entity = "a"});
  queue.pop();
  const std::string third = queue.schedule({.due = kNoon, .entity = "a"});

  EXPECT_FALSE(queue.cancel(first));
  EXPECT_TRUE(queue.cancel(second));
  EXPECT_FALSE(queue.cancel(second));
  EXPECT_EQ(queue.next()->sequence, 3U);
  EXPECT_TRUE(queue.cancel(third));
}

TEST(EventQueue, AnUnrelatedEntityChangesNothingForOthers) {
  World alone(1);
  World together(1);
  std::vector<std::string> keys_alone;
  std::vector<std::string> keys_together;
  for (int round = 0; round < 50; ++round) {
    const Event event{.due = kNoon + round % 7 * 1s, .entity = "i-1"};
    commit(alone, [&] { keys_alone.push_back(alone.events().schedule(event)); });
    commit(together, [&] {
      together.events().schedule({.due = kNoon, .entity = "i-2"});
      keys_together.push_back(together.events().schedule(event));
      together.events().schedule({.due = kNoon, .entity = "i-0"});
    });
  }
  EXPECT_EQ(keys_alone, keys_together);
}

}  // namespace
}  // namespace fallstreak::world
