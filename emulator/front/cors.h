#pragma once

#include "protocols/http_message.h"

/// Cross-origin requests of SDKs in browsers. Chosen: every origin may do everything, because
/// whoever reaches this port is on this machine. The control API is not part of it.
namespace fallstreak::front {

/// True when a browser asks whether it may send a request.
bool is_preflight(const protocols::HttpRequest& request);
void answer_preflight(const protocols::HttpRequest& request, protocols::HttpResponse& response);

/// Lets a page read the answer to a request that came from it.
void allow_origin(protocols::HttpResponse& response);

}  // namespace fallstreak::front
