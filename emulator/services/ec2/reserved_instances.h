#pragma once

#include <string_view>

#include "services/ec2/state.h"

/// Reserved Instances: what is offered, what was bought, and for how long it holds. A reservation
/// changes the bill, and one of a zone keeps capacity there; nothing else.
/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-reserved-instances.html
namespace fallstreak::services::ec2 {

/// Whether a reservation of this zone still has capacity for one more On-Demand Instance of the
/// type, though nobody else gets any.
bool has_reserved_capacity(const Context& context, std::string_view zone,
                           std::string_view instance_type);

api::ec2::DescribeReservedInstancesOfferingsResult describe_reserved_instances_offerings(
    Context& context, const api::ec2::DescribeReservedInstancesOfferingsRequest& request);
api::ec2::PurchaseReservedInstancesOfferingResult purchase_reserved_instances_offering(
    Context& context, const api::ec2::PurchaseReservedInstancesOfferingRequest& request);
api::ec2::DescribeReservedInstancesResult describe_reserved_instances(
    Context& context, const api::ec2::DescribeReservedInstancesRequest& request);
void on_reservation_paid(Context& context, const world::Event& event);
void on_reservation_over(Context& context, const world::Event& event);

}  // namespace fallstreak::services::ec2
