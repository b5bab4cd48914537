#include "services/ec2/network_acls.h"

#include <algorithm>

#include "dispatch/target_paths.h"
#include "services/ec2/cidr.h"
#include "services/ec2/client_tokens.h"
#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/ipv6.h"
#include "services/ec2/network_errors.h"
#include "services/ec2/pages.h"
#include "services/ec2/tags.h"
#include "services/ec2/vpcs.h"

namespace fallstreak::services::ec2 {
namespace {

using Entry = api::ec2::NetworkAclEntry;
using Association = api::ec2::NetworkAclAssociation;

/// AWS: "Network ACLs per VPC: 200"; "Rules per network ACL: 20", each way.
constexpr std::ptrdiff_t kMaxAcls = 200;
constexpr std::ptrdiff_t kMaxEntries = 20;
/// AWS: "you can assign rule numbers 1 to 32766"; the last one, `*`, denies what no other matched.
constexpr std::int32_t kMaxRuleNumber = 32766;
constexpr std::int32_t kLastRuleNumber = 32767;

template <auto member>
bool any_association(const Ec2State&, const NetworkAclRecord& row, const Patterns& p) {
  return std::ranges::any_of(api::each(row.acl.Associations),
                             [&](const auto& each) { return p.match(each.*member); });
}
template <auto member>
bool any_entry(const Ec2State&, const NetworkAclRecord& row, const Patterns& p) {
  return std::ranges::any_of(api::each(row.acl.Entries),
                             [&](const auto& each) { return p.match(each.*member); });
}
template <auto member>
bool any_port(const Ec2State&, const NetworkAclRecord& row, const Patterns& p) {
  return std::ranges::any_of(api::each(row.acl.Entries), [&](const auto& each) {
    return each.PortRange && p.match(std::int64_t(*((*each.PortRange).*member)));
  });
}

template <auto member>
bool any_icmp(const Ec2State&, const NetworkAclRecord& row, const Patterns& p) {
  return std::ranges::any_of(api::each(row.acl.Entries), [&](const auto& each) {
    return each.IcmpTypeCode && (*each.IcmpTypeCode).*member &&
           p.match(std::int64_t(*((*each.IcmpTypeCode).*member)));
  });
}

constexpr FilterRow<Ec2State, NetworkAclRecord> kNetworkAclsFilters[] = {
    {"association.association-id", any_association<&Association::NetworkAclAssociationId>},
    {"association.network-acl-id", any_association<&Association::NetworkAclId>},
    {"association.subnet-id", any_association<&Association::SubnetId>},
    {"default",
     [](const auto&, const auto& row, const auto& p) { return p.match(*row.acl.IsDefault); }},
    {"entry.cidr", any_entry<&Entry::CidrBlock>},
    {"entry.egress",
     [](const auto&, const auto& row, const auto& p) {
       return std::ranges::any_of(api::each(row.acl.Entries),
                                  [&](const auto& each) { return p.match(*each.Egress); });
     }},
    {"entry.icmp.code", any_icmp<&api::ec2::IcmpTypeCode::Code>},
    {"entry.icmp.type", any_icmp<&api::ec2::IcmpTypeCode::Type>},
    {"entry.ipv6-cidr", any_entry<&Entry::Ipv6CidrBlock>},
    {"entry.port-range.from", any_port<&api::ec2::PortRange::From>},
    {"entry.port-range.to", any_port<&api::ec2::PortRange::To>},
    {"entry.protocol", any_entry<&Entry::Protocol>},
    {"entry.rule-action", any_entry<&Entry::RuleAction>},
    {"entry.rule-number",
     [](const auto&, const auto& row, const auto& p) {
       return std::ranges::any_of(api::each(row.acl.Entries), [&](const auto& each) {
         return p.match(std::int64_t(*each.RuleNumber));
       });
     }},
    {"network-acl-id",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.acl.NetworkAclId); }},
    {"owner-id",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.acl.OwnerId); }},
    {"vpc-id", [](const auto&, const auto& row, const auto& p) { return p.match(row.acl.VpcId); }},
};

const NetworkAclRecord& find_acl(const Context& context, const std::string& id) {
  const auto* found = context.state.network_acls.find(id);
  if (found == nullptr) throw invalid_network_acl_id_not_found(id);
  return *found;
}

/// AWS: as 100 and the last one are for IPv4.
constexpr std::int32_t kFirstIpv6RuleNumber = 101;
constexpr std::int32_t kLastIpv6RuleNumber = 32768;

Entry everything(bool egress, std::int32_t number, const char* action) {
  return {.CidrBlock = "0.0.0.0/0",
          .Egress = egress,
          .Protocol = "-1",
          .RuleAction = action,
          .RuleNumber = number};
}

Entry all_ipv6(bool egress, std::int32_t number, const char* action) {
  return {.Egress = egress,
          .Ipv6CidrBlock = "::/0",
          .Protocol = "-1",
          .RuleAction = action,
          .RuleNumber = number};
}

std::string add_acl(Context& context, const std::string& vpc_id, bool is_default,
                    const Tags& tags) {
  const std::string id = context.new_id("acl-");
  NetworkAclRecord row;
  row.acl.NetworkAclId = id;
  row.acl.VpcId = vpc_id;
  row.acl.OwnerId = context.account_id();
  row.acl.IsDefault = is_default;
  row.acl.Tags = to_wire(tags);
  row.acl.Associations.emplace();
  auto& entries = row.acl.Entries.emplace();
  const bool has_ipv6 = !ipv6_blocks_of(find_vpc(context, vpc_id)).empty();
  for (const bool egress : {true, false}) {
    if (is_default) entries.push_back(everything(egress, 100, "allow"));
    entries.push_back(everything(egress, kLastRuleNumber, "deny"));
    if (has_ipv6) entries.push_back(all_ipv6(egress, kLastIpv6RuleNumber, "deny"));
  }
  context.state.network_acls.insert(id, std::move(row));
  return id;
}

std::string associate_subnet(Context& context, const std::string& acl_id,
                             const std::string& subnet_id) {
  const std::string id = context.new_id("aclassoc-");
  context.state.network_acls.update(acl_id, [&](NetworkAclRecord& row) {
    row.acl.Associations->push_back(
        {.NetworkAclAssociationId = id, .NetworkAclId = acl_id, .SubnetId = subnet_id});
  });
  context.state.acl_associations.insert(id, {.id = acl_id});
  return id;
}

/// Takes the association out of its ACL, and gives the subnet that it was of.
std::string drop_association(Context& context, const std::string& association_id) {
  const std::string acl_id = context.state.acl_associations.find(association_id)->id;
  std::string subnet_id;
  context.state.network_acls.update(acl_id, [&](NetworkAclRecord& row) {
    auto& associations = *row.acl.Associations;
    const auto found = std::ranges::find(associations, std::optional(association_id),
                                         &Association::NetworkAclAssociationId);
    subnet_id = *found->SubnetId;
    associations.erase(found);
  });
  context.state.acl_associations.erase(association_id);
  return subnet_id;
}

/// AWS: numbers, where security groups have names; TCP and UDP need ports, ICMP a type and code.
template <class Request>
Entry entry_of(const Request& request) {
  Entry entry{.CidrBlock = request.CidrBlock,
              .Egress = request.Egress,
              .Ipv6CidrBlock = request.Ipv6CidrBlock,
              .Protocol = request.Protocol,
              .RuleAction = request.RuleAction,
              .RuleNumber = request.RuleNumber};
  if (*request.RuleNumber < 1 || *request.RuleNumber > kMaxRuleNumber) {
    throw invalid_value_for(std::to_string(*request.RuleNumber), "ruleNumber",
                            "Expecting a value between 1 and 32766.");
  }
  if (request.CidrBlock.has_value() == request.Ipv6CidrBlock.has_value()) {
    throw missing_parameter("cidrBlock or ipv6CidrBlock");
  }
  if (request.CidrBlock) {
    const auto cidr = Cidr::parse(*request.CidrBlock);
    if (!cidr) {
      throw invalid_value_for(*request.CidrBlock, "cidrBlock", "This is not a valid CIDR block.");
    }
    entry.CidrBlock = cidr->to_string();
  } else if (!is_ipv6_cidr(*request.Ipv6CidrBlock)) {
    throw invalid_value_for(*request.Ipv6CidrBlock, "ipv6CidrBlock",
                            "This is not a valid CIDR block.");
  }
  constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"all", "-1"}, {"tcp", "6"}, {"udp", "17"}, {"icmp", "1"}, {"icmpv6", "58"}};
  for (const auto& [name, number] : kNames) {
    if (*request.Protocol == name) entry.Protocol = std::string(number);
  }
  const std::string& protocol = *entry.Protocol;
  if (protocol == "6" || protocol == "17") {
    if (!request.PortRange || !request.PortRange->From || !request.PortRange->To) {
      throw missing_parameter("portRange");
    }
    if (*request.PortRange->From > *request.PortRange->To) {
      throw invalid_parameter_value("Invalid TCP/UDP port range (" +
                                    std::to_string(*request.PortRange->From) + ":" +
                                    std::to_string(*request.PortRange->To) + ")");
    }
    entry.PortRange = request.PortRange;
  } else if (protocol == "1" || protocol == "58") {
    if (!request.IcmpTypeCode) throw missing_parameter("icmpTypeCode");
    entry.IcmpTypeCode = request.IcmpTypeCode;
  }
  return entry;
}

/// Where the entry of this number and direction is, or would be: they are kept in AWS's order,
/// egress first.
auto place_of(std::vector<Entry>& entries, const Entry& wanted) {
  const auto key = [](const Entry& each) { return std::pair(!*each.Egress, *each.RuleNumber); };
  return std::ranges::lower_bound(entries, key(wanted), {}, key);
}

bool has_same_number(const Entry& a, const Entry& b) {
  return a.RuleNumber == b.RuleNumber && a.Egress == b.Egress;
}

const Entry* find_entry(const NetworkAclRecord& row, const Entry& wanted) {
  const auto entries = api::each(row.acl.Entries);
  const auto found = std::ranges::find_if(
      entries, [&](const Entry& each) { return has_same_number(each, wanted); });
  return found == entries.end() ? nullptr : &*found;
}

}  // namespace

std::string add_default_network_acl(Context& context, const std::string& vpc_id) {
  return add_acl(context, vpc_id, true, {});
}

void add_ipv6_entries(Context& context, const std::string& vpc_id) {
  std::vector<std::string> ids;
  for (const auto& [id, row] : context.state.network_acls) {
    if (row.acl.VpcId == vpc_id) ids.emplace_back(id);
  }
  for (const auto& id : ids) {
    context.state.network_acls.update(id, [](NetworkAclRecord& row) {
      auto& entries = *row.acl.Entries;
      const auto add = [&](const Entry& entry) {
        const auto place = place_of(entries, entry);
        if (place != entries.end() && has_same_number(*place, entry)) return;
        entries.insert(place, entry);
      };
      for (const bool egress : {true, false}) {
        add(all_ipv6(egress, kLastIpv6RuleNumber, "deny"));
        if (row.acl.IsDefault == true) add(all_ipv6(egress, kFirstIpv6RuleNumber, "allow"));
      }
    });
  }
}

void join_default_network_acl(Context& context, const std::string& vpc_id,
                              const std::string& subnet_id) {
  associate_subnet(context, find_vpc(context, vpc_id).default_network_acl_id, subnet_id);
}

void leave_network_acl(Context& context, const std::string& vpc_id, const std::string& subnet_id) {
  std::string association_id;
  for (const auto& [id, row] : context.state.network_acls) {
    if (row.acl.VpcId != vpc_id) continue;
    for (const auto& each : api::each(row.acl.Associations)) {
      if (each.SubnetId == subnet_id) association_id = *each.NetworkAclAssociationId;
    }
  }
  drop_association(context, association_id);
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAcl.html
api::ec2::CreateNetworkAclResult create_network_acl(
    Context& context, const api::ec2::CreateNetworkAclRequest& request) {
  find_vpc(context, *request.VpcId);
  const IdempotentRequest idempotent(context, "CreateNetworkAcl", request);
  if (!idempotent.earlier().empty()) {
    return {.NetworkAcl = find_acl(context, idempotent.earlier().front()).acl,
            .ClientToken = request.ClientToken};
  }
  const Tags tags = tags_for(request.TagSpecifications, "network-acl");
  const auto siblings = std::ranges::count_if(context.state.network_acls, [&](const auto& each) {
    return each.second.acl.VpcId == request.VpcId;
  });
  if (siblings >= kMaxAcls) throw limit_exceeded("NetworkAclLimitExceeded", "network ACLs");
  const std::string id = add_acl(context, *request.VpcId, false, tags);
  idempotent.remember(context, {id});
  return {.NetworkAcl = find_acl(context, id).acl, .ClientToken = request.ClientToken};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html
api::ec2::CreateNetworkAclEntryResponse create_network_acl_entry(
    Context& context, const api::ec2::CreateNetworkAclEntryRequest& request) {
  const NetworkAclRecord& row = find_acl(context, *request.NetworkAclId);
  const Entry entry = entry_of(request);
  if (find_entry(row, entry) != nullptr) {
    throw network_acl_entry_already_exists(std::to_string(*entry.RuleNumber));
  }
  const auto siblings = std::ranges::count_if(
      api::each(row.acl.Entries), [&](const Entry& each) { return each.Egress == entry.Egress; });
  // The last rule, which denies, is not counted.
  if (siblings > kMaxEntries) {
    throw limit_exceeded("NetworkAclEntryLimitExceeded", "network ACL entries");
  }
  context.state.network_acls.update(*request.NetworkAclId, [&](NetworkAclRecord& changed) {
    changed.acl.Entries->insert(place_of(*changed.acl.Entries, entry), entry);
  });
  dispatch::note_path_change(context, *request.NetworkAclId);
  return {};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkAcls.html
api::ec2::DescribeNetworkAclsResult describe_network_acls(
    Context& context, const api::ec2::DescribeNetworkAclsRequest& request) {
  const Selection<Ec2State, NetworkAclRecord> selection(
      context.state, request.Filters, kNetworkAclsFilters,
      [](const NetworkAclRecord& row) { return tag_span(row.acl.Tags); });
  api::ec2::DescribeNetworkAclsResult result;
  auto& shown = result.NetworkAcls.emplace();
  result.NextToken = show_page(
      context.state.network_acls, request.NetworkAclIds,
      Page(request.MaxResults, request.NextToken),
      [&](const NetworkAclRecord& row) { return selection.passes(row); },
      [](const auto& missing) { return invalid_network_acl_id_not_found(join_ids(missing)); },
      [&](const NetworkAclRecord& row) { shown.push_back(row.acl); });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceNetworkAclAssociation.html
api::ec2::ReplaceNetworkAclAssociationResult replace_network_acl_association(
    Context& context, const api::ec2::ReplaceNetworkAclAssociationRequest& request) {
  const LinkRecord* link = context.state.acl_associations.find(*request.AssociationId);
  if (link == nullptr) throw invalid_association_id_not_found(*request.AssociationId);
  const NetworkAclRecord& target = find_acl(context, *request.NetworkAclId);
  if (target.acl.VpcId != find_acl(context, link->id).acl.VpcId) {
    throw invalid_parameter_value("network acl " + *request.NetworkAclId +
                                  " and the association's subnet belong to different networks");
  }
  dispatch::note_path_change(context, link->id);
  const std::string subnet_id = drop_association(context, *request.AssociationId);
  return {.NewAssociationId = associate_subnet(context, *request.NetworkAclId, subnet_id)};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceNetworkAclEntry.html
api::ec2::ReplaceNetworkAclEntryResponse replace_network_acl_entry(
    Context& context, const api::ec2::ReplaceNetworkAclEntryRequest& request) {
  const NetworkAclRecord& row = find_acl(context, *request.NetworkAclId);
  const Entry entry = entry_of(request);
  if (find_entry(row, entry) == nullptr) {
    throw invalid_network_acl_entry_not_found(std::to_string(*entry.RuleNumber),
                                              *request.NetworkAclId);
  }
  context.state.network_acls.update(*request.NetworkAclId, [&](NetworkAclRecord& changed) {
    *place_of(*changed.acl.Entries, entry) = entry;
  });
  dispatch::note_path_change(context, *request.NetworkAclId);
  return {};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkAclEntry.html
api::ec2::DeleteNetworkAclEntryResponse delete_network_acl_entry(
    Context& context, const api::ec2::DeleteNetworkAclEntryRequest& request) {
  const NetworkAclRecord& row = find_acl(context, *request.NetworkAclId);
  const Entry wanted{.Egress = request.Egress, .RuleNumber = request.RuleNumber};
  if (*request.RuleNumber == kLastRuleNumber || find_entry(row, wanted) == nullptr) {
    throw invalid_network_acl_entry_not_found(std::to_string(*request.RuleNumber),
                                              *request.NetworkAclId);
  }
  context.state.network_acls.update(*request.NetworkAclId, [&](NetworkAclRecord& changed) {
    changed.acl.Entries->erase(place_of(*changed.acl.Entries, wanted));
  });
  dispatch::note_path_change(context, *request.NetworkAclId);
  return {};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkAcl.html
api::ec2::DeleteNetworkAclResponse delete_network_acl(
    Context& context, const api::ec2::DeleteNetworkAclRequest& request) {
  const NetworkAclRecord& row = find_acl(context, *request.NetworkAclId);
  // AWS: "You can't delete the network ACL if it's associated with any subnets. You can't delete
  // the default network ACL."
  if (*row.acl.IsDefault) {
    throw invalid_parameter_value("cannot delete default network ACL " + *request.NetworkAclId);
  }
  if (!row.acl.Associations->empty()) {
    throw dependency_violation("networkAcl", *request.NetworkAclId);
  }
  context.state.network_acls.erase(*request.NetworkAclId);
  return {};
}

}  // namespace fallstreak::services::ec2
