#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/shape.h"
#include "protocols/codec.h"
#include "protocols/uri_template.h"

/// Which operation does a request name?
namespace fallstreak::protocols {

/// What a request is about. `service` is null when no candidate speaks to it; `error` is AWS's
/// answer when the service is known and the operation is not, in the protocol that is named.
struct Routed {
  const api::Service* service = nullptr;
  api::Protocol protocol = api::Protocol::query;
  const api::Operation* operation = nullptr;
  /// As the request names it, for logs; empty when it names none.
  std::string operation_name;
  PathLabels labels;
  std::optional<ApiError> error;
};

/// The routes of a set of services, prepared once and shared by every thread.
class Router {
 public:
  explicit Router(std::span<const api::Service* const> services);

  /// `signing_name` is the service of the request's signature, empty when it has none. The bucket
  /// of a virtual-host request must already stand in the path.
  [[nodiscard]] Routed route(const HttpRequest& request, std::string_view signing_name) const;

 private:
  struct Route {
    const api::Operation* operation;
    UriTemplate uri;
    /// Query and header members that must be there: `UploadPart` is `PutObject` with two of them.
    std::vector<std::string_view> required_query;
    std::vector<std::string_view> required_headers;
  };
  struct RestService {
    const api::Service* service;
    api::Protocol protocol;
    std::vector<Route> routes;
  };

  [[nodiscard]] bool is_candidate(const api::Service& service, std::string_view signing_name) const;
  [[nodiscard]] Routed route_rpc(const HttpRequest& request, std::string_view signing_name) const;
  [[nodiscard]] Routed route_target(std::string_view target, const HttpRequest& request,
                                    std::string_view signing_name) const;
  [[nodiscard]] Routed route_action(const HttpRequest& request,
                                    std::string_view signing_name) const;
  [[nodiscard]] Routed route_rest(const RestService& rest, const HttpRequest& request) const;

  std::vector<const api::Service*> services_;
  std::vector<RestService> rest_;
};

}  // namespace fallstreak::protocols
