#include <base/gzip.h>
#include <client/s3.h>

#include "dynamodb_test.h"

namespace fallstreak::dynamodb_test {
namespace {

using api::dynamodb::ExportDescription;
using api::dynamodb::ExportTableToPointInTimeInput;
using api::dynamodb::ImportTableDescription;
using api::dynamodb::ImportTableInput;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using testing::FailsSaying;
using testing::FailsWith;
using ::testing::HasSubstr;

/// With AWS's times, a bucket, and a table that keeps its past.
class ExportsAndImports : public DynamoDbTest {
 protected:
  ExportsAndImports() : DynamoDbTest({}) {
    create_table("music", {"pk:S"});
    cloud.advance(minutes(1));
    must(s3.create_bucket({.Bucket = "exports"}));
    must(dynamodb.update_continuous_backups(
        {.TableName = "music",
         .PointInTimeRecoverySpecification = {{.PointInTimeRecoveryEnabled = true}}}));
    enabled = cloud.now();
  }
  ExportTableToPointInTimeInput request() {
    return {.TableArn = kArn, .S3Bucket = "exports", .S3Prefix = "nightly"};
  }
  ExportDescription exported(const ExportTableToPointInTimeInput& wanted) {
    const auto begun = *must(dynamodb.export_table_to_point_in_time(wanted)).ExportDescription;
    EXPECT_EQ(begun.ExportStatus, "IN_PROGRESS");
    cloud.advance(minutes(13));
    return *must(dynamodb.describe_export({.ExportArn = begun.ExportArn})).ExportDescription;
  }
  std::string object(const std::string& key) {
    return std::string(must(s3.get_object({.Bucket = "exports", .Key = key})).Body->view());
  }
  /// All lines of all files that lie under a prefix, sorted.
  std::vector<std::string> lines_under(const std::string& prefix) {
    std::vector<std::string> lines;
    const auto listed = must(s3.list_objects_v2({.Bucket = "exports", .Prefix = prefix}));
    for (const auto& each : api::each(listed.Contents)) {
      std::string text = gunzip(object(*each.Key), 1'000'000).value_or("damaged\n");
      for (std::size_t end; (end = text.find('\n')) != std::string::npos; text.erase(0, end + 1)) {
        lines.push_back(text.substr(0, end));
      }
    }
    std::ranges::sort(lines);
    return lines;
  }
  void put_object(const std::string& key, const std::string& bytes) {
    must(s3.put_object({.Body = api::Body(bytes), .Bucket = "exports", .Key = key}));
  }
  static ImportTableInput import_of(const std::string& prefix) {
    return {.S3BucketSource = {{.S3Bucket = "exports", .S3KeyPrefix = prefix}},
            .InputFormat = "DYNAMODB_JSON",
            .TableCreationParameters = {
                {.TableName = "copy",
                 .AttributeDefinitions = {{{.AttributeName = "pk", .AttributeType = "S"}}},
                 .KeySchema = {{{.AttributeName = "pk", .KeyType = "HASH"}}},
                 .BillingMode = "PAY_PER_REQUEST"}}};
  }
  ImportTableDescription imported(const ImportTableInput& wanted) {
    const auto begun = *must(dynamodb.import_table(wanted)).ImportTableDescription;
    EXPECT_EQ(begun.ImportStatus, "IN_PROGRESS");
    cloud.advance(minutes(3));
    return *must(dynamodb.describe_import({.ImportArn = begun.ImportArn})).ImportTableDescription;
  }

  static constexpr const char* kArn = "arn:aws:dynamodb:us-east-1:000000000000:table/music";
  client::S3 s3{transport};
  Time enabled{};
};

TEST_F(ExportsAndImports, AFullExportHasEveryItemAndItsManifests) {
  put("music", {{"pk", S("a\"\n")}, {"n", N("1.50")}, {"b", B("\x01\x02")}});
  put("music", {{"pk", S("b")},
                {"l", L({Null(), Bool(true), M({{"x", NS({"2", "1"})}})})},
                {"s", SS({"q"})}});
  const auto done = exported(request());
  EXPECT_EQ(done.ExportStatus, "COMPLETED");
  EXPECT_EQ(done.ItemCount, 2);
  EXPECT_EQ(done.ExportFormat, "DYNAMODB_JSON");
  const std::string label = done.ExportArn->substr(done.ExportArn->rfind('/') + 1);
  const std::string folder = "nightly/AWSDynamoDB/" + label + "/";
  EXPECT_EQ(done.ExportManifest, folder + "manifest-summary.json");
  EXPECT_EQ(object(folder + "_started"), "");
  EXPECT_THAT(
      lines_under(folder + "data/"),
      ElementsAre(R"({"Item":{"b":{"B":"AQI="},"n":{"N":"1.5"},"pk":{"S":"a\"\n"}}})",
                  R"({"Item":{"l":{"L":[{"NULL":true},{"BOOL":true},{"M":{"x":{"NS":["1","2"]}}}]})"
                  R"(,"pk":{"S":"b"},"s":{"SS":["q"]}}})"));
  const std::string summary = object(folder + "manifest-summary.json");
  EXPECT_THAT(summary, HasSubstr(R"("version":"2020-06-30","exportArn":")" + *done.ExportArn));
  EXPECT_THAT(summary, HasSubstr(R"("s3Prefix":"nightly","s3SseAlgorithm":"AES256",)"
                                 R"("s3SseKmsKeyId":null,"manifestFilesS3Key":")" +
                                 folder + R"(manifest-files.json")"));
  EXPECT_THAT(summary, HasSubstr(R"("itemCount":2,"outputFormat":"DYNAMODB_JSON"})"));
  const std::string files = object(folder + "manifest-files.json");
  EXPECT_EQ(std::ranges::count(files, '\n'), 4) << "a file for each partition";
  EXPECT_THAT(files, HasSubstr(R"("dataFileS3Key":")" + folder + "data/"));
}

TEST_F(ExportsAndImports, AManifestIsJsonWhateverTheCallersPrefixIs) {
  auto wanted = request();
  wanted.S3Prefix = "a \"quoted\" \\ prefix";
  const auto done = exported(wanted);
  ASSERT_EQ(done.ExportStatus, "COMPLETED");
  EXPECT_THAT(object(*done.ExportManifest), HasSubstr(R"("s3Prefix":"a \"quoted\" \\ prefix",)"));
}

TEST_F(ExportsAndImports, AFullExportIsOfTheMomentThatIsAsked) {
  put("music", {{"pk", S("kept")}, {"v", S("old")}});
  put("music", {{"pk", S("gone")}});
  cloud.advance(minutes(10));
  const Time moment = cloud.now();
  cloud.advance(minutes(10));
  put("music", {{"pk", S("kept")}, {"v", S("new")}});
  put("music", {{"pk", S("later")}});
  must(dynamodb.delete_item({.TableName = "music", .Key = {{{"pk", S("gone")}}}}));

  auto wanted = request();
  wanted.ExportTime = moment;
  const auto done = exported(wanted);
  EXPECT_EQ(done.ItemCount, 2);
  EXPECT_THAT(lines_under("nightly/"),
              ::testing::IsSupersetOf({R"({"Item":{"pk":{"S":"gone"}}})",
                                       R"({"Item":{"pk":{"S":"kept"},"v":{"S":"old"}}})"}));
}

TEST_F(ExportsAndImports, AnIncrementalExportHasWhatBecameOfEachItem) {
  put("music", {{"pk", S("changed")}, {"v", S("1")}});
  put("music", {{"pk", S("deleted")}});
  put("music", {{"pk", S("untouched")}});
  cloud.advance(minutes(1));
  const Time from = cloud.now();
  put("music", {{"pk", S("changed")}, {"v", S("2")}});
  put("music", {{"pk", S("new")}});
  must(dynamodb.delete_item({.TableName = "music", .Key = {{{"pk", S("deleted")}}}}));
  put("music", {{"pk", S("fleeting")}});
  must(dynamodb.delete_item({.TableName = "music", .Key = {{{"pk", S("fleeting")}}}}));
  cloud.advance(minutes(16));
  const Time to = cloud.now();
  put("music", {{"pk", S("changed")}, {"v", S("3")}});

  auto wanted = request();
  wanted.ExportType = "INCREMENTAL_EXPORT";
  wanted.IncrementalExportSpecification = {{.ExportFromTime = from, .ExportToTime = to}};
  const auto done = exported(wanted);
  EXPECT_EQ(done.ExportStatus, "COMPLETED");
  EXPECT_EQ(done.ItemCount, 3);
  EXPECT_EQ(done.IncrementalExportSpecification->ExportViewType, "NEW_AND_OLD_IMAGES");
  const std::string micros = std::to_string(to_nanoseconds(from) / 1000);
  const std::string begin =
      R"({"Metadata":{"WriteTimestampMicros":{"N":")" + micros + R"("}},"Keys":{"pk":{"S":")";
  EXPECT_THAT(lines_under("nightly/AWSDynamoDB/data/"),
              ElementsAre(begin + R"(changed"}},"OldImage":{"pk":{"S":"changed"},"v":{"S":"1"}},)" +
                              R"("NewImage":{"pk":{"S":"changed"},"v":{"S":"2"}}})",
                          begin + R"(deleted"}},"OldImage":{"pk":{"S":"deleted"}}})",
                          begin + R"(new"}},"NewImage":{"pk":{"S":"new"}}})"));
  EXPECT_THAT(object(*done.ExportManifest),
              HasSubstr(R"("outputView":"NEW_AND_OLD_IMAGES","exportType":"INCREMENTAL_EXPORT"})"));
}

TEST_F(ExportsAndImports, WhatS3RefusesFailsTheExportLater) {
  auto wanted = request();
  wanted.S3Bucket = "nowhere";
  const auto failed = exported(wanted);
  EXPECT_EQ(failed.ExportStatus, "FAILED");
  EXPECT_EQ(failed.FailureCode, "S3NoSuchBucket");
  EXPECT_FALSE(failed.ExportManifest);
}

TEST_F(ExportsAndImports, ExportsAreRefusedInAwssWords) {
  const auto fails = [&](const ExportTableToPointInTimeInput& wrong, const std::string& message) {
    EXPECT_THAT(dynamodb.export_table_to_point_in_time(wrong), FailsSaying(message));
  };
  create_table("other", {"pk:S"});
  cloud.advance(minutes(1));
  auto wrong = request();
  wrong.TableArn = "arn:aws:dynamodb:us-east-1:000000000000:table/other";
  fails(wrong, "Point in time recovery is not enabled for table 'other'");
  wrong.TableArn = "arn:aws:dynamodb:us-east-1:000000000000:table/none";
  fails(wrong, "Table not found: arn:aws:dynamodb:us-east-1:000000000000:table/none");
  wrong.TableArn = "music";
  fails(wrong, "One or more parameter values were invalid: tableArn is not a valid ARN");
  wrong.TableArn = std::string(kArn) + "/index/by";
  fails(wrong, "Invalid Request: Table ARN is invalid.");
  wrong.TableArn = "arn:aws:dynamodb:us-east-1:999999999999:table/music";
  fails(wrong, "Access is denied");

  wrong = request();
  wrong.ExportTime = cloud.now() + hours(1);
  fails(wrong, "Export Time is invalid");
  wrong.ExportTime = enabled - hours(1);
  fails(wrong, "Export Time is invalid");
  cloud.advance(minutes(20));
  wrong.ExportTime = cloud.now() - seconds(1);
  fails(wrong, "Point in Time Recovery is not available for specified export time");

  wrong = request();
  wrong.IncrementalExportSpecification = {{.ExportFromTime = enabled}};
  fails(wrong,
        "Invalid Request: Export Type expected to be Incremental Export when incremental export "
        "specification is provided");
  wrong.ExportType = "FULL_EXPORT";
  fails(wrong,
        "Invalid Request: When Export Type is Full Export , Incremental Export Specification "
        "should not be provided");
  wrong.ExportType = "INCREMENTAL_EXPORT";
  wrong.IncrementalExportSpecification = {{.ExportFromTime = cloud.now() - minutes(10)}};
  fails(wrong,
        "Difference between export period from time and export period to time is less than 15 "
        "minutes");
  wrong.IncrementalExportSpecification = std::nullopt;
  fails(wrong,
        "Invalid Request: Incremental Export Specification expected when export type is set as "
        "Incremental Export");
  wrong = request();
  wrong.S3SseKmsKeyId = "alias/mine";
  fails(wrong, "Invalid Request: KMS Key Id is not supported for this encryption type");
  wrong = request();
  wrong.ExportFormat = "ION";
  EXPECT_THAT(dynamodb.export_table_to_point_in_time(wrong), FailsWith("NotImplemented", 501));
}

TEST_F(ExportsAndImports, AClientTokenBeginsOneExport) {
  auto wanted = request();
  wanted.ClientToken = "mine";
  const auto first = must(dynamodb.export_table_to_point_in_time(wanted));
  EXPECT_EQ(must(dynamodb.export_table_to_point_in_time(wanted)).ExportDescription->ExportArn,
            first.ExportDescription->ExportArn);
  wanted.S3Prefix = "other";
  EXPECT_THAT(dynamodb.export_table_to_point_in_time(wanted),
              FailsSaying("Export conflict: Duplicate request detected with conflicting "
                          "parameters"));
}

TEST_F(ExportsAndImports, ExportsAreListedTheLatestFirst) {
  std::vector<std::string> arns;
  for (int count = 0; count < 3; ++count) {
    arns.push_back(
        *must(dynamodb.export_table_to_point_in_time(request())).ExportDescription->ExportArn);
    cloud.advance(seconds(1));
  }
  const auto first = must(dynamodb.list_exports({.TableArn = kArn, .MaxResults = 2}));
  ASSERT_EQ(first.ExportSummaries->size(), 2U);
  EXPECT_EQ(first.ExportSummaries->front().ExportArn, arns[2]);
  EXPECT_EQ(first.ExportSummaries->front().ExportType, "FULL_EXPORT");
  const auto second = must(dynamodb.list_exports({.TableArn = kArn, .NextToken = first.NextToken}));
  ASSERT_EQ(second.ExportSummaries->size(), 1U);
  EXPECT_EQ(second.ExportSummaries->front().ExportArn, arns[0]);
  EXPECT_EQ(must(dynamodb.list_exports({})).ExportSummaries->size(), 3U);
  EXPECT_THAT(dynamodb.list_exports({.NextToken = "zz"}),
              FailsSaying("Invalid Request: Provided nextToken is invalid: zz"));
  EXPECT_THAT(dynamodb.describe_export({.ExportArn = std::string(kArn) + "/export/0"}),
              FailsWith("ExportNotFoundException", 400));
  EXPECT_THAT(dynamodb.describe_export({.ExportArn = kArn}), FailsSaying("Invalid Export ARN"));
}

TEST_F(ExportsAndImports, AnExportCanBeImportedAgain) {
  put("music", {{"pk", S("ä \"\n")}, {"n", NS({"2", "1"})}, {"b", B(std::string("\0\1", 2))}});
  put("music", {{"pk", S("b")}, {"m", M({{"l", L({Null(), Bool(false)})}})}});
  const auto done = exported(request());
  const std::string manifest = *done.ExportManifest;
  auto wanted = import_of(manifest.substr(0, manifest.rfind('/')) + "/data/");
  wanted.InputCompressionType = "GZIP";

  const auto begun = *must(dynamodb.import_table(wanted)).ImportTableDescription;
  EXPECT_EQ(begun.ImportStatus, "IN_PROGRESS");
  EXPECT_TRUE(begun.TableId);
  EXPECT_THAT(dynamodb.describe_table({.TableName = "copy"}),
              FailsWith("ResourceNotFoundException"));
  cloud.advance(seconds(31));
  EXPECT_EQ(must(dynamodb.describe_table({.TableName = "copy"})).Table->TableStatus, "CREATING");
  cloud.advance(minutes(2));
  const auto end =
      *must(dynamodb.describe_import({.ImportArn = begun.ImportArn})).ImportTableDescription;
  EXPECT_EQ(end.ImportStatus, "COMPLETED");
  EXPECT_EQ(end.ImportedItemCount, 2);
  EXPECT_EQ(must(dynamodb.describe_table({.TableName = "copy"})).Table->TableId, begun.TableId);
  for (const char* key : {"ä \"\n", "b"})
    EXPECT_EQ(get("copy", {{"pk", S(key)}}), get("music", {{"pk", S(key)}}));
  EXPECT_EQ(must(dynamodb.list_imports({})).ImportSummaryList->size(), 1U);
}

TEST_F(ExportsAndImports, ABadItemFailsTheImportAndLeavesTheOthers) {
  put_object("json/1", R"({"Item":{"pk":{"S":"a"}}})"
                       "\n"
                       R"({"Item":{"no":{"S":"key"}}})"
                       "\n"
                       R"({"Item":{"pk":{"S":"b"},"n":{"N":"x"}}})"
                       "\n"
                       R"({"Item":{"pk":{"S":"c"},"d":{"S":"1","N":"1"}}})"
                       "\n\n"
                       R"({"Item":{"pk":{"S":"d"}}})");
  put_object("json/2", "garbage\n{\"Item\":{\"pk\":{\"S\":\"e\"}}}\n");
  const auto end = imported(import_of("json/"));
  EXPECT_EQ(end.ImportStatus, "FAILED");
  EXPECT_EQ(end.FailureCode, "ItemValidationError");
  EXPECT_EQ(end.ProcessedItemCount, 6);
  EXPECT_EQ(end.ImportedItemCount, 2);
  EXPECT_EQ(end.ErrorCount, 4);
  EXPECT_EQ(must(dynamodb.scan({.TableName = "copy"})).Count, 2);
  EXPECT_EQ(must(dynamodb.describe_table({.TableName = "copy"})).Table->TableStatus, "ACTIVE");
}

TEST_F(ExportsAndImports, CsvHasTextExceptInKeys) {
  put_object("csv/1", "pk;n;text\r\na;7;\"x;\"\"y\"\"\nz\"\nb;8;\n");
  auto wanted = import_of("csv/");
  wanted.InputFormat = "CSV";
  wanted.InputFormatOptions = {{.Csv = {{.Delimiter = ";"}}}};
  auto& table = *wanted.TableCreationParameters;
  table.AttributeDefinitions->push_back({.AttributeName = "n", .AttributeType = "N"});
  table.KeySchema->push_back({.AttributeName = "n", .KeyType = "RANGE"});
  const auto end = imported(wanted);
  EXPECT_EQ(end.ImportStatus, "COMPLETED");
  EXPECT_EQ(get("copy", {{"pk", S("a")}, {"n", N("7")}}),
            (Item{{"n", N("7")}, {"pk", S("a")}, {"text", S("x;\"y\"\nz")}}));
  EXPECT_EQ(end.ImportedItemCount, 2);
}

TEST_F(ExportsAndImports, ImportsFailAndAreRefusedAsAwsDoes) {
  auto wanted = import_of("none/");
  EXPECT_EQ(imported(wanted).ImportStatus, "COMPLETED") << "nothing under the prefix";
  EXPECT_THAT(dynamodb.import_table(wanted), FailsSaying("Table already exists: copy"));

  wanted.TableCreationParameters->TableName = "another";
  wanted.S3BucketSource->S3Bucket = "nowhere";
  EXPECT_EQ(imported(wanted).FailureCode, "S3NoSuchBucket");
  EXPECT_THAT(dynamodb.describe_table({.TableName = "another"}),
              FailsWith("ResourceNotFoundException"));

  wanted.InputFormatOptions = {{.Csv = {{.Delimiter = ";"}}}};
  EXPECT_THAT(dynamodb.import_table(wanted),
              FailsSaying("Invalid Request: Unsupported InputFormatOptions for the given input "
                          "format: DYNAMODB_JSON."));
  wanted.InputFormatOptions = std::nullopt;
  wanted.TableCreationParameters->BillingMode = std::nullopt;
  EXPECT_THAT(dynamodb.import_table(wanted),
              FailsSaying("One or more parameter values were invalid: ReadCapacityUnits and "
                          "WriteCapacityUnits must both be specified when BillingMode is "
                          "PROVISIONED"));
  wanted.TableCreationParameters->BillingMode = "PAY_PER_REQUEST";
  wanted.InputCompressionType = "ZSTD";
  EXPECT_THAT(dynamodb.import_table(wanted), FailsWith("NotImplemented", 501));
  wanted.InputCompressionType = std::nullopt;
  wanted.InputFormat = "ION";
  EXPECT_THAT(dynamodb.import_table(wanted), FailsWith("NotImplemented", 501));
}

TEST_F(ExportsAndImports, TwoImportsOfOneTableAreAcceptedAndOneFails) {
  auto wanted = import_of("none/");
  wanted.ClientToken = "mine";
  const auto first = *must(dynamodb.import_table(wanted)).ImportTableDescription;
  EXPECT_EQ(must(dynamodb.import_table(wanted)).ImportTableDescription->ImportArn, first.ImportArn);
  wanted.TableCreationParameters->TableName = "another";
  EXPECT_THAT(dynamodb.import_table(wanted),
              FailsSaying("Import conflict: Duplicate request detected with conflicting "
                          "parameters"));
  wanted = import_of("none/");
  EXPECT_EQ(imported(wanted).FailureCode, "TableAlreadyExists");
  EXPECT_EQ(must(dynamodb.describe_import({.ImportArn = first.ImportArn}))
                .ImportTableDescription->ImportStatus,
            "COMPLETED");
}

}  // namespace
}  // namespace fallstreak::dynamodb_test
