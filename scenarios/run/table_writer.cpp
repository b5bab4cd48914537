#include "scenarios/run/table_writer.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "client/call.h"
#include "scenarios/run/stack_of.h"

namespace fallstreak::scenarios {

namespace dynamodb = api::dynamodb;

TableWriter::TableWriter(const Scenario& scenario, Cloud& cloud, const Sites& sites)
    : scenario_(&scenario), cloud_(&cloud) {
  for (const auto& table : scenario.cloud.tables) {
    sites_.push_back(sites.find(table.region));
    dynamodb::PutItemInput put{.TableName = physical_name(table.name)};
    put.Item.emplace().push_back({table.partition_key, dynamodb::AttributeValue{.S = ""}});
    if (table.sort_key) {
      put.Item->push_back({*table.sort_key, dynamodb::AttributeValue{.S = "order"}});
    }
    if (table.item_kilobytes > 1) {
      // What the keys take of the item's size is less than that.
      constexpr std::size_t kKeys = 512;
      const auto bytes = static_cast<std::size_t>(table.item_kilobytes) * 1024 - kKeys;
      put.Item->push_back({"data", dynamodb::AttributeValue{.S = std::string(bytes, 'x')}});
    }
    puts_.push_back(std::move(put));
  }
}

void TableWriter::write_key(std::uint32_t source, std::uint64_t request, std::string& key) const {
  std::array<char, 20> digits;
  const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), request).ptr;
  key = scenario_->load[source].name;
  key += '-';
  key.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

void TableWriter::name_item(const traffic::Write& write,
                            api::Map<dynamodb::AttributeValue>& item) const {
  const auto& keys = scenario_->cloud.tables[write.table].keys;
  if (keys) item[0].value.S = "key-" + std::to_string(write.request % std::uint64_t(*keys));
  write_key(write.source, write.request, *item[keys ? 1 : 0].value.S);
}

void TableWriter::put(std::span<const traffic::Write> writes,
                      std::span<traffic::WriteResult> results) {
  for (std::size_t i = 0; i < writes.size(); ++i) {
    const traffic::Write& write = writes[i];
    // The simulator is ahead of the cloud by less than the time to its next event, so nothing is
    // due before.
    const Time at = scenario_->start + Duration(write.at);
    if (at > cloud_->now()) cloud_->advance_to(at);
    auto& request = puts_[write.table];
    name_item(write, *request.Item);
    Site& site = *sites_[write.table];
    const auto outcome = client::call<dynamodb::PutItem>(site.transport, request);
    if (outcome) {
      results[i] = traffic::WriteResult::stored;
      const DynamoDbTable& table = scenario_->cloud.tables[write.table];
      // What is provisioned is paid whether it is used or not.
      if (table.mode == BillingMode::on_demand) {
        site.meter.add_writes(static_cast<std::uint64_t>(table.item_kilobytes));
      }
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
}

Outcome<void> TableWriter::verify() {
  // Pages in the table's own order cost a tenth of as many single reads.
  std::vector<std::vector<bool>> found(scenario_->cloud.tables.size() * scenario_->load.size());
  for (std::uint32_t table = 0; table < scenario_->cloud.tables.size(); ++table) {
    auto outcome = read_back(table, found);
    if (!outcome) return outcome;
  }
  std::vector<std::uint64_t> acknowledged(scenario_->cloud.tables.size());
  for (const Entry& entry : acknowledged_) {
    ++acknowledged[entry.table];
    const auto& seen = found[entry.table * scenario_->load.size() + entry.source];
    if (entry.request < seen.size() && seen[entry.request]) continue;
    MissingWrite& missing = ledger_.missing.emplace_back();
    missing.table = scenario_->cloud.tables[entry.table].name;
    write_key(entry.source, entry.request, missing.key);
    missing.committed_at = entry.at;
  }
  for (std::size_t table = 0; table < acknowledged.size(); ++table) {
    if (acknowledged[table] > 0)
      ledger_.acknowledged[scenario_->cloud.tables[table].name] = acknowledged[table];
  }
  ledger_.is_verified = true;
  return {};
}

Outcome<void> TableWriter::read_back(std::uint32_t table, std::vector<std::vector<bool>>& found) {
  const DynamoDbTable& wanted = scenario_->cloud.tables[table];
  const std::string& identity = wanted.keys ? *wanted.sort_key : wanted.partition_key;
  dynamodb::ScanInput request{.TableName = physical_name(wanted.name),
                              .ProjectionExpression = "#key",
                              .ExpressionAttributeNames = {{{"#key", identity}}},
                              .ConsistentRead = true};
  do {
    const auto page = client::call<dynamodb::Scan>(sites_[table]->transport, request);
    if (!page) return tl::unexpected(page.error());
    for (const auto& item : api::each(page->Items)) {
      const auto* key = api::find(item, identity);
      if (key == nullptr || !key->S) continue;
      note(*key->S, table, found);
    }
    request.ExclusiveStartKey = page->LastEvaluatedKey;
  } while (request.ExclusiveStartKey);
  return {};
}

void TableWriter::note(std::string_view key, std::uint32_t table,
                       std::vector<std::vector<bool>>& found) const {
  for (std::size_t source = 0; source < scenario_->load.size(); ++source) {
    const std::string& name = scenario_->load[source].name;
    if (!key.starts_with(name) || key.size() <= name.size() || key[name.size()] != '-') continue;
    std::uint64_t number = 0;
    const char* end = key.data() + key.size();
    const auto [last, error] = std::from_chars(key.data() + name.size() + 1, end, number);
    if (error != std::errc() || last != end) continue;
    auto& seen = found[table * scenario_->load.size() + source];
    if (number >= seen.size()) seen.resize(std::max<std::size_t>(number + 1, seen.size() * 2));
    seen[number] = true;
  }
}

}  // namespace fallstreak::scenarios
