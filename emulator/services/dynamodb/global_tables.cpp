#include "services/dynamodb/global_tables.h"

#include <algorithm>
#include <string>

#include "services/dynamodb/errors.h"

namespace fallstreak::services::dynamodb {
namespace {

ApiError version_not_supported() {
  return validation_exception(
      "DynamoDB global tables version 2017.11.29 is not supported. We recommend using DynamoDB "
      "global tables version 2019.11.21, instead of version 2017.11.29 (Legacy).");
}

ApiError global_table_not_found(const std::string& name) {
  return {"GlobalTableNotFoundException", "Global table with name: '" + name + "' does not exist."};
}

}  // namespace

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateGlobalTable.html
api::dynamodb::CreateGlobalTableOutput create_global_table(
    Context&, const api::dynamodb::CreateGlobalTableInput&) {
  throw version_not_supported();
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeGlobalTable.html
api::dynamodb::DescribeGlobalTableOutput describe_global_table(
    Context&, const api::dynamodb::DescribeGlobalTableInput& request) {
  ApiError error = global_table_not_found(*request.GlobalTableName);
  error.message = "Global table not found: " + error.message;
  throw error;
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListGlobalTables.html
api::dynamodb::ListGlobalTablesOutput list_global_tables(
    Context&, const api::dynamodb::ListGlobalTablesInput&) {
  api::dynamodb::ListGlobalTablesOutput output;
  output.GlobalTables.emplace();
  return output;
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateGlobalTable.html
api::dynamodb::UpdateGlobalTableOutput update_global_table(
    Context&, const api::dynamodb::UpdateGlobalTableInput& request) {
  const auto creates = [](const api::dynamodb::ReplicaUpdate& update) {
    return update.Create.has_value();
  };
  if (request.ReplicaUpdates->empty())
    throw validation_exception("One or more parameter values were invalid");
  if (std::ranges::any_of(*request.ReplicaUpdates, creates)) throw version_not_supported();
  throw global_table_not_found(*request.GlobalTableName);
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeGlobalTableSettings.html
api::dynamodb::DescribeGlobalTableSettingsOutput describe_global_table_settings(
    Context&, const api::dynamodb::DescribeGlobalTableSettingsInput& request) {
  throw global_table_not_found(*request.GlobalTableName);
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateGlobalTableSettings.html
api::dynamodb::UpdateGlobalTableSettingsOutput update_global_table_settings(
    Context&, const api::dynamodb::UpdateGlobalTableSettingsInput& request) {
  throw global_table_not_found(*request.GlobalTableName);
}

}  // namespace fallstreak::services::dynamodb
