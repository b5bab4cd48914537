#include "services/dynamodb/table_settings.h"

#include <string>

#include "services/dynamodb/errors.h"
#include "services/dynamodb/stream.h"

namespace fallstreak::services::dynamodb {
namespace {

struct Units {
  std::string_view name;
  const std::optional<std::int64_t>& value;
};

}  // namespace

void check_on_demand_throughput(const api::dynamodb::OnDemandThroughput& throughput,
                                BillingMode billing_mode, Operation operation) {
  for (const auto& [name, value] :
       {Units{"MaxReadRequestUnits", throughput.MaxReadRequestUnits},
        Units{"MaxWriteRequestUnits", throughput.MaxWriteRequestUnits}}) {
    if (!value) continue;
    if (billing_mode == BillingMode::provisioned) {
      // Observed: the two operations differ in an article and a full stop.
      const bool is_create = operation == Operation::create_table;
      throw invalid_parameter_values(std::string(name) +
                                     " for OnDemandThroughput cannot be specified when " +
                                     (is_create ? "table BillingMode is PROVISIONED."
                                                : "the table BillingMode is PROVISIONED"));
    }
    // AWS: -1 removes the maximum.
    if (*value < -1 || *value == 0) {
      throw invalid_parameter_values("Requested " + std::string(name) +
                                     " for OnDemandThroughput for table is outside of valid range");
    }
  }
}

void check_bounds(const api::dynamodb::ProvisionedThroughput& throughput) {
  constexpr std::int64_t kMost = 1'000'000'000'000;
  for (const auto& [name, value] : {Units{"ReadCapacityUnits", throughput.ReadCapacityUnits},
                                    Units{"WriteCapacityUnits", throughput.WriteCapacityUnits}}) {
    if (*value <= kMost) continue;
    throw validation_exception("Given value " + std::to_string(*value) + " for " +
                               std::string(name) + " is out of bounds");
  }
}

void check_warm_throughput(const api::dynamodb::WarmThroughput& wanted,
                           const std::optional<api::dynamodb::WarmThroughput>& current,
                           std::string_view of) {
  const api::dynamodb::WarmThroughput before = current.value_or(api::dynamodb::WarmThroughput{});
  const auto check = [&](std::string_view name, const std::optional<std::int64_t>& value,
                         const std::optional<std::int64_t>& old) {
    if (!value) return;
    const std::string what =
        "Requested " + std::string(name) + " for WarmThroughput for " + std::string(of);
    if (*value < 1) throw invalid_parameter_values(what + " is outside of valid range");
    if (old && *value < *old) {
      throw invalid_parameter_values(
          what +
          " is lower than current WarmThroughput, decreasing WarmThroughput is not supported");
    }
  };
  check("ReadUnitsPerSecond", wanted.ReadUnitsPerSecond, before.ReadUnitsPerSecond);
  check("WriteUnitsPerSecond", wanted.WriteUnitsPerSecond, before.WriteUnitsPerSecond);
}

std::optional<api::dynamodb::SSEDescription> read_encryption(
    Context& context, const api::dynamodb::SSESpecification& specification) {
  if (!specification.Enabled.value_or(false)) {
    if (!specification.KMSMasterKeyId && !specification.SSEType) return std::nullopt;
    throw invalid_parameter_values(
        "SSEType and KMSMasterKeyId can be specified only if SSE is enabled");
  }
  if (specification.SSEType.value_or("KMS") != "KMS")
    throw invalid_parameter_values("SSEType " + *specification.SSEType + " is not supported");
  // Chosen: a key is believed to exist, because KMS is not there.
  std::string key = specification.KMSMasterKeyId.value_or("");
  if (key.empty()) key = context.new_uuid("kms-key");
  if (!key.starts_with("arn:")) {
    key = context.arn("kms", key.starts_with("alias/") ? key : "key/" + key);
  }
  return api::dynamodb::SSEDescription{
      .Status = "ENABLED", .SSEType = "KMS", .KMSMasterKeyArn = key};
}

void read_settings(Context& context, const api::dynamodb::CreateTableInput& request,
                   TableRecord& table) {
  if (request.OnDemandThroughput) {
    check_on_demand_throughput(*request.OnDemandThroughput, table.billing_mode,
                               Operation::create_table);
    table.on_demand_throughput = request.OnDemandThroughput;
  }
  if (request.WarmThroughput) {
    check_warm_throughput(*request.WarmThroughput, std::nullopt, "table");
    table.warm_throughput = request.WarmThroughput;
  }
  if (request.SSESpecification)
    table.encryption = read_encryption(context, *request.SSESpecification);
  if (request.StreamSpecification) check_stream(*request.StreamSpecification);
}

}  // namespace fallstreak::services::dynamodb
