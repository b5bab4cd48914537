#include "scenarios/run/table_capacity.h"

#include "api/application-autoscaling/policies.h"
#include "api/application-autoscaling/targets.h"
#include "api/dynamodb/tables.h"
#include "client/call.h"
#include "scenarios/run/must.h"
#include "scenarios/run/stack_of.h"

namespace fallstreak::scenarios {
namespace {

namespace autoscaling = api::application_autoscaling;
constexpr const char* kDimension = "dynamodb:table:WriteCapacityUnits";

}  // namespace

void TableCapacity::scale() {
  for (const DynamoDbTable& table : scenario_->cloud.tables) {
    if (!table.scaling) continue;
    const std::string id = "table/" + physical_name(table.name);
    auto& transport = sites_->find(table.region)->transport;
    must(client::call<autoscaling::RegisterScalableTarget>(transport,
                                                           {.ServiceNamespace = "dynamodb",
                                                            .ResourceId = id,
                                                            .ScalableDimension = kDimension,
                                                            .MinCapacity = table.scaling->least,
                                                            .MaxCapacity = table.scaling->most}));
    must(client::call<autoscaling::PutScalingPolicy>(
        transport, {.PolicyName = "writes",
                    .ServiceNamespace = "dynamodb",
                    .ResourceId = id,
                    .ScalableDimension = kDimension,
                    .PolicyType = "TargetTrackingScaling",
                    .TargetTrackingScalingPolicyConfiguration = {
                        {.TargetValue = 100 * table.scaling->target,
                         .PredefinedMetricSpecification = {
                             {.PredefinedMetricType = "DynamoDBWriteCapacityUtilization"}}}}}));
  }
}

void TableCapacity::look(Duration now) {
  const auto& tables = scenario_->cloud.tables;
  seen_.resize(tables.size());
  for (std::size_t place = 0; place < tables.size(); ++place) {
    if (tables[place].mode == BillingMode::on_demand) continue;
    Site& site = *sites_->find(tables[place].region);
    const auto found = must(client::call<api::dynamodb::DescribeTable>(
        site.transport, {.TableName = physical_name(tables[place].name)}));
    const auto& throughput = *found.Table->ProvisionedThroughput;
    const std::pair units(throughput.ReadCapacityUnits.value_or(0),
                          throughput.WriteCapacityUnits.value_or(0));
    if (units == seen_[place]) continue;
    const bool is_first = seen_[place] == std::pair<std::int64_t, std::int64_t>();
    seen_[place] = units;
    site.meter.provisioned(tables[place].name, static_cast<double>(units.first),
                           static_cast<double>(units.second), now);
    if (is_first) continue;
    tell_({now, RunEvent::Kind::capacity,
           tables[place].name + " has " + std::to_string(units.second) + " write units"});
  }
}

}  // namespace fallstreak::scenarios
