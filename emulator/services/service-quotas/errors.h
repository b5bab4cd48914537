#pragma once

#include "base/error.h"

/// The refusals of Service Quotas: each code and message once.
namespace fallstreak::services::service_quotas {

ApiError no_such_service();
ApiError no_such_quota();
ApiError no_such_request();
ApiError not_an_increase();
ApiError not_adjustable();
ApiError request_is_open();
ApiError invalid_pagination_token();

}  // namespace fallstreak::services::service_quotas
