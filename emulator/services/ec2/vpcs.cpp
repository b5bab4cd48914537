#include "services/ec2/vpcs.h"
#include "services/ec2/quotas.h"

#include <algorithm>

#include "services/ec2/cidr.h"
#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/ipv6.h"
#include "services/ec2/pages.h"
#include "services/ec2/security_group_vpcs.h"
#include "services/ec2/tags.h"
#include "services/ec2/vpc_peering_connections.h"

namespace fallstreak::services::ec2 {
namespace {

template <auto member>
bool any_block(const Ec2State&, const VpcRecord& row, const Patterns& p) {
  return std::ranges::any_of(api::each(row.vpc.CidrBlockAssociationSet),
                             [&](const auto& each) { return p.match(each.*member); });
}

template <auto member>
bool any_ipv6_block(const Ec2State&, const VpcRecord& row, const Patterns& p) {
  return std::ranges::any_of(api::each(row.vpc.Ipv6CidrBlockAssociationSet),
                             [&](const auto& each) { return p.match(each.*member); });
}

constexpr FilterRow<Ec2State, VpcRecord> kVpcsFilters[] = {
    {"cidr",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.vpc.CidrBlock); }},
    {"cidr-block-association.association-id",
     any_block<&api::ec2::VpcCidrBlockAssociation::AssociationId>},
    {"cidr-block-association.cidr-block", any_block<&api::ec2::VpcCidrBlockAssociation::CidrBlock>},
    {"cidr-block-association.state",
     [](const auto&, const auto&, const auto& p) { return p.match("associated"); }},
    {"dhcp-options-id",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.vpc.DhcpOptionsId); }},
    {"ipv6-cidr-block-association.association-id",
     any_ipv6_block<&api::ec2::VpcIpv6CidrBlockAssociation::AssociationId>},
    {"ipv6-cidr-block-association.ipv6-cidr-block",
     any_ipv6_block<&api::ec2::VpcIpv6CidrBlockAssociation::Ipv6CidrBlock>},
    {"ipv6-cidr-block-association.ipv6-pool",
     any_ipv6_block<&api::ec2::VpcIpv6CidrBlockAssociation::Ipv6Pool>},
    {"ipv6-cidr-block-association.state",
     [](const auto&, const auto& row, const auto& p) {
       return row.vpc.Ipv6CidrBlockAssociationSet && p.match("associated");
     }},
    {"is-default",
     [](const auto&, const auto& row, const auto& p) { return p.match(*row.vpc.IsDefault); }},
    {"isDefault",
     [](const auto&, const auto& row, const auto& p) { return p.match(*row.vpc.IsDefault); }},
    {"owner-id",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.vpc.OwnerId); }},
    {"state", [](const auto&, const auto& row, const auto& p) { return p.match(row.vpc.State); }},
    {"vpc-id", [](const auto&, const auto& row, const auto& p) { return p.match(row.vpc.VpcId); }},
};

constexpr FilterRow<Ec2State, VpcRecord> kClassicLinkFilters[] = {
    {"is-classic-link-enabled",
     [](const auto&, const auto&, const auto& p) { return p.match(false); }},
};

}  // namespace

const VpcRecord& find_vpc(const Context& context, const std::string& vpc_id) {
  const VpcRecord* found = context.state.vpcs.find(vpc_id);
  if (found == nullptr) throw invalid_vpc_id_not_found(vpc_id);
  return *found;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html
api::ec2::CreateVpcResult create_vpc(Context& context, const api::ec2::CreateVpcRequest& request) {
  if (!request.CidrBlock) {
    throw missing_parameter("cidrBlock");
  }
  const auto cidr = Cidr::parse(*request.CidrBlock);
  if (!cidr) {
    throw invalid_value_for(*request.CidrBlock, "cidrBlock", "This is not a valid CIDR block.");
  }
  // AWS: "The allowed block size is between a /28 netmask and /16 netmask".
  if (cidr->prefix < 16 || cidr->prefix > 28) throw invalid_vpc_range(*request.CidrBlock);
  if (request.InstanceTenancy && *request.InstanceTenancy == "host") {
    throw invalid_value_for("host", "instanceTenancy", "Expecting 'default' or 'dedicated'.");
  }
  Tags tags = tags_for(request.TagSpecifications, "vpc");
  if (is_used_up(context, kVpcs, context.state.vpcs.size())) throw vpc_limit_exceeded();

  // AWS: host bits are cleared: "if you specify 100.68.0.18/18, we modify it to 100.68.0.0/18".
  const std::string vpc_id = add_vpc(context, cidr->to_string(), std::move(tags));
  if (request.InstanceTenancy) {
    context.state.vpcs.update(
        vpc_id, [&](VpcRecord& row) { row.vpc.InstanceTenancy = request.InstanceTenancy; });
  }
  api::ec2::CreateVpcResult result;
  std::optional<api::ec2::VpcIpv6CidrBlockAssociation> association;
  if (request.AmazonProvidedIpv6CidrBlock == true) association = add_ipv6_block(context, vpc_id);
  result.Vpc = find_vpc(context, vpc_id).vpc;
  if (association) result.Vpc->Ipv6CidrBlockAssociationSet = {{*association}};
  // AWS: a new VPC is `pending`, and by the next call `available`.
  result.Vpc->State = "pending";
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html
api::ec2::DescribeVpcsResult describe_vpcs(Context& context,
                                           const api::ec2::DescribeVpcsRequest& request) {
  const Selection<Ec2State, VpcRecord> selection(
      context.state, request.Filters, kVpcsFilters,
      [](const VpcRecord& row) { return tag_span(row.vpc.Tags); });
  api::ec2::DescribeVpcsResult result;
  auto& shown = result.Vpcs.emplace();
  result.NextToken = show_page(
      context.state.vpcs, request.VpcIds, Page(request.MaxResults, request.NextToken),
      [&](const VpcRecord& row) { return selection.passes(row); },
      [](const auto& missing) { return invalid_vpc_id_not_found(join_ids(missing)); },
      [&](const VpcRecord& row) { shown.push_back(row.vpc); });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcAttribute.html
api::ec2::DescribeVpcAttributeResult describe_vpc_attribute(
    Context& context, const api::ec2::DescribeVpcAttributeRequest& request) {
  const VpcRecord& row = find_vpc(context, *request.VpcId);
  api::ec2::DescribeVpcAttributeResult result{.VpcId = request.VpcId};
  if (*request.Attribute == "enableDnsSupport") {
    result.EnableDnsSupport = {.Value = row.enable_dns_support};
  } else if (*request.Attribute == "enableDnsHostnames") {
    result.EnableDnsHostnames = {.Value = row.enable_dns_hostnames};
  } else {
    result.EnableNetworkAddressUsageMetrics = {.Value = row.enable_network_address_usage_metrics};
  }
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcAttribute.html
api::ec2::ModifyVpcAttributeResponse modify_vpc_attribute(
    Context& context, const api::ec2::ModifyVpcAttributeRequest& request) {
  find_vpc(context, *request.VpcId);
  const int given = int(request.EnableDnsHostnames.has_value()) +
                    int(request.EnableDnsSupport.has_value()) +
                    int(request.EnableNetworkAddressUsageMetrics.has_value());
  // AWS: "You must make separate requests" for DNS hostnames and DNS support.
  if (given > 1) {
    throw invalid_parameter_combination("Fields for multiple attribute types specified");
  }
  if (given == 0) throw missing_parameter("attribute");
  context.state.vpcs.update(*request.VpcId, [&](VpcRecord& row) {
    const auto set = [](const auto& attribute, bool& value) {
      if (attribute && attribute->Value) value = *attribute->Value;
    };
    set(request.EnableDnsHostnames, row.enable_dns_hostnames);
    set(request.EnableDnsSupport, row.enable_dns_support);
    set(request.EnableNetworkAddressUsageMetrics, row.enable_network_address_usage_metrics);
  });
  return {};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcTenancy.html
api::ec2::ModifyVpcTenancyResult modify_vpc_tenancy(
    Context& context, const api::ec2::ModifyVpcTenancyRequest& request) {
  find_vpc(context, *request.VpcId);
  // AWS: "to default only".
  context.state.vpcs.update(
      *request.VpcId, [&](VpcRecord& row) { row.vpc.InstanceTenancy = request.InstanceTenancy; });
  return {.ReturnValue = true};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcClassicLink.html
api::ec2::DescribeVpcClassicLinkResult describe_vpc_classic_link(
    Context& context, const api::ec2::DescribeVpcClassicLinkRequest& request) {
  const Selection<Ec2State, VpcRecord> selection(
      context.state, request.Filters, kClassicLinkFilters,
      [](const VpcRecord& row) { return tag_span(row.vpc.Tags); });
  api::ec2::DescribeVpcClassicLinkResult result;
  auto& shown = result.Vpcs.emplace();
  // AWS: EC2-Classic is retired, so that no VPC is linked to it.
  show_page(
      context.state.vpcs, request.VpcIds, Page({}, {}),
      [&](const VpcRecord& row) { return selection.passes(row); },
      [](const auto& missing) { return invalid_vpc_id_not_found(join_ids(missing)); },
      [&](const VpcRecord& row) {
        shown.push_back(
            {.ClassicLinkEnabled = false, .Tags = row.vpc.Tags, .VpcId = row.vpc.VpcId});
      });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcClassicLinkDnsSupport.html
api::ec2::DescribeVpcClassicLinkDnsSupportResult describe_vpc_classic_link_dns_support(
    Context& context, const api::ec2::DescribeVpcClassicLinkDnsSupportRequest& request) {
  api::ec2::DescribeVpcClassicLinkDnsSupportResult result;
  auto& shown = result.Vpcs.emplace();
  result.NextToken = show_page(
      context.state.vpcs, request.VpcIds, Page(request.MaxResults, request.NextToken),
      [](const VpcRecord&) { return true; },
      [](const auto& missing) { return invalid_vpc_id_not_found(join_ids(missing)); },
      [&](const VpcRecord& row) {
        shown.push_back({.ClassicLinkDnsSupported = false, .VpcId = row.vpc.VpcId});
      });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpc.html
api::ec2::DeleteVpcResponse delete_vpc(Context& context,
                                       const api::ec2::DeleteVpcRequest& request) {
  Ec2State& state = context.state;
  const std::string vpc_id = *request.VpcId;
  const VpcRecord row = find_vpc(context, vpc_id);

  // AWS: whatever the caller put inside the VPC must be gone first.
  const bool has_subnet = std::ranges::any_of(
      state.subnets, [&](const auto& each) { return each.second.subnet.VpcId == vpc_id; });
  const bool has_gateway = std::ranges::any_of(state.internet_gateways, [&](const auto& each) {
    const auto& attachments = each.second.gateway.Attachments;
    return attachments && !attachments->empty() && attachments->front().VpcId == vpc_id;
  });
  const bool has_route_table = std::ranges::any_of(state.route_tables, [&](const auto& each) {
    return each.second.table.VpcId == vpc_id && each.first != row.main_route_table_id;
  });
  const bool has_group = std::ranges::any_of(state.security_groups, [&](const auto& each) {
    return each.second.vpc_id == vpc_id && each.first != row.default_group_id;
  });
  const bool has_acl = std::ranges::any_of(state.network_acls, [&](const auto& each) {
    return each.second.acl.VpcId == vpc_id && each.first != row.default_network_acl_id;
  });
  const bool has_endpoint = std::ranges::any_of(
      state.vpc_endpoints, [&](const auto& each) { return each.second.endpoint.VpcId == vpc_id; });
  const bool has_egress_gateway = std::ranges::any_of(state.egress_gateways, [&](const auto& each) {
    return each.second.gateway.Attachments->front().VpcId == vpc_id;
  });
  if (has_egress_gateway || has_subnet || has_gateway || has_route_table || has_group || has_acl ||
      has_endpoint) {
    throw dependency_violation("vpc", vpc_id);
  }

  delete_peerings_of(context, vpc_id);
  forget_groups_of_others(context, vpc_id);
  // AWS: the main route table, the default network ACL and the default security group were made
  // with the VPC, so they go with it.
  state.network_acls.erase(row.default_network_acl_id);
  state.route_tables.erase(row.main_route_table_id);
  for (const auto& rule : state.security_groups.find(row.default_group_id)->rules) {
    state.rule_groups.erase(*rule.SecurityGroupRuleId);
  }
  state.security_groups.erase(row.default_group_id);
  state.vpcs.erase(vpc_id);
  if (row.vpc.IsDefault == true) {
    state.region.update("region", [](RegionRecord& region) { region.default_vpc_id.clear(); });
  }
  return {};
}

}  // namespace fallstreak::services::ec2
