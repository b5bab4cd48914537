#include "client/call.h"

#include "base/check.h"

namespace fallstreak::client::detail {
namespace {

/// The text of a token in a response: `NextToken`, or a member of a structure (`ListBucketResult.NextMarker` is not
/// followed: botocore writes such tokens as expressions, which no operation here has).
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

}  // namespace fallstreak::client::detail
