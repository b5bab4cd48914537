#pragma once

#include <optional>
#include <string>

#include "services/ec2/catalogue.h"
#include "services/ec2/cidr.h"
#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

const SubnetRecord& find_subnet(const Context& context, const std::string& subnet_id);
/// The zone that a request names, by name or id; without either, Chosen: the region's first.
const Zone& named_zone(const Context& context, const std::optional<std::string>& name,
                       const std::optional<std::string>& id);
std::string add_subnet(Context& context, const std::string& vpc_id, const Zone& zone,
                       const Cidr& cidr, Tags tags);

/// AWS: "The first four IP addresses and the last IP address in each subnet CIDR block are not
/// available".
constexpr std::uint32_t kReservedFirst = 4;
constexpr std::uint32_t kReservedAddresses = 5;

/// Gives an interface a free private address of the subnet, or `wanted` if it is not empty, and
/// counts it as used.
std::string allot_private_address(Context& context, const std::string& subnet_id,
                                  const std::string& interface_id, const std::string& wanted);
void release_private_address(Context& context, const std::string& subnet_id,
                             const std::string& address);
/// Where `Ec2State::private_addresses` has an address; the keys of a /28 differ in the last digit.
std::string private_address_key(const std::string& subnet_id, std::uint32_t address);
void change_available_addresses(Context& context, const std::string& subnet_id,
                                std::int32_t difference);
/// The interface that has the address; null when none does.
const LinkRecord* owner_of_address(const Ec2State& state, const std::string& subnet_id,
                                   const std::string& address);

api::ec2::CreateDefaultSubnetResult create_default_subnet(
    Context& context, const api::ec2::CreateDefaultSubnetRequest& request);
api::ec2::CreateSubnetResult create_subnet(Context& context,
                                           const api::ec2::CreateSubnetRequest& request);
api::ec2::DescribeSubnetsResult describe_subnets(Context& context,
                                                 const api::ec2::DescribeSubnetsRequest& request);
api::ec2::ModifySubnetAttributeResponse modify_subnet_attribute(
    Context& context, const api::ec2::ModifySubnetAttributeRequest& request);
api::ec2::DeleteSubnetResponse delete_subnet(Context& context,
                                             const api::ec2::DeleteSubnetRequest& request);

}  // namespace fallstreak::services::ec2
