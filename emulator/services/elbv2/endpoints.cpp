#include "services/elbv2/endpoints.h"

#include <algorithm>
#include <iterator>

namespace fallstreak::services::elbv2 {
namespace {

// https://docs.aws.amazon.com/general/latest/gr/elb.html
struct HostedZones {
  std::string_view region;
  std::string_view application;
  std::string_view network;
};
constexpr HostedZones kHostedZones[] = {
    {"ap-northeast-1", "Z14GRHDCWA56QT", "Z31USIVHYNEOWT"},
    {"ap-northeast-2", "ZWKZPGTI48KDX", "ZIBE1TIR4HY56"},
    {"ap-south-1", "ZP97RAFLXTNZK", "ZVDDRBQ08TROA"},
    {"ap-southeast-1", "Z1LMS91P8CMLE5", "ZKVM4W9LS7TM"},
    {"ap-southeast-2", "Z1GM3OXH4ZPM65", "ZCT6FZBF4DROD"},
    {"ca-central-1", "ZQSVJUPU6J1EY", "Z2EPGBW3API2WT"},
    {"eu-central-1", "Z215JYRZR1TBD5", "Z3F0SRJ5LGBH90"},
    {"eu-north-1", "Z23TAZ6LKFMNIO", "Z1UDT6IFJ4EJM"},
    {"eu-west-1", "Z32O12XQLNTSW2", "Z2IFOLAFXWLO4F"},
    {"eu-west-2", "ZHURV8PSTC4K8", "ZD4D7Y8KGAS4G"},
    {"eu-west-3", "Z3Q77PNBQS71R4", "Z1CMS0P5QUZ6D5"},
    {"sa-east-1", "Z2P70J7HTTTPLU", "ZTK26PT1VY4CU"},
    {"us-east-1", "Z35SXDOTRQ7X7K", "Z26RNL4JYFTOTI"},
    {"us-east-2", "Z3AADJGX6KTTL2", "ZLMOA37VPKANP"},
    {"us-west-1", "Z368ELLRRE2KJ0", "Z24FKFUX50B4VW"},
    {"us-west-2", "Z1H1FL5HABSF5", "Z18D5FSROUN65G"},
};

}  // namespace

std::string dns_name(const Endpoint& endpoint, std::int64_t number) {
  const std::string name(endpoint.name);
  const std::string region(endpoint.region);
  if (endpoint.type == "network") {
    return name + "-" + std::string(endpoint.id) + ".elb." + region + ".amazonaws.com";
  }
  const std::string prefix = endpoint.scheme == "internal" ? "internal-" : "";
  return prefix + name + "-" + std::to_string(number) + "." + region + ".elb.amazonaws.com";
}

std::string canonical_hosted_zone_id(std::string_view type, std::string_view region) {
  const auto* const found = std::ranges::find(kHostedZones, region, &HostedZones::region);
  if (found == std::end(kHostedZones)) return {};
  return std::string(type == "network" ? found->network : found->application);
}

}  // namespace fallstreak::services::elbv2
