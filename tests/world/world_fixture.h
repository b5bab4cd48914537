#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "world/world.h"

namespace fallstreak::world {

enum class Color : std::uint8_t { red, green, blue };

struct PartRecord {
  std::string label;
  std::int32_t weight = 0;
  bool operator==(const PartRecord&) const = default;
};
template <class Visitor>
void visit_fields(PartRecord& record, Visitor&& visit) {
  visit("label", record.label);
  visit("weight", record.weight);
}

/// One field of every kind that a record may have.
struct ThingRecord {
  bool is_ready = true;
  std::int64_t number = 0;
  std::uint16_t port = 0;
  double ratio = 0;
  Color color = Color::red;
  std::string text;
  Time created;
  Duration timeout{};
  std::optional<std::string> note;
  std::vector<PartRecord> parts;
  std::pair<std::string, std::int32_t> pair;
  std::map<std::string, PartRecord> by_name;
  api::Body body;
  bool operator==(const ThingRecord&) const = default;
};
template <class Visitor>
void visit_fields(ThingRecord& record, Visitor&& visit) {
  visit("is_ready", record.is_ready);
  visit("number", record.number);
  visit("port", record.port);
  visit("ratio", record.ratio);
  visit("color", record.color);
  visit("text", record.text);
  visit("created", record.created);
  visit("timeout", record.timeout);
  visit("note", record.note);
  visit("parts", record.parts);
  visit("pair", record.pair);
  visit("by_name", record.by_name);
  visit("body", record.body);
}

/// Two tables, as a service has.
struct ShopState {
  explicit ShopState(const std::string& prefix)
      : things(prefix + "things"), counts(prefix + "counts") {}
  template <class Visitor>
  void visit_tables(Visitor&& visit) {
    visit(things);
    visit(counts);
  }
  Table<ThingRecord> things;
  Table<std::int64_t> counts;
};

inline ShopState& shop(World& world, std::string_view scope = "123456789012/eu-central-1") {
  return world.state<ShopState>("shop", scope);
}

/// Does it in a transaction of its own.
template <class Change>
void commit(World& world, Change&& change) {
  Transaction transaction(world);
  change();
  transaction.commit();
}

inline std::vector<std::string> keys_of(const TableBase& table) {
  std::vector<std::string> keys;
  table.visit_keys([&](const std::string& key) { keys.push_back(key); });
  return keys;
}

}  // namespace fallstreak::world
