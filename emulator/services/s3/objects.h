#pragma once

#include "api/s3/objects.h"
#include "services/s3/state.h"

namespace fallstreak::services::s3 {

api::s3::PutObjectOutput put_object(Context& context, const api::s3::PutObjectRequest& request);
api::s3::GetObjectOutput get_object(Context& context, const api::s3::GetObjectRequest& request);
api::s3::HeadObjectOutput head_object(Context& context, const api::s3::HeadObjectRequest& request);
api::s3::CopyObjectOutput copy_object(Context& context, const api::s3::CopyObjectRequest& request);
api::s3::ListObjectsOutput list_objects(Context& context,
                                        const api::s3::ListObjectsRequest& request);
api::s3::ListObjectsV2Output list_objects_v2(Context& context,
                                             const api::s3::ListObjectsV2Request& request);
api::s3::DeleteObjectOutput delete_object(Context& context,
                                          const api::s3::DeleteObjectRequest& request);
api::s3::DeleteObjectsOutput delete_objects(Context& context,
                                            const api::s3::DeleteObjectsRequest& request);

/// `"<md5>"`, the ETag of an object that came in one piece.
std::string etag_of(std::string_view raw_md5);

}  // namespace fallstreak::services::s3
