#include "services/dynamodb/import_items.h"
#include "api/s3/objects.h"
#include "base/gzip.h"
#include "services/dynamodb/imports.h"
#include "services/dynamodb/item_store.h"

namespace fallstreak::services::dynamodb {
namespace {

using api::dynamodb::ImportTableDescription;

/// Chosen: an object that unpacks to more is not read.
constexpr std::uint64_t kLargestObject = std::uint64_t{1} << 30;

/// Puts an item, or throws why it cannot be one.
void put(Context& context, const TableRecord& table, const ApiItem& item) {
  const std::string packed = pack_item(item, Wording::plain);
  ItemRecord record{.attributes = packed};
  const std::size_t size = size_of_attributes(packed);
  if (size > kLargestItem) throw item_too_large();
  record.size = static_cast<std::uint32_t>(size);
  const KeyValues values = key_values_to_put(table.keys, packed);
  check_index_keys(table, packed, Writing::put);
  const ItemKey key(table, values);
  put_item(context, table, key.bytes.view(), find_item_to_write(context, key), record);
}

/// Counts what an import's objects hold, and puts it.
class Reader {
 public:
  Reader(Context& context, const TableRecord& table, const ImportTableDescription& description)
      : context_(context), table_(table), description_(description) {}

  void read(const std::string& bytes) {
    counts_.size_bytes += static_cast<std::int64_t>(bytes.size());
    const bool is_packed = description_.InputCompressionType == "GZIP";
    const auto text = is_packed ? gunzip(bytes, kLargestObject) : bytes;
    const TakeItem take = [this](const ApiItem* item) { take_item(item); };
    if (!text) {
      take(nullptr);
    } else if (description_.InputFormat == "CSV") {
      read_csv(*text, description_.InputFormatOptions, table_.attribute_definitions, take);
    } else {
      read_json_lines(*text, take);
    }
  }
  [[nodiscard]] const ImportCounts& counts() const { return counts_; }

 private:
  void take_item(const ApiItem* item) {
    ++counts_.processed;
    if (item == nullptr) {
      ++counts_.errors;
      return;
    }
    // An item that is refused leaves nothing behind.
    world::Transaction transaction(context_.world());
    try {
      put(context_, table_, *item);
      transaction.commit();
      ++counts_.imported;
    } catch (const ApiError&) {
      ++counts_.errors;
    }
  }

  Context& context_;
  const TableRecord& table_;
  const ImportTableDescription& description_;
  ImportCounts counts_;
};

}  // namespace

Outcome<ImportCounts> import_items(Context& context, const TableRecord& table,
                                   const ImportTableDescription& description) {
  const auto& source = *description.S3BucketSource;
  Reader reader(context, table, description);
  api::s3::ListObjectsV2Request list{.Bucket = source.S3Bucket};
  // AWS: whatever begins so, in the order of the keys.
  list.Prefix = source.S3KeyPrefix;
  while (true) {
    auto page = context.try_call<api::s3::ListObjectsV2>(list);
    if (!page) return tl::unexpected(std::move(page.error()));
    for (const auto& object : api::each(page->Contents)) {
      auto got =
          context.try_call<api::s3::GetObject>({.Bucket = source.S3Bucket, .Key = object.Key});
      if (!got) return tl::unexpected(std::move(got.error()));
      if (got->Body) reader.read(std::string(got->Body->view()));
    }
    if (!page->NextContinuationToken) return reader.counts();
    list.ContinuationToken = page->NextContinuationToken;
  }
}

Outcome<void> look_at_bucket(Context& context, const ImportTableDescription& description) {
  auto page =
      context.try_call<api::s3::ListObjectsV2>({.Bucket = description.S3BucketSource->S3Bucket});
  if (!page) return tl::unexpected(std::move(page.error()));
  return {};
}

}  // namespace fallstreak::services::dynamodb
