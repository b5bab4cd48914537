#pragma once

#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/check.h"
#include "world/record_codec.h"
#include "world/table_base.h"

namespace fallstreak::world {

/// A row as it is read: `.first` is the key, `.second` the record; `const auto& [key, record]`
/// works too.
template <class Record>
struct Entry final : EntryBase {
  static Entry* make(std::string_view key, Record&& record) {
    if constexpr (HasInlineBytes<Record>) {
      InlineBytes& bytes = record.*Record::kInline;
      const Place place = allocate(sizeof(Entry), key, bytes);
      bytes = InlineBytes(std::string_view(place.behind() + key.size(), bytes.size()));
      return ::new (place.memory) Entry(place, key.size(), std::move(record));
    } else {
      const Place place = allocate(sizeof(Entry), key, {});
      return ::new (place.memory) Entry(place, key.size(), std::move(record));
    }
  }

  Record second;

 private:
  static_assert(std::is_nothrow_move_constructible_v<Record>);
  Entry(const Place& place, std::size_t key_size, Record&& record) noexcept
      : EntryBase(place, Key({place.behind(), key_size})), second(std::move(record)) {}
};
template <std::size_t index, class Record>
const auto& get(const Entry<Record>& entry) {
  if constexpr (index == 0) {
    return entry.first;
  } else {
    return entry.second;
  }
}

/// All state of a world is in tables: ordered maps from text to a record, of which a version is a
/// root pointer (architecture.md, section 4). Reading gives `const Record&`, which holds until the
/// next change of the table; changing goes through insert, put, update and erase, inside a
/// transaction.
template <class Record>
class Table final : public TableBase {
 public:
  class Iterator;
  class Range;
  using Row = Entry<Record>;

  explicit Table(std::string name) : TableBase(std::move(name)) {}

  /// Null when the key is absent.
  [[nodiscard]] const Record* find(std::string_view key) const {
    const EntryBase* entry = tree().find(key);
    return entry ? &static_cast<const Row*>(entry)->second : nullptr;
  }
  /// The same for who is going to change the row, which a large table then finds sooner.
  [[nodiscard]] const Record* find_to_change(std::string_view key) const {
    const EntryBase* entry = tree().find_to_change(key);
    return entry ? &static_cast<const Row*>(entry)->second : nullptr;
  }
  /// The same for many keys, cheaper than one by one where the table is large.
  [[nodiscard]] std::vector<const Record*> find_all(
      const std::vector<std::string_view>& keys) const {
    std::vector<const Record*> found;
    found.reserve(keys.size());
    for (const EntryBase* entry : tree().find_all(keys)) {
      found.push_back(entry ? &static_cast<const Row*>(entry)->second : nullptr);
    }
    return found;
  }
  [[nodiscard]] bool contains(std::string_view key) const { return tree().find(key) != nullptr; }

  /// The key must be new.
  void insert(std::string_view key, Record record) {
    insert_entry(EntryRef(Row::make(key, std::move(record))));
  }
  /// False, and nothing is changed, when the key is there.
  bool try_insert(std::string_view key, Record record) {
    return try_insert_entry(EntryRef(Row::make(key, std::move(record))));
  }
  /// Inserts or replaces.
  void put(std::string_view key, Record record) {
    put_entry(EntryRef(Row::make(key, std::move(record))));
  }
  /// Calls `change(Record&)` for the record of a key that must be present. A change that throws
  /// changes nothing.
  template <class Change>
  void update(std::string_view key, Change&& change) {
    // What the change would put inline belongs to nobody once the change is over.
    static_assert(!HasInlineBytes<Record>, "put such a record as a whole");
    const EntryBase* found = tree().find(key);
    CHECK(found != nullptr) << "table " << name() << " has no " << key;
    auto* row = Row::make(found->first, Record(static_cast<const Row*>(found)->second));
    const EntryRef entry(row);
    std::forward<Change>(change)(row->second);
    put_entry(entry);
  }
  /// False when the key was absent.
  bool erase(std::string_view key) { return erase_entry(key); }
  /// Erases every key that starts with the prefix.
  void erase_prefix(std::string_view prefix) { erase_entries(prefix); }

  [[nodiscard]] Iterator begin() const { return Iterator(tree().begin()); }
  [[nodiscard]] Iterator end() const { return Iterator(tree().end()); }
  /// The first row whose key is not less.
  [[nodiscard]] Iterator lower_bound(std::string_view key) const {
    return Iterator(tree().lower_bound(key));
  }
  /// The first row whose key is greater.
  [[nodiscard]] Iterator upper_bound(std::string_view key) const {
    return Iterator(tree().upper_bound(key));
  }
  /// The rows whose keys start with the prefix.
  [[nodiscard]] Range range(std::string_view prefix) const {
    return Range(lower_bound(prefix), Iterator(end_of_range(prefix)));
  }

 protected:
  [[nodiscard]] const void* entry_type() const override {
    static constexpr char kTag = 0;
    return &kTag;
  }
  void encode_entry(const EntryBase& entry, std::string& out) const override {
    world::encode(static_cast<const Row&>(entry).second, out);
  }
  EntryRef decode_entry(std::string_view key, std::string_view bytes,
                        std::string& problem) const override {
    Record record{};
    if (const auto wrong = world::decode(bytes, record)) {
      problem = *wrong;
      return {};
    }
    return EntryRef(Row::make(key, std::move(record)));
  }
};

/// Bidirectional; any change of the table invalidates it.
template <class Record>
class Table<Record>::Iterator {
 public:
  using iterator_category = std::bidirectional_iterator_tag;
  using value_type = Entry<Record>;
  using difference_type = std::ptrdiff_t;
  using pointer = const value_type*;
  using reference = const value_type&;

  Iterator() = default;
  explicit Iterator(Cursor cursor) : cursor_(cursor) {}

  reference operator*() const { return static_cast<reference>(cursor_.entry()); }
  pointer operator->() const { return &**this; }
  Iterator& operator++() {
    cursor_.move_forward();
    return *this;
  }
  Iterator operator++(int) {
    Iterator before = *this;
    cursor_.move_forward();
    return before;
  }
  Iterator& operator--() {
    cursor_.move_back();
    return *this;
  }
  Iterator operator--(int) {
    Iterator before = *this;
    cursor_.move_back();
    return before;
  }
  bool operator==(const Iterator&) const = default;

 private:
  Cursor cursor_;
};

/// Rows that follow each other; as valid as its iterators, also after it is gone.
template <class Record>
class Table<Record>::Range {
 public:
  Range(Iterator first, Iterator last) : first_(first), last_(last) {}
  [[nodiscard]] Iterator begin() const { return first_; }
  [[nodiscard]] Iterator end() const { return last_; }
  [[nodiscard]] bool empty() const { return first_ == last_; }

 private:
  Iterator first_;
  Iterator last_;
};

}  // namespace fallstreak::world

template <class Record>
struct std::tuple_size<fallstreak::world::Entry<Record>> : std::integral_constant<std::size_t, 2> {
};
template <class Record>
struct std::tuple_element<0, fallstreak::world::Entry<Record>> {
  using type = const fallstreak::world::Key;
};
template <class Record>
struct std::tuple_element<1, fallstreak::world::Entry<Record>> {
  using type = const Record;
};
