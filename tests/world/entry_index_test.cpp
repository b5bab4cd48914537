#include "world/entry_index.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "world/hash.h"
#include "world/table.h"

namespace fallstreak::world {
namespace {

EntryRef entry(const std::string& key) { return EntryRef(Entry<std::int64_t>::make(key, 1)); }

TEST(EntryIndex, KnowsNothingAtFirst) {
  const EntryIndex index;
  EXPECT_FALSE(index.is_in_use());
  EXPECT_EQ(index.find(EntryIndex::hash("a"), "a"), nullptr);
}

TEST(EntryIndex, TellsEntriesOfTheSameHashApart) {
  EntryIndex index;
  const EntryRef a = entry("a");
  const EntryRef b = entry("b");
  index.put(7, *a);
  index.put(7, *b);

  EXPECT_EQ(index.find(7, "a"), a.get());
  EXPECT_EQ(index.find(7, "b"), b.get());
  EXPECT_EQ(index.find(7, "c"), nullptr);
}

TEST(EntryIndex, FindsBehindWhatWasErased) {
  EntryIndex index;
  const EntryRef a = entry("a");
  const EntryRef b = entry("b");
  index.put(7, *a);
  index.put(7, *b);
  index.erase(7, "a");

  EXPECT_EQ(index.find(7, "a"), nullptr);
  EXPECT_EQ(index.find(7, "b"), b.get());
  EXPECT_EQ(index.size(), 1U);
}

TEST(EntryIndex, DoesAsAMapDoes) {
  constexpr std::uint64_t kSeed = 20260101;
  EntryIndex index;
  std::map<std::string, EntryRef> model;
  for (std::uint64_t step = 0; step < 30'000; ++step) {
    const std::uint64_t random = mix(kSeed, step);
    // Few keys at first, later more, so that it grows and is cleared of marks.
    const std::string key = std::to_string(random % (100 + step / 5));
    const std::uint64_t hash = EntryIndex::hash(key);
    if (mix(random, 1) % 3 == 0) {
      index.erase(hash, key);
      model.erase(key);
    } else {
      EntryRef made = entry(key);
      index.put(hash, *made);
      model[key] = std::move(made);
    }
    ASSERT_EQ(index.size(), model.size()) << step;
  }
  for (int number = 0; number < 6200; ++number) {
    const std::string key = std::to_string(number);
    const auto found = model.find(key);
    ASSERT_EQ(index.find(EntryIndex::hash(key), key),
              found == model.end() ? nullptr : found->second.get());
  }
}

}  // namespace
}  // namespace fallstreak::world
