#pragma once

#include "api/s3/multipart_uploads.h"
#include "services/s3/state.h"

namespace fallstreak::services::s3 {

api::s3::CreateMultipartUploadOutput create_multipart_upload(
    Context& context, const api::s3::CreateMultipartUploadRequest& request);
api::s3::ListMultipartUploadsOutput list_multipart_uploads(
    Context& context, const api::s3::ListMultipartUploadsRequest& request);
api::s3::AbortMultipartUploadOutput abort_multipart_upload(
    Context& context, const api::s3::AbortMultipartUploadRequest& request);
api::s3::CompleteMultipartUploadOutput complete_multipart_upload(
    Context& context, const api::s3::CompleteMultipartUploadRequest& request);

api::s3::UploadPartOutput upload_part(Context& context, const api::s3::UploadPartRequest& request);
api::s3::UploadPartCopyOutput upload_part_copy(Context& context,
                                               const api::s3::UploadPartCopyRequest& request);
api::s3::ListPartsOutput list_parts(Context& context, const api::s3::ListPartsRequest& request);

}  // namespace fallstreak::services::s3
