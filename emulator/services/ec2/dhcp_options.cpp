#include "services/ec2/dhcp_options.h"

#include <algorithm>
#include <array>

#include "services/ec2/cidr.h"
#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/network_errors.h"
#include "services/ec2/pages.h"
#include "services/ec2/tags.h"
#include "services/ec2/vpcs.h"

namespace fallstreak::services::ec2 {
namespace {

constexpr FilterRow<Ec2State, DhcpOptionsRecord> kDhcpOptionsFilters[] = {
    {"dhcp-options-id", [](const auto&, const auto& row,
                           const auto& p) { return p.match(row.options.DhcpOptionsId); }},
    {"key",
     [](const auto&, const auto& row, const auto& p) {
       return std::ranges::any_of(api::each(row.options.DhcpConfigurations),
                                  [&](const auto& each) { return p.match(each.Key); });
     }},
    {"owner-id",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.options.OwnerId); }},
    {"value",
     [](const auto&, const auto& row, const auto& p) {
       return std::ranges::any_of(api::each(row.options.DhcpConfigurations), [&](const auto& each) {
         return std::ranges::any_of(api::each(each.Values),
                                    [&](const auto& value) { return p.match(value.Value); });
       });
     }},
};

/// AWS: "DHCP option sets per Region: 200".
constexpr std::size_t kMaxOptions = 200;

const DhcpOptionsRecord& find_options(const Context& context, const std::string& id) {
  const auto* found = context.state.dhcp_options.find(id);
  if (found == nullptr) throw invalid_dhcp_option_id_not_found(id);
  return *found;
}

/// AWS: up to four addresses each; `netbios-node-type` is 1, 2, 4 or 8.
void check_configuration(const api::ec2::NewDhcpConfiguration& given) {
  constexpr std::array<std::string_view, 3> kServers{"domain-name-servers", "ntp-servers",
                                                     "netbios-name-servers"};
  constexpr std::array<std::string_view, 4> kNodeTypes{"1", "2", "4", "8"};
  const std::string& key = given.Key.value_or("");
  const auto values = api::each(given.Values);
  if (values.empty()) throw missing_parameter("Value");
  const bool is_servers = std::ranges::find(kServers, key) != kServers.end();
  if (!is_servers && key != "domain-name" && key != "netbios-node-type") {
    throw invalid_value_for(key, "value", "The DHCP option is unknown.");
  }
  if (is_servers && values.size() > 4) {
    throw invalid_parameter_value("A DHCP option may have at most four addresses.");
  }
  for (const auto& value : values) {
    const bool is_address = parse_ipv4(value).has_value() || value == "AmazonProvidedDNS";
    if (is_servers && !is_address) {
      throw invalid_value_for(value, key, "This is not a valid IP address.");
    }
    if (key == "netbios-node-type" && std::ranges::find(kNodeTypes, value) == kNodeTypes.end()) {
      throw invalid_value_for(value, key, "Expecting 1, 2, 4 or 8.");
    }
  }
}

std::string add_options(Context& context,
                        const std::vector<api::ec2::NewDhcpConfiguration>& configurations,
                        const Tags& tags) {
  const std::string id = context.new_id("dopt-");
  DhcpOptionsRecord row;
  row.options.DhcpOptionsId = id;
  row.options.OwnerId = context.account_id();
  row.options.Tags = to_wire(tags);
  auto& stored = row.options.DhcpConfigurations.emplace();
  for (const auto& given : configurations) {
    auto& added = stored.emplace_back();
    added.Key = given.Key;
    added.Values.emplace();
    for (const auto& value : api::each(given.Values)) added.Values->push_back({.Value = value});
  }
  context.state.dhcp_options.insert(id, std::move(row));
  return id;
}

}  // namespace

std::string add_default_dhcp_options(Context& context) {
  // AWS: us-east-1 came before regions had names.
  const std::string domain =
      context.region() == "us-east-1" ? "ec2.internal" : context.region() + ".compute.internal";
  return add_options(context,
                     {{.Key = "domain-name", .Values = {{domain}}},
                      {.Key = "domain-name-servers", .Values = {{"AmazonProvidedDNS"}}}},
                     {});
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateDhcpOptions.html
api::ec2::CreateDhcpOptionsResult create_dhcp_options(
    Context& context, const api::ec2::CreateDhcpOptionsRequest& request) {
  for (const auto& given : *request.DhcpConfigurations) check_configuration(given);
  const Tags tags = tags_for(request.TagSpecifications, "dhcp-options");
  if (context.state.dhcp_options.size() >= kMaxOptions) {
    throw limit_exceeded("DhcpOptionsLimitExceeded", "DHCP option sets");
  }
  const std::string id = add_options(context, *request.DhcpConfigurations, tags);
  return {.DhcpOptions = find_options(context, id).options};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateDhcpOptions.html
api::ec2::AssociateDhcpOptionsResponse associate_dhcp_options(
    Context& context, const api::ec2::AssociateDhcpOptionsRequest& request) {
  find_vpc(context, *request.VpcId);
  // AWS: "or default to associate no DHCP options with the VPC".
  if (*request.DhcpOptionsId != "default") find_options(context, *request.DhcpOptionsId);
  context.state.vpcs.update(*request.VpcId,
                            [&](VpcRecord& row) { row.vpc.DhcpOptionsId = request.DhcpOptionsId; });
  return {};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeDhcpOptions.html
api::ec2::DescribeDhcpOptionsResult describe_dhcp_options(
    Context& context, const api::ec2::DescribeDhcpOptionsRequest& request) {
  const Selection<Ec2State, DhcpOptionsRecord> selection(
      context.state, request.Filters, kDhcpOptionsFilters,
      [](const DhcpOptionsRecord& row) { return tag_span(row.options.Tags); });
  api::ec2::DescribeDhcpOptionsResult result;
  auto& shown = result.DhcpOptions.emplace();
  result.NextToken = show_page(
      context.state.dhcp_options, request.DhcpOptionsIds,
      Page(request.MaxResults, request.NextToken),
      [&](const DhcpOptionsRecord& row) { return selection.passes(row); },
      [](const auto& missing) { return invalid_dhcp_option_id_not_found(join_ids(missing)); },
      [&](const DhcpOptionsRecord& row) { shown.push_back(row.options); });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteDhcpOptions.html
api::ec2::DeleteDhcpOptionsResponse delete_dhcp_options(
    Context& context, const api::ec2::DeleteDhcpOptionsRequest& request) {
  find_options(context, *request.DhcpOptionsId);
  const bool is_used = std::ranges::any_of(context.state.vpcs, [&](const auto& each) {
    return each.second.vpc.DhcpOptionsId == request.DhcpOptionsId;
  });
  if (is_used) throw dependency_violation("dhcpOptions", *request.DhcpOptionsId);
  context.state.dhcp_options.erase(*request.DhcpOptionsId);
  return {};
}

}  // namespace fallstreak::services::ec2
