#pragma once

#include <string>

#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

/// The options that AWS makes for a region: its own DNS server and domain.
std::string add_default_dhcp_options(Context& context);

api::ec2::CreateDhcpOptionsResult create_dhcp_options(
    Context& context, const api::ec2::CreateDhcpOptionsRequest& request);
api::ec2::AssociateDhcpOptionsResponse associate_dhcp_options(
    Context& context, const api::ec2::AssociateDhcpOptionsRequest& request);
api::ec2::DescribeDhcpOptionsResult describe_dhcp_options(
    Context& context, const api::ec2::DescribeDhcpOptionsRequest& request);
api::ec2::DeleteDhcpOptionsResponse delete_dhcp_options(
    Context& context, const api::ec2::DeleteDhcpOptionsRequest& request);

}  // namespace fallstreak::services::ec2
