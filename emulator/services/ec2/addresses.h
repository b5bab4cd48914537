#pragma once

#include <string>

#include "api/ec2/addresses.h"
#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

/// A public address that nobody has; from now on `holder` has it.
std::string take_public_address(Context& context, const std::string& holder);

/// Gives the interface's primary address one of AWS's own public addresses, unless it has one.
void give_public_address(Context& context, const std::string& interface_id);
/// Takes it away again; an elastic address stays.
void take_back_public_address(Context& context, const std::string& interface_id);

const AddressRecord& find_allocation(const Context& context, const std::string& allocation_id);
/// The elastic address now stands for this private address of the interface, which had none.
std::string associate(Context& context, const std::string& allocation_id,
                      const std::string& interface_id, const std::string& private_address);
/// Ends the association of an elastic address, if it has one.
void disassociate(Context& context, const std::string& allocation_id);

api::ec2::AllocateAddressResult allocate_address(Context& context,
                                                 const api::ec2::AllocateAddressRequest& request);
api::ec2::AssociateAddressResult associate_address(
    Context& context, const api::ec2::AssociateAddressRequest& request);
api::ec2::DescribeAddressesResult describe_addresses(
    Context& context, const api::ec2::DescribeAddressesRequest& request);
api::ec2::ModifyAddressAttributeResult modify_address_attribute(
    Context& context, const api::ec2::ModifyAddressAttributeRequest& request);
api::ec2::ResetAddressAttributeResult reset_address_attribute(
    Context& context, const api::ec2::ResetAddressAttributeRequest& request);
api::ec2::DescribeAddressesAttributeResult describe_addresses_attribute(
    Context& context, const api::ec2::DescribeAddressesAttributeRequest& request);
api::ec2::DisassociateAddressResponse disassociate_address(
    Context& context, const api::ec2::DisassociateAddressRequest& request);
api::ec2::ReleaseAddressResponse release_address(Context& context,
                                                 const api::ec2::ReleaseAddressRequest& request);

}  // namespace fallstreak::services::ec2
