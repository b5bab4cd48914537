#pragma once

#include <optional>
#include <string_view>

#include "dispatch/context.h"

/// A service that works in a customer's account by its own role, as AWS's service-linked roles do:
/// Elastic Load Balancing makes network interfaces there. What it makes, the customer sees and
/// cannot change.
namespace fallstreak::dispatch {

struct ServiceRole {
  std::string_view id;                            // `amazon-elb`: the requester of what it makes
  std::string_view interface_type = "interface";  // of the network interfaces that it makes
};

/// Whose role a caller has; empty for a customer.
std::optional<ServiceRole> role_of(const Caller& caller);

/// Another service's operation, in the caller's account and by the role.
void call_as(ContextBase& context, const ServiceRole& role, const api::Operation& operation,
             const void* request, void* response);
template <api::OperationTag Operation>
typename Operation::Response call_as(ContextBase& context, const ServiceRole& role,
                                     const typename Operation::Request& request) {
  typename Operation::Response response;
  call_as(context, role, Operation::operation(), &request, &response);
  return response;
}
/// The same, with the refusal as a value.
template <api::OperationTag Operation>
Outcome<typename Operation::Response> try_call_as(ContextBase& context, const ServiceRole& role,
                                                  const typename Operation::Request& request) {
  try {
    return call_as<Operation>(context, role, request);
  } catch (ApiError& error) {
    return tl::unexpected(std::move(error));
  }
}

}  // namespace fallstreak::dispatch
