#include "services/s3/buckets.h"

#include <utility>

#include "base/encoding.h"
#include "services/s3/bucket_names.h"
#include "services/s3/errors.h"
#include "services/s3/lookup.h"

namespace fallstreak::services::s3 {
namespace {

constexpr std::string_view kFirstRegion = "us-east-1";

/// What the request says of where, after AWS's rules for the endpoint it was sent to.
std::string location_constraint_of(const Context& context,
                                   const api::s3::CreateBucketRequest& request) {
  const auto& configuration = request.CreateBucketConfiguration;
  std::string constraint;
  if (configuration) constraint = configuration->LocationConstraint.value_or("");
  // Chosen: a signature for us-east-1 is a request to the global endpoint, which makes buckets
  // anywhere.
  if (context.region() == kFirstRegion) return constraint;
  if (constraint.empty()) throw illegal_location_constraint("unspecified");
  const bool is_here =
      constraint == context.region() || (constraint == "EU" && context.region() == "eu-west-1");
  if (!is_here) throw illegal_location_constraint(constraint);
  return constraint;
}

std::string region_of(std::string_view location_constraint) {
  if (location_constraint.empty()) return std::string(kFirstRegion);
  // AWS: the name that Ireland had when it was Europe's only region.
  if (location_constraint == "EU") return "eu-west-1";
  return std::string(location_constraint);
}

/// AWS: buckets are made with ACLs disabled; only the empty statement is left to make.
void check_acl(const api::s3::CreateBucketRequest& request) {
  if (request.ObjectOwnership && *request.ObjectOwnership != "BucketOwnerEnforced") {
    throw not_implemented("ObjectOwnership " + *request.ObjectOwnership);
  }
  const bool has_grant = request.GrantFullControl || request.GrantRead || request.GrantReadACP ||
                         request.GrantWrite || request.GrantWriteACP;
  if (has_grant || request.ACL.value_or("private") != "private") throw bucket_cannot_have_acls();
}

void check_name_is_free(Context& context, const std::string& bucket) {
  const BucketRecord* taken = context.state.buckets.find(bucket);
  if (taken == nullptr) return;
  if (taken->owner_account_id != context.account_id()) throw bucket_already_exists(bucket);
  // AWS: us-east-1 alone lets an owner make a bucket again, and changes nothing.
  if (context.region() == kFirstRegion && taken->region == kFirstRegion) return;
  throw bucket_already_owned_by_you(bucket);
}

}  // namespace

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
api::s3::CreateBucketOutput create_bucket(Context& context,
                                          const api::s3::CreateBucketRequest& request) {
  const std::string& bucket = *request.Bucket;
  if (!is_bucket_name(bucket)) throw invalid_bucket_name(bucket);
  const std::string constraint = location_constraint_of(context, request);
  check_acl(request);
  check_name_is_free(context, bucket);

  BucketRecord record{.owner_account_id = context.account_id(),
                      .region = region_of(constraint),
                      .location_constraint = constraint,
                      .creation_date = whole_seconds(context.now())};
  const bool is_in_first_region = record.region == kFirstRegion;
  if (!context.state.buckets.contains(bucket)) {
    context.state.account_buckets.insert(account_bucket_key(context.account_id(), bucket),
                                         record.region);
    context.state.buckets.insert(bucket, std::move(record));
  }
  return {.Location =
              is_in_first_region ? "/" + bucket : "http://" + bucket + ".s3.amazonaws.com/"};
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
api::s3::HeadBucketOutput head_bucket(Context& context, const api::s3::HeadBucketRequest& request) {
  const BucketRecord& bucket = find_bucket(context, *request.Bucket, request.ExpectedBucketOwner);
  return {.BucketRegion = bucket.region, .AccessPointAlias = false};
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
api::s3::ListBucketsOutput list_buckets(Context& context,
                                        const api::s3::ListBucketsRequest& request) {
  const auto& rows = context.state.account_buckets;
  const std::string account = account_buckets_prefix(context.account_id());
  const std::string prefix = account + request.Prefix.value_or("");
  std::string start = prefix;
  if (request.ContinuationToken) {
    const auto last = from_base64(*request.ContinuationToken);
    if (!last || last->empty()) {
      throw invalid_argument("The continuation token provided is incorrect", "continuation-token",
                             *request.ContinuationToken);
    }
    start = std::max(start, account + *last + '\0');
  }
  // AWS: the region is told to callers who use a parameter of the paginated form.
  const bool tells_region =
      request.MaxBuckets || request.ContinuationToken || request.Prefix || request.BucketRegion;
  auto left = request.MaxBuckets.value_or(10'000);

  api::s3::ListBucketsOutput output;
  output.Owner = api::s3::Owner{.ID = canonical_user_id(context.account_id())};
  output.Prefix = request.Prefix;
  auto& buckets = output.Buckets.emplace();
  for (auto row = rows.lower_bound(start); row != rows.end() && row->first.starts_with(prefix);
       ++row) {
    if (request.BucketRegion && row->second != *request.BucketRegion) continue;
    if (left-- == 0) {
      output.ContinuationToken = to_base64(*buckets.back().Name);
      break;
    }
    std::string name = std::string(row->first.substr(account.size()));
    api::s3::Bucket bucket{.CreationDate = context.state.buckets.find(name)->creation_date};
    if (tells_region) bucket.BucketRegion = row->second;
    bucket.Name = std::move(name);
    buckets.push_back(std::move(bucket));
  }
  return output;
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
api::s3::GetBucketLocationOutput get_bucket_location(
    Context& context, const api::s3::GetBucketLocationRequest& request) {
  const BucketRecord& bucket = find_bucket(context, *request.Bucket, request.ExpectedBucketOwner);
  // AWS: buckets in us-east-1 have no location constraint.
  if (bucket.location_constraint.empty()) return {};
  return {.LocationConstraint = bucket.location_constraint};
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html
api::s3::DeleteBucketResponse delete_bucket(Context& context,
                                            const api::s3::DeleteBucketRequest& request) {
  const std::string& bucket = *request.Bucket;
  find_bucket(context, bucket, request.ExpectedBucketOwner);
  S3State& state = context.state;
  const std::string prefix = bucket_prefix(bucket);
  if (!state.objects.range(prefix).empty()) throw bucket_not_empty(bucket);

  // Chosen: uploads that were never completed hold no objects, so they go with the bucket.
  for (const auto& [key, upload] : state.uploads.range(prefix)) {
    state.parts.erase_prefix(parts_prefix(std::string_view(key).substr(key.rfind('\0') + 1)));
  }
  state.uploads.erase_prefix(prefix);
  state.account_buckets.erase(account_bucket_key(context.account_id(), bucket));
  state.buckets.erase(bucket);
  return {};
}

}  // namespace fallstreak::services::s3
