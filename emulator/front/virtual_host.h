#pragma once

#include <string_view>

#include "protocols/http_message.h"

namespace fallstreak::front {

/// The bucket that an S3 request's host names: `photos` of `photos.s3.eu-central-1.amazonaws.com`,
/// `photos.s3.localhost:4566` and `photos.localhost`; empty when the host names none.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
std::string_view bucket_of_host(std::string_view host);

/// Puts the bucket that the host names in front of the path, where the codec looks for it.
void use_path_style(protocols::HttpRequest& request);

}  // namespace fallstreak::front
