#include "dispatch/service_role.h"

#include <string>

#include "dispatch/dispatcher.h"

namespace fallstreak::dispatch {
namespace {

/// What begins the access key of a role. No client can send such a key, because a slash ends the
/// key in a request's credential.
constexpr std::string_view kPrefix = "service-role/";

}  // namespace

std::optional<ServiceRole> role_of(const Caller& caller) {
  std::string_view key = caller.access_key_id;
  if (!key.starts_with(kPrefix)) return std::nullopt;
  key.remove_prefix(kPrefix.size());
  const auto slash = key.find('/');
  return ServiceRole{key.substr(0, slash), key.substr(slash + 1)};
}

void call_as(ContextBase& context, const ServiceRole& role, const api::Operation& operation,
             const void* request, void* response) {
  std::string key(kPrefix);
  key.append(role.id).append("/").append(role.interface_type);
  const Caller caller(context.account_id(), context.region(), std::move(key));
  perform(context.world(), context.environment(), caller, operation, request, response);
}

}  // namespace fallstreak::dispatch
