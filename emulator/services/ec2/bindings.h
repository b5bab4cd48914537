#pragma once

#include "dispatch/registry.h"
#include "services/ec2/state.h"
#include "services/ec2/vpcs.h"

namespace fallstreak::services::ec2 {

using Operations = dispatch::Operations<Ec2State>;

/// Binds a handler that runs in an account and region as AWS hands them over: with the default VPC.
template <class Tag, auto handler>
dispatch::Binding& bind(Operations& operations) {
  return operations.bind<Tag>(+[](Context& context, const typename Tag::Request& request) ->
                              typename Tag::Response {
                                ensure_default_vpc(context);
                                return handler(context, request);
                              });
}

/// VPCs and all that is in them but instances.
void bind_networks(Operations& operations);
/// Volumes, snapshots, images and key pairs.
void bind_storage(Operations& operations);
/// EC2 Fleets and Spot Fleets.
void bind_fleets(Operations& operations);

}  // namespace fallstreak::services::ec2
