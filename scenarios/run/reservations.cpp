#include "scenarios/run/reservations.h"

#include "client/ec2.h"
#include "scenarios/run/must.h"

namespace fallstreak::scenarios {
namespace {

using api::ec2::ReservedInstancesOffering;

constexpr std::int64_t kSecondsOfAYear = 31'536'000;

ReservedInstancesOffering offering_of(client::Ec2& ec2, const Reservation& one) {
  const std::int64_t seconds = one.years * kSecondsOfAYear;
  const auto found = must(ec2.describe_reserved_instances_offerings(
      {.InstanceType = one.type,
       .MaxDuration = seconds,
       .MinDuration = seconds,
       .Filters = {{{.Name = "scope", .Values = {{one.az ? "Availability Zone" : "Region"}}}}},
       .OfferingType = one.payment}));
  for (const auto& offering : api::each(found.ReservedInstancesOfferings)) {
    if (!one.az || offering.AvailabilityZone == one.region + *one.az) return offering;
  }
  throw ApiError("NoOffering", "Nobody offers to reserve " + one.type + " there.", 400);
}

/// What is paid at once is spread over the term.
double hourly(const ReservedInstancesOffering& offering) {
  double usd = double(*offering.FixedPrice) * 3600 / double(*offering.Duration);
  for (const auto& charge : api::each(offering.RecurringCharges)) usd += *charge.Amount;
  return usd;
}

}  // namespace

void buy_reservations(const Scenario& scenario, const Sites& sites) {
  for (const Reservation& one : scenario.cloud.reserved) {
    Site& site = *sites.find(one.region);
    client::Ec2 ec2(site.transport);
    const auto offering = offering_of(ec2, one);
    must(ec2.purchase_reserved_instances_offering(
        {.InstanceCount = one.count,
         .ReservedInstancesOfferingId = offering.ReservedInstancesOfferingId}));
    site.meter.reserve({one.type, one.az.value_or(""), one.count}, hourly(offering));
  }
}

}  // namespace fallstreak::scenarios
