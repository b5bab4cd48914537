#include "services/dynamodb/timing.h"
#include "services/dynamodb/transaction.h"
#include "world/hash.h"

namespace fallstreak::services::dynamodb {
namespace {

/// Each new token drops two old ones at most, so that none costs much and all go.
void drop_expired(Context& context) {
  State& state = context.state;
  for (int count = 0; count < 2; ++count) {
    const auto oldest = state.token_uses.begin();
    if (oldest == state.token_uses.end()) return;
    const std::string key(std::string_view(oldest->first));
    const std::string token = oldest->second.token;
    const TokenRecord* record = state.tokens.find(token);
    if (record->used + kTokenLifetime > context.now()) return;
    state.tokens.erase(token);
    state.token_uses.erase(key);
  }
}

std::string use_key(Time used, std::string_view token) {
  KeyBytes key;
  key.append_number(static_cast<std::uint64_t>(to_nanoseconds(used)));
  key.append(token);
  return std::string(key.view());
}

}  // namespace

ApiError idempotent_parameter_mismatch_exception() {
  return {
      "IdempotentParameterMismatchException",
      "DynamoDB rejected the request because you retried a request with a different payload but "
      "with an idempotent token that was already used."};
}

IdempotencyToken::IdempotencyToken(Context& context, const std::optional<std::string>& token,
                                   std::string request)
    : context_(context), token_(token), hash_(token ? world::hash_bytes(request) : 0) {}

std::optional<ConsumptionPerTable> IdempotencyToken::repeated() const {
  if (!token_) return std::nullopt;
  const TokenRecord* record = context_.state.tokens.find(*token_);
  if (record == nullptr || record->used + kTokenLifetime <= context_.now()) return std::nullopt;
  if (record->request_hash != hash_) throw idempotent_parameter_mismatch_exception();
  ConsumptionPerTable consumption;
  for (const auto& [table, units] : record->read_units) consumption.of(table).add_to_table(units);
  return consumption;
}

void IdempotencyToken::remember(const Transaction& transaction) {
  if (!token_) return;
  drop_expired(context_);
  State& state = context_.state;
  if (const TokenRecord* expired = state.tokens.find(*token_)) {
    state.token_uses.erase(use_key(expired->used, *token_));
  }
  state.token_uses.put(use_key(context_.now(), *token_), {*token_});
  state.tokens.put(
      *token_,
      {.request_hash = hash_, .used = context_.now(), .read_units = transaction.reading().units()});
}

}  // namespace fallstreak::services::dynamodb
