#include "services/application-autoscaling/resource.h"

#include <string_view>

#include "api/dynamodb/tables.h"
#include "services/application-autoscaling/errors.h"

namespace fallstreak::services::application_autoscaling {
namespace {

using api::dynamodb::ProvisionedThroughput;
using api::dynamodb::UpdateTableInput;

Capacity from(const std::optional<api::dynamodb::ProvisionedThroughputDescription>& throughput,
              bool is_active) {
  if (!throughput) return {.is_active = is_active};
  return {.reads = static_cast<std::int32_t>(throughput->ReadCapacityUnits.value_or(0)),
          .writes = static_cast<std::int32_t>(throughput->WriteCapacityUnits.value_or(0)),
          .is_active = is_active};
}

}  // namespace

Resource resource_of(const std::string& resource_id, const std::string& dimension) {
  constexpr std::string_view kTable = "table/";
  constexpr std::string_view kIndex = "/index/";
  const auto refuse = [&] {
    // Observed: AWS tells both that an id is malformed and that it does not go with its dimension
    // so.
    throw validation_exception(
        "Unsupported service namespace, resource type or scalable dimension");
  };
  if (!resource_id.starts_with(kTable)) refuse();
  Resource resource;
  const std::string rest = resource_id.substr(kTable.size());
  const auto at = rest.find(kIndex);
  resource.table = rest.substr(0, at);
  if (at != std::string::npos) resource.index = rest.substr(at + kIndex.size());
  const bool is_index = at != std::string::npos;
  if (resource.table.empty() || (is_index && resource.index.empty())) refuse();
  const std::string kind = is_index ? "dynamodb:index:" : "dynamodb:table:";
  if (dimension == kind + "WriteCapacityUnits") {
    resource.units = Units::writes;
  } else if (dimension != kind + "ReadCapacityUnits") {
    refuse();
  }
  return resource;
}

std::optional<Capacity> capacity_of(Context& context, const Resource& resource) {
  const auto found = context.try_call<api::dynamodb::DescribeTable>({.TableName = resource.table});
  if (!found) return std::nullopt;
  const auto& table = *found->Table;
  const bool is_active = table.TableStatus == "ACTIVE";
  if (resource.index.empty()) return from(table.ProvisionedThroughput, is_active);
  for (const auto& index : api::each(table.GlobalSecondaryIndexes)) {
    if (index.IndexName == resource.index)
      return from(index.ProvisionedThroughput, is_active && index.IndexStatus == "ACTIVE");
  }
  return std::nullopt;
}

Outcome<void> set_capacity(Context& context, const Resource& resource, const Capacity& current,
                           std::int32_t units) {
  ProvisionedThroughput wanted{.ReadCapacityUnits = current.reads,
                               .WriteCapacityUnits = current.writes};
  (resource.units == Units::reads ? wanted.ReadCapacityUnits : wanted.WriteCapacityUnits) = units;
  UpdateTableInput request{.TableName = resource.table};
  if (resource.index.empty()) {
    request.ProvisionedThroughput = wanted;
  } else {
    request.GlobalSecondaryIndexUpdates = {
        {{.Update = {{.IndexName = resource.index, .ProvisionedThroughput = wanted}}}}};
  }
  const auto changed = context.try_call<api::dynamodb::UpdateTable>(request);
  if (!changed) return tl::unexpected(changed.error());
  return {};
}

std::string name_of(Units units) {
  return units == Units::reads ? "read capacity units" : "write capacity units";
}

}  // namespace fallstreak::services::application_autoscaling
