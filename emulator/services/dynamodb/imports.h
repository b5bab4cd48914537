#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "api/dynamodb/imports.h"
#include "services/dynamodb/item_json.h"
#include "services/dynamodb/state.h"

/// New tables made of what is in S3.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.HowItWorks.html
namespace fallstreak::services::dynamodb {

api::dynamodb::ImportTableOutput import_table(Context& context,
                                              const api::dynamodb::ImportTableInput& request);
api::dynamodb::DescribeImportOutput describe_import(
    Context& context, const api::dynamodb::DescribeImportInput& request);
api::dynamodb::ListImportsOutput list_imports(Context& context,
                                              const api::dynamodb::ListImportsInput& request);

/// Events: the bucket is looked at, the table shows, and has the items.
constexpr std::string_view kImportBegins = "import-begins";
constexpr std::string_view kImportShowsTable = "import-shows-table";
constexpr std::string_view kImportDone = "import-done";
void import_begins(Context& context, const world::Event& event);
void import_shows_table(Context& context, const world::Event& event);
void import_done(Context& context, const world::Event& event);

/// An item of an import's objects; null: something that is none.
using TakeItem = std::function<void(const ApiItem*)>;
/// Reads the text of one object, item by item.
void read_json_lines(std::string_view text, const TakeItem& take);
void read_csv(std::string_view text,
              const std::optional<api::dynamodb::InputFormatOptions>& options,
              const std::vector<KeyAttribute>& definitions, const TakeItem& take);

}  // namespace fallstreak::services::dynamodb
