#include "protocols/routing.h"

#include <algorithm>

#include "protocols/form.h"
#include "protocols/s3_names.h"
#include "protocols/walk.h"

namespace fallstreak::protocols {

namespace {

bool speaks(const api::Service& service, api::Protocol protocol) {
  return std::ranges::find(service.protocols, protocol) != service.protocols.end();
}

bool is_rest(api::Protocol protocol) {
  return protocol == api::Protocol::rest_json || protocol == api::Protocol::rest_xml;
}

const api::Operation* find_operation(const api::Service& service, std::string_view name) {
  const auto name_of = [](const api::Operation* operation) { return operation->name; };
  const auto found = std::ranges::lower_bound(service.operations, name, {}, name_of);
  return found != service.operations.end() && (*found)->name == name ? *found : nullptr;
}

bool is_known(const api::Service& service, std::string_view name) {
  return std::ranges::binary_search(service.operation_names, name);
}

/// Chosen: an operation that AWS has and we have not is 501, so that nobody takes it for a typo.
ApiError not_implemented(const api::Service& service, std::string_view operation) {
  ApiError error("NotImplemented",
                 "The operation " + std::string(operation) + " of " +
                     std::string(service.service_id) + " is not implemented.",
                 501);
  error.fault = Fault::receiver;
  return error;
}

ApiError unknown_operation(int status) { return ApiError("UnknownOperationException", "", status); }

ApiError invalid_action(api::Protocol protocol, std::string_view action, std::string_view version) {
  if (protocol == api::Protocol::ec2) {
    return ApiError("InvalidAction",
                    "The action " + std::string(action) + " is not valid for this web service.");
  }
  const auto shown = version.empty() ? std::string_view("NO_VERSION_SPECIFIED") : version;
  return ApiError("InvalidAction", "Could not find operation " + std::string(action) +
                                       " for version " + std::string(shown));
}

/// Fills in the operation, or why there is none: `unknown` makes AWS's error.
template <class MakeError>
void name_operation(Routed& routed, std::string_view name, MakeError unknown) {
  routed.operation_name = name;
  routed.operation = find_operation(*routed.service, name);
  if (routed.operation != nullptr) return;
  routed.error =
      is_known(*routed.service, name) ? not_implemented(*routed.service, name) : unknown();
}

std::string_view rpc_path_part(std::string_view path, std::string_view marker) {
  const std::size_t at = path.rfind(marker);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = path.substr(at + marker.size());
  return rest.substr(0, rest.find('/'));
}

bool is_form(const HttpRequest& request) {
  const auto type = header_or_empty(request.headers, "Content-Type");
  return type.starts_with("application/x-www-form-urlencoded");
}

}  // namespace

Router::Router(std::span<const api::Service* const> services)
    : services_(services.begin(), services.end()) {
  for (const api::Service* service : services_) {
    for (const api::Protocol protocol : service->protocols) {
      if (!is_rest(protocol)) continue;
      RestService rest{service, protocol, {}};
      for (const api::Operation* operation : service->operations) {
        Route route{operation, UriTemplate(operation->uri), {}, {}};
        for (const api::Member& member : operation->input->members) {
          if (!member.required) continue;
          if (member.location == api::Location::query) route.required_query.push_back(member.wire);
          if (member.location == api::Location::header) {
            route.required_headers.push_back(member.wire);
          }
        }
        rest.routes.push_back(std::move(route));
      }
      rest_.push_back(std::move(rest));
    }
  }
}

bool Router::is_candidate(const api::Service& service, std::string_view signing_name) const {
  return signing_name.empty() || service.signing_name == signing_name;
}

Routed Router::route(const HttpRequest& request, std::string_view signing_name) const {
  const std::string_view smithy = header_or_empty(request.headers, "smithy-protocol");
  if (smithy == "rpc-v2-cbor") return route_rpc(request, signing_name);
  const std::string_view target = header_or_empty(request.headers, "X-Amz-Target");
  if (!target.empty()) {
    if (Routed routed = route_target(target, request, signing_name); routed.service != nullptr) {
      return routed;
    }
  }
  const RestService* open = nullptr;
  for (const RestService& rest : rest_) {
    if (!signing_name.empty() && rest.service->signing_name == signing_name) {
      return route_rest(rest, request);
    }
    if (rest.service->signing_name == "s3") open = &rest;
  }
  if (Routed routed = route_action(request, signing_name); routed.service != nullptr) {
    return routed;
  }
  // AWS: of the services with a path of their own, S3 is the one that anonymous callers use.
  if (signing_name.empty() && open != nullptr) return route_rest(*open, request);
  return {};
}

Routed Router::route_rpc(const HttpRequest& request, std::string_view signing_name) const {
  const std::string_view path = raw_path(request.target);
  const std::string_view name = rpc_path_part(path, "/service/");
  Routed routed;
  routed.protocol = api::Protocol::rpc_v2_cbor;
  for (const api::Service* service : services_) {
    if (!speaks(*service, api::Protocol::rpc_v2_cbor)) continue;
    if (service->rpc_service != name || !is_candidate(*service, signing_name)) continue;
    routed.service = service;
    name_operation(routed, rpc_path_part(path, "/operation/"),
                   [] { return unknown_operation(404); });
    return routed;
  }
  return routed;
}

Routed Router::route_target(std::string_view target, const HttpRequest& request,
                            std::string_view signing_name) const {
  const std::size_t dot = target.rfind('.');
  const std::string_view prefix = target.substr(0, dot);
  const bool is_1_1 =
      header_or_empty(request.headers, "Content-Type").starts_with("application/x-amz-json-1.1");
  Routed routed;
  routed.protocol = is_1_1 ? api::Protocol::json_1_1 : api::Protocol::json_1_0;
  const api::Service* signed_service = nullptr;
  for (const api::Service* service : services_) {
    const bool is_1_0_service = speaks(*service, api::Protocol::json_1_0);
    if (!is_1_0_service && !speaks(*service, api::Protocol::json_1_1)) continue;
    if (!is_candidate(*service, signing_name)) continue;
    // AWS: the answer is in the service's own version, whatever the request said.
    if (!speaks(*service, routed.protocol)) {
      routed.protocol = is_1_0_service ? api::Protocol::json_1_0 : api::Protocol::json_1_1;
    }
    if (service->target_prefix == prefix && dot != std::string_view::npos) {
      routed.service = service;
      name_operation(routed, target.substr(dot + 1), [] { return unknown_operation(400); });
      return routed;
    }
    if (!signing_name.empty()) signed_service = service;
  }
  // The signature says which service it is, the target is none of its operations.
  if (signed_service != nullptr) {
    routed.service = signed_service;
    routed.operation_name = target;
    routed.error = unknown_operation(400);
  }
  return routed;
}

Routed Router::route_action(const HttpRequest& request, std::string_view signing_name) const {
  const std::string_view query = raw_query(request.target);
  const auto value_of = [&](std::string_view name) {
    std::string value = form_value(query, name);
    if (value.empty() && (is_form(request) || signing_name.empty() || request.method == "POST")) {
      value = form_value(request.body, name);
    }
    return value;
  };
  const std::string action = value_of("Action");
  if (action.empty() && signing_name.empty()) return {};
  const std::string version = value_of("Version");

  const api::Service* best = nullptr;
  int best_score = -1;
  for (const api::Service* service : services_) {
    const bool is_ec2 = speaks(*service, api::Protocol::ec2);
    if (!is_ec2 && !speaks(*service, api::Protocol::query)) continue;
    if (!is_candidate(*service, signing_name)) continue;
    // Some services share a signing name (the two generations of load balancers): the version
    // tells them apart, then the operation's name.
    const int score = (service->api_version == version ? 4 : 0) +
                      (find_operation(*service, action) != nullptr ? 2 : 0) +
                      (is_known(*service, action) ? 1 : 0);
    if (signing_name.empty() && score == 0) continue;
    if (score > best_score) best = service, best_score = score;
  }
  Routed routed;
  if (best == nullptr) return routed;
  routed.service = best;
  routed.protocol = speaks(*best, api::Protocol::ec2) ? api::Protocol::ec2 : api::Protocol::query;
  if (action.empty()) {
    routed.error =
        ApiError("MissingAction", "The request is missing an action or a required parameter.");
    return routed;
  }
  // AWS: a version has its operations; EC2 alone answers requests of all its older versions.
  if (routed.protocol == api::Protocol::query && version != best->api_version) {
    routed.operation_name = action;
    routed.error = invalid_action(routed.protocol, action, version);
    return routed;
  }
  name_operation(routed, action, [&] { return invalid_action(routed.protocol, action, version); });
  return routed;
}

Routed Router::route_rest(const RestService& rest, const HttpRequest& request) const {
  Routed routed;
  routed.service = rest.service;
  routed.protocol = rest.protocol;
  const bool is_s3 = rest.service->signing_name == "s3";
  const auto target = split_target(request.target);
  if (!target) {
    routed.error = ApiError(is_s3 ? "InvalidURI" : "SerializationException",
                            "Couldn't parse the specified URI.");
    return routed;
  }
  const Route* best = nullptr;
  int best_score = -1;
  PathLabels labels;
  for (const Route& route : rest.routes) {
    if (route.operation->http_method != request.method) continue;
    if (!route.uri.match_query(target->query)) continue;
    try {
      if (!route.uri.match_path(target->path, labels)) continue;
    } catch (const Malformed&) {
      routed.error = ApiError(is_s3 ? "InvalidURI" : "SerializationException",
                              "Couldn't parse the specified URI.");
      return routed;
    }
    const bool has_all =
        std::ranges::all_of(route.required_query,
                            [&](std::string_view name) { return target->find(name) != nullptr; }) &&
        std::ranges::all_of(route.required_headers, [&](std::string_view name) {
          return find_header(request.headers, name) != nullptr;
        });
    const int required = int(route.required_query.size() + route.required_headers.size());
    // Of equal paths, the one whose every requirement is met and that requires most.
    const int score = route.uri.weight() * 100 + (has_all ? 50 + required : 0);
    if (score <= best_score) continue;
    best = &route;
    best_score = score;
    routed.labels = labels;
  }
  if (best != nullptr && is_s3) {
    for (const QueryParameter& parameter : target->query) {
      if (!is_s3_subresource(parameter.name) || best->uri.has_query_key(parameter.name)) continue;
      routed.operation_name = request.method + " ?" + parameter.name;
      routed.error = not_implemented(*rest.service, routed.operation_name);
      return routed;
    }
  }
  if (best != nullptr) {
    routed.operation = best->operation;
    routed.operation_name = best->operation->name;
  } else if (is_s3) {
    routed.error = ApiError("MethodNotAllowed",
                            "The specified method is not allowed against this resource.", 405);
  } else {
    routed.error = unknown_operation(404);
  }
  return routed;
}

}  // namespace fallstreak::protocols
