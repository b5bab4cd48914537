// DynamoDB's operations in process, through the typed client, over tables of growing size.
#include <benchmark/benchmark.h>

#include <bit>
#include <cstring>
#include <memory>
#include <string>

#include "client/dynamodb.h"
#include "cloud.h"
#include "world/memory.h"

namespace {

using namespace fallstreak;
using api::dynamodb::AttributeValue;
using Item = api::Map<AttributeValue>;

std::string name_of(std::int64_t number) {
  std::string digits = std::to_string(number);
  return "customer#" + std::string(8 - digits.size(), '0') + digits;
}

/// About 200 bytes, as issue-sized items are.
Item item_of(std::int64_t number) {
  Item item;
  item.push_back({"pk", {.S = name_of(number)}});
  item.push_back({"amount", {.N = "129.95"}});
  item.push_back({"state", {.S = "shipped"}});
  item.push_back({"note", {.S = std::string(140, 'n')}});
  return item;
}

/// A cloud with a table of so many items, made once for all benchmarks of that size.
struct Shop {
  explicit Shop(std::int64_t items)
      : cloud({.timing = dispatch::Timing::instant}), transport(cloud), dynamodb(transport) {
    api::dynamodb::CreateTableInput request{.TableName = "orders",
                                            .BillingMode = "PAY_PER_REQUEST"};
    request.AttributeDefinitions.emplace().push_back({.AttributeName = "pk", .AttributeType = "S"});
    request.KeySchema.emplace().push_back({.AttributeName = "pk", .KeyType = "HASH"});
    if (!dynamodb.create_table(request)) std::abort();
    for (std::int64_t number = 0; number < items; ++number) {
      if (!dynamodb.put_item({.TableName = "orders", .Item = item_of(number)})) std::abort();
    }
  }
  Cloud cloud;
  InProcessTransport transport;
  client::DynamoDb dynamodb;
};

Shop& shop(std::int64_t items) {
  static std::unique_ptr<Shop> current;
  static std::int64_t size = -1;
  if (size != items) {
    current.reset();
    current = std::make_unique<Shop>(items);
    size = items;
  }
  return *current;
}

/// Numbers below `items`, scattered.
class Scatter {
 public:
  explicit Scatter(std::int64_t items) : items_(static_cast<std::uint64_t>(items)) {}
  std::int64_t next() {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::int64_t>((state_ >> 33U) % items_);
  }

 private:
  std::uint64_t items_;
  std::uint64_t state_ = 1;
};

/// The limit of what follows: what the memory itself takes to find one of so many items. A place in a
/// table of addresses is read, and then the four lines of the item that it names; each search waits
/// for the one before it, as the requests of one client do.
void memory_alone(benchmark::State& state) {
  constexpr std::size_t kEntry = 336;
  const auto items = static_cast<std::size_t>(state.range(0));
  const std::size_t places = std::bit_ceil(items * 4 / 3);
  struct Memory {
    explicit Memory(std::size_t size) : bytes(size), begin(static_cast<char*>(world::allocate(size))) {
      std::memset(begin, 1, bytes);
    }
    Memory(const Memory&) = delete;
    Memory& operator=(const Memory&) = delete;
    ~Memory() { world::release(begin, bytes); }
    std::size_t bytes;
    char* begin;
  };
  const Memory table(places * sizeof(std::uint64_t));
  const Memory entries(items * kEntry);
  auto* const numbers = reinterpret_cast<std::uint64_t*>(table.begin);
  Scatter scatter(state.range(0));
  for (std::size_t place = 0; place < places; ++place) numbers[place] = std::uint64_t(scatter.next());
  std::uint64_t found = 0;
  for (auto _ : state) {
    const std::size_t place = (std::uint64_t(scatter.next()) + found) & (places - 1);
    const char* const entry = entries.begin + numbers[place] * kEntry;
    found = 0;
    for (std::size_t line = 0; line < 4; ++line) {
      found += static_cast<unsigned char>(*static_cast<const volatile char*>(entry + line * 64));
    }
  }
  benchmark::DoNotOptimize(found);
}

void get_item(benchmark::State& state) {
  Shop& here = shop(state.range(0));
  Scatter scatter(state.range(0));
  api::dynamodb::GetItemInput request{.TableName = "orders"};
  request.Key.emplace().push_back({"pk", {}});
  for (auto _ : state) {
    request.Key->front().value.S = name_of(scatter.next());
    auto found = here.dynamodb.get_item(request);
    benchmark::DoNotOptimize(found);
  }
}

void put_item(benchmark::State& state) {
  Shop& here = shop(state.range(0));
  Scatter scatter(state.range(0));
  api::dynamodb::PutItemInput request{.TableName = "orders", .Item = item_of(0)};
  for (auto _ : state) {
    request.Item->front().value.S = name_of(scatter.next());
    auto stored = here.dynamodb.put_item(request);
    benchmark::DoNotOptimize(stored);
  }
}

void update_item(benchmark::State& state) {
  Shop& here = shop(state.range(0));
  Scatter scatter(state.range(0));
  api::dynamodb::UpdateItemInput request{.TableName = "orders",
                                         .UpdateExpression = "SET amount = amount + :one"};
  request.Key.emplace().push_back({"pk", {}});
  request.ExpressionAttributeValues.emplace().push_back({":one", {.N = "1"}});
  for (auto _ : state) {
    request.Key->front().value.S = name_of(scatter.next());
    auto updated = here.dynamodb.update_item(request);
    benchmark::DoNotOptimize(updated);
  }
}

/// Ten items, scattered, put in one transaction.
void transact_write_of_10(benchmark::State& state) {
  Shop& here = shop(state.range(0));
  Scatter scatter(state.range(0));
  api::dynamodb::TransactWriteItemsInput request;
  auto& parts = request.TransactItems.emplace();
  for (int part = 0; part < 10; ++part) {
    parts.push_back({.Put = {{.Item = item_of(0), .TableName = "orders"}}});
  }
  for (auto _ : state) {
    // No item twice: AWS refuses such a transaction.
    const std::int64_t first = scatter.next();
    for (std::int64_t part = 0; part < 10; ++part) {
      const std::int64_t number = (first + part * (state.range(0) / 10)) % state.range(0);
      parts[std::size_t(part)].Put->Item->front().value.S = name_of(number);
    }
    auto written = here.dynamodb.transact_write_items(request);
    if (!written) state.SkipWithError("the transaction was refused");
    benchmark::DoNotOptimize(written);
  }
}

void scan_page_of_100(benchmark::State& state) {
  Shop& here = shop(state.range(0));
  const api::dynamodb::ScanInput request{.TableName = "orders", .Limit = 100};
  for (auto _ : state) {
    auto page = here.dynamodb.scan(request);
    benchmark::DoNotOptimize(page);
  }
}

/// A partition of 100 small items, read as a whole from among so many partitions.
void query_of_100(benchmark::State& state) {
  const std::int64_t partitions = state.range(0);
  Cloud cloud({.timing = dispatch::Timing::instant});
  InProcessTransport transport(cloud);
  client::DynamoDb dynamodb(transport);
  api::dynamodb::CreateTableInput table{.TableName = "lines", .BillingMode = "PAY_PER_REQUEST"};
  table.AttributeDefinitions = {{{.AttributeName = "pk", .AttributeType = "S"}, {.AttributeName = "sk", .AttributeType = "N"}}};
  table.KeySchema = {{{.AttributeName = "pk", .KeyType = "HASH"}, {.AttributeName = "sk", .KeyType = "RANGE"}}};
  if (!dynamodb.create_table(table)) std::abort();
  for (std::int64_t number = 0; number < partitions * 100; ++number) {
    Item item{{"pk", {.S = name_of(number / 100)}}, {"sk", {.N = std::to_string(number % 100)}}, {"state", {.S = "shipped"}}};
    if (!dynamodb.put_item({.TableName = "lines", .Item = std::move(item)})) std::abort();
  }
  Scatter scatter(partitions);
  api::dynamodb::QueryInput request{.TableName = "lines", .KeyConditionExpression = "pk = :pk"};
  request.ExpressionAttributeValues.emplace().push_back({":pk", {}});
  for (auto _ : state) {
    request.ExpressionAttributeValues->front().value.S = name_of(scatter.next());
    auto found = dynamodb.query(request);
    if (!found || found->Count != 100) state.SkipWithError("not 100 items");
    benchmark::DoNotOptimize(found);
  }
}

BENCHMARK(memory_alone)->Arg(1'000)->Arg(1'000'000)->Arg(10'000'000);
BENCHMARK(get_item)->Arg(1'000)->Arg(1'000'000)->Arg(10'000'000);
BENCHMARK(put_item)->Arg(1'000)->Arg(1'000'000)->Arg(10'000'000);
BENCHMARK(update_item)->Arg(1'000)->Arg(1'000'000);
BENCHMARK(transact_write_of_10)->Arg(1000)->Arg(1000000);
BENCHMARK(scan_page_of_100)->Arg(1'000);
BENCHMARK(query_of_100)->Arg(10)->Arg(10'000);

}  // namespace
