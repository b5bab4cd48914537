#include "api/s3/buckets.h"
#include "client/call.h"
#include "provisioner/resources/resources.h"

namespace fallstreak::provisioner {
namespace {

namespace s3 = api::s3;
using client::call;

/// Chosen: a bucket is found by its name, `<stack>-<name>`. Names are shared by all accounts of AWS, so a stack's name
/// should be one of its own.
constexpr std::span<const Property> kProperties = {};

std::vector<Observed> list(const Destination& where) {
  const std::string prefix = where.physical_name("");
  std::vector<Observed> found;
  value_of(client::paginate<s3::ListBuckets>(*where.transport, {}, [&](const s3::ListBucketsOutput& page) {
    for (const auto& bucket : api::each(page.Buckets)) {
      const std::string& name = *bucket.Name;
      if (name.starts_with(prefix)) {
        found.push_back({.name = name.substr(prefix.size()), .type = "bucket", .id = name});
      }
    }
  }));
  return found;
}

std::string create(const Destination& where, const Desired& desired) {
  s3::CreateBucketRequest request{.Bucket = where.physical_name(desired.name)};
  // AWS: us-east-1 is the one region that must not be named.
  if (where.region != "us-east-1") {
    request.CreateBucketConfiguration = s3::CreateBucketConfiguration{.LocationConstraint = where.region};
  }
  value_of(call<s3::CreateBucket>(*where.transport, request));
  return where.physical_name(desired.name);
}

void nothing_to_update(const Destination&, const Observed&, const Desired&) {}

/// A bucket that still holds objects is not emptied: what users put there is not ours to delete.
void destroy(const Destination& where, const Observed& bucket) {
  const auto gone = call<s3::DeleteBucket>(*where.transport, {.Bucket = bucket.id});
  if (!gone && gone.error().code != "NoSuchBucket") throw gone.error();
}

bool always(const Destination&, const Observed&) { return true; }

}  // namespace

constinit const Driver kBucket{"bucket", kProperties, list, create, nothing_to_update, destroy, always, always};

}  // namespace fallstreak::provisioner
