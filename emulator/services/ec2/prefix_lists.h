#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

/// A prefix list as everybody sees it: AWS's own, and the account's.
struct PrefixListView {
  std::string id;
  std::string name;
  std::vector<std::string> cidrs;
};
std::optional<PrefixListView> find_prefix_list(const Context& context, const std::string& id);
/// AWS's own list of a service that has a gateway endpoint: `com.amazonaws.eu-central-1.s3`.
std::optional<PrefixListView> find_service_prefix_list(std::string_view region,
                                                       std::string_view service_name);
/// The services that have gateway endpoints in a region: `com.amazonaws.eu-central-1.s3`.
std::vector<std::string> gateway_services(std::string_view region);

api::ec2::CreateManagedPrefixListResult create_managed_prefix_list(
    Context& context, const api::ec2::CreateManagedPrefixListRequest& request);
api::ec2::DescribeManagedPrefixListsResult describe_managed_prefix_lists(
    Context& context, const api::ec2::DescribeManagedPrefixListsRequest& request);
api::ec2::DescribePrefixListsResult describe_prefix_lists(
    Context& context, const api::ec2::DescribePrefixListsRequest& request);
api::ec2::GetManagedPrefixListEntriesResult get_managed_prefix_list_entries(
    Context& context, const api::ec2::GetManagedPrefixListEntriesRequest& request);
api::ec2::ModifyManagedPrefixListResult modify_managed_prefix_list(
    Context& context, const api::ec2::ModifyManagedPrefixListRequest& request);
api::ec2::DeleteManagedPrefixListResult delete_managed_prefix_list(
    Context& context, const api::ec2::DeleteManagedPrefixListRequest& request);

}  // namespace fallstreak::services::ec2
