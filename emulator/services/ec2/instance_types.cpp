#include <algorithm>
#include <set>

#include "services/ec2/catalogue.h"
#include "services/ec2/catalogue_operations.h"
#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/pages.h"

namespace fallstreak::services::ec2 {
namespace {

bool is_free(const InstanceType& type) {
  return type.name == "t2.micro" || type.name == "t3.micro";
}

std::vector<std::int32_t> valid_cores(const InstanceType& type) {
  std::vector<std::int32_t> valid;
  for (std::int32_t cores = type.least_cores; cores <= type.cores; cores += type.core_step) {
    valid.push_back(cores);
  }
  return valid;
}

std::vector<std::int32_t> valid_threads(const InstanceType& type) {
  if (type.threads_per_core() == 2) return {1, 2};
  return {1};
}

bool any_of_numbers(const std::vector<std::int32_t>& numbers, const Patterns& p) {
  return std::ranges::any_of(numbers,
                             [&](std::int32_t number) { return p.match(std::int64_t(number)); });
}

constexpr FilterRow<Ec2State, InstanceType> kTypeFilters[] = {
    {"bare-metal", [](const auto&, const auto&, const auto& p) { return p.match(false); }},
    {"burstable-performance-supported",
     [](const auto&, const auto& type, const auto& p) { return p.match(type.is_burstable); }},
    {"current-generation", [](const auto&, const auto& type,
                              const auto& p) { return p.match(type.is_current_generation); }},
    {"free-tier-eligible",
     [](const auto&, const auto& type, const auto& p) { return p.match(is_free(type)); }},
    {"hibernation-supported",
     [](const auto&, const auto&, const auto& p) { return p.match(false); }},
    {"network-info.efa-supported",
     [](const auto&, const auto&, const auto& p) { return p.match(false); }},
    {"network-info.ipv4-addresses-per-interface",
     [](const auto&, const auto& type, const auto& p) {
       return p.match(std::int64_t(type.addresses_per_interface));
     }},
    {"network-info.maximum-network-cards",
     [](const auto&, const auto&, const auto& p) { return p.match(std::int64_t{1}); }},
    {"network-info.maximum-network-interfaces",
     [](const auto&, const auto& type, const auto& p) {
       return p.match(std::int64_t(type.interfaces));
     }},
    {"vcpu-info.default-threads-per-core",
     [](const auto&, const auto& type, const auto& p) {
       return p.match(std::int64_t(type.threads_per_core()));
     }},
    {"vcpu-info.valid-cores", [](const auto&, const auto& type,
                                 const auto& p) { return any_of_numbers(valid_cores(type), p); }},
    {"vcpu-info.valid-threads-per-core",
     [](const auto&, const auto& type, const auto& p) {
       return any_of_numbers(valid_threads(type), p);
     }},
    {"hypervisor",
     [](const auto&, const auto& type, const auto& p) { return p.match(type.hypervisor); }},
    {"instance-storage-supported",
     [](const auto&, const auto&, const auto& p) { return p.match(false); }},
    {"instance-type",
     [](const auto&, const auto& type, const auto& p) { return p.match(type.name); }},
    {"memory-info.size-in-mib",
     [](const auto&, const auto& type, const auto& p) { return p.match(type.memory_mib); }},
    {"network-info.network-performance",
     [](const auto&, const auto& type, const auto& p) {
       return p.match(type.network_performance);
     }},
    {"processor-info.supported-architecture",
     [](const auto&, const auto& type, const auto& p) { return p.match(type.architecture); }},
    {"supported-root-device-type",
     [](const auto&, const auto&, const auto& p) { return p.match("ebs"); }},
    {"supported-usage-class",
     [](const auto&, const auto&, const auto& p) {
       return p.match("on-demand") || p.match("spot");
     }},
    {"supported-virtualization-type",
     [](const auto&, const auto&, const auto& p) { return p.match("hvm"); }},
    {"vcpu-info.default-cores", [](const auto&, const auto& type,
                                   const auto& p) { return p.match(std::int64_t(type.cores)); }},
    {"vcpu-info.default-vcpus", [](const auto&, const auto& type,
                                   const auto& p) { return p.match(std::int64_t(type.vcpus)); }},
    // What the catalogue does not know.
    {"auto-recovery-supported", nullptr},
    {"dedicated-hosts-supported", nullptr},
    {"ebs-info.attachment-limit-type", nullptr},
    {"ebs-info.maximum-ebs-attachments", nullptr},
    {"ebs-info.ebs-optimized-info.baseline-bandwidth-in-mbps", nullptr},
    {"ebs-info.ebs-optimized-info.baseline-iops", nullptr},
    {"ebs-info.ebs-optimized-info.baseline-throughput-in-mbps", nullptr},
    {"ebs-info.ebs-optimized-info.maximum-bandwidth-in-mbps", nullptr},
    {"ebs-info.ebs-optimized-info.maximum-iops", nullptr},
    {"ebs-info.ebs-optimized-info.maximum-throughput-in-mbps", nullptr},
    {"ebs-info.ebs-optimized-support", nullptr},
    {"ebs-info.encryption-support", nullptr},
    {"ebs-info.nvme-support", nullptr},
    {"instance-storage-info.disk.count", nullptr},
    {"instance-storage-info.disk.size-in-gb", nullptr},
    {"instance-storage-info.disk.type", nullptr},
    {"instance-storage-info.encryption-support", nullptr},
    {"instance-storage-info.nvme-support", nullptr},
    {"instance-storage-info.total-size-in-gb", nullptr},
    {"network-info.bandwidth-weightings", nullptr},
    {"network-info.efa-info.maximum-efa-interfaces", nullptr},
    {"network-info.ena-support", nullptr},
    {"network-info.flexible-ena-queues-support", nullptr},
    {"network-info.encryption-in-transit-supported", nullptr},
    {"network-info.ipv6-addresses-per-interface", nullptr},
    {"network-info.ipv6-supported", nullptr},
    {"nitro-enclaves-support", nullptr},
    {"nitro-tpm-support", nullptr},
    {"nitro-tpm-info.supported-versions", nullptr},
    {"processor-info.sustained-clock-speed-in-ghz", nullptr},
    {"processor-info.supported-features", nullptr},
    {"reboot-migration-support", nullptr},
    {"supported-boot-mode", nullptr},
};

/// A type at a place that has it.
struct Offering {
  std::string_view type;
  std::string_view location;
};

constexpr FilterRow<Ec2State, Offering> kOfferingFilters[] = {
    {"instance-type",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.type); }},
    {"location", [](const auto&, const auto& row, const auto& p) { return p.match(row.location); }},
};

api::ec2::InstanceTypeInfo describe_type(const InstanceType& type) {
  api::ec2::InstanceTypeInfo shown;
  shown.InstanceType = std::string(type.name);
  shown.CurrentGeneration = type.is_current_generation;
  shown.FreeTierEligible = is_free(type);
  shown.SupportedUsageClasses = {{"on-demand", "spot"}};
  shown.SupportedRootDeviceTypes = {{"ebs"}};
  shown.SupportedVirtualizationTypes = {{"hvm"}};
  shown.BareMetal = false;
  shown.Hypervisor = std::string(type.hypervisor);
  shown.ProcessorInfo = {.SupportedArchitectures = {{std::string(type.architecture)}},
                         .SustainedClockSpeedInGhz = type.clock_ghz,
                         .Manufacturer = std::string(type.manufacturer)};
  shown.VCpuInfo = {.DefaultVCpus = type.vcpus,
                    .DefaultCores = type.cores,
                    .DefaultThreadsPerCore = type.threads_per_core(),
                    .ValidCores = valid_cores(type),
                    .ValidThreadsPerCore = valid_threads(type)};
  shown.MemoryInfo = {.SizeInMiB = type.memory_mib};
  shown.InstanceStorageSupported = false;
  shown.NetworkInfo = {.NetworkPerformance = std::string(type.network_performance),
                       .MaximumNetworkInterfaces = type.interfaces,
                       .MaximumNetworkCards = 1,
                       .DefaultNetworkCardIndex = 0,
                       .Ipv4AddressesPerInterface = type.addresses_per_interface,
                       .EfaSupported = false};
  shown.HibernationSupported = false;
  shown.BurstablePerformanceSupported = type.is_burstable;
  return shown;
}

bool is_offered(std::string_view region, const InstanceType& type) {
  return std::ranges::any_of(zones_of(region),
                             [&](const Zone& zone) { return offers(zone, type); });
}

}  // namespace

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypes.html
api::ec2::DescribeInstanceTypesResult describe_instance_types(
    Context& context, const api::ec2::DescribeInstanceTypesRequest& request) {
  const auto names = api::each(request.InstanceTypes);
  if (!names.empty() && request.MaxResults) {
    throw invalid_parameter_combination(
        "The parameter instanceTypes cannot be used with the parameter maxResults");
  }
  std::vector<std::string> missing;
  for (const auto& name : names) {
    if (find_instance_type(name) == nullptr) missing.push_back(name);
  }
  if (!missing.empty()) throw invalid_instance_types(join_ids(missing));
  const Selection<Ec2State, InstanceType> selection(context.state, request.Filters, kTypeFilters,
                                                    nullptr);
  const Page page(request.MaxResults, request.NextToken);
  api::ec2::DescribeInstanceTypesResult result;
  auto& shown = result.InstanceTypes.emplace();
  for (const InstanceType& type : instance_types()) {
    if (page.after && type.name <= *page.after) continue;
    const bool is_wanted = names.empty() || std::ranges::find(names, type.name) != names.end();
    if (!is_wanted || !is_offered(context.region(), type) || !selection.passes(type)) continue;
    // AWS: a page has 100 types unless the request says otherwise.
    if (shown.size() == std::min<std::size_t>(page.limit, 100)) {
      result.NextToken = make_token(*shown.back().InstanceType);
      break;
    }
    shown.push_back(describe_type(type));
  }
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypeOfferings.html
api::ec2::DescribeInstanceTypeOfferingsResult describe_instance_type_offerings(
    Context& context, const api::ec2::DescribeInstanceTypeOfferingsRequest& request) {
  const std::string location_type = request.LocationType.value_or("region");
  if (location_type == "outpost") throw not_implemented("Location type outpost");
  const Selection<Ec2State, Offering> selection(context.state, request.Filters, kOfferingFilters,
                                                nullptr);
  const Page page(request.MaxResults, request.NextToken);
  api::ec2::DescribeInstanceTypeOfferingsResult result;
  auto& shown = result.InstanceTypeOfferings.emplace();
  std::string last;
  for (const InstanceType& type : instance_types()) {
    std::set<std::string_view> locations;
    for (const Zone& zone : zones_of(context.region())) {
      if (!offers(zone, type)) continue;
      locations.insert(location_type == "region"              ? std::string_view(context.region())
                       : location_type == "availability-zone" ? zone.name
                                                              : zone.id);
    }
    for (const auto location : locations) {
      const std::string place = std::string(type.name) + "/" + std::string(location);
      if (page.after && place <= *page.after) continue;
      if (!selection.passes(Offering{type.name, location})) continue;
      if (shown.size() == page.limit) {
        result.NextToken = make_token(last);
        return result;
      }
      shown.push_back({.InstanceType = std::string(type.name),
                       .LocationType = location_type,
                       .Location = std::string(location)});
      last = place;
    }
  }
  return result;
}

}  // namespace fallstreak::services::ec2
