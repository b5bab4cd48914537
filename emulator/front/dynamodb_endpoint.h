#pragma once

#include "protocols/credential.h"

namespace fallstreak::front {

/// Answers what DynamoDB's endpoint is asked that is no POST, and so no operation: to GET that it
/// is well, which monitors and latency tests ask for. False when the request is for another one.
bool answer_of_dynamodb_endpoint(const protocols::HttpRequest& request,
                                 const protocols::Credential& credential,
                                 protocols::HttpResponse& response);

}  // namespace fallstreak::front
