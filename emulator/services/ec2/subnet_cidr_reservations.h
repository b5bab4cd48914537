#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/ip_block.h"

#include "services/ec2/state.h"

/// Parts of subnets that are kept for those who name an address in them.
/// https://docs.aws.amazon.com/vpc/latest/userguide/subnet-cidr-reservation.html
namespace fallstreak::services::ec2 {

/// The blocks of a subnet that are reserved, of IPv4 and IPv6.
std::vector<IpBlock> reserved_blocks(const Ec2State& state, const std::string& subnet_id);
/// The same with their types, `explicit` or `prefix`.
std::vector<std::pair<IpBlock, std::string>> typed_reservations(const Ec2State& state,
                                                                const std::string& subnet_id);
/// A subnet that goes takes its reservations with it.
void forget_cidr_reservations(Context& context, const std::string& subnet_id);

api::ec2::CreateSubnetCidrReservationResult create_subnet_cidr_reservation(
    Context& context, const api::ec2::CreateSubnetCidrReservationRequest& request);
api::ec2::GetSubnetCidrReservationsResult get_subnet_cidr_reservations(
    Context& context, const api::ec2::GetSubnetCidrReservationsRequest& request);
api::ec2::DeleteSubnetCidrReservationResult delete_subnet_cidr_reservation(
    Context& context, const api::ec2::DeleteSubnetCidrReservationRequest& request);

}  // namespace fallstreak::services::ec2
