#include <set>

#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

using api::ec2::ReservedInstances;
using api::ec2::ReservedInstancesOffering;

class Reservations : public Ec2Test {
 protected:
  ReservedInstancesOffering offering(const std::string& payment, const std::string& zone = {}) {
    api::ec2::DescribeReservedInstancesOfferingsRequest request{
        .InstanceType = "m4.xlarge",
        .MaxDuration = 31'536'000,
        .Filters = {{{.Name = "scope",
                      .Values = {{zone.empty() ? "Region" : "Availability Zone"}}}}},
        .OfferingType = payment};
    if (!zone.empty()) request.AvailabilityZone = zone;
    const auto found = must(ec2.describe_reserved_instances_offerings(request));
    EXPECT_THAT(*found.ReservedInstancesOfferings, SizeIs(1));
    return found.ReservedInstancesOfferings->front();
  }
  std::string buy(const ReservedInstancesOffering& of, std::int32_t count) {
    return *must(ec2.purchase_reserved_instances_offering(
                     {.InstanceCount = count,
                      .ReservedInstancesOfferingId = of.ReservedInstancesOfferingId}))
                .ReservedInstancesId;
  }
  ReservedInstances reservation(const std::string& id) {
    return must(ec2.describe_reserved_instances({.ReservedInstancesIds = {{id}}}))
        .ReservedInstances->front();
  }
};
using DescribeReservedInstancesOfferings = Reservations;
using PurchaseReservedInstancesOffering = Reservations;
using DescribeReservedInstances = Reservations;

TEST_F(DescribeReservedInstancesOfferings, CostLessTheMoreAndTheLongerIsPaid) {
  const auto none = offering("No Upfront");
  const auto part = offering("Partial Upfront");
  const auto all = offering("All Upfront");

  EXPECT_EQ(none.FixedPrice, 0.0F);
  EXPECT_EQ(none.RecurringCharges->front().Frequency, "Hourly");
  EXPECT_THAT(*all.RecurringCharges, IsEmpty());
  const auto yearly = [](const ReservedInstancesOffering& of) {
    double usd = double(*of.FixedPrice);
    for (const auto& charge : *of.RecurringCharges) usd += *charge.Amount * 8760;
    return usd;
  };
  EXPECT_GT(yearly(none), yearly(part));
  EXPECT_GT(yearly(part), yearly(all));
  EXPECT_EQ(none.Scope, "Region");
  EXPECT_FALSE(none.AvailabilityZone);
  EXPECT_EQ(offering("No Upfront", "eu-central-1b").AvailabilityZone, "eu-central-1b");
}

TEST_F(DescribeReservedInstancesOfferings, ComeInPagesWithIdsOfTheirOwn) {
  api::ec2::DescribeReservedInstancesOfferingsRequest request;
  std::set<std::string> ids;
  std::size_t count = 0;
  do {
    const auto page = must(ec2.describe_reserved_instances_offerings(request));
    for (const auto& one : *page.ReservedInstancesOfferings) {
      ids.insert(*one.ReservedInstancesOfferingId);
      ++count;
    }
    request.NextToken = page.NextToken;
  } while (request.NextToken);

  EXPECT_GT(count, 500U);
  EXPECT_EQ(ids.size(), count);
}

TEST_F(DescribeReservedInstancesOfferings, RefuseWhatIsNotOffered) {
  EXPECT_THAT(ec2.describe_reserved_instances_offerings({.OfferingClass = "convertible"}),
              FailsWith("NotImplemented", 501));
  EXPECT_THAT(ec2.describe_reserved_instances_offerings({.AvailabilityZone = "us-east-1a"}),
              FailsWith("InvalidParameterValue", 400));
  const auto windows =
      must(ec2.describe_reserved_instances_offerings({.ProductDescription = "Windows"}));
  EXPECT_THAT(*windows.ReservedInstancesOfferings, IsEmpty());
}

TEST_F(PurchaseReservedInstancesOffering, HoldsForItsTermOnTheWorldsClock) {
  const Time bought = cloud.now();
  const auto id = buy(offering("No Upfront"), 2);
  EXPECT_EQ(reservation(id).State, "payment-pending");
  cloud.advance(1min);
  EXPECT_EQ(reservation(id).State, "active");
  EXPECT_EQ(reservation(id).InstanceCount, 2);
  EXPECT_EQ(reservation(id).Start, bought);
  EXPECT_EQ(reservation(id).End, bought + std::chrono::hours(8760));

  cloud.advance(std::chrono::hours(8760) - 2min);
  EXPECT_EQ(reservation(id).State, "active");
  cloud.advance(1min);
  EXPECT_EQ(reservation(id).State, "retired");
}

TEST_F(PurchaseReservedInstancesOffering, RefusesWhatIsUnknownOrTooMuch) {
  const auto of = offering("No Upfront");
  const auto purchase = [&](const std::string& id, std::int32_t count) {
    return ec2.purchase_reserved_instances_offering(
        {.InstanceCount = count, .ReservedInstancesOfferingId = id});
  };
  EXPECT_THAT(purchase("00000000-0000-0000-0000-000000000000", 1),
              FailsWith("InvalidReservedInstancesOfferingId", 400));
  EXPECT_THAT(purchase(*of.ReservedInstancesOfferingId, 0),
              FailsWith("InvalidParameterValue", 400));
  buy(of, 20);
  EXPECT_THAT(purchase(*of.ReservedInstancesOfferingId, 1),
              FailsWith("ReservedInstancesLimitExceeded", 400));
  buy(offering("No Upfront", "eu-central-1a"), 20);
  cloud.advance(std::chrono::hours(24 * 31));
  buy(of, 1);
}

TEST_F(PurchaseReservedInstancesOffering, OfAZoneKeepsCapacityThere) {
  buy(offering("All Upfront", "eu-central-1a"), 1);
  cloud.advance(1min);
  inject("full", {.kind = "insufficient-capacity", .instance_type = "m4.xlarge"});
  auto request = launch();
  request.InstanceType = "m4.xlarge";
  request.Placement.emplace().AvailabilityZone = "eu-central-1b";
  EXPECT_THAT(ec2.run_instances(request), FailsWith("InsufficientInstanceCapacity", 500));

  request.Placement->AvailabilityZone = "eu-central-1a";
  run(request);

  EXPECT_THAT(ec2.run_instances(request), FailsWith("InsufficientInstanceCapacity", 500))
      << "what was reserved is used";
}

TEST_F(DescribeReservedInstances, FiltersAndRefusesUnknownIds) {
  const auto region = buy(offering("No Upfront"), 1);
  buy(offering("All Upfront", "eu-central-1a"), 1);
  const auto count = [&](const std::string& name, const std::string& value) {
    return must(ec2.describe_reserved_instances(
                    {.Filters = {{{.Name = name, .Values = {{value}}}}}}))
        .ReservedInstances->size();
  };

  EXPECT_EQ(count("scope", "Region"), 1U);
  EXPECT_EQ(count("instance-type", "m4.*"), 2U);
  EXPECT_EQ(count("state", "active"), 0U);
  EXPECT_EQ(count("availability-zone", "eu-central-1a"), 1U);
  EXPECT_EQ(must(ec2.describe_reserved_instances({.OfferingType = "No Upfront"}))
                .ReservedInstances->front()
                .ReservedInstancesId,
            region);
  EXPECT_THAT(ec2.describe_reserved_instances(
                  {.ReservedInstancesIds = {{"00000000-0000-0000-0000-000000000000"}}}),
              FailsWith("InvalidReservationID.NotFound", 400));
  EXPECT_THAT(ec2.describe_reserved_instances({.Filters = {{{.Name = "x", .Values = {{"y"}}}}}}),
              FailsWith("InvalidParameterValue", 400));
}

}  // namespace
}  // namespace fallstreak::ec2_tests
