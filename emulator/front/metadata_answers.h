#pragma once

#include "protocols/http_message.h"

namespace fallstreak::front {

struct ServedCloud;

/// What the instance metadata service of the instance that a request names answers: in its path,
/// `/i-0123/latest/meta-data/`, or in its host, `i-0123.localhost`.
protocols::HttpResponse answer_metadata(ServedCloud& served, const protocols::HttpRequest& request);

/// A request that is none.
protocols::HttpResponse refuse_metadata(int status);

}  // namespace fallstreak::front
