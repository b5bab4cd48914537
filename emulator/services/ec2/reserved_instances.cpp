#include "services/ec2/reserved_instances.h"

#include <algorithm>

#include "services/ec2/catalogue.h"
#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/pages.h"
#include "services/ec2/reserved_offerings.h"
#include "services/ec2/spot_errors.h"
#include "services/ec2/timing.h"

namespace fallstreak::services::ec2 {
namespace {

using Offering = api::ec2::ReservedInstancesOffering;
using Record = ReservedInstancesRecord;

constexpr FilterRow<Ec2State, Offering> kOfferingFilters[] = {
    {"availability-zone",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.AvailabilityZone); }},
    {"duration",
     [](const auto&, const auto& row, const auto& p) { return p.match(*row.Duration); }},
    {"instance-type",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.InstanceType); }},
    {"marketplace", [](const auto&, const auto&, const auto& p) { return p.match(false); }},
    {"product-description",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.ProductDescription); }},
    {"reserved-instances-offering-id",
     [](const auto&, const auto& row, const auto& p) {
       return p.match(row.ReservedInstancesOfferingId);
     }},
    {"scope", [](const auto&, const auto& row, const auto& p) { return p.match(row.Scope); }},
    {"availability-zone-id", nullptr},
    {"fixed-price", nullptr},
    {"usage-price", nullptr},
};

constexpr FilterRow<Ec2State, Record> kReservedInstancesFilters[] = {
    {"availability-zone", [](const auto&, const auto& row,
                             const auto& p) { return p.match(row.shown.AvailabilityZone); }},
    {"duration",
     [](const auto&, const auto& row, const auto& p) { return p.match(*row.shown.Duration); }},
    {"end", [](const auto&, const auto& row, const auto& p) { return p.match(*row.shown.End); }},
    {"instance-type",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.shown.InstanceType); }},
    {"product-description", [](const auto&, const auto& row,
                               const auto& p) { return p.match(row.shown.ProductDescription); }},
    {"reserved-instances-id", [](const auto&, const auto& row,
                                 const auto& p) { return p.match(row.shown.ReservedInstancesId); }},
    {"scope", [](const auto&, const auto& row, const auto& p) { return p.match(row.shown.Scope); }},
    {"start",
     [](const auto&, const auto& row, const auto& p) { return p.match(*row.shown.Start); }},
    {"state", [](const auto&, const auto& row, const auto& p) { return p.match(row.shown.State); }},
    {"availability-zone-id", nullptr},
    {"fixed-price", nullptr},
    {"usage-price", nullptr},
};

/// AWS: "20 regional Reserved Instances per Region, per month, and an additional 20 zonal ... for
/// each Availability Zone".
constexpr std::int64_t kMostInAMonth = 20;
constexpr std::chrono::days kMonth{30};

/// AWS: an offering that lasts as long as the request lets it.
bool is_wanted(const api::ec2::DescribeReservedInstancesOfferingsRequest& request,
               const Offering& offering) {
  const auto differs = [](const auto& wanted, const auto& has) { return wanted && wanted != has; };
  const std::int64_t duration = *offering.Duration;
  if (request.MinDuration && duration < *request.MinDuration) return false;
  if (request.MaxDuration && duration > *request.MaxDuration) return false;
  return !differs(request.AvailabilityZone, offering.AvailabilityZone) &&
         !differs(request.InstanceTenancy, offering.InstanceTenancy) &&
         !differs(request.OfferingType, offering.OfferingType) &&
         (!request.ProductDescription || *request.ProductDescription == "Linux/UNIX" ||
          *request.ProductDescription == "Linux/UNIX (Amazon VPC)");
}

void refuse_convertible(const std::optional<std::string>& offering_class) {
  if (offering_class == "convertible") throw not_implemented("OfferingClass 'convertible'");
}

/// How many were bought of this scope within a month.
std::int64_t bought_lately(const Context& context, const Offering& offering) {
  std::int64_t count = 0;
  for (const auto& [id, row] : context.state.reserved_instances) {
    const bool is_late = context.now() - *row.shown.Start < kMonth;
    if (is_late && row.shown.AvailabilityZone == offering.AvailabilityZone) {
      count += *row.shown.InstanceCount;
    }
  }
  return count;
}

void set_state(Context& context, const std::string& id, const char* state) {
  if (!context.state.reserved_instances.contains(id)) return;
  context.state.reserved_instances.update(id, [&](Record& row) { row.shown.State = state; });
}

}  // namespace

bool has_reserved_capacity(const Context& context, std::string_view zone,
                           std::string_view instance_type) {
  std::int64_t reserved = 0;
  for (const auto& [id, row] : context.state.reserved_instances) {
    const auto& shown = row.shown;
    const bool is_its = shown.State == "active" && shown.AvailabilityZone == zone &&
                        shown.InstanceType == instance_type;
    if (is_its) reserved += *shown.InstanceCount;
  }
  if (reserved == 0) return false;
  // Asked only where capacity is short and somebody has reserved some.
  const auto uses_it = [&](const auto& row) {
    const InstanceRecord& instance = row.second;
    return instance.spot_request_id.empty() && instance.instance_type == instance_type &&
           instance.zone == zone &&
           (instance.state == InstanceState::pending || instance.state == InstanceState::running);
  };
  return std::ranges::count_if(context.state.instances, uses_it) < reserved;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeReservedInstancesOfferings.html
api::ec2::DescribeReservedInstancesOfferingsResult describe_reserved_instances_offerings(
    Context& context, const api::ec2::DescribeReservedInstancesOfferingsRequest& request) {
  refuse_convertible(request.OfferingClass);
  if (request.AvailabilityZone &&
      find_zone(context.region(), *request.AvailabilityZone) == nullptr) {
    throw invalid_parameter_value("Invalid availability zone: [" + *request.AvailabilityZone + "]");
  }
  const Selection<Ec2State, Offering> selection(context.state, request.Filters, kOfferingFilters,
                                                nullptr);
  const Page page(request.MaxResults, request.NextToken, {1, 1000});
  const auto ids = api::each(request.ReservedInstancesOfferingIds);
  api::ec2::DescribeReservedInstancesOfferingsResult result;
  auto& shown = result.ReservedInstancesOfferings.emplace();
  // AWS: "The default is 100" to a page.
  const std::size_t most = std::min<std::size_t>(page.limit, request.MaxResults ? 1000 : 100);
  bool is_before = page.after.has_value();
  for (auto& offering : reserved_offerings(context.region(), request.InstanceType.value_or(""))) {
    const std::string& id = *offering.ReservedInstancesOfferingId;
    if (is_before) {
      is_before = id != *page.after;
      continue;
    }
    if (!ids.empty() && std::ranges::find(ids, id) == ids.end()) continue;
    if (!is_wanted(request, offering) || !selection.passes(offering)) continue;
    if (shown.size() == most) {
      result.NextToken = make_token(*shown.back().ReservedInstancesOfferingId);
      break;
    }
    shown.push_back(std::move(offering));
  }
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_PurchaseReservedInstancesOffering.html
api::ec2::PurchaseReservedInstancesOfferingResult purchase_reserved_instances_offering(
    Context& context, const api::ec2::PurchaseReservedInstancesOfferingRequest& request) {
  const auto offering =
      find_reserved_offering(context.region(), *request.ReservedInstancesOfferingId);
  if (!offering) throw invalid_reserved_offering_id(*request.ReservedInstancesOfferingId);
  if (*request.InstanceCount < 1) {
    throw invalid_parameter_value("The instance count must be at least 1");
  }
  if (bought_lately(context, *offering) + *request.InstanceCount > kMostInAMonth) {
    throw reserved_instances_limit_exceeded();
  }
  const std::string id = context.new_uuid("reserved-instances-id");
  const std::chrono::seconds duration(*offering->Duration);
  Record row;
  row.shown = {.CurrencyCode = offering->CurrencyCode,
               .InstanceTenancy = offering->InstanceTenancy,
               .OfferingClass = offering->OfferingClass,
               .OfferingType = offering->OfferingType,
               .RecurringCharges = offering->RecurringCharges,
               .Scope = offering->Scope,
               .ReservedInstancesId = id,
               .InstanceType = offering->InstanceType,
               .AvailabilityZone = offering->AvailabilityZone,
               .Start = context.now(),
               .End = context.now() + duration,
               .Duration = offering->Duration,
               .UsagePrice = offering->UsagePrice,
               .FixedPrice = offering->FixedPrice,
               .InstanceCount = request.InstanceCount,
               .ProductDescription = offering->ProductDescription,
               .State = "payment-pending"};
  context.state.reserved_instances.insert(id, std::move(row));
  context.schedule(timing::kReservationPayment, "reservation-paid", id);
  // A term lasts its years, under instant timing too.
  context.schedule_periodic(duration, "reservation-over", id);
  return {.ReservedInstancesId = id};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeReservedInstances.html
api::ec2::DescribeReservedInstancesResult describe_reserved_instances(
    Context& context, const api::ec2::DescribeReservedInstancesRequest& request) {
  const Selection<Ec2State, Record> selection(context.state, request.Filters,
                                              kReservedInstancesFilters, nullptr);
  api::ec2::DescribeReservedInstancesResult result;
  auto& shown = result.ReservedInstances.emplace();
  const auto passes = [&](const Record& row) {
    const bool is_of_class =
        !request.OfferingClass || request.OfferingClass == row.shown.OfferingClass;
    const bool is_of_type = !request.OfferingType || request.OfferingType == row.shown.OfferingType;
    return is_of_class && is_of_type && selection.passes(row);
  };
  show_page(
      context.state.reserved_instances, request.ReservedInstancesIds, Page({}, {}), passes,
      [](const auto& missing) { return invalid_reservation_ids(missing); },
      [&](const Record& row) { shown.push_back(row.shown); });
  return result;
}

void on_reservation_paid(Context& context, const world::Event& event) {
  set_state(context, event.entity, "active");
}

void on_reservation_over(Context& context, const world::Event& event) {
  set_state(context, event.entity, "retired");
}

}  // namespace fallstreak::services::ec2
