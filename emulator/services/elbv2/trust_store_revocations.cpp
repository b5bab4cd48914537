#include <algorithm>
#include <iterator>
#include <utility>

#include "services/elbv2/client_certificates.h"
#include "services/elbv2/errors.h"
#include "services/elbv2/handlers.h"
#include "services/elbv2/lookup.h"
#include "services/elbv2/pages.h"
#include "services/elbv2/trust_stores.h"

/// The certificates that their authorities have taken back.
namespace fallstreak::services::elbv2 {
namespace {

// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
constexpr std::ptrdiff_t kMostLists = 30;
constexpr std::int64_t kMostRevoked = 500'000;

/// `<trust store ARN>|0000000007`
std::string revocation_key(const std::string& trust_store_arn, std::int64_t id) {
  constexpr std::size_t kDigits = 10;
  const std::string digits = std::to_string(id);
  const std::size_t missing = kDigits - std::min(kDigits, digits.size());
  return trust_store_arn + "|" + std::string(missing, '0') + digits;
}

const RevocationRecord& find_revocation(const Context& context, const std::string& arn,
                                        std::int64_t id) {
  const RevocationRecord* found = context.state.revocations.find(revocation_key(arn, id));
  if (found == nullptr || found->id != id) throw revocation_id_not_found(id);
  return *found;
}

RevocationRecord list_of(Context& context, const api::elbv2::RevocationContent& wanted) {
  if (wanted.RevocationType.value_or("CRL") != "CRL") {
    throw validation_error("Revocation type '" + *wanted.RevocationType + "' must be 'CRL'");
  }
  if (!wanted.S3Bucket || !wanted.S3Key) {
    throw validation_error("A revocation content must have an S3 bucket and key");
  }
  auto text = read_object(context, *wanted.S3Bucket, *wanted.S3Key, wanted.S3ObjectVersion);
  if (!text) throw revocation_content_not_found();
  const auto count = count_revoked(*text);
  if (!count) throw invalid_revocation_content();
  return {.content = std::move(*text), .entries = *count};
}

}  // namespace

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AddTrustStoreRevocations.html
api::elbv2::AddTrustStoreRevocationsOutput add_trust_store_revocations(
    Context& context, const api::elbv2::AddTrustStoreRevocationsInput& request) {
  const std::string arn = *request.TrustStoreArn;
  TrustStoreRecord store = find_trust_store(context, arn);
  api::elbv2::AddTrustStoreRevocationsOutput response;
  auto& list = response.TrustStoreRevocations.emplace();
  for (const auto& wanted : api::each(request.RevocationContents)) {
    RevocationRecord record = list_of(context, wanted);
    const auto present = context.state.revocations.range(arn + "|");
    const bool is_full = std::distance(present.begin(), present.end()) >= kMostLists;
    if (is_full || store.revoked + record.entries > kMostRevoked) {
      throw too_many_trust_store_revocation_entries();
    }
    record.id = ++store.last_revocation_id;
    store.revoked += record.entries;
    list.push_back({.TrustStoreArn = arn,
                    .RevocationId = record.id,
                    .RevocationType = "CRL",
                    .NumberOfRevokedEntries = record.entries});
    const std::int64_t id = record.id;
    context.state.revocations.insert(revocation_key(arn, id), std::move(record));
  }
  context.state.trust_stores.put(arn, std::move(store));
  return response;
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTrustStoreRevocations.html
api::elbv2::DescribeTrustStoreRevocationsOutput describe_trust_store_revocations(
    Context& context, const api::elbv2::DescribeTrustStoreRevocationsInput& request) {
  const std::string& arn = *request.TrustStoreArn;
  find_trust_store(context, arn);
  api::elbv2::DescribeTrustStoreRevocationsOutput response;
  auto& list = response.TrustStoreRevocations.emplace();
  const auto show = [&](const RevocationRecord& record) {
    list.push_back({.TrustStoreArn = arn,
                    .RevocationId = record.id,
                    .RevocationType = "CRL",
                    .NumberOfRevokedEntries = record.entries});
  };
  if (request.RevocationIds) {
    for (const std::int64_t id : *request.RevocationIds) show(find_revocation(context, arn, id));
    return response;
  }
  response.NextMarker = read_page(
      context.state.revocations.range(arn + "|"), request.Marker, request.PageSize,
      [](const auto&) { return true; }, [&](const auto& row) { show(row.second); });
  return response;
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RemoveTrustStoreRevocations.html
api::elbv2::RemoveTrustStoreRevocationsOutput remove_trust_store_revocations(
    Context& context, const api::elbv2::RemoveTrustStoreRevocationsInput& request) {
  const std::string arn = *request.TrustStoreArn;
  TrustStoreRecord store = find_trust_store(context, arn);
  for (const std::int64_t id : *request.RevocationIds) {
    store.revoked -= find_revocation(context, arn, id).entries;
    context.state.revocations.erase(revocation_key(arn, id));
  }
  context.state.trust_stores.put(arn, std::move(store));
  return {};
}

}  // namespace fallstreak::services::elbv2
