#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "api/dynamodb/items.h"
#include "cloud.h"
#include "scenarios/recording/recording.h"
#include "scenarios/run/site.h"
#include "scenarios/traffic/simulator.h"

namespace fallstreak::scenarios {

/// Carries simulated writes into the emulated DynamoDB, one PutItem each, and keeps the ledger of
/// those that a client saw acknowledged.
class TableWriter : public traffic::WriteSink {
 public:
  TableWriter(const Scenario& scenario, Cloud& cloud, const Sites& sites);

  void put(std::span<const traffic::Write> writes,
           std::span<traffic::WriteResult> results) override;
  /// Reads every acknowledged write back; what is not there is missing.
  Outcome<void> verify();
  [[nodiscard]] Ledger take_ledger() { return std::move(ledger_); }

 private:
  struct Entry {
    std::uint32_t source, table;
    std::uint64_t request;
    Duration at;
  };
  /// Marks every request whose item the table holds: by table and source, then by number.
  Outcome<void> read_back(std::uint32_t table, std::vector<std::vector<bool>>& found);
  void note(std::string_view key, std::uint32_t table, std::vector<std::vector<bool>>& found) const;
  void name_item(const traffic::Write& write, api::Map<api::dynamodb::AttributeValue>& item) const;
  void write_key(std::uint32_t source, std::uint64_t request, std::string& key) const;

  const Scenario* scenario_;
  Cloud* cloud_;
  std::vector<Site*> sites_;                       // of each table
  std::vector<api::dynamodb::PutItemInput> puts_;  // one per table, reused
  std::deque<Entry> acknowledged_;                 // grows by the million, without moving
  Ledger ledger_;
};

}  // namespace fallstreak::scenarios
