#include "services/service-quotas/errors.h"

// The codes are AWS's. Chosen: the words, in AWS's manner, but where a comment names their source;
// AWS documents few of them.

namespace fallstreak::services::service_quotas {

ApiError no_such_service() {
  return ApiError("NoSuchResourceException",
                  "The request failed because the specified service does not exist.");
}

ApiError no_such_quota() {
  return ApiError("NoSuchResourceException",
                  "The request failed because the specified quota does not exist.");
}

ApiError no_such_request() {
  return ApiError("NoSuchResourceException",
                  "The request failed because the specified request does not exist.");
}

ApiError not_an_increase() {
  return ApiError("IllegalArgumentException",
                  "You must provide a quota value greater than the current quota value");
}

ApiError not_adjustable() {
  return ApiError("IllegalArgumentException", "The quota is not adjustable.");
}

ApiError request_is_open() {
  return ApiError("ResourceAlreadyExistsException",
                  "Only one open service quota increase request is allowed per quota.");
}

ApiError invalid_pagination_token() {
  return ApiError("InvalidPaginationTokenException", "Invalid NextToken");
}

}  // namespace fallstreak::services::service_quotas
