#include "world/table_base.h"

#include <utility>

#include "base/check.h"
#include "world/hash.h"

namespace fallstreak::world {

Version TableBase::version() const {
  Version version = tree_.version();
  version.type_ = entry_type();
  return version;
}

Version TableBase::typed(const Version& version) const {
  if (version.size() == 0 || version.type_ == entry_type()) return version;
  CHECK(version.type_ == RawTable::type()) << "a version of another type for table " << name();
  Tree raw;
  raw.restore(version);
  Tree decoded;
  for (Cursor at = raw.begin(); at != raw.end(); at.move_forward()) {
    const auto& row = static_cast<const RawEntry&>(at.entry());
    std::string problem;
    EntryRef entry = decode_entry(row.first, row.bytes, problem);
    CHECK(problem.empty()) << "row " << row.first << " of table " << name() << ": " << problem;
    decoded.put(std::move(entry));
  }
  Version result = decoded.version();
  result.type_ = entry_type();
  return result;
}

void TableBase::restore(const Version& version) { tree_.restore(typed(version)); }

std::size_t TableBase::diff_entries(const Version& before, const Version& after,
                                    DiffVisitor& visitor) {
  return Tree::diff(before, after, visitor);
}

bool TableBase::has_same_bytes(const EntryBase& a, const EntryBase& b) const {
  std::string bytes_of_a;
  std::string bytes_of_b;
  encode_entry(a, bytes_of_a);
  encode_entry(b, bytes_of_b);
  return bytes_of_a == bytes_of_b;
}

std::optional<std::string> TableBase::encode(std::string_view key) const {
  const EntryBase* entry = tree_.find(key);
  if (!entry) return std::nullopt;
  std::string bytes;
  encode_entry(*entry, bytes);
  return bytes;
}

std::optional<std::string> TableBase::load(std::string_view key, std::string_view bytes) {
  std::string problem;
  EntryRef entry = decode_entry(key, bytes, problem);
  if (!problem.empty()) return problem;
  tree_.put(std::move(entry));
  return std::nullopt;
}

std::uint64_t TableBase::hash() const {
  std::uint64_t state = tree_.size();
  std::string bytes;
  for (Cursor at = tree_.begin(); at != tree_.end(); at.move_forward()) {
    bytes.clear();
    encode_entry(at.entry(), bytes);
    state = mix(state, hash_bytes(bytes, hash_bytes(at.entry().first)));
  }
  return state;
}

void TableBase::require_transaction() const {
  CHECK(journal_ && journal_->depth > 0) << "table " << name() << " changed outside a transaction";
}

void TableBase::put_entry(EntryRef entry) {
  require_transaction();
  EntryRef replaced = tree_.put(entry);
  const bool is_new = !replaced;
  journal_->entries.push_back({this, is_new ? std::move(entry) : std::move(replaced),
                               is_new ? ChangeKind::added : ChangeKind::changed});
}

void TableBase::insert_entry(EntryRef entry) {
  const bool is_new = try_insert_entry(entry);
  CHECK(is_new) << "table " << name() << " already has " << entry->first;
}

bool TableBase::try_insert_entry(EntryRef entry) {
  require_transaction();
  // One way down the tree where looking first would be a second one.
  EntryRef replaced = tree_.put(entry);
  if (replaced) {
    tree_.put(std::move(replaced));
    return false;
  }
  journal_->entries.push_back({this, std::move(entry), ChangeKind::added});
  return true;
}

bool TableBase::erase_entry(std::string_view key) {
  require_transaction();
  EntryRef removed = tree_.erase(key);
  if (!removed) return false;
  journal_->entries.push_back({this, std::move(removed), ChangeKind::removed});
  return true;
}

void TableBase::erase_entries(std::string_view prefix) {
  require_transaction();
  for (;;) {
    const Cursor first = tree_.lower_bound(prefix);
    if (first == tree_.end()) return;
    const std::string_view key = first.entry().first;
    if (!key.starts_with(prefix)) return;
    erase_entry(key);
  }
}

Cursor TableBase::end_of_range(std::string_view prefix) const {
  // The least text that is greater than every text with the prefix: its last byte below 255 goes up
  // by one.
  std::string next(prefix);
  while (!next.empty() && next.back() == static_cast<char>(0xff)) next.pop_back();
  if (next.empty()) return tree_.end();
  next.back() = static_cast<char>(static_cast<unsigned char>(next.back()) + 1);
  return tree_.lower_bound(next);
}

void TableBase::undo(Undo& change) {
  if (change.kind == ChangeKind::added) {
    tree_.erase(change.entry->first);
  } else {
    tree_.put(std::move(change.entry));
  }
}

// ----------------------------------------------------------------------------------------------
// RawTable

RawEntry* RawEntry::make(std::string_view key, std::string_view stored) {
  const Place place = allocate(sizeof(RawEntry), key, stored);
  const char* behind = place.behind();
  return ::new (place.memory) RawEntry(place, Key({behind, key.size()}),
                                       std::string_view(behind + key.size(), stored.size()));
}

const void* RawTable::type() {
  static constexpr char kTag = 0;
  return &kTag;
}

void RawTable::encode_entry(const EntryBase& entry, std::string& out) const {
  out += static_cast<const RawEntry&>(entry).bytes;
}

EntryRef RawTable::decode_entry(std::string_view key, std::string_view bytes, std::string&) const {
  return EntryRef(RawEntry::make(key, bytes));
}

}  // namespace fallstreak::world
