#include "services/dynamodb/imports.h"

#include "base/arn.h"
#include "services/dynamodb/account_limits.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/import_items.h"
#include "services/dynamodb/jobs.h"
#include "services/dynamodb/realism.h"
#include "services/dynamodb/table_access.h"
#include "services/dynamodb/table_description.h"
#include "services/dynamodb/table_schema.h"
#include "services/dynamodb/table_settings.h"
#include "services/dynamodb/table_storage.h"
#include "services/dynamodb/timing.h"
#include "world/hash.h"

namespace fallstreak::services::dynamodb {
namespace {

using api::dynamodb::CreateTableInput;
using api::dynamodb::ImportTableDescription;
using api::dynamodb::ImportTableInput;
using api::dynamodb::TableCreationParameters;

/// Observed: so many in a page when the caller does not say.
constexpr std::int32_t kPage = 10;

CreateTableInput table_request(const TableCreationParameters& wanted) {
  CreateTableInput request{.TableName = wanted.TableName};
  request.AttributeDefinitions = wanted.AttributeDefinitions;
  request.KeySchema = wanted.KeySchema;
  request.BillingMode = wanted.BillingMode;
  request.ProvisionedThroughput = wanted.ProvisionedThroughput;
  request.OnDemandThroughput = wanted.OnDemandThroughput;
  request.SSESpecification = wanted.SSESpecification;
  request.GlobalSecondaryIndexes = wanted.GlobalSecondaryIndexes;
  return request;
}

/// The table as it will be, checked as CreateTable checks it.
TableRecord wanted_table(Context& context, const TableCreationParameters& wanted) {
  const CreateTableInput request = table_request(wanted);
  TableRecord table = checked_table(request);
  read_settings(context, request, table);
  return table;
}

void check_request(const ImportTableInput& request) {
  if (request.InputFormat == "ION") throw not_implemented("InputFormat ION");
  if (request.InputCompressionType == "ZSTD") throw not_implemented("InputCompressionType ZSTD");
  if (request.InputFormatOptions && request.InputFormatOptions->Csv &&
      request.InputFormat != "CSV") {
    throw validation_exception(
        "Invalid Request: Unsupported InputFormatOptions for the given input format: " +
        *request.InputFormat + ".");
  }
}

ImportTableDescription begun(const Context& context, const std::string& key,
                             const ImportTableInput& request) {
  const std::string& name = *request.TableCreationParameters->TableName;
  ImportTableDescription description;
  description.ImportArn = job_arn(context, key, "import");
  description.ImportStatus = "IN_PROGRESS";
  description.TableArn = table_arn(context, name);
  description.ClientToken = request.ClientToken;
  description.S3BucketSource = request.S3BucketSource;
  // Observed: these two are filled in.
  if (!description.S3BucketSource->S3BucketOwner)
    description.S3BucketSource->S3BucketOwner = context.account_id();
  description.InputCompressionType = request.InputCompressionType.value_or("NONE");
  description.ErrorCount = 0;
  description.InputFormat = request.InputFormat;
  description.InputFormatOptions = request.InputFormatOptions;
  description.TableCreationParameters = request.TableCreationParameters;
  description.StartTime = context.now();
  description.ProcessedSizeBytes = 0;
  description.ProcessedItemCount = 0;
  description.ImportedItemCount = 0;
  return description;
}

const std::string& table_name(const ImportTableDescription& description) {
  return *description.TableCreationParameters->TableName;
}

void fail(Context& context, const std::string& key, const std::string& code,
          const std::string& message) {
  context.state.imports.update(key, [&](ImportRecord& record) {
    record.description.ImportStatus = "FAILED";
    record.description.EndTime = context.now();
    record.description.FailureCode = code;
    record.description.FailureMessage = message;
  });
}

}  // namespace

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ImportTable.html
api::dynamodb::ImportTableOutput import_table(Context& context, const ImportTableInput& request) {
  check_request(request);
  const std::string& name = *request.TableCreationParameters->TableName;
  TableRecord table = wanted_table(context, *request.TableCreationParameters);
  // Observed: a table that an import is making does not stand in the way; the import then fails.
  const TableRecord* there = context.state.tables.find(name);
  if (there != nullptr && there->status != TableStatus::creating) throw table_already_exists(name);
  if (const JobTokenRecord* job = find_job(context, "import", request.ClientToken)) {
    // Observed: the name of the table is all that is compared.
    if (job->request_hash != world::hash_bytes(name)) {
      throw ApiError("ImportConflictException",
                     "Import conflict: Duplicate request detected with conflicting parameters");
    }
    return {.ImportTableDescription = context.state.imports.find(job->job)->description};
  }
  check_may_import(context);

  const std::string key = name + "/" + new_label(context, new_storage_id(context));
  ImportRecord record{.description = begun(context, key, request)};
  record.description.TableId = context.new_uuid("table-id");
  context.schedule(kImportLooks, kImportBegins, key);
  remember_job(context, "import", request.ClientToken,
               {key, world::hash_bytes(name), context.now()});
  api::dynamodb::ImportTableOutput output{.ImportTableDescription = record.description};
  context.state.imports.insert(key, std::move(record));
  return output;
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeImport.html
api::dynamodb::DescribeImportOutput describe_import(
    Context& context, const api::dynamodb::DescribeImportInput& request) {
  const std::string key = job_key_of_arn(context, *request.ImportArn, "import");
  const ImportRecord* record = context.state.imports.find(key);
  if (record == nullptr)
    throw ApiError("ImportNotFoundException", "Import not found: " + *request.ImportArn);
  return {.ImportTableDescription = record->description};
}

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListImports.html
api::dynamodb::ListImportsOutput list_imports(Context& context,
                                              const api::dynamodb::ListImportsInput& request) {
  const std::string prefix =
      request.TableArn ? std::string(table_name_of(context, *request.TableArn)) + "/" : "";
  const JobPage page =
      page_of_jobs(context.state.imports, prefix,
                   request.NextToken ? job_of_next_token(*request.NextToken) : std::string(),
                   static_cast<std::size_t>(request.PageSize.value_or(kPage)),
                   [](const ImportRecord&) { return true; });
  api::dynamodb::ListImportsOutput output{.NextToken = page.next};
  auto& summaries = output.ImportSummaryList.emplace();
  for (const std::string& key : page.keys) {
    const ImportTableDescription& description = context.state.imports.find(key)->description;
    summaries.push_back({.ImportArn = description.ImportArn,
                         .ImportStatus = description.ImportStatus,
                         .TableArn = description.TableArn,
                         .S3BucketSource = description.S3BucketSource,
                         .InputFormat = description.InputFormat,
                         .StartTime = description.StartTime,
                         .EndTime = description.EndTime});
  }
  return output;
}

void import_begins(Context& context, const world::Event& event) {
  const ImportTableDescription& description = context.state.imports.find(event.entity)->description;
  const Outcome<void> bucket = look_at_bucket(context, description);
  if (!bucket) {
    fail(context, event.entity, failure_code(bucket.error()), failure_message(bucket.error()));
    return;
  }
  context.schedule(kImportShows, kImportShowsTable, event.entity);
}

void import_shows_table(Context& context, const world::Event& event) {
  const ImportTableDescription description = context.state.imports.find(event.entity)->description;
  const std::string& name = table_name(description);
  if (context.state.tables.contains(name)) {
    fail(context, event.entity, "TableAlreadyExists", "Table already exists: " + name);
    return;
  }
  TableRecord table = wanted_table(context, *description.TableCreationParameters);
  table.id = new_storage_id(context);
  table.uuid = *description.TableId;
  table.created = context.now();
  make_contents(context, table.id);
  for (IndexRecord& index : table.indexes) {
    index.id = new_storage_id(context);
    make_contents(context, index.id);
  }
  take_over_realism(context, name, table);
  context.state.tables.insert(name, std::move(table));
  context.schedule(kImportFills, kImportDone, event.entity);
}

void import_done(Context& context, const world::Event& event) {
  ImportRecord record = *context.state.imports.find(event.entity);
  ImportTableDescription& description = record.description;
  const std::string& name = table_name(description);
  const Outcome<ImportCounts> counts =
      import_items(context, *context.state.tables.find(name), description);
  context.state.tables.update(name, [](TableRecord& table) { table.status = TableStatus::active; });
  if (!counts) {
    fail(context, event.entity, failure_code(counts.error()), failure_message(counts.error()));
    return;
  }
  description.EndTime = context.now();
  description.ProcessedSizeBytes = counts->size_bytes;
  description.ProcessedItemCount = counts->processed;
  description.ImportedItemCount = counts->imported;
  description.ErrorCount = counts->errors;
  description.ImportStatus = counts->errors == 0 ? "COMPLETED" : "FAILED";
  if (counts->errors != 0) {
    description.FailureCode = "ItemValidationError";
    description.FailureMessage =
        "Some of the items failed validation checks and were not imported. Please check "
        "CloudWatch error logs for more details.";
  }
  context.state.imports.put(event.entity, std::move(record));
}

}  // namespace fallstreak::services::dynamodb
