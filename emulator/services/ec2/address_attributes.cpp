#include "base/dns_name.h"
#include "services/ec2/addresses.h"
#include "services/ec2/errors.h"
#include "services/ec2/network_errors.h"
#include "services/ec2/pages.h"

/// The reverse DNS names of elastic addresses. They are kept and shown; nobody asks for them.
/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Elastic_Addressing_Reverse_DNS.html
namespace fallstreak::services::ec2 {
namespace {

api::ec2::AddressAttribute describe_attribute(const AddressRecord& row) {
  api::ec2::AddressAttribute shown{.PublicIp = row.public_ip, .AllocationId = row.allocation_id};
  if (!row.reverse_name.empty()) shown.PtrRecord = row.reverse_name;
  return shown;
}

void set_reverse_name(Context& context, const std::string& allocation_id, std::string name) {
  context.state.addresses.update(allocation_id,
                                 [&](AddressRecord& row) { row.reverse_name = std::move(name); });
}

}  // namespace

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyAddressAttribute.html
api::ec2::ModifyAddressAttributeResult modify_address_attribute(
    Context& context, const api::ec2::ModifyAddressAttributeRequest& request) {
  find_allocation(context, *request.AllocationId);
  if (!request.DomainName) throw missing_parameter("domainName");
  std::string name = *request.DomainName;
  if (!name.ends_with('.')) name += '.';
  if (name == "." || !canonical_dns_name(name)) {
    throw invalid_value_for(*request.DomainName, "domainName", "This is not a domain name.");
  }
  set_reverse_name(context, *request.AllocationId, name);
  // AWS: the update is pending while it looks whether the name leads to the address. Chosen: it
  // does, by the next call; there is no DNS but Route 53's here.
  auto shown = describe_attribute(find_allocation(context, *request.AllocationId));
  shown.PtrRecord.reset();
  shown.PtrRecordUpdate = {.Value = name, .Status = "PENDING"};
  return {.Address = shown};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAddressesAttribute.html
api::ec2::DescribeAddressesAttributeResult describe_addresses_attribute(
    Context& context, const api::ec2::DescribeAddressesAttributeRequest& request) {
  api::ec2::DescribeAddressesAttributeResult result;
  auto& shown = result.Addresses.emplace();
  result.NextToken = show_page(
      context.state.addresses, request.AllocationIds,
      Page(request.MaxResults, request.NextToken, PageLimits{1, 1000}),
      // AWS: without ids, the addresses that have the attribute.
      [&](const AddressRecord& row) {
        return request.AllocationIds.has_value() || !row.reverse_name.empty();
      },
      [](const auto& missing) { return invalid_allocation_id_not_found(join_ids(missing)); },
      [&](const AddressRecord& row) { shown.push_back(describe_attribute(row)); });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResetAddressAttribute.html
api::ec2::ResetAddressAttributeResult reset_address_attribute(
    Context& context, const api::ec2::ResetAddressAttributeRequest& request) {
  find_allocation(context, *request.AllocationId);
  set_reverse_name(context, *request.AllocationId, {});
  return {.Address = describe_attribute(find_allocation(context, *request.AllocationId))};
}

}  // namespace fallstreak::services::ec2
