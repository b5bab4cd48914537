#include "scenarios/run/table_writer.h"

#include "client/call.h"
#include "scenarios/run/stack_of.h"

namespace fallstreak::scenarios {

namespace dynamodb = api::dynamodb;

TableWriter::TableWriter(const Scenario& scenario, Cloud& cloud, client::Transport& transport, Meter& meter)
    : scenario_(&scenario), cloud_(&cloud), transport_(&transport), meter_(&meter) {
  for (const auto& table : scenario.cloud.tables) {
    dynamodb::PutItemInput put{.TableName = physical_name(table.name)};
    put.Item.emplace().push_back({table.partition_key, {}});
    dynamodb::GetItemInput get{.TableName = physical_name(table.name)};
    get.Key.emplace().push_back({table.partition_key, {}});
    if (table.sort_key) {
      put.Item->push_back({*table.sort_key, dynamodb::AttributeValue{.S = "order"}});
      get.Key->push_back({*table.sort_key, dynamodb::AttributeValue{.S = "order"}});
    }
    get.ConsistentRead = true;
    puts_.push_back(std::move(put));
    gets_.push_back(std::move(get));
  }
}

dynamodb::AttributeValue TableWriter::key_of(std::uint32_t source, std::uint64_t request) const {
  return dynamodb::AttributeValue{.S = scenario_->load[source].name + "-" + std::to_string(request)};
}

void TableWriter::put(std::span<const traffic::Write> writes, std::span<traffic::WriteResult> results) {
  std::uint64_t stored = 0;
  for (std::size_t i = 0; i < writes.size(); ++i) {
    const traffic::Write& write = writes[i];
    // The simulator is ahead of the cloud by less than the time to its next event, so nothing is due before.
    const Time at = scenario_->start + Duration(write.at);
    if (at > cloud_->now()) cloud_->advance_to(at);
    auto& request = puts_[write.table];
    request.Item->front().value = key_of(write.source, write.request);
    const auto outcome = client::call<dynamodb::PutItem>(*transport_, request);
    if (outcome) {
      results[i] = traffic::WriteResult::stored;
      ++stored;
      if (write.client_waits) {
        acknowledged_.push_back({write.source, write.table, write.request, Duration(write.at)});
      }
    } else {
      const std::string& code = outcome.error().code;
      const bool is_throttled =
          code == "ProvisionedThroughputExceededException" || code == "ThrottlingException";
      results[i] = is_throttled ? traffic::WriteResult::throttled : traffic::WriteResult::failed;
    }
  }
  // Every item is far below 1 KB: one write request unit each.
  meter_->add_writes(stored);
}

Outcome<void> TableWriter::verify() {
  for (Entry& entry : acknowledged_) {
    auto& request = gets_[entry.table];
    request.Key->front().value = key_of(entry.source, entry.request);
    const auto found = client::call<dynamodb::GetItem>(*transport_, request);
    if (!found) return tl::unexpected(found.error());
    entry.is_missing = !found->Item.has_value();
  }
  is_verified_ = true;
  return {};
}

Ledger TableWriter::take_ledger() {
  Ledger ledger;
  ledger.is_verified = is_verified_;
  ledger.entries.reserve(acknowledged_.size());
  for (const Entry& entry : acknowledged_) {
    ledger.entries.push_back({scenario_->cloud.tables[entry.table].name,
                              scenario_->load[entry.source].name + "-" + std::to_string(entry.request),
                              entry.at, entry.is_missing});
  }
  return ledger;
}

}  // namespace fallstreak::scenarios
