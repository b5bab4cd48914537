#include "services/elbv2/trust_stores.h"

#include <algorithm>
#include <utility>

#include "api/s3/objects.h"
#include "services/elbv2/client_certificates.h"
#include "services/elbv2/errors.h"
#include "services/elbv2/handlers.h"
#include "services/elbv2/lookup.h"
#include "services/elbv2/pages.h"

namespace fallstreak::services::elbv2 {
namespace {

// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
constexpr std::size_t kMostTrustStores = 20;
constexpr std::int32_t kMostAuthorities = 25;

api::elbv2::TrustStore shown_store(const TrustStoreRecord& record) {
  return {.Name = record.name,
          .TrustStoreArn = record.arn,
          .Status = "ACTIVE",  // Chosen: at once; AWS gives no time for CREATING.
          .NumberOfCaCertificates = record.authorities,
          .TotalRevokedEntries = record.revoked};
}

/// The bundle that a request names, into the record.
template <class Request>
void take_bundle(Context& context, const Request& request, TrustStoreRecord& record) {
  auto bundle =
      read_object(context, *request.CaCertificatesBundleS3Bucket,
                  *request.CaCertificatesBundleS3Key, request.CaCertificatesBundleS3ObjectVersion);
  if (!bundle) throw ca_certificates_bundle_not_found();
  const auto count = count_authorities(*bundle);
  if (!count || *count > kMostAuthorities) throw invalid_ca_certificates_bundle();
  record.bundle = std::move(*bundle);
  record.authorities = *count;
}

std::string uses_prefix(std::string_view trust_store_arn) {
  return std::string(trust_store_arn) + "|";
}

std::string used_by(const api::elbv2::Listener& listener) {
  const auto& asked = listener.MutualAuthentication;
  return asked ? asked->TrustStoreArn.value_or("") : std::string();
}

}  // namespace

const TrustStoreRecord& find_trust_store(const Context& context, const std::string& arn) {
  const TrustStoreRecord* found = context.state.trust_stores.find(arn);
  if (found == nullptr) throw trust_store_not_found(arn);
  return *found;
}

std::optional<std::string> read_object(Context& context, const std::string& bucket,
                                       const std::string& key,
                                       const std::optional<std::string>& version) {
  const auto got =
      context.try_call<api::s3::GetObject>({.Bucket = bucket, .Key = key, .VersionId = version});
  if (!got || !got->Body) return std::nullopt;
  return std::string(got->Body->view());
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTrustStore.html
api::elbv2::CreateTrustStoreOutput create_trust_store(
    Context& context, const api::elbv2::CreateTrustStoreInput& request) {
  const Tags tags = checked_tags(request.Tags);
  if (context.state.trust_store_names.contains(*request.Name)) {
    throw duplicate_trust_store_name(*request.Name);
  }
  if (context.state.trust_stores.size() >= kMostTrustStores) throw too_many_trust_stores();
  TrustStoreRecord record{.name = *request.Name, .tags = tags};
  take_bundle(context, request, record);
  record.arn = context.arn("elasticloadbalancing",
                           "truststore/" + record.name + "/" + context.new_id("", 16));
  context.state.trust_store_names.insert(record.name, record.arn);
  context.state.trust_stores.insert(record.arn, record);
  return {.TrustStores = {{shown_store(record)}}};
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTrustStores.html
api::elbv2::DescribeTrustStoresOutput describe_trust_stores(
    Context& context, const api::elbv2::DescribeTrustStoresInput& request) {
  api::elbv2::DescribeTrustStoresOutput response;
  auto& list = response.TrustStores.emplace();
  if (request.TrustStoreArns || request.Names) {
    if (request.TrustStoreArns && request.Names) {
      throw validation_error(
          "Trust store names and trust store ARNs cannot be specified at the same time");
    }
    for (const auto& arn : api::each(request.TrustStoreArns)) {
      list.push_back(shown_store(find_trust_store(context, arn)));
    }
    for (const auto& name : api::each(request.Names)) {
      const std::string* arn = context.state.trust_store_names.find(name);
      if (arn == nullptr) throw trust_store_not_found(name);
      list.push_back(shown_store(find_trust_store(context, *arn)));
    }
    return response;
  }
  response.NextMarker = read_page(
      context.state.trust_stores, request.Marker, request.PageSize,
      [](const auto&) { return true; },
      [&](const auto& row) { list.push_back(shown_store(row.second)); });
  return response;
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyTrustStore.html
api::elbv2::ModifyTrustStoreOutput modify_trust_store(
    Context& context, const api::elbv2::ModifyTrustStoreInput& request) {
  TrustStoreRecord record = find_trust_store(context, *request.TrustStoreArn);
  take_bundle(context, request, record);
  context.state.trust_stores.put(record.arn, record);
  return {.TrustStores = {{shown_store(record)}}};
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteTrustStore.html
api::elbv2::DeleteTrustStoreOutput delete_trust_store(
    Context& context, const api::elbv2::DeleteTrustStoreInput& request) {
  const std::string arn = *request.TrustStoreArn;
  const std::string name = find_trust_store(context, arn).name;
  const auto users = context.state.trust_store_uses.range(uses_prefix(arn));
  if (users.begin() != users.end()) throw trust_store_in_use(arn);
  context.state.revocations.erase_prefix(uses_prefix(arn));
  context.state.trust_store_names.erase(name);
  context.state.trust_stores.erase(arn);
  return {};
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTrustStoreAssociations.html
api::elbv2::DescribeTrustStoreAssociationsOutput describe_trust_store_associations(
    Context& context, const api::elbv2::DescribeTrustStoreAssociationsInput& request) {
  find_trust_store(context, *request.TrustStoreArn);
  const std::string prefix = uses_prefix(*request.TrustStoreArn);
  api::elbv2::DescribeTrustStoreAssociationsOutput response;
  auto& list = response.TrustStoreAssociations.emplace();
  response.NextMarker = read_page(
      context.state.trust_store_uses.range(prefix), request.Marker, request.PageSize,
      [](const auto&) { return true; },
      [&](const auto& row) {
        list.push_back({.ResourceArn = std::string(row.first.substr(prefix.size()))});
      });
  return response;
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteSharedTrustStoreAssociation.html
api::elbv2::DeleteSharedTrustStoreAssociationOutput delete_shared_trust_store_association(
    Context& context, const api::elbv2::DeleteSharedTrustStoreAssociationInput& request) {
  find_trust_store(context, *request.TrustStoreArn);
  const std::string key = uses_prefix(*request.TrustStoreArn) + *request.ResourceArn;
  if (!context.state.trust_store_uses.contains(key)) {
    throw trust_store_association_not_found(*request.ResourceArn);
  }
  // Nothing here shares a trust store with another account.
  throw delete_association_same_account(*request.ResourceArn);
}

void set_mutual_authentication(
    Context& context, api::elbv2::Listener& listener,
    const std::optional<api::elbv2::MutualAuthenticationAttributes>& wanted) {
  const bool is_https = listener.Protocol == "HTTPS";
  if (!is_https) {
    if (wanted && wanted->Mode.value_or("off") != "off") {
      throw validation_error("Mutual authentication is only supported for HTTPS listeners");
    }
    listener.MutualAuthentication.reset();
    return;
  }
  if (!wanted) {
    if (!listener.MutualAuthentication) listener.MutualAuthentication = {{.Mode = "off"}};
    return;
  }
  const std::string mode = wanted->Mode.value_or("off");
  if (mode != "off" && mode != "passthrough" && mode != "verify") {
    throw validation_error("Mutual authentication mode '" + mode +
                           "' must be one of 'off', 'passthrough', 'verify'");
  }
  if (mode != "verify") {
    const bool is_bare = !wanted->TrustStoreArn && !wanted->IgnoreClientCertificateExpiry &&
                         wanted->AdvertiseTrustStoreCaNames.value_or("off") == "off";
    if (!is_bare) {
      throw validation_error("Mutual authentication mode '" + mode +
                             "' does not support a trust store or its settings");
    }
    listener.MutualAuthentication = {{.Mode = mode}};
    return;
  }
  if (!wanted->TrustStoreArn) {
    throw validation_error("A trust store ARN must be specified for mode 'verify'");
  }
  find_trust_store(context, *wanted->TrustStoreArn);
  const std::string advertises = wanted->AdvertiseTrustStoreCaNames.value_or("off");
  if (advertises != "on" && advertises != "off") {
    throw validation_error("AdvertiseTrustStoreCaNames must be 'on' or 'off'");
  }
  listener.MutualAuthentication = {
      {.Mode = mode,
       .TrustStoreArn = wanted->TrustStoreArn,
       .IgnoreClientCertificateExpiry = wanted->IgnoreClientCertificateExpiry.value_or(false),
       .TrustStoreAssociationStatus = "active",
       .AdvertiseTrustStoreCaNames = advertises}};
}

void move_trust_store_use(Context& context, const std::string& listener_arn,
                          const api::elbv2::Listener& before, const api::elbv2::Listener& after) {
  const std::string old = used_by(before);
  const std::string now = used_by(after);
  if (old == now) return;
  if (!old.empty()) context.state.trust_store_uses.erase(uses_prefix(old) + listener_arn);
  if (!now.empty()) context.state.trust_store_uses.insert(uses_prefix(now) + listener_arn, {});
}

}  // namespace fallstreak::services::elbv2
