#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "world/tree.h"

namespace fallstreak::world {

class TableBase;

/// What undoes one change of a table.
struct Undo {
  TableBase* table;
  /// The entry that was inserted, or the one that was there before.
  EntryRef entry;
  ChangeKind kind;
};

/// All changes since the outermost transaction began, oldest first.
struct Journal {
  std::vector<Undo> entries;
  /// How many transactions are open.
  int depth = 0;
};

/// A table without its record's type: what snapshots, transactions, the store and hashing need of
/// it.
///
/// Every change goes to the journal of the world that owns the table, and is refused outside a
/// transaction.
class TableBase {
 public:
  explicit TableBase(std::string name)
      : name_(std::make_shared<const std::string>(std::move(name))) {}
  TableBase(const TableBase&) = delete;
  TableBase& operator=(const TableBase&) = delete;
  virtual ~TableBase() = default;

  [[nodiscard]] const std::string& name() const { return *name_; }
  [[nodiscard]] std::size_t size() const { return tree_.size(); }
  [[nodiscard]] bool empty() const { return tree_.size() == 0; }
  /// How often it was changed, put back or loaded. Who remembers what was found in the table may
  /// trust that, and the addresses of records, as long as this is the same.
  [[nodiscard]] std::uint64_t changes() const { return tree_.changes(); }

  [[nodiscard]] Version version() const;
  /// Puts a version back, outside the journal. Rows that were stored before their type was known
  /// are decoded now.
  void restore(const Version& version);
  /// Calls `visit(key, kind)` for each key that differs, in order. Both versions must be of this
  /// table.
  template <class Visit>
  std::size_t diff(const Version& before, const Version& after, Visit&& visit) const;

  /// The stored form of a record, or empty when the key is absent.
  [[nodiscard]] std::optional<std::string> encode(std::string_view key) const;
  /// Puts a stored record outside the journal: for loading only. Returns what is wrong with the
  /// bytes, or nothing.
  [[nodiscard]] std::optional<std::string> load(std::string_view key, std::string_view bytes);
  /// Depends on keys and records alone, not on how they came to be there.
  [[nodiscard]] std::uint64_t hash() const;

  /// Calls `visit(key)` for each key, in order.
  template <class Visit>
  void visit_keys(Visit&& visit) const {
    for (Cursor at = tree_.begin(); at != tree_.end(); at.move_forward()) visit(at.entry().first);
  }

 protected:
  [[nodiscard]] const Tree& tree() const { return tree_; }
  void put_entry(EntryRef entry);
  void insert_entry(EntryRef entry);
  bool try_insert_entry(EntryRef entry);
  bool erase_entry(std::string_view key);
  void erase_entries(std::string_view prefix);
  [[nodiscard]] Cursor end_of_range(std::string_view prefix) const;

  /// The same address for all tables of one record type, and for no others.
  [[nodiscard]] virtual const void* entry_type() const = 0;
  virtual void encode_entry(const EntryBase& entry, std::string& out) const = 0;
  /// Null, with the reason, when the bytes are damaged.
  virtual EntryRef decode_entry(std::string_view key, std::string_view bytes,
                                std::string& problem) const = 0;

 private:
  friend class World;
  friend class Transaction;
  friend struct WorldCore;

  enum class Comparison : std::uint8_t { by_identity, by_bytes };

  [[nodiscard]] bool has_same_bytes(const EntryBase& a, const EntryBase& b) const;
  void undo(Undo& change);
  void require_transaction() const;
  [[nodiscard]] Version typed(const Version& version) const;
  static std::size_t diff_entries(const Version& before, const Version& after,
                                  DiffVisitor& visitor);

  std::shared_ptr<const std::string> name_;  // shared with snapshots
  Tree tree_;
  Journal* journal_ = nullptr;
};

/// Rows of a table whose state nobody has asked for yet, so that their type is unknown: the bytes
/// as they were stored.
struct RawEntry final : EntryBase {
  static RawEntry* make(std::string_view key, std::string_view stored);
  const std::string_view bytes;

 private:
  RawEntry(const Place& place, Key key, std::string_view stored)
      : EntryBase(place, key), bytes(stored) {}
};

class RawTable final : public TableBase {
 public:
  using TableBase::TableBase;
  static const void* type();

 protected:
  [[nodiscard]] const void* entry_type() const override { return type(); }
  void encode_entry(const EntryBase& entry, std::string& out) const override;
  EntryRef decode_entry(std::string_view key, std::string_view bytes,
                        std::string& problem) const override;
};

template <class Visit>
std::size_t TableBase::diff(const Version& before, const Version& after, Visit&& visit) const {
  struct Visitor final : DiffVisitor {
    Visitor(const TableBase& table, Comparison comparison, Visit& call)
        : table_(table), comparison_(comparison), call_(call) {}
    void visit(const EntryBase* old_entry, const EntryBase* new_entry) override {
      if (comparison_ == Comparison::by_bytes && old_entry && new_entry &&
          table_.has_same_bytes(*old_entry, *new_entry)) {
        return;
      }
      const ChangeKind kind = !old_entry   ? ChangeKind::added
                              : !new_entry ? ChangeKind::removed
                                           : ChangeKind::changed;
      call_((new_entry ? new_entry : old_entry)->first, kind);
    }
    const TableBase& table_;
    Comparison comparison_;
    Visit& call_;
  };
  // Versions share no entries when one of them had to be decoded.
  const bool is_decoded = before.type_ != after.type_;
  Visitor visitor(*this, is_decoded ? Comparison::by_bytes : Comparison::by_identity, visit);
  return diff_entries(typed(before), typed(after), visitor);
}

}  // namespace fallstreak::world
