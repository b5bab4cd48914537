#include "services/ec2/instance_requirements.h"

#include <algorithm>
#include <limits>
#include <string>

#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/pages.h"
#include "services/ec2/prices.h"
#include "services/ec2/spot_market.h"

namespace fallstreak::services::ec2 {
namespace {

template <class Range>
void check_range(const std::optional<Range>& range, std::string_view name) {
  if (!range) return;
  const bool is_negative = (range->Min && *range->Min < 0) || (range->Max && *range->Max < 0);
  const bool is_empty = range->Min && range->Max && *range->Max < *range->Min;
  if (!is_negative && !is_empty) return;
  throw invalid_parameter_value("The range of " + std::string(name) +
                                " is not valid: Min and Max must not be negative, and Max not less "
                                "than Min.");
}

template <class Range, class Value>
bool is_within(const std::optional<Range>& range, Value value) {
  if (!range) return true;
  return !(range->Min && value < *range->Min) && !(range->Max && value > *range->Max);
}

/// Of `included`, `required` and `excluded`.
bool is_wanted(const std::optional<std::string>& rule, bool has_it) {
  // AWS: "Default: excluded", but for local storage, which no type of the catalogue has.
  const std::string_view wanted = rule ? std::string_view(*rule) : "excluded";
  if (wanted == "included") return true;
  return has_it == (wanted == "required");
}

bool matches_any(const std::vector<std::string>& patterns, std::string_view name) {
  return std::ranges::any_of(
      patterns, [&](const std::string& pattern) { return matches_wildcard(pattern, name); });
}

bool is_of_manufacturer(const InstanceType& type, const std::vector<std::string>& wanted) {
  const std::string_view name = type.manufacturer == "Intel" ? "intel"
                                : type.manufacturer == "AMD" ? "amd"
                                                             : "amazon-web-services";
  return std::ranges::find(wanted, name) != wanted.end();
}

bool is_of_generation(const InstanceType& type, const std::vector<std::string>& wanted) {
  const std::string_view name = type.is_current_generation ? "current" : "previous";
  return std::ranges::find(wanted, name) != wanted.end();
}

/// Of the families that price protection compares with: `c5`, `m7g`, `r6g`.
bool is_general(const InstanceType& type) {
  constexpr std::string_view kLetters = "cmr";
  const std::string_view family = type.family();
  return family.size() > 1 && kLetters.find(family[0]) != std::string_view::npos &&
         family[1] >= '0' && family[1] <= '9';
}

double infinite() { return std::numeric_limits<double>::infinity(); }

/// The lowest of the region's zones, since any may be launched in.
double lowest_spot_price(Context& context, const InstanceType& type) {
  double lowest = infinite();
  const std::uint64_t seed = context.world().random().seed();
  for (const Zone& zone : zones_of(context.region())) {
    if (!offers(zone, type)) continue;
    const SpotPool pool{.region = context.region(),
                        .zone = std::string(zone.name),
                        .instance_type = std::string(type.name)};
    lowest = std::min(lowest, spot_price(seed, pool, context.now()).value_or(infinite()));
  }
  return lowest;
}

bool is_in_region(const Context& context, const InstanceType& type) {
  return std::ranges::any_of(zones_of(context.region()),
                             [&](const Zone& zone) { return offers(zone, type); });
}

/// Those of the region that have the attributes, whatever they cost.
std::vector<const InstanceType*> types_with(const Context& context,
                                            const Requirements& requirements,
                                            std::span<const std::string_view> architectures) {
  std::vector<const InstanceType*> types;
  for (const InstanceType& type : instance_types()) {
    const bool fits = architectures.empty() ||
                      std::ranges::find(architectures, type.architecture) != architectures.end();
    if (fits && has_attributes(type, requirements) && is_in_region(context, type)) {
      types.push_back(&type);
    }
  }
  return types;
}

template <class Price>
std::vector<TypePrice> priced(const std::vector<const InstanceType*>& types, const Price& price) {
  std::vector<TypePrice> prices;
  for (const InstanceType* type : types) prices.push_back({type, price(*type)});
  return prices;
}

}  // namespace

void check_requirements(const Requirements& requirements) {
  check_range(requirements.VCpuCount, "VCpuCount");
  check_range(requirements.MemoryMiB, "MemoryMiB");
  check_range(requirements.MemoryGiBPerVCpu, "MemoryGiBPerVCpu");
  check_range(requirements.NetworkInterfaceCount, "NetworkInterfaceCount");
  check_range(requirements.AcceleratorCount, "AcceleratorCount");
  // AWS: "you can use one of the following parameters, but not both".
  if (requirements.AllowedInstanceTypes && requirements.ExcludedInstanceTypes) {
    throw invalid_parameter_combination(
        "AllowedInstanceTypes and ExcludedInstanceTypes must not be specified together");
  }
  // AWS: "Only one of" the two "can be specified".
  if (requirements.SpotMaxPricePercentageOverLowestPrice &&
      requirements.MaxSpotPriceAsPercentageOfOptimalOnDemandPrice) {
    throw invalid_parameter_combination(
        "SpotMaxPricePercentageOverLowestPrice and MaxSpotPriceAsPercentageOfOptimalOnDemandPrice "
        "must not be specified together");
  }
  for (const auto& percent : {requirements.OnDemandMaxPricePercentageOverLowestPrice,
                              requirements.SpotMaxPricePercentageOverLowestPrice,
                              requirements.MaxSpotPriceAsPercentageOfOptimalOnDemandPrice}) {
    if (percent && *percent < 0) {
      throw invalid_parameter_value("A price protection threshold must not be negative");
    }
  }
  const auto refuse = [](bool is_there, std::string_view name) {
    if (is_there) throw not_implemented("InstanceRequirements." + std::string(name));
  };
  refuse(requirements.RequireHibernateSupport == true, "RequireHibernateSupport");
  refuse(requirements.LocalStorageTypes.has_value(), "LocalStorageTypes");
  refuse(requirements.TotalLocalStorageGB.has_value(), "TotalLocalStorageGB");
  refuse(requirements.BaselineEbsBandwidthMbps.has_value(), "BaselineEbsBandwidthMbps");
  refuse(requirements.AcceleratorTypes.has_value(), "AcceleratorTypes");
  refuse(requirements.AcceleratorManufacturers.has_value(), "AcceleratorManufacturers");
  refuse(requirements.AcceleratorNames.has_value(), "AcceleratorNames");
  refuse(requirements.AcceleratorTotalMemoryMiB.has_value(), "AcceleratorTotalMemoryMiB");
  refuse(requirements.NetworkBandwidthGbps.has_value(), "NetworkBandwidthGbps");
  refuse(requirements.BaselinePerformanceFactors.has_value(), "BaselinePerformanceFactors");
  refuse(requirements.RequireEncryptionInTransit == true, "RequireEncryptionInTransit");
}

bool has_attributes(const InstanceType& type, const Requirements& wanted) {
  if (!is_within(wanted.VCpuCount, type.vcpus)) return false;
  if (!is_within(wanted.MemoryMiB, type.memory_mib)) return false;
  const double gib_per_vcpu = double(type.memory_mib) / 1024 / type.vcpus;
  if (!is_within(wanted.MemoryGiBPerVCpu, gib_per_vcpu)) return false;
  if (!is_within(wanted.NetworkInterfaceCount, type.interfaces)) return false;
  // No type of the catalogue is bare metal, or has local storage or accelerators.
  if (!is_within(wanted.AcceleratorCount, 0)) return false;
  if (!is_wanted(wanted.BareMetal, false) || !is_wanted(wanted.LocalStorage, false)) return false;
  if (!is_wanted(wanted.BurstablePerformance, type.is_burstable)) return false;
  if (wanted.CpuManufacturers && !is_of_manufacturer(type, *wanted.CpuManufacturers)) return false;
  if (wanted.InstanceGenerations && !is_of_generation(type, *wanted.InstanceGenerations)) {
    return false;
  }
  if (wanted.AllowedInstanceTypes && !matches_any(*wanted.AllowedInstanceTypes, type.name)) {
    return false;
  }
  return !wanted.ExcludedInstanceTypes || !matches_any(*wanted.ExcludedInstanceTypes, type.name);
}

PriceProtection price_protection(const Requirements& requirements, PurchaseOption option) {
  if (option == PurchaseOption::on_demand) {
    // AWS: "Default: 20".
    return {.percent = requirements.OnDemandMaxPricePercentageOverLowestPrice.value_or(20)};
  }
  if (requirements.MaxSpotPriceAsPercentageOfOptimalOnDemandPrice) {
    return {.percent = *requirements.MaxSpotPriceAsPercentageOfOptimalOnDemandPrice,
            .is_of_on_demand_price = true};
  }
  // AWS: without either, EC2 finds a threshold by itself. Chosen: the 100 percent that were the
  // default before it did.
  return {.percent = requirements.SpotMaxPricePercentageOverLowestPrice.value_or(100)};
}

const TypePrice* reference_price(std::span<const TypePrice> prices) {
  const auto cheapest = [&](const auto& is_meant) {
    const TypePrice* found = nullptr;
    for (const TypePrice& one : prices) {
      if (!is_meant(*one.type)) continue;
      if (found == nullptr || one.usd_per_hour < found->usd_per_hour) found = &one;
    }
    return found;
  };
  const auto* general = cheapest(
      [](const InstanceType& type) { return type.is_current_generation && is_general(type); });
  if (general != nullptr) return general;
  const auto* current =
      cheapest([](const InstanceType& type) { return type.is_current_generation; });
  return current != nullptr ? current : cheapest([](const InstanceType&) { return true; });
}

std::vector<const InstanceType*> types_to_launch(Context& context, const Requirements& requirements,
                                                 std::span<const std::string_view> architectures,
                                                 PurchaseOption option) {
  const auto types = types_with(context, requirements, architectures);
  const PriceProtection protection = price_protection(requirements, option);
  const auto on_demand = priced(types, [&](const InstanceType& type) {
    return on_demand_price(context.region(), type.name).value_or(infinite());
  });
  const auto own = option == PurchaseOption::on_demand
                       ? on_demand
                       : priced(types, [&](const InstanceType& type) {
                           return lowest_spot_price(context, type);
                         });
  const TypePrice* reference =
      reference_price(protection.is_of_on_demand_price ? std::span<const TypePrice>(on_demand)
                                                       : std::span<const TypePrice>(own));
  std::vector<const InstanceType*> found;
  if (reference == nullptr) return found;
  const double percent =
      protection.is_of_on_demand_price ? protection.percent : 100.0 + protection.percent;
  // A cent of a cent, so that a price that is exactly at the threshold is within it.
  const double most = reference->usd_per_hour * percent / 100 + 1e-9;
  for (const TypePrice& one : own) {
    if (one.usd_per_hour <= most) found.push_back(one.type);
  }
  return found;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetInstanceTypesFromInstanceRequirements.html
api::ec2::GetInstanceTypesFromInstanceRequirementsResult
get_instance_types_from_instance_requirements(
    Context& context, const api::ec2::GetInstanceTypesFromInstanceRequirementsRequest& request) {
  const Requirements& requirements = *request.InstanceRequirements;
  check_requirements(requirements);
  // AWS: price protection "is not supported for ... GetInstanceTypesFromInstanceRequirements":
  // it lists what matches, whatever it costs.
  const std::vector<std::string_view> architectures(request.ArchitectureTypes->begin(),
                                                    request.ArchitectureTypes->end());
  const auto& virtualizations = *request.VirtualizationTypes;
  const Page page(request.MaxResults, request.NextToken, {1, 1000});
  api::ec2::GetInstanceTypesFromInstanceRequirementsResult result;
  auto& shown = result.InstanceTypes.emplace();
  // Every type of the catalogue runs hardware virtual machines alone.
  if (std::ranges::find(virtualizations, "hvm") == virtualizations.end()) return result;
  for (const InstanceType* type : types_with(context, requirements, architectures)) {
    if (page.after && type->name <= *page.after) continue;
    if (shown.size() == page.limit) {
      result.NextToken = make_token(*shown.back().InstanceType);
      break;
    }
    shown.push_back({.InstanceType = std::string(type->name)});
  }
  return result;
}

}  // namespace fallstreak::services::ec2
