#pragma once

#include <string>
#include <vector>

#include "api/dynamodb/exports.h"
#include "base/error.h"
#include "services/dynamodb/state.h"

/// Tables written to S3 as they were at a moment, or what changed between two.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.HowItWorks.html
namespace fallstreak::services::dynamodb {

api::dynamodb::ExportTableToPointInTimeOutput export_table_to_point_in_time(
    Context& context, const api::dynamodb::ExportTableToPointInTimeInput& request);
api::dynamodb::DescribeExportOutput describe_export(
    Context& context, const api::dynamodb::DescribeExportInput& request);
api::dynamodb::ListExportsOutput list_exports(Context& context,
                                              const api::dynamodb::ListExportsInput& request);

/// Event: an export's files are in S3, or cannot be.
constexpr std::string_view kExportDone = "export-done";
void export_done(Context& context, const world::Event& event);

/// The lines of a full export, of the table as it was then.
std::vector<ExportFile> files_of_items(const Context& context, const TableRecord& table,
                                       Time moment);
/// The lines of an incremental export.
std::vector<ExportFile> files_of_changes(
    const Context& context, const TableRecord& table,
    const api::dynamodb::IncrementalExportSpecification& specification);
/// Writes them to S3 with their manifests; gives the key of the summary, or what S3 answered.
Outcome<std::string> write_export(Context& context, const ExportRecord& record);

}  // namespace fallstreak::services::dynamodb
