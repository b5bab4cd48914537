#pragma once

#include <cstdint>

#include "api/dynamodb/imports.h"
#include "base/error.h"
#include "services/dynamodb/state.h"

/// The objects of an import.
namespace fallstreak::services::dynamodb {

struct ImportCounts {
  std::int64_t size_bytes = 0;
  std::int64_t processed = 0;
  std::int64_t imported = 0;
  std::int64_t errors = 0;
};

/// Puts all items of an import's objects into its table, or gives what S3 answered instead.
Outcome<ImportCounts> import_items(Context& context, const TableRecord& table,
                                   const api::dynamodb::ImportTableDescription& description);
/// Fails with what S3 answers when nothing can be read there.
Outcome<void> look_at_bucket(Context& context,
                             const api::dynamodb::ImportTableDescription& description);

}  // namespace fallstreak::services::dynamodb
