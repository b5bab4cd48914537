#include "services/ec2/reserved_offerings.h"

#include <array>
#include <cmath>
#include <cstdint>

#include "services/ec2/catalogue.h"
#include "services/ec2/prices.h"

namespace fallstreak::services::ec2 {
namespace {

using Offering = api::ec2::ReservedInstancesOffering;

constexpr std::int64_t kYear = 31'536'000;

/// Chosen: how much less than On-Demand each term costs; AWS's price list has a figure for each
/// type near these.
struct Terms {
  std::int64_t seconds;
  std::string_view payment;
  double discount;
  double upfront;  // the part that is paid at once
};
constexpr std::array<Terms, 6> kTerms = {{{kYear, "No Upfront", 0.37, 0},
                                          {kYear, "Partial Upfront", 0.40, 0.5},
                                          {kYear, "All Upfront", 0.41, 1},
                                          {3 * kYear, "No Upfront", 0.57, 0},
                                          {3 * kYear, "Partial Upfront", 0.60, 0.5},
                                          {3 * kYear, "All Upfront", 0.62, 1}}};

double rounded(double usd, double unit) { return std::round(usd / unit) * unit; }

/// Named after what it offers, so that it is the same in every run: an id of AWS's form.
/// https://en.wikipedia.org/wiki/Fowler-Noll-Vo_hash_function
std::string id_of(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string id;
  for (const std::uint64_t basis : {0xcbf29ce484222325ULL, 0x84222325cbf29ce4ULL}) {
    std::uint64_t hash = basis;
    for (const char byte : text) hash = (hash ^ std::uint8_t(byte)) * 0x100000001b3ULL;
    hash ^= hash >> 29;
    for (int i = 0; i < 16; ++i, hash >>= 4) id += kDigits[hash & 15];
  }
  for (const std::size_t at : {8U, 13U, 18U, 23U}) id.insert(at, 1, '-');
  return id;
}

Offering offering_of(std::string_view region, std::string_view zone, const InstanceType& type,
                     double usd_per_hour, const Terms& terms) {
  const double hours = double(terms.seconds) / 3600;
  const double effective = usd_per_hour * (1 - terms.discount);
  Offering offering;
  offering.ReservedInstancesOfferingId =
      id_of(std::string(region) + "/" + std::string(zone) + "/" + std::string(type.name) + "/" +
            std::to_string(terms.seconds) + "/" + std::string(terms.payment));
  offering.InstanceType = std::string(type.name);
  if (!zone.empty()) offering.AvailabilityZone = std::string(zone);
  offering.Scope = zone.empty() ? "Region" : "Availability Zone";
  offering.Duration = terms.seconds;
  offering.FixedPrice = float(rounded(effective * hours * terms.upfront, 1));
  offering.UsagePrice = 0.0F;
  offering.ProductDescription = "Linux/UNIX";
  offering.CurrencyCode = "USD";
  offering.InstanceTenancy = "default";
  offering.Marketplace = false;
  offering.OfferingClass = "standard";
  offering.OfferingType = std::string(terms.payment);
  offering.PricingDetails.emplace();
  auto& charges = offering.RecurringCharges.emplace();
  const double hourly = rounded(effective * (1 - terms.upfront), 1e-5);
  if (terms.upfront < 1) charges.push_back({.Amount = hourly, .Frequency = "Hourly"});
  return offering;
}

void add_offerings(std::string_view region, const InstanceType& type,
                   std::vector<Offering>& offerings) {
  const auto price = on_demand_price(region, type.name);
  std::vector<std::string_view> zones;
  for (const Zone& zone : zones_of(region)) {
    if (offers(zone, type)) zones.push_back(zone.name);
  }
  if (!price || zones.empty()) return;
  zones.insert(zones.begin(), std::string_view());
  for (const auto zone : zones) {
    for (const Terms& terms : kTerms) {
      offerings.push_back(offering_of(region, zone, type, *price, terms));
    }
  }
}

}  // namespace

std::vector<Offering> reserved_offerings(std::string_view region, std::string_view type) {
  std::vector<Offering> offerings;
  if (!type.empty()) {
    const InstanceType* found = find_instance_type(type);
    if (found != nullptr) add_offerings(region, *found, offerings);
    return offerings;
  }
  for (const InstanceType& each : instance_types()) add_offerings(region, each, offerings);
  return offerings;
}

std::optional<Offering> find_reserved_offering(std::string_view region, std::string_view id) {
  for (auto& offering : reserved_offerings(region, {})) {
    if (offering.ReservedInstancesOfferingId == id) return std::move(offering);
  }
  return std::nullopt;
}

}  // namespace fallstreak::services::ec2
