#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

/// ACM's refusals: each code and message once.
namespace fallstreak::services::acm {

ApiError resource_not_found(std::string_view arn);
ApiError invalid_arn(std::string_view arn);
ApiError invalid_parameter(std::string message);
ApiError validation_exception(std::string message);
ApiError invalid_args(std::string message);
ApiError invalid_tag(std::string message);
ApiError too_many_tags();
ApiError too_many_names();
ApiError too_many_certificates();
ApiError request_in_progress(std::string_view arn);
ApiError not_validated_by_email(std::string_view arn);
ApiError transparency_of_imported(std::string_view arn);
ApiError resource_in_use(std::string_view arn);
ApiError not_exportable(std::string_view arn);
ApiError never_exported(std::string_view arn);
ApiError export_option_is_fixed(std::string_view arn);
ApiError already_revoked(std::string_view arn);
ApiError not_renewable(std::string_view arn);

}  // namespace fallstreak::services::acm
