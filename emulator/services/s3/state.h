#pragma once

#include <string>
#include <string_view>

#include "dispatch/context.h"
#include "services/s3/records.h"
#include "world/table.h"

namespace fallstreak::services::s3 {

/// One for the whole partition, because the names of buckets are shared by all accounts.
struct S3State {
  explicit S3State(const std::string& prefix)
      : buckets(prefix + "buckets"),
        account_buckets(prefix + "account_buckets"),
        objects(prefix + "objects"),
        uploads(prefix + "uploads"),
        parts(prefix + "parts") {}
  template <class Visitor>
  void visit_tables(Visitor&& visit) {
    visit(buckets);
    visit(account_buckets);
    visit(objects);
    visit(uploads);
    visit(parts);
  }

  world::Table<BucketRecord> buckets;         // by name
  world::Table<std::string> account_buckets;  // by account_bucket_key() -> region
  world::Table<ObjectRecord> objects;         // by object_key()
  world::Table<UploadRecord> uploads;         // by upload_key()
  world::Table<PartRecord> parts;             // by part_key()
};
using Context = dispatch::Context<S3State>;

// Keys of tables put NUL between names: it sorts before everything else, and no bucket has it.

inline std::string account_buckets_prefix(std::string_view account_id) {
  return std::string(account_id) + '\0';
}
inline std::string account_bucket_key(std::string_view account_id, std::string_view bucket) {
  return account_buckets_prefix(account_id) + std::string(bucket);
}
inline std::string bucket_prefix(std::string_view bucket) { return std::string(bucket) + '\0'; }
inline std::string object_key(std::string_view bucket, std::string_view key) {
  return bucket_prefix(bucket) + std::string(key);
}
/// Uploads of a key follow each other in the order of their ids, which is that of their beginning.
inline std::string upload_key(std::string_view bucket, std::string_view key,
                              std::string_view upload_id) {
  return object_key(bucket, key) + '\0' + std::string(upload_id);
}
inline std::string parts_prefix(std::string_view upload_id) {
  return std::string(upload_id) + '\0';
}
/// Numbers have five digits, so that parts sort by them.
inline std::string part_key(std::string_view upload_id, std::int32_t number) {
  const std::string digits = std::to_string(number);
  return parts_prefix(upload_id) + std::string(5 - digits.size(), '0') + digits;
}

}  // namespace fallstreak::services::s3
