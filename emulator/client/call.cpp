#include "client/call.h"

#include <algorithm>

#include "base/check.h"

namespace fallstreak::client {
namespace detail {
namespace {

/// The text of a token in a response: `NextToken`, or a member of a structure
/// (`ListBucketResult.NextMarker` is not followed: botocore writes such tokens as expressions,
/// which no operation here has).
std::optional<std::string> token(const api::Shape& shape, const void* response,
                                 std::string_view name) {
  const api::Member* member = shape.member(name);
  if (member == nullptr || member->shape->kind != api::Kind::string) return std::nullopt;
  if (!api::has(*member, response)) return std::nullopt;
  const auto& text = *static_cast<const std::string*>(api::get(*member, response));
  if (text.empty()) return std::nullopt;
  return text;
}

}  // namespace

const api::Member& token_member(const api::Operation& operation) {
  const auto& members = operation.input->members;
  const auto token = std::ranges::find_if(members, &api::Member::idempotency_token);
  CHECK(token != members.end()) << operation.name << " has no idempotency token";
  return *token;
}

bool next_page(const api::Operation& operation, const void* response, void* request) {
  CHECK(operation.pagination != nullptr) << operation.name << " does not paginate";
  const api::Pagination& pagination = *operation.pagination;
  bool more = false;
  for (std::size_t i = 0; i < pagination.output_tokens.size(); ++i) {
    const auto text = token(*operation.output, response, pagination.output_tokens[i]);
    if (!text) continue;
    const api::Member* input = operation.input->member(pagination.input_tokens[i]);
    CHECK(input != nullptr) << operation.name << " has no " << pagination.input_tokens[i];
    *static_cast<std::string*>(api::emplace(*input, request)) = *text;
    more = true;
  }
  return more;
}

}  // namespace detail

namespace {

/// Visits what is at the path, as text where it is text.
template <class Visit>
void visit_path(const api::Shape& shape, const void* value, std::string_view path, Visit& visit) {
  if (path.empty()) {
    const bool is_text = shape.kind == api::Kind::string;
    return visit(is_text ? std::string_view(*static_cast<const std::string*>(value))
                         : std::string_view());
  }
  const auto dot = path.find('.');
  std::string_view name = path.substr(0, dot);
  const auto rest = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  const bool is_each = name.ends_with("[]");
  if (is_each) name.remove_suffix(2);
  const api::Member* member = shape.member(name);
  if (member == nullptr || !api::has(*member, value)) return;
  const void* inner = api::get(*member, value);
  if (!is_each) return visit_path(*member->shape, inner, rest, visit);
  const api::TypeOps& list = *member->shape->ops;
  for (std::size_t i = 0; i < list.count(inner); ++i) {
    visit_path(*member->shape->element, list.at(inner, i), rest, visit);
  }
}

bool matches_response(const api::Acceptor& acceptor, const api::Shape& shape,
                      const void* response) {
  std::size_t found = 0;
  std::size_t equal = 0;
  auto visit = [&](std::string_view text) {
    ++found;
    if (text == acceptor.expected) ++equal;
  };
  visit_path(shape, response, acceptor.path, visit);
  using enum api::Acceptor::Matches;
  switch (acceptor.matches) {
    case value:
    case all:
      return found > 0 && equal == found;
    case any:
      return equal > 0;
    case some:
      return found > 0;
    default:
      return false;
  }
}

/// What one look says; nothing when it says nothing.
std::optional<api::Acceptor::Then> judge(const api::Waiter& waiter, const Outcome<void>& outcome,
                                         const void* response) {
  using Matches = api::Acceptor::Matches;
  const int status = outcome ? waiter.operation->success_status : outcome.error().status;
  for (const api::Acceptor& acceptor : waiter.acceptors) {
    bool fits = false;
    if (acceptor.matches == Matches::status) {
      fits = acceptor.expected == std::to_string(status);
    } else if (acceptor.matches == Matches::error) {
      fits = !outcome && outcome.error().code == acceptor.expected;
    } else {
      fits = outcome && matches_response(acceptor, *waiter.operation->output, response);
    }
    if (fits) return acceptor.then;
  }
  return std::nullopt;
}

}  // namespace

Outcome<void> wait_until(Transport& transport, const api::Waiter& waiter, const void* request) {
  using Then = api::Acceptor::Then;
  for (int attempt = 0; attempt < waiter.attempts; ++attempt) {
    if (attempt > 0) transport.pause(std::chrono::seconds(waiter.delay_seconds));
    api::AnyValue response(*waiter.operation->output);
    auto outcome = transport.call(*waiter.operation, request, response.get());
    const auto then = judge(waiter, outcome, response.get());
    if (then == Then::success) return {};
    if (then == Then::failure) {
      return tl::unexpected(ApiError("WaiterFailed", "Waiter " + std::string(waiter.name) +
                                                         " encountered a terminal failure state"));
    }
    // AWS: an error that no acceptor knows ends the wait.
    if (!then && !outcome) return outcome;
  }
  return tl::unexpected(ApiError(
      "WaiterTimedOut", "Waiter " + std::string(waiter.name) + " failed: Max attempts exceeded"));
}

}  // namespace fallstreak::client
