#include "front/dynamodb_endpoint.h"

#include <string>

#include "base/checksum.h"

namespace fallstreak::front {
namespace {

/// `eu-central-1` of `dynamodb.eu-central-1.amazonaws.com`.
std::string_view region_of_host(std::string_view host) {
  constexpr std::string_view kBefore = "dynamodb.";
  if (!host.starts_with(kBefore)) return {};
  host.remove_prefix(kBefore.size());
  const auto end = host.find('.');
  if (end == std::string_view::npos || !host.substr(end).starts_with(".amazonaws.com")) return {};
  return host.substr(0, end);
}

}  // namespace

bool answer_of_dynamodb_endpoint(const protocols::HttpRequest& request,
                                 const protocols::Credential& credential,
                                 protocols::HttpResponse& response) {
  if (request.method == "POST") return false;
  const bool is_signed_for_it = credential.service == "dynamodb";
  if (!is_signed_for_it && !credential.service.empty()) return false;
  const auto region = is_signed_for_it
                          ? credential.region
                          : region_of_host(protocols::header_or_empty(request.headers, "host"));
  if (region.empty()) return false;
  // Observed: the space after the name, and neither a type nor what JSON's errors look like.
  if (request.method == "GET") {
    response.status = 200;
    response.body = "healthy: dynamodb." + std::string(region) + ".amazonaws.com ";
  } else {
    response.status = 404;
    response.body = "<UnknownOperationException/>\n";
  }
  response.headers.push_back({"x-amz-crc32", std::to_string(crc32(response.body))});
  return true;
}

}  // namespace fallstreak::front
