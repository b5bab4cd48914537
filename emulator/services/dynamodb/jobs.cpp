#include "services/dynamodb/jobs.h"

#include <array>
#include <cstdio>

#include "base/arn.h"
#include "base/encoding.h"
#include "services/dynamodb/errors.h"
#include "services/dynamodb/timing.h"
#include "world/hash.h"

namespace fallstreak::services::dynamodb {
namespace {

/// AWS: tokens of imports have at least so many digits, in groups of sixteen.
constexpr std::size_t kShortestToken = 112;
constexpr std::size_t kTokenGroup = 16;

}  // namespace

std::string new_label(const Context& context, std::uint64_t id) {
  std::array<char, 40> text{};
  const int size = std::snprintf(text.data(), text.size(), "%014lld-%08x",
                                 static_cast<long long>(to_nanoseconds(context.now()) / 1'000'000),
                                 static_cast<unsigned>(world::mix(id, 2) & 0xFFFFFFFFU));
  return {text.data(), static_cast<std::size_t>(size)};
}

std::string job_key_of_arn(const Context& context, const std::string& arn_text,
                           std::string_view kind) {
  const auto arn = Arn::parse(arn_text);
  constexpr std::string_view kTable = "table/";
  const std::string middle = "/" + std::string(kind) + "/";
  const std::string resource = arn ? std::string(arn->resource) : std::string();
  const std::size_t end = resource.find(middle);
  if (!arn || arn->service != "dynamodb" || !resource.starts_with(kTable) ||
      end == std::string::npos) {
    throw validation_exception(kind == "export" ? "Invalid Export ARN" : "Invalid Import ARN");
  }
  if (arn->account_id != context.account_id())
    throw ApiError("AccessDeniedException", "Access is denied");
  if (arn->region != context.region()) return {};
  return resource.substr(kTable.size(), end - kTable.size()) + "/" +
         resource.substr(end + middle.size());
}

std::string job_arn(const Context& context, std::string_view key, std::string_view kind) {
  const std::size_t slash = key.find('/');
  return context.arn("dynamodb", "table/" + std::string(key.substr(0, slash)) + "/" +
                                     std::string(kind) + "/" + std::string(key.substr(slash + 1)));
}

const JobTokenRecord* find_job(const Context& context, std::string_view kind,
                               const std::optional<std::string>& token) {
  if (!token) return nullptr;
  const JobTokenRecord* job = context.state.job_tokens.find(std::string(kind) + "/" + *token);
  const bool is_good = job != nullptr && context.now() - job->used < kJobTokenLifetime;
  return is_good ? job : nullptr;
}

void remember_job(Context& context, std::string_view kind, const std::optional<std::string>& token,
                  JobTokenRecord job) {
  if (token) context.state.job_tokens.put(std::string(kind) + "/" + *token, std::move(job));
}

std::string next_token_of(std::string_view key) {
  std::string token = to_hex(key);
  while (token.size() < kShortestToken || token.size() % kTokenGroup != 0) token += '0';
  return token;
}

std::string job_of_next_token(const std::string& token) {
  auto key = from_hex(token);
  if (key) key->erase(key->find_last_not_of('\0') + 1);
  if (key && key->find('/') != std::string::npos) return *key;
  throw validation_exception("Invalid Request: Provided nextToken is invalid: " + token);
}

std::string failure_code(const ApiError& error) {
  return (error.code.starts_with("S3") ? "" : "S3") + error.code;
}

std::string failure_message(const ApiError& error) {
  return error.message + " (Service: Amazon S3; Status Code: " + std::to_string(error.status) +
         "; Error Code: " + error.code + ")";
}

}  // namespace fallstreak::services::dynamodb
