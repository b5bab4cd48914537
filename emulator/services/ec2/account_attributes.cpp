#include "services/ec2/account_attributes.h"

#include <algorithm>

namespace fallstreak::services::ec2 {
namespace {

constexpr const char* kRegion = "region";

bool encrypts_by_default(const Context& context) {
  const RegionRecord* row = context.state.region.find(kRegion);
  return row != nullptr && row->encrypts_by_default;
}

}  // namespace

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAccountAttributes.html
api::ec2::DescribeAccountAttributesResult describe_account_attributes(
    Context& context, const api::ec2::DescribeAccountAttributesRequest& request) {
  const RegionRecord* region = context.state.region.find(kRegion);
  const bool has_default_vpc = region != nullptr && !region->default_vpc_id.empty();
  const std::pair<const char*, std::vector<std::string>> attributes[] = {
      {"supported-platforms", {"VPC"}},
      {"vpc-max-security-groups-per-interface", {"5"}},
      {"max-elastic-ips", {"5"}},
      {"max-instances", {"20"}},
      {"vpc-max-elastic-ips", {"5"}},
      {"default-vpc", {has_default_vpc ? region->default_vpc_id : "none"}},
  };
  const auto wanted = api::each(request.AttributeNames);
  api::ec2::DescribeAccountAttributesResult result;
  auto& shown = result.AccountAttributes.emplace();
  for (const auto& [name, values] : attributes) {
    if (!wanted.empty() && std::ranges::find(wanted, name) == wanted.end()) continue;
    auto& attribute = shown.emplace_back();
    attribute.AttributeName = name;
    auto& listed = attribute.AttributeValues.emplace();
    for (const auto& value : values) listed.push_back({.AttributeValue = value});
  }
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetEbsEncryptionByDefault.html
api::ec2::GetEbsEncryptionByDefaultResult get_ebs_encryption_by_default(
    Context& context, const api::ec2::GetEbsEncryptionByDefaultRequest&) {
  return {.EbsEncryptionByDefault = encrypts_by_default(context), .SseType = "none"};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableEbsEncryptionByDefault.html
api::ec2::EnableEbsEncryptionByDefaultResult enable_ebs_encryption_by_default(
    Context& context, const api::ec2::EnableEbsEncryptionByDefaultRequest&) {
  context.state.region.update(kRegion, [](RegionRecord& row) { row.encrypts_by_default = true; });
  return {.EbsEncryptionByDefault = true};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableEbsEncryptionByDefault.html
api::ec2::DisableEbsEncryptionByDefaultResult disable_ebs_encryption_by_default(
    Context& context, const api::ec2::DisableEbsEncryptionByDefaultRequest&) {
  context.state.region.update(kRegion, [](RegionRecord& row) { row.encrypts_by_default = false; });
  return {.EbsEncryptionByDefault = false};
}

}  // namespace fallstreak::services::ec2
