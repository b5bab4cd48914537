#include "services/ec2/vpc_block_public_access.h"

#include <algorithm>

#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/network_errors.h"
#include "services/ec2/pages.h"
#include "services/ec2/subnets.h"
#include "services/ec2/tags.h"
#include "services/ec2/vpcs.h"

namespace fallstreak::services::ec2 {
namespace {

using Exclusion = api::ec2::VpcBlockPublicAccessExclusion;

constexpr const char* kRegionKey = "region";
/// AWS: "VPC BPA exclusions: 50" for an account.
constexpr std::ptrdiff_t kMostExclusions = 50;

template <auto member>
bool exclusion_has_text(const Ec2State&, const PublicAccessExclusionRecord& row,
                        const Patterns& p) {
  return p.match(row.exclusion.*member);
}

constexpr FilterRow<Ec2State, PublicAccessExclusionRecord> kExclusionFilters[] = {
    {"internet-gateway-exclusion-mode",
     exclusion_has_text<&Exclusion::InternetGatewayExclusionMode>},
    {"resource-arn", exclusion_has_text<&Exclusion::ResourceArn>},
    {"state", exclusion_has_text<&Exclusion::State>},
};

/// Every operation here runs after the default VPC, and so this row, was made.
api::ec2::VpcBlockPublicAccessOptions describe_options(const Context& context) {
  const RegionRecord& row = *context.state.region.find(kRegionKey);
  return {.AwsAccountId = context.account_id(),
          .AwsRegion = context.region(),
          .State = row.internet_block_changed ? "update-complete" : "default-state",
          .InternetGatewayBlockMode = row.internet_block_mode,
          .LastUpdateTimestamp = row.internet_block_changed,
          .ManagedBy = "account",
          .ExclusionsAllowed = "allowed"};
}

const Exclusion& find_exclusion(const Context& context, const std::string& id) {
  const auto* row = context.state.public_access_exclusions.find(id);
  if (row == nullptr) throw invalid_public_access_exclusion_not_found(id);
  return row->exclusion;
}

/// `arn:aws:ec2:eu-central-1:123456789012:vpc/vpc-1` of what the request names.
std::string excluded_arn(const Context& context,
                         const api::ec2::CreateVpcBlockPublicAccessExclusionRequest& request) {
  if (request.SubnetId && request.VpcId) {
    throw invalid_parameter_combination("Specify either a VPC ID or a subnet ID, but not both");
  }
  if (request.SubnetId) {
    find_subnet(context, *request.SubnetId);
    return context.arn("ec2", "subnet/" + *request.SubnetId);
  }
  if (!request.VpcId) throw missing_parameter("vpcId");
  find_vpc(context, *request.VpcId);
  return context.arn("ec2", "vpc/" + *request.VpcId);
}

}  // namespace

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcBlockPublicAccessOptions.html
api::ec2::DescribeVpcBlockPublicAccessOptionsResult describe_vpc_block_public_access_options(
    Context& context, const api::ec2::DescribeVpcBlockPublicAccessOptionsRequest&) {
  return {.VpcBlockPublicAccessOptions = describe_options(context)};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcBlockPublicAccessOptions.html
api::ec2::ModifyVpcBlockPublicAccessOptionsResult modify_vpc_block_public_access_options(
    Context& context, const api::ec2::ModifyVpcBlockPublicAccessOptionsRequest& request) {
  context.state.region.update(kRegionKey, [&](RegionRecord& row) {
    row.internet_block_mode = *request.InternetGatewayBlockMode;
    row.internet_block_changed = context.now();
  });
  auto shown = describe_options(context);
  // AWS: it takes some minutes. Chosen: it holds by the next call.
  shown.State = "update-in-progress";
  return {.VpcBlockPublicAccessOptions = shown};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcBlockPublicAccessExclusion.html
api::ec2::CreateVpcBlockPublicAccessExclusionResult create_vpc_block_public_access_exclusion(
    Context& context, const api::ec2::CreateVpcBlockPublicAccessExclusionRequest& request) {
  const std::string arn = excluded_arn(context, request);
  for (const auto& [id, row] : context.state.public_access_exclusions) {
    if (row.exclusion.ResourceArn == arn) {
      throw resource_already_associated("The resource " + arn + " is already excluded by " + id);
    }
  }
  if (std::ssize(context.state.public_access_exclusions) >= kMostExclusions) {
    throw limit_exceeded("VpcBlockPublicAccessExclusionLimitExceeded", "exclusions");
  }
  const Tags tags = tags_for(request.TagSpecifications, "vpc-block-public-access-exclusion");
  Exclusion made{.ExclusionId = context.new_id("vpcbpa-exclude-"),
                 .InternetGatewayExclusionMode = request.InternetGatewayExclusionMode,
                 .ResourceArn = arn,
                 .State = "create-complete",
                 .CreationTimestamp = context.now(),
                 .LastUpdateTimestamp = context.now(),
                 .Tags = to_wire(tags)};
  context.state.public_access_exclusions.insert(*made.ExclusionId, {.exclusion = made});
  made.State = "create-in-progress";
  return {.VpcBlockPublicAccessExclusion = made};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcBlockPublicAccessExclusions.html
api::ec2::DescribeVpcBlockPublicAccessExclusionsResult describe_vpc_block_public_access_exclusions(
    Context& context, const api::ec2::DescribeVpcBlockPublicAccessExclusionsRequest& request) {
  const Selection<Ec2State, PublicAccessExclusionRecord> selection(
      context.state, request.Filters, kExclusionFilters,
      [](const PublicAccessExclusionRecord& row) { return tag_span(row.exclusion.Tags); });
  api::ec2::DescribeVpcBlockPublicAccessExclusionsResult result;
  auto& shown = result.VpcBlockPublicAccessExclusions.emplace();
  result.NextToken = show_page(
      context.state.public_access_exclusions, request.ExclusionIds,
      Page(request.MaxResults, request.NextToken),
      [&](const PublicAccessExclusionRecord& row) { return selection.passes(row); },
      [](const auto& ids) { return invalid_public_access_exclusion_not_found(join_ids(ids)); },
      [&](const PublicAccessExclusionRecord& row) { shown.push_back(row.exclusion); });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcBlockPublicAccessExclusion.html
api::ec2::ModifyVpcBlockPublicAccessExclusionResult modify_vpc_block_public_access_exclusion(
    Context& context, const api::ec2::ModifyVpcBlockPublicAccessExclusionRequest& request) {
  const std::string& id = *request.ExclusionId;
  find_exclusion(context, id);
  context.state.public_access_exclusions.update(id, [&](PublicAccessExclusionRecord& row) {
    row.exclusion.InternetGatewayExclusionMode = request.InternetGatewayExclusionMode;
    row.exclusion.LastUpdateTimestamp = context.now();
    row.exclusion.State = "update-complete";
  });
  Exclusion shown = find_exclusion(context, id);
  shown.State = "update-in-progress";
  return {.VpcBlockPublicAccessExclusion = shown};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcBlockPublicAccessExclusion.html
api::ec2::DeleteVpcBlockPublicAccessExclusionResult delete_vpc_block_public_access_exclusion(
    Context& context, const api::ec2::DeleteVpcBlockPublicAccessExclusionRequest& request) {
  Exclusion shown = find_exclusion(context, *request.ExclusionId);
  context.state.public_access_exclusions.erase(*request.ExclusionId);
  shown.State = "delete-in-progress";
  return {.VpcBlockPublicAccessExclusion = shown};
}

}  // namespace fallstreak::services::ec2
