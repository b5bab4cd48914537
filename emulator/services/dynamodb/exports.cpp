#include "services/dynamodb/exports.h"

#include "base/arn.h"
#include "services/dynamodb/account_limits.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/jobs.h"
#include "services/dynamodb/point_in_time.h"
#include "services/dynamodb/table_access.h"
#include "services/dynamodb/table_description.h"
#include "services/dynamodb/table_storage.h"
#include "services/dynamodb/timing.h"
#include "world/hash.h"
#include "world/record_codec.h"

namespace fallstreak::services::dynamodb {
namespace {

using api::dynamodb::ExportDescription;
using api::dynamodb::ExportTableToPointInTimeInput;
using api::dynamodb::IncrementalExportSpecification;

/// Observed: so many in a page when the caller does not say.
constexpr std::int32_t kPage = 10;
/// Observed: an export is billed in whole megabytes, an incremental one for ten of them at least.
constexpr std::int64_t kMegabyte = 1'000'000;
constexpr std::int64_t kLeastIncremental = 10 * kMegabyte;
constexpr Duration kShortestWindow = std::chrono::minutes(15);
constexpr Duration kLongestWindow = std::chrono::hours(24);

ApiError invalid_request(const std::string& what) {
  return validation_exception("Invalid Request: " + what);
}

ApiError invalid_export_time(const std::string& what) {
  return {"InvalidExportTimeException", what};
}

std::string name_in_table_arn(const Context& context, const std::string& text) {
  const auto arn = Arn::parse(text);
  constexpr std::string_view kTable = "table/";
  if (!arn || arn->service != "dynamodb")
    throw invalid_parameter_values("tableArn is not a valid ARN");
  const std::string resource(arn->resource);
  if (!resource.starts_with(kTable) || resource.find('/', kTable.size()) != std::string::npos)
    throw invalid_request("Table ARN is invalid.");
  if (arn->account_id != context.account_id())
    throw ApiError("AccessDeniedException", "Access is denied");
  // Observed: a table of another region is not found here, whatever this region has.
  if (arn->region != context.region())
    throw ApiError("TableNotFoundException", "Table not found: " + text);
  return resource.substr(kTable.size());
}

/// What does not fit together, whatever the table.
void check_request(const ExportTableToPointInTimeInput& request) {
  if (request.ExportFormat == "ION") throw not_implemented("ExportFormat ION");
  if (request.S3SseKmsKeyId && request.S3SseAlgorithm != "KMS")
    throw invalid_request("KMS Key Id is not supported for this encryption type");
  const auto& incremental = request.IncrementalExportSpecification;
  const std::string type = request.ExportType.value_or("");
  if (incremental && type.empty()) {
    throw invalid_request(
        "Export Type expected to be Incremental Export when incremental export specification is "
        "provided");
  }
  if (incremental && type == "FULL_EXPORT") {
    throw invalid_request(
        "When Export Type is Full Export , Incremental Export Specification should not be "
        "provided");
  }
  if (type != "INCREMENTAL_EXPORT") return;
  if (!incremental) {
    throw invalid_request(
        "Incremental Export Specification expected when export type is set as Incremental Export");
  }
  if (!incremental->ExportFromTime)
    throw invalid_request("ExportFromTime must be provided in IncrementalExportSpecification");
}

/// The window with what the caller left open.
IncrementalExportSpecification checked_window(const IncrementalExportSpecification& wanted,
                                              const TableRecord& table, Time now) {
  IncrementalExportSpecification window = wanted;
  if (!window.ExportToTime) window.ExportToTime = now;
  if (!window.ExportViewType) window.ExportViewType = "NEW_AND_OLD_IMAGES";
  const Time from = *window.ExportFromTime;
  const Time to = *window.ExportToTime;
  // AWS tells times in whole seconds.
  const auto second = [](Time time) { return std::chrono::floor<std::chrono::seconds>(time); };
  if (!table.keeps_past_since || second(from) < second(earliest_restorable(table, now))) {
    throw invalid_export_time(
        "Incremental export period from time cannot be less than the table creation time : " +
        to_iso8601(from, Precision::seconds));
  }
  if (to > now) {
    throw invalid_export_time(
        "Incremental export period to time cannot be greater than the current time : " +
        to_iso8601(to, Precision::seconds));
  }
  if (to - from < kShortestWindow) {
    throw invalid_export_time(
        "Difference between export period from time and export period to time is less than 15 "
        "minutes");
  }
  // Chosen: the words of the other bound.
  if (to - from > kLongestWindow) {
    throw invalid_export_time(
        "Difference between export period from time and export period to time is greater than 24 "
        "hours");
  }
  return window;
}

Time checked_moment(const ExportTableToPointInTimeInput& request, const std::string& name,
                    const TableRecord& table, Time now) {
  if (!table.keeps_past_since) {
    throw ApiError("PointInTimeRecoveryUnavailableException",
                   "Point in time recovery is not enabled for table '" + name + "'");
  }
  if (!request.ExportTime) return now;
  const auto second = [](Time time) { return std::chrono::floor<std::chrono::seconds>(time); };
  const Time moment = *request.ExportTime;
  if (moment > now || second(moment) < second(earliest_restorable(table, now)))
    throw invalid_export_time("Export Time is invalid");
  if (second(moment) > second(latest_restorable(table, now))) {
    throw invalid_export_time("Point in Time Recovery is not available for specified export time");
  }
  return moment;
}

std::uint64_t hash_of_request(const ExportTableToPointInTimeInput& request) {
  std::string bytes;
  world::encode(request, bytes);
  return world::hash_bytes(bytes);
}

ExportDescription begun(const Context& context, const std::string& key, const TableRecord& table,
                        const ExportTableToPointInTimeInput& request) {
  ExportDescription description;
  description.ExportArn = job_arn(context, key, "export");
  description.ExportStatus = "IN_PROGRESS";
  description.StartTime = context.now();
  description.TableArn = request.TableArn;
  description.TableId = table.uuid;
  description.ClientToken = request.ClientToken;
  description.S3Bucket = request.S3Bucket;
  description.S3BucketOwner = request.S3BucketOwner;
  description.S3Prefix = request.S3Prefix;
  description.S3SseAlgorithm = request.S3SseAlgorithm.value_or("AES256");
  description.S3SseKmsKeyId = request.S3SseKmsKeyId;
  description.ExportFormat = "DYNAMODB_JSON";
  // Observed: told only when the caller said it.
  description.ExportType = request.ExportType;
  return description;
}

}  // namespace

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExportTableToPointInTime.html
api::dynamodb::ExportTableToPointInTimeOutput export_table_to_point_in_time(
    Context& context, const ExportTableToPointInTimeInput& request) {
  const std::string name = name_in_table_arn(context, *request.TableArn);
  check_request(request);
  const std::uint64_t hash = hash_of_request(request);
  if (const JobTokenRecord* job = find_job(context, "export", request.ClientToken)) {
    if (job->request_hash != hash) {
      throw ApiError("ExportConflictException",
                     "Export conflict: Duplicate request detected with conflicting parameters");
    }
    return {.ExportDescription = context.state.exports.find(job->job)->description};
  }
  const TableRecord* table = context.state.tables.find(name);
  if (table == nullptr || !table->is_usable())
    throw ApiError("TableNotFoundException", "Table not found: " + *request.TableArn);
  check_may_export(context);

  const std::string key = name + "/" + new_label(context, new_storage_id(context));
  ExportRecord record{.description = begun(context, key, *table, request)};
  if (request.IncrementalExportSpecification) {
    const auto window =
        checked_window(*request.IncrementalExportSpecification, *table, context.now());
    record.description.IncrementalExportSpecification = window;
    record.files = files_of_changes(context, *table, window);
  } else {
    const Time moment = checked_moment(request, name, *table, context.now());
    record.description.ExportTime = moment;
    record.files = files_of_items(context, *table, moment);
  }
  std::int64_t count = 0;
  for (const ExportFile& file : record.files) {
    count += file.count;
    record.size_bytes += static_cast<std::int64_t>(file.lines.size());
  }
  context.schedule(count == 0 ? kExportEmpty : kExportItems, kExportDone, key);
  remember_job(context, "export", request.ClientToken, {key, hash, context.now()});
  api::dynamodb::ExportTableToPointInTimeOutput output{.ExportDescription = record.description};
  context.state.exports.insert(key, std::move(record));
  return output;
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeExport.html
api::dynamodb::DescribeExportOutput describe_export(
    Context& context, const api::dynamodb::DescribeExportInput& request) {
  const std::string key = job_key_of_arn(context, *request.ExportArn, "export");
  if (key.empty())
    throw ApiError("ExportNotFoundException", "Export not found: Invalid export arn");
  const ExportRecord* record = context.state.exports.find(key);
  if (record == nullptr) {
    throw ApiError("ExportNotFoundException",
                   "Export not found: Export not found: " + *request.ExportArn);
  }
  return {.ExportDescription = record->description};
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListExports.html
api::dynamodb::ListExportsOutput list_exports(Context& context,
                                              const api::dynamodb::ListExportsInput& request) {
  std::string prefix;
  std::string uuid;
  if (request.TableArn) {
    const std::string name = name_in_table_arn(context, *request.TableArn);
    prefix = name + "/";
    // Observed: the exports of a table that is gone are not listed, and not those of another table
    // that had its name.
    const TableRecord* table = context.state.tables.find(name);
    uuid = table == nullptr ? "none" : table->uuid;
  }
  const JobPage page =
      page_of_jobs(context.state.exports, prefix,
                   request.NextToken ? job_of_next_token(*request.NextToken) : std::string(),
                   static_cast<std::size_t>(request.MaxResults.value_or(kPage)),
                   [&](const ExportRecord& record) {
                     return uuid.empty() || record.description.TableId == uuid;
                   });
  api::dynamodb::ListExportsOutput output{.NextToken = page.next};
  auto& summaries = output.ExportSummaries.emplace();
  for (const std::string& key : page.keys) {
    const ExportDescription& description = context.state.exports.find(key)->description;
    const bool is_incremental = description.IncrementalExportSpecification.has_value();
    summaries.push_back({.ExportArn = description.ExportArn,
                         .ExportStatus = description.ExportStatus,
                         .ExportType = is_incremental ? "INCREMENTAL_EXPORT" : "FULL_EXPORT"});
  }
  return output;
}

void export_done(Context& context, const world::Event& event) {
  ExportRecord record = *context.state.exports.find(event.entity);
  ExportDescription& description = record.description;
  description.EndTime = context.now();
  std::int64_t count = 0;
  for (const ExportFile& file : record.files) count += file.count;
  const std::int64_t billed = record.size_bytes / kMegabyte * kMegabyte;
  description.ItemCount = count;
  description.BilledSizeBytes =
      description.IncrementalExportSpecification ? std::max(billed, kLeastIncremental) : billed;
  const Outcome<std::string> manifest = write_export(context, record);
  description.ExportStatus = manifest ? "COMPLETED" : "FAILED";
  if (manifest) {
    description.ExportManifest = *manifest;
  } else {
    description.FailureCode = failure_code(manifest.error());
    description.FailureMessage = failure_message(manifest.error());
    description.ItemCount.reset();
    description.BilledSizeBytes.reset();
  }
  record.files.clear();
  context.state.exports.put(event.entity, std::move(record));
}

}  // namespace fallstreak::services::dynamodb
