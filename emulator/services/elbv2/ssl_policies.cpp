#include "services/elbv2/ssl_policies.h"

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "services/elbv2/errors.h"
#include "services/elbv2/handlers.h"
#include "services/elbv2/pages.h"

namespace fallstreak::services::elbv2 {
namespace {

using api::elbv2::SslPolicy;
using Names = std::span<const std::string_view>;

constexpr std::string_view kTls13[] = {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
                                       "TLS_CHACHA20_POLY1305_SHA256"};
constexpr std::string_view kForwardSecretGcm[] = {
    "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384"};
constexpr std::string_view kForwardSecret[] = {
    "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256",   "ECDHE-ECDSA-AES128-SHA256",
    "ECDHE-RSA-AES128-SHA256",       "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-AES256-SHA384",     "ECDHE-RSA-AES256-SHA384"};
constexpr std::string_view kForwardSecretWithSha1[] = {
    "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA256",
    "ECDHE-RSA-AES128-SHA256",       "ECDHE-ECDSA-AES128-SHA",      "ECDHE-RSA-AES128-SHA",
    "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES256-SHA384",
    "ECDHE-RSA-AES256-SHA384",       "ECDHE-RSA-AES256-SHA",        "ECDHE-ECDSA-AES256-SHA"};
constexpr std::string_view kStatic[] = {"AES128-GCM-SHA256", "AES128-SHA256", "AES256-GCM-SHA384",
                                        "AES256-SHA256"};
constexpr std::string_view kStaticWithSha1[] = {"AES128-GCM-SHA256", "AES128-SHA256", "AES128-SHA",
                                                "AES256-GCM-SHA384", "AES256-SHA256", "AES256-SHA"};

enum class Version : std::uint8_t { tls_1_0, tls_1_1, tls_1_2, tls_1_3 };
constexpr std::string_view kVersions[] = {"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"};

struct Row {
  std::string_view name;
  Version first = Version::tls_1_0;
  Version last = Version::tls_1_2;
  Names ephemeral;  // ciphers with forward secrecy
  Names fixed;      // and those without it
};

constexpr Row kPolicies[] = {
    {"ELBSecurityPolicy-2015-05", Version::tls_1_0, Version::tls_1_2, kForwardSecretWithSha1,
     kStaticWithSha1},
    {"ELBSecurityPolicy-2016-08", Version::tls_1_0, Version::tls_1_2, kForwardSecretWithSha1,
     kStaticWithSha1},
    {"ELBSecurityPolicy-FS-1-1-2019-08", Version::tls_1_1, Version::tls_1_2,
     kForwardSecretWithSha1},
    {"ELBSecurityPolicy-FS-1-2-2019-08", Version::tls_1_2, Version::tls_1_2,
     kForwardSecretWithSha1},
    {"ELBSecurityPolicy-FS-1-2-Res-2019-08", Version::tls_1_2, Version::tls_1_2, kForwardSecret},
    {"ELBSecurityPolicy-FS-1-2-Res-2020-10", Version::tls_1_2, Version::tls_1_2, kForwardSecretGcm},
    {"ELBSecurityPolicy-FS-2018-06", Version::tls_1_0, Version::tls_1_2, kForwardSecretWithSha1},
    {"ELBSecurityPolicy-TLS-1-1-2017-01", Version::tls_1_1, Version::tls_1_2,
     kForwardSecretWithSha1, kStaticWithSha1},
    {"ELBSecurityPolicy-TLS-1-2-2017-01", Version::tls_1_2, Version::tls_1_2, kForwardSecret,
     kStatic},
    {"ELBSecurityPolicy-TLS-1-2-Ext-2018-06", Version::tls_1_2, Version::tls_1_2,
     kForwardSecretWithSha1, kStaticWithSha1},
    {"ELBSecurityPolicy-TLS13-1-0-2021-06", Version::tls_1_0, Version::tls_1_3,
     kForwardSecretWithSha1, kStaticWithSha1},
    {"ELBSecurityPolicy-TLS13-1-1-2021-06", Version::tls_1_1, Version::tls_1_3,
     kForwardSecretWithSha1, kStaticWithSha1},
    {"ELBSecurityPolicy-TLS13-1-2-2021-06", Version::tls_1_2, Version::tls_1_3, kForwardSecret},
    {"ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06", Version::tls_1_2, Version::tls_1_3, kForwardSecret,
     kStatic},
    {"ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06", Version::tls_1_2, Version::tls_1_3,
     kForwardSecretWithSha1, kStaticWithSha1},
    {"ELBSecurityPolicy-TLS13-1-2-Res-2021-06", Version::tls_1_2, Version::tls_1_3,
     kForwardSecretGcm},
    {"ELBSecurityPolicy-TLS13-1-3-2021-06", Version::tls_1_3, Version::tls_1_3}};

SslPolicy wire_policy(const Row& row) {
  SslPolicy policy{.Name = std::string(row.name),
                   .SupportedLoadBalancerTypes = {{"application", "network"}}};
  auto& protocols = policy.SslProtocols.emplace();
  for (auto version = std::size_t(row.first); version <= std::size_t(row.last); ++version) {
    protocols.emplace_back(kVersions[version]);
  }
  auto& ciphers = policy.Ciphers.emplace();
  const auto add = [&](Names names) {
    for (const auto name : names) {
      const auto priority = static_cast<std::int32_t>(ciphers.size()) + 1;
      ciphers.push_back({.Name = std::string(name), .Priority = priority});
    }
  };
  if (row.last == Version::tls_1_3) add(kTls13);
  add(row.ephemeral);
  add(row.fixed);
  return policy;
}

using Policies = std::map<std::string, SslPolicy, std::less<>>;

const Policies& all_policies() {
  static const Policies policies = [] {
    Policies made;
    for (const Row& row : kPolicies) made.emplace(row.name, wire_policy(row));
    return made;
  }();
  return policies;
}

}  // namespace

const SslPolicy* find_ssl_policy(std::string_view name) {
  const auto found = all_policies().find(name);
  return found == all_policies().end() ? nullptr : &found->second;
}

bool is_policy_of_aws(std::string_view name) {
  // With 3DES, of FIPS modules, and with key exchanges that withstand quantum computers.
  if (name == "ELBSecurityPolicy-TLS-1-0-2015-04") return true;
  return name.starts_with("ELBSecurityPolicy-TLS13-") &&
         (name.find("-FIPS-") != name.npos || name.find("-PQ-") != name.npos);
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeSSLPolicies.html
api::elbv2::DescribeSSLPoliciesOutput describe_ssl_policies(
    Context&, const api::elbv2::DescribeSSLPoliciesInput& request) {
  api::elbv2::DescribeSSLPoliciesOutput response;
  auto& list = response.SslPolicies.emplace();
  for (const auto& name : api::each(request.Names)) {
    const SslPolicy* policy = find_ssl_policy(name);
    if (policy == nullptr) throw ssl_policy_not_found(name);
    list.push_back(*policy);
  }
  if (request.Names) return response;
  response.NextMarker = read_page(
      all_policies(), request.Marker, request.PageSize,
      [&](const auto& row) {
        const auto types = api::each(row.second.SupportedLoadBalancerTypes);
        return !request.LoadBalancerType ||
               std::ranges::find(types, *request.LoadBalancerType) != types.end();
      },
      [&](const auto& row) { list.push_back(row.second); });
  return response;
}

}  // namespace fallstreak::services::elbv2
