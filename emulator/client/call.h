#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/transport.h"

namespace fallstreak::client {

/// One operation, typed. The generated clients (`client/ec2.h`) are lists of these.
template <api::OperationTag Operation>
Outcome<typename Operation::Response> call(Transport& transport,
                                           const typename Operation::Request& request) {
  typename Operation::Response response;
  auto outcome = transport.call(Operation::operation(), &request, &response);
  if (!outcome) return tl::unexpected(std::move(outcome.error()));
  return response;
}

namespace detail {
/// Copies the tokens of a page's response into the next request; false when the response was the last page.
bool next_page(const api::Operation& operation, const void* response, void* request);
}  // namespace detail

/// Calls `page(response)` for each page of an operation that paginates, until the last one or an error.
template <api::OperationTag Operation, class Page>
  requires std::invocable<Page, const typename Operation::Response&>
Outcome<void> paginate(Transport& transport, typename Operation::Request request, Page&& page) {
  while (true) {
    auto response = call<Operation>(transport, request);
    if (!response) return tl::unexpected(std::move(response.error()));
    page(*response);
    if (!detail::next_page(Operation::operation(), &*response, &request)) return {};
  }
}

/// What a waiter's look at a response says.
enum class Waiting { done, again, failed };

/// How often and how long a waiter looks, as AWS's waiters do.
struct WaitOptions {
  Duration delay = std::chrono::seconds(15);
  int attempts = 40;
};

/// Repeats an operation until `judge(outcome)` says that the state is there.
template <api::OperationTag Operation, class Judge>
  requires std::invocable<Judge, const Outcome<typename Operation::Response>&>
Outcome<typename Operation::Response> wait_until(Transport& transport,
                                                 const typename Operation::Request& request,
                                                 Judge&& judge, WaitOptions options = {}) {
  for (int attempt = 0; attempt < options.attempts; ++attempt) {
    if (attempt > 0) transport.pause(options.delay);
    auto outcome = call<Operation>(transport, request);
    switch (judge(outcome)) {
      case Waiting::done: return outcome;
      case Waiting::failed:
        if (!outcome) return outcome;
        return tl::unexpected(ApiError("WaiterFailed", "Waiter encountered a terminal failure state"));
      case Waiting::again: break;
    }
  }
  return tl::unexpected(ApiError("WaiterTimedOut", "Max attempts exceeded"));
}

}  // namespace fallstreak::client
