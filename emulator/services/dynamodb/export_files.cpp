#include "api/s3/objects.h"
#include "base/checksum.h"
#include "base/encoding.h"
#include "base/gzip.h"
#include "base/json_text.h"
#include "base/time.h"
#include "services/dynamodb/exports.h"

namespace fallstreak::services::dynamodb {
namespace {

using api::dynamodb::ExportDescription;

void add_text(JsonObject& json, std::string_view name, const std::optional<std::string>& text) {
  json.add_raw(name, text ? json_string(*text) : "null");
}
void add_time(JsonObject& json, std::string_view name, const std::optional<Time>& time) {
  if (time) json.add(name, to_iso8601(*time, Precision::milliseconds));
}

/// Puts the objects of one export, until S3 refuses one.
class Folder {
 public:
  Folder(Context& context, const ExportDescription& description)
      : context_(context), description_(description) {}

  void put(const std::string& key, std::string bytes) {
    if (failure_) return;
    api::s3::PutObjectRequest request{.Bucket = description_.S3Bucket, .Key = key};
    request.Body = api::Body(std::move(bytes));
    request.ExpectedBucketOwner = description_.S3BucketOwner;
    auto answer = context_.try_call<api::s3::PutObject>(request);
    if (!answer) failure_ = std::move(answer.error());
  }
  void put_manifest(const std::string& path, const std::string& text) {
    put(path + ".json", text);
    put(path + ".md5", checksum_base64(ChecksumAlgorithm::md5, text));
  }
  [[nodiscard]] const std::optional<ApiError>& failure() const { return failure_; }

 private:
  Context& context_;
  const ExportDescription& description_;
  std::optional<ApiError> failure_;
};

/// Observed: what the caller gave and `AWSDynamoDB`, with a slash between.
std::string root_of(const ExportDescription& description) {
  std::string root = description.S3Prefix.value_or("");
  if (!root.empty() && !root.ends_with('/')) root += '/';
  return root + "AWSDynamoDB/";
}

std::string summary_of(const ExportRecord& record, const std::string& files_key) {
  const ExportDescription& description = record.description;
  const bool is_incremental = description.IncrementalExportSpecification.has_value();
  JsonObject json;
  json.add("version", is_incremental ? "2023-08-01" : "2020-06-30");
  add_text(json, "exportArn", description.ExportArn);
  add_time(json, "startTime", description.StartTime);
  add_time(json, "endTime", description.EndTime);
  add_text(json, "tableArn", description.TableArn);
  add_text(json, "tableId", description.TableId);
  if (is_incremental) {
    add_time(json, "exportFromTime", description.IncrementalExportSpecification->ExportFromTime);
    add_time(json, "exportToTime", description.IncrementalExportSpecification->ExportToTime);
  } else {
    add_time(json, "exportTime", description.ExportTime);
  }
  add_text(json, "s3Bucket", description.S3Bucket);
  add_text(json, "s3Prefix", description.S3Prefix);
  add_text(json, "s3SseAlgorithm", description.S3SseAlgorithm);
  add_text(json, "s3SseKmsKeyId", description.S3SseKmsKeyId);
  json.add("manifestFilesS3Key", files_key);
  json.add("billedSizeBytes", *description.BilledSizeBytes);
  json.add("itemCount", *description.ItemCount);
  add_text(json, "outputFormat", description.ExportFormat);
  if (is_incremental) {
    add_text(json, "outputView", description.IncrementalExportSpecification->ExportViewType);
    json.add("exportType", "INCREMENTAL_EXPORT");
  }
  return json.text();
}

}  // namespace

Outcome<std::string> write_export(Context& context, const ExportRecord& record) {
  const ExportDescription& description = record.description;
  Folder folder(context, description);
  const std::string root = root_of(description);
  const std::string& arn = *description.ExportArn;
  const std::string own = root + arn.substr(arn.rfind('/') + 1) + "/";
  folder.put(own + "_started", "");
  // AWS: incremental exports share a folder for their data.
  const std::string data = (description.IncrementalExportSpecification ? root : own) + "data/";
  std::string listed;
  for (const ExportFile& file : record.files) {
    const std::string key =
        data + context.world().random().hex(context.stream("export-file"), 26) + ".json.gz";
    const std::string bytes = gzip(file.lines);
    const std::string md5 = checksum_base64(ChecksumAlgorithm::md5, bytes);
    folder.put(key, bytes);
    JsonObject json;
    json.add("itemCount", file.count);
    json.add("md5Checksum", md5);
    json.add("etag", to_hex(*from_base64(md5)) + "-1");
    json.add("dataFileS3Key", key);
    listed += json.text() + "\n";
  }
  folder.put_manifest(own + "manifest-files", listed);
  folder.put_manifest(own + "manifest-summary", summary_of(record, own + "manifest-files.json"));
  if (folder.failure()) return tl::unexpected(*folder.failure());
  return own + "manifest-summary.json";
}

}  // namespace fallstreak::services::dynamodb
