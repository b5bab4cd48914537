#pragma once

#include "api/ec2/catalogue.h"
#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

api::ec2::DescribeRegionsResult describe_regions(Context& context,
                                                 const api::ec2::DescribeRegionsRequest& request);
api::ec2::DescribeAvailabilityZonesResult describe_availability_zones(
    Context& context, const api::ec2::DescribeAvailabilityZonesRequest& request);
api::ec2::DescribeInstanceTypesResult describe_instance_types(
    Context& context, const api::ec2::DescribeInstanceTypesRequest& request);
api::ec2::DescribeInstanceTypeOfferingsResult describe_instance_type_offerings(
    Context& context, const api::ec2::DescribeInstanceTypeOfferingsRequest& request);

}  // namespace fallstreak::services::ec2
