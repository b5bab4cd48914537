#include "services/service-quotas/catalogue.h"

#include <algorithm>

namespace fallstreak::services::service_quotas {
namespace {

constexpr Service kServices[] = {
    {"dynamodb", "Amazon DynamoDB"},
    {"ec2", "Amazon Elastic Compute Cloud (Amazon EC2)"},
    {"vpc", "Amazon Virtual Private Cloud (Amazon VPC)"},
};

/// By service and code.
constexpr Quota kQuotas[] = {
    {"dynamodb", "L-34F6A552", "Account-level read throughput limit (Provisioned mode)", 80'000},
    {"dynamodb", "L-34F8CCC8", "Account-level write throughput limit (Provisioned mode)", 80'000},
    {"dynamodb", "L-AB614373", "Table-level write throughput limit", 40'000},
    {"dynamodb", "L-CF0CBE56", "Table-level read throughput limit", 40'000},
    {"dynamodb", "L-F98FE922", "Maximum number of tables", 2500},
    {"ec2", "L-0263D0A3", "EC2-VPC Elastic IPs", 5},
    {"vpc", "L-407747CB", "Subnets per VPC", 200},
    {"vpc", "L-589F43AA", "Route tables per VPC", 200},
    // AWS: "this quota is directly correlated with the quota on VPCs per Region".
    {"vpc", "L-A4707A72", "Internet gateways per Region", 5, false, "L-F678F1CE"},
    {"vpc", "L-E79EC296", "VPC security groups per Region", 2500},
    {"vpc", "L-F678F1CE", "VPCs per Region", 5},
    {"vpc", "L-FE5A380F", "NAT gateways per Availability Zone", 5},
};

}  // namespace

std::span<const Service> services() { return kServices; }
std::span<const Quota> quotas() { return kQuotas; }

const Service* find_service(std::string_view code) {
  const auto found = std::ranges::find(kServices, code, &Service::code);
  return found == std::end(kServices) ? nullptr : &*found;
}

const Quota* find_quota(std::string_view service_code, std::string_view code) {
  const auto found = std::ranges::find_if(kQuotas, [&](const Quota& quota) {
    return quota.service_code == service_code && quota.code == code;
  });
  return found == std::end(kQuotas) ? nullptr : &*found;
}

}  // namespace fallstreak::services::service_quotas
