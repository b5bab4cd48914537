#include "front/cors.h"

namespace fallstreak::front {

bool is_preflight(const protocols::HttpRequest& request) {
  return request.method == "OPTIONS" &&
         protocols::find_header(request.headers, "origin") != nullptr &&
         protocols::find_header(request.headers, "access-control-request-method") != nullptr;
}

void answer_preflight(const protocols::HttpRequest& request, protocols::HttpResponse& response) {
  response.status = 200;
  response.headers.push_back({"Access-Control-Allow-Origin", "*"});
  // Observed: what is asked for, and for two days, as DynamoDB answers
  // (https://github.com/architect/dynalite).
  const auto method = protocols::header_or_empty(request.headers, "access-control-request-method");
  response.headers.push_back({"Access-Control-Allow-Methods", std::string(method)});
  const auto wanted = protocols::header_or_empty(request.headers, "access-control-request-headers");
  response.headers.push_back(
      {"Access-Control-Allow-Headers", wanted.empty() ? "*" : std::string(wanted)});
  response.headers.push_back({"Access-Control-Max-Age", "172800"});
}

void allow_origin(protocols::HttpResponse& response) {
  response.headers.push_back({"Access-Control-Allow-Origin", "*"});
  // The names are spelled out, because `*` does not count for requests with credentials.
  response.headers.push_back(
      {"Access-Control-Expose-Headers",
       "x-amzn-RequestId, x-amzn-ErrorType, x-amzn-ErrorMessage, x-amzn-query-error, "
       "x-amz-request-id, x-amz-id-2, "
       "x-amz-version-id, x-amz-delete-marker, x-amz-crc32, ETag, Content-Range, Date"});
}

}  // namespace fallstreak::front
