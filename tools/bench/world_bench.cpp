// Worlds as values: made, snapshotted, forked, compared.
#include <benchmark/benchmark.h>

#include <memory>

#include "client/dynamodb.h"
#include "client/ec2.h"
#include "cloud.h"
#include "world/world.h"

namespace {

using namespace fallstreak;

void new_world(benchmark::State& state) {
  std::uint64_t seed = 0;
  for (auto _ : state) {
    Cloud cloud({.seed = ++seed});
    benchmark::DoNotOptimize(cloud.now());
  }
}
BENCHMARK(new_world)->Unit(benchmark::kMicrosecond);

/// 10,000 instances and a million items, made once.
Cloud& big_cloud() {
  static const std::unique_ptr<Cloud> made = [] {
    auto cloud = std::make_unique<Cloud>(CloudOptions{.timing = dispatch::Timing::instant});
    InProcessTransport transport(*cloud);
    client::Ec2 ec2(transport);
    // A /16 of its own: the default subnets have 4,091 addresses each.
    const auto vpc = ec2.create_vpc({.CidrBlock = "10.0.0.0/16"});
    const auto subnet = ec2.create_subnet({.CidrBlock = "10.0.0.0/17", .VpcId = vpc->Vpc->VpcId});
    for (int i = 0; i < 100; ++i) {
      const auto launched = ec2.run_instances({.ImageId = "ami-0abcdef1234567890",
                                               .InstanceType = "t3.micro",
                                               .MaxCount = 100,
                                               .MinCount = 100,
                                               .SubnetId = subnet->Subnet->SubnetId});
      if (!launched) throw std::runtime_error(launched.error().message);
    }
    client::DynamoDb dynamodb(transport);
    static_cast<void>(dynamodb.create_table({.AttributeDefinitions = {{{.AttributeName = "id", .AttributeType = "S"}}},
                                             .TableName = "items",
                                             .KeySchema = {{{.AttributeName = "id", .KeyType = "HASH"}}},
                                             .BillingMode = "PAY_PER_REQUEST"}));
    api::dynamodb::PutItemInput put{.TableName = "items"};
    put.Item.emplace().push_back({"id", {}});
    for (int i = 0; i < 1'000'000; ++i) {
      put.Item->front().value = api::dynamodb::AttributeValue{.S = "item-" + std::to_string(i)};
      const auto stored = dynamodb.put_item(put);
      if (!stored) throw std::runtime_error(stored.error().message);
    }
    return cloud;
  }();
  return *made;
}

void snapshot(benchmark::State& state) {
  Cloud& cloud = big_cloud();
  for (auto _ : state) benchmark::DoNotOptimize(cloud.snapshot());
}
BENCHMARK(snapshot)->Unit(benchmark::kMicrosecond);

void fork(benchmark::State& state) {
  Cloud& cloud = big_cloud();
  for (auto _ : state) benchmark::DoNotOptimize(cloud.fork());
}
BENCHMARK(fork)->Unit(benchmark::kMicrosecond);

/// The cost of a difference follows what changed: 1 to 10,000 of a million items.
void diff(benchmark::State& state) {
  const auto cloud = big_cloud().fork();
  const auto before = cloud->snapshot();
  InProcessTransport transport(*cloud);
  client::DynamoDb dynamodb(transport);
  for (int i = 0; i < state.range(0); ++i) {
    static_cast<void>(dynamodb.put_item(
        {.TableName = "items",
         .Item = {{{"id", api::dynamodb::AttributeValue{.S = "item-" + std::to_string(i)}},
                   {"changed", api::dynamodb::AttributeValue{.BOOL = true}}}}}));
  }
  const auto after = cloud->snapshot();
  std::size_t found = 0;
  for (auto _ : state) found = cloud->world().diff(before, after).size();
  state.counters["found"] = static_cast<double>(found);
  state.counters["ns_per_change"] = benchmark::Counter(
      static_cast<double>(state.range(0)) * 1e-9, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(diff)->Arg(1)->Arg(100)->Arg(10'000)->Unit(benchmark::kMicrosecond);

void describe_instances_by_filter(benchmark::State& state) {
  InProcessTransport transport(big_cloud());
  client::Ec2 ec2(transport);
  for (auto _ : state) {
    const auto seen = ec2.describe_instances(
        {.Filters = {{{.Name = "instance-type", .Values = {{"m4.*"}}}}}});
    if (!seen) state.SkipWithError(seen.error().message.c_str());
  }
}
BENCHMARK(describe_instances_by_filter)->Unit(benchmark::kMillisecond);

}  // namespace
