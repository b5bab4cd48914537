#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/waiter.h"
#include "client/transport.h"

namespace fallstreak::client {

namespace detail {
/// The member that a client fills in when its caller did not.
const api::Member& token_member(const api::Operation& operation);
/// Copies the tokens of a page's response into the next request; false when the response was the
/// last page.
bool next_page(const api::Operation& operation, const void* response, void* request);
}  // namespace detail

/// One operation, typed. The generated clients (`client/ec2.h`) are lists of these.
template <api::OperationTag Operation>
Outcome<typename Operation::Response> call(Transport& transport,
                                           const typename Operation::Request& request) {
  if constexpr (Operation::kHasToken) {
    static const api::Member& token = detail::token_member(Operation::operation());
    if (!api::has(token, &request)) {
      if (auto made = transport.new_token()) {
        auto filled = request;
        *static_cast<std::string*>(api::emplace(token, &filled)) = std::move(*made);
        return call<Operation>(transport, filled);
      }
    }
  }
  // Filled in where it is returned: answers are large.
  Outcome<typename Operation::Response> answer;
  auto outcome = transport.call(Operation::operation(), &request, &*answer);
  if (!outcome) answer = tl::unexpected(std::move(outcome.error()));
  return answer;
}

/// Calls `page(response)` for each page of an operation that paginates, until the last one or an
/// error.
template <api::OperationTag Operation, std::invocable<const typename Operation::Response&> Page>
Outcome<void> paginate(Transport& transport, typename Operation::Request request, Page&& page) {
  while (true) {
    auto response = call<Operation>(transport, request);
    if (!response) return tl::unexpected(std::move(response.error()));
    page(*response);
    if (!detail::next_page(Operation::operation(), &*response, &request)) return {};
  }
}

/// Repeats the waiter's operation until what it waits for is there, as AWS's SDKs do. Errors:
/// `WaiterFailed` when that cannot come about any more, `WaiterTimedOut`, or the operation's own.
Outcome<void> wait_until(Transport& transport, const api::Waiter& waiter, const void* request);

}  // namespace fallstreak::client
