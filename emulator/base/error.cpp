#include "base/error.h"

#include <utility>

namespace fallstreak {

ApiError::ApiError(std::string error_code, std::string error_message, int http_status)
    : code(std::move(error_code)),
      message(std::move(error_message)),
      status(http_status),
      fault(http_status >= 500 ? Fault::receiver : Fault::sender) {}

}  // namespace fallstreak
