#pragma once

#include "api/s3/buckets.h"
#include "services/s3/state.h"

namespace fallstreak::services::s3 {

api::s3::CreateBucketOutput create_bucket(Context& context,
                                          const api::s3::CreateBucketRequest& request);
api::s3::HeadBucketOutput head_bucket(Context& context, const api::s3::HeadBucketRequest& request);
api::s3::ListBucketsOutput list_buckets(Context& context,
                                        const api::s3::ListBucketsRequest& request);
api::s3::GetBucketLocationOutput get_bucket_location(
    Context& context, const api::s3::GetBucketLocationRequest& request);
api::s3::DeleteBucketResponse delete_bucket(Context& context,
                                            const api::s3::DeleteBucketRequest& request);

}  // namespace fallstreak::services::s3
