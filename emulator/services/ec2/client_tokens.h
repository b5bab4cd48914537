#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/ec2/errors.h"
#include "services/ec2/state.h"
#include "world/hash.h"
#include "world/record_codec.h"

namespace fallstreak::services::ec2 {

/// AWS: a request with the token of an earlier one answers as that did, and changes nothing; with
/// other parameters it is an IdempotentParameterMismatch.
/// https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
class IdempotentRequest {
 public:
  template <class Request>
  IdempotentRequest(const Context& context, std::string_view operation, const Request& request)
      : token_(request.ClientToken.value_or("")) {
    if (token_.empty()) return;
    key_ = std::string(operation) + "/" + token_;
    std::string bytes;
    world::encode(request, bytes);
    hash_ = world::hash_bytes(bytes);
    const ClientTokenRecord* used = context.state.client_tokens.find(key_);
    if (used == nullptr) return;
    if (used->request_hash != hash_) throw idempotent_parameter_mismatch(token_);
    earlier_ = used->resource_ids;
  }
  /// What the earlier request made; empty when this is the first.
  [[nodiscard]] const std::vector<std::string>& earlier() const { return earlier_; }
  void remember(Context& context, std::vector<std::string> resource_ids) const {
    if (token_.empty()) return;
    context.state.client_tokens.put(
        key_, {.request_hash = hash_, .resource_ids = std::move(resource_ids)});
  }

 private:
  std::string token_;
  std::string key_;
  std::uint64_t hash_ = 0;
  std::vector<std::string> earlier_;
};

}  // namespace fallstreak::services::ec2
