#include "api/s3/objects.h"
#include "base/checksum.h"
#include "base/encoding.h"
#include "base/gzip.h"
#include "base/time.h"
#include "services/dynamodb/exports.h"

namespace fallstreak::services::dynamodb {
namespace {

using api::dynamodb::ExportDescription;

/// A JSON object whose values need no escaping: names, ARNs and numbers of ours.
class JsonObject {
 public:
  void add(std::string_view name, const std::string& json) {
    text_ += (text_.empty() ? "{\"" : ",\"") + std::string(name) + "\":" + json;
  }
  void add_text(std::string_view name, const std::optional<std::string>& text) {
    add(name, text ? "\"" + *text + "\"" : "null");
  }
  void add_time(std::string_view name, const std::optional<Time>& time) {
    if (time) add_text(name, to_iso8601(*time, Precision::milliseconds));
  }
  [[nodiscard]] std::string text() const { return text_ + "}"; }

 private:
  std::string text_;
};

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
  json.add_text("version", is_incremental ? "2023-08-01" : "2020-06-30");
  json.add_text("exportArn", description.ExportArn);
  json.add_time("startTime", description.StartTime);
  json.add_time("endTime", description.EndTime);
  json.add_text("tableArn", description.TableArn);
  json.add_text("tableId", description.TableId);
  if (is_incremental) {
    json.add_time("exportFromTime", description.IncrementalExportSpecification->ExportFromTime);
    json.add_time("exportToTime", description.IncrementalExportSpecification->ExportToTime);
  } else {
    json.add_time("exportTime", description.ExportTime);
  }
  json.add_text("s3Bucket", description.S3Bucket);
  json.add_text("s3Prefix", description.S3Prefix);
  json.add_text("s3SseAlgorithm", description.S3SseAlgorithm);
  json.add_text("s3SseKmsKeyId", description.S3SseKmsKeyId);
  json.add_text("manifestFilesS3Key", files_key);
  json.add("billedSizeBytes", std::to_string(*description.BilledSizeBytes));
  json.add("itemCount", std::to_string(*description.ItemCount));
  json.add_text("outputFormat", description.ExportFormat);
  if (is_incremental) {
    json.add_text("outputView", description.IncrementalExportSpecification->ExportViewType);
    json.add_text("exportType", "INCREMENTAL_EXPORT");
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
    json.add("itemCount", std::to_string(file.count));
    json.add_text("md5Checksum", md5);
    json.add_text("etag", to_hex(*from_base64(md5)) + "-1");
    json.add_text("dataFileS3Key", key);
    listed += json.text() + "\n";
  }
  folder.put_manifest(own + "manifest-files", listed);
  folder.put_manifest(own + "manifest-summary", summary_of(record, own + "manifest-files.json"));
  if (folder.failure()) return tl::unexpected(*folder.failure());
  return own + "manifest-summary.json";
}

}  // namespace fallstreak::services::dynamodb
