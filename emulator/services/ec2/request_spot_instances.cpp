#include <algorithm>

#include "services/ec2/catalogue.h"
#include "services/ec2/client_tokens.h"
#include "services/ec2/convert.h"
#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/instances.h"
#include "services/ec2/pages.h"
#include "services/ec2/spot_errors.h"
#include "services/ec2/spot_requests.h"
#include "services/ec2/tags.h"

namespace fallstreak::services::ec2 {
namespace {

/// Chosen: AWS's quota counts the vCPUs of all Spot Instances; one call gets what one fleet may.
constexpr std::int32_t kMostAtOnce = 10'000;

using SpotLaunch = api::ec2::LaunchSpecification;
using SpotInterface = api::ec2::InstanceNetworkInterfaceSpecification;

template <auto member>
bool is_launched_with(const Ec2State&, const SpotRequestRecord& row, const Patterns& p) {
  return p.match((*row.request.LaunchSpecification).*member);
}
template <class Ask>
bool any_launch_volume(const SpotRequestRecord& row, const Ask& ask) {
  return std::ranges::any_of(api::each(row.request.LaunchSpecification->BlockDeviceMappings),
                             [&](const auto& each) { return each.Ebs && ask(*each.Ebs); });
}
template <auto member>
bool any_launch_group(const Ec2State&, const SpotRequestRecord& row, const Patterns& p) {
  return std::ranges::any_of(api::each(row.request.LaunchSpecification->SecurityGroups),
                             [&](const auto& each) { return p.match(each.*member); });
}
template <class Ask>
bool any_launch_interface(const SpotRequestRecord& row, const Ask& ask) {
  return std::ranges::any_of(api::each(row.request.LaunchSpecification->NetworkInterfaces), ask);
}
template <auto member>
bool launch_interface_has(const Ec2State&, const SpotRequestRecord& row, const Patterns& p) {
  return any_launch_interface(row, [&](const auto& each) { return p.match(each.*member); });
}

constexpr FilterRow<Ec2State, SpotRequestRecord> kRequestSpotInstancesFilters[] = {
    {"availability-zone-group",
     [](const auto&, const auto& row, const auto& p) {
       return p.match(row.request.AvailabilityZoneGroup);
     }},
    {"create-time",
     [](const auto&, const auto& row, const auto& p) { return p.match(*row.request.CreateTime); }},
    {"fault-code",
     [](const auto&, const auto& row, const auto& p) {
       return row.request.Fault && p.match(row.request.Fault->Code);
     }},
    {"fault-message",
     [](const auto&, const auto& row, const auto& p) {
       return row.request.Fault && p.match(row.request.Fault->Message);
     }},
    {"launch-group",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.request.LaunchGroup); }},
    {"launch.block-device-mapping.delete-on-termination",
     [](const auto&, const auto& row, const auto& p) {
       return any_launch_volume(row, [&](const auto& ebs) {
         return ebs.DeleteOnTermination && p.match(*ebs.DeleteOnTermination);
       });
     }},
    {"launch.block-device-mapping.device-name",
     [](const auto&, const auto& row, const auto& p) {
       return std::ranges::any_of(api::each(row.request.LaunchSpecification->BlockDeviceMappings),
                                  [&](const auto& each) { return p.match(each.DeviceName); });
     }},
    {"launch.block-device-mapping.snapshot-id",
     [](const auto&, const auto& row, const auto& p) {
       return any_launch_volume(row, [&](const auto& ebs) { return p.match(ebs.SnapshotId); });
     }},
    {"launch.block-device-mapping.volume-size",
     [](const auto&, const auto& row, const auto& p) {
       return any_launch_volume(row, [&](const auto& ebs) {
         return ebs.VolumeSize && p.match(std::int64_t(*ebs.VolumeSize));
       });
     }},
    {"launch.block-device-mapping.volume-type",
     [](const auto&, const auto& row, const auto& p) {
       return any_launch_volume(row, [&](const auto& ebs) { return p.match(ebs.VolumeType); });
     }},
    {"launch.group-id", any_launch_group<&api::ec2::GroupIdentifier::GroupId>},
    {"launch.group-name", any_launch_group<&api::ec2::GroupIdentifier::GroupName>},
    {"launch.kernel-id", is_launched_with<&SpotLaunch::KernelId>},
    {"launch.monitoring-enabled",
     [](const auto&, const auto& row, const auto& p) {
       const auto& monitoring = row.request.LaunchSpecification->Monitoring;
       return p.match(monitoring && monitoring->Enabled.value_or(false));
     }},
    {"launch.ramdisk-id", is_launched_with<&SpotLaunch::RamdiskId>},
    {"network-interface.addresses.primary",
     [](const auto&, const auto& row, const auto& p) {
       return any_launch_interface(row, [&](const auto& each) {
         return std::ranges::any_of(api::each(each.PrivateIpAddresses), [&](const auto& address) {
           return p.match(address.Primary.value_or(false));
         });
       });
     }},
    {"network-interface.delete-on-termination",
     [](const auto&, const auto& row, const auto& p) {
       return any_launch_interface(row, [&](const auto& each) {
         return each.DeleteOnTermination && p.match(*each.DeleteOnTermination);
       });
     }},
    {"network-interface.description", launch_interface_has<&SpotInterface::Description>},
    {"network-interface.device-index",
     [](const auto&, const auto& row, const auto& p) {
       return any_launch_interface(row, [&](const auto& each) {
         return each.DeviceIndex && p.match(std::int64_t(*each.DeviceIndex));
       });
     }},
    {"network-interface.group-id",
     [](const auto&, const auto& row, const auto& p) {
       return any_launch_interface(row, [&](const auto& each) {
         return std::ranges::any_of(api::each(each.Groups),
                                    [&](const auto& id) { return p.match(id); });
       });
     }},
    {"network-interface.network-interface-id",
     launch_interface_has<&SpotInterface::NetworkInterfaceId>},
    {"network-interface.private-ip-address",
     launch_interface_has<&SpotInterface::PrivateIpAddress>},
    {"network-interface.subnet-id", launch_interface_has<&SpotInterface::SubnetId>},
    {"valid-from",
     [](const auto&, const auto& row, const auto& p) {
       return row.request.ValidFrom && p.match(*row.request.ValidFrom);
     }},
    {"valid-until",
     [](const auto&, const auto& row, const auto& p) {
       return row.request.ValidUntil && p.match(*row.request.ValidUntil);
     }},
    {"launched-availability-zone-id",
     [](const auto&, const auto& row, const auto& p) {
       const auto& name = row.request.LaunchedAvailabilityZone;
       if (!name) return false;
       const Zone* zone = find_zone(name->substr(0, name->size() - 1), *name);
       return zone != nullptr && p.match(zone->id);
     }},
    {"instance-id",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.request.InstanceId); }},
    {"launch.image-id",
     [](const auto&, const auto& row, const auto& p) {
       return p.match(row.request.LaunchSpecification->ImageId);
     }},
    {"launch.instance-type",
     [](const auto&, const auto& row, const auto& p) {
       return p.match(row.request.LaunchSpecification->InstanceType);
     }},
    {"launch.key-name",
     [](const auto&, const auto& row, const auto& p) {
       return p.match(row.request.LaunchSpecification->KeyName);
     }},
    {"launched-availability-zone",
     [](const auto&, const auto& row, const auto& p) {
       return p.match(row.request.LaunchedAvailabilityZone);
     }},
    {"product-description", [](const auto&, const auto& row,
                               const auto& p) { return p.match(row.request.ProductDescription); }},
    {"spot-instance-request-id",
     [](const auto&, const auto& row, const auto& p) {
       return p.match(row.request.SpotInstanceRequestId);
     }},
    {"spot-price",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.request.SpotPrice); }},
    {"state",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.request.State); }},
    {"status-code",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.request.Status->Code); }},
    {"status-message", [](const auto&, const auto& row,
                          const auto& p) { return p.match(row.request.Status->Message); }},
    {"type", [](const auto&, const auto& row, const auto& p) { return p.match(row.request.Type); }},
};

std::span<const api::ec2::Tag> tags_of_request(const SpotRequestRecord& row) {
  return tag_span(row.request.Tags);
}

/// The launch that a request describes.
api::ec2::RunInstancesRequest launch_of(const api::ec2::RequestSpotInstancesRequest& request) {
  if (!request.LaunchSpecification) throw missing_parameter("LaunchSpecification");
  auto launch = convert<api::ec2::RunInstancesRequest>(*request.LaunchSpecification);
  launch.MinCount = 1;
  launch.MaxCount = 1;
  launch.TagSpecifications = request.TagSpecifications;
  launch.InstanceMarketOptions = {
      {.MarketType = "spot",
       .SpotOptions = {{.MaxPrice = request.SpotPrice,
                        .SpotInstanceType = request.Type.value_or("one-time"),
                        .InstanceInterruptionBehavior = request.InstanceInterruptionBehavior}}}};
  return launch;
}

}  // namespace

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RequestSpotInstances.html
api::ec2::RequestSpotInstancesResult request_spot_instances(
    Context& context, const api::ec2::RequestSpotInstancesRequest& request) {
  const IdempotentRequest idempotent(context, "RequestSpotInstances", request);
  api::ec2::RequestSpotInstancesResult result;
  auto& shown = result.SpotInstanceRequests.emplace();
  const auto show = [&](const std::string& id) {
    shown.push_back(context.state.spot_requests.find(id)->request);
  };
  if (!idempotent.earlier().empty()) {
    std::ranges::for_each(idempotent.earlier(), show);
    return result;
  }
  const std::int32_t count = request.InstanceCount.value_or(1);
  if (count < 1) throw spot_count_malformed(count);
  if (count > kMostAtOnce) throw max_spot_instance_count_exceeded();
  const auto launch = launch_of(request);
  SpotTerms terms = *spot_terms_of(context, launch);
  // AWS: a one-time request may have an end here, unlike in RunInstances; "the default end date is
  // 7 days from the current date".
  terms.valid_until = request.ValidUntil.value_or(context.now() + std::chrono::hours(24 * 7));
  terms.launch_group = request.LaunchGroup;
  terms.zone_group = request.AvailabilityZoneGroup;
  std::vector<std::string> ids;
  for (std::int32_t i = 0; i < count; ++i) {
    ids.push_back(add_open_request(context, launch, terms, request.ValidFrom));
    show(ids.back());
  }
  idempotent.remember(context, ids);
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotInstanceRequests.html
api::ec2::DescribeSpotInstanceRequestsResult describe_spot_instance_requests(
    Context& context, const api::ec2::DescribeSpotInstanceRequestsRequest& request) {
  const Selection<Ec2State, SpotRequestRecord> selection(
      context.state, request.Filters, kRequestSpotInstancesFilters, tags_of_request);
  api::ec2::DescribeSpotInstanceRequestsResult result;
  auto& shown = result.SpotInstanceRequests.emplace();
  result.NextToken = show_page(
      context.state.spot_requests, request.SpotInstanceRequestIds,
      Page(request.MaxResults, request.NextToken),
      [&](const SpotRequestRecord& row) { return selection.passes(row); },
      [](const auto& missing) { return spot_request_ids_not_found(missing); },
      [&](const SpotRequestRecord& row) { shown.push_back(row.request); });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CancelSpotInstanceRequests.html
api::ec2::CancelSpotInstanceRequestsResult cancel_spot_instance_requests(
    Context& context, const api::ec2::CancelSpotInstanceRequestsRequest& request) {
  std::vector<std::string> missing;
  for (const auto& id : *request.SpotInstanceRequestIds) {
    if (!context.state.spot_requests.contains(id)) missing.push_back(id);
  }
  if (!missing.empty()) throw spot_request_ids_not_found(missing);
  api::ec2::CancelSpotInstanceRequestsResult result;
  auto& shown = result.CancelledSpotInstanceRequests.emplace();
  for (const auto& id : *request.SpotInstanceRequestIds) {
    const SpotRequestRecord record = *context.state.spot_requests.find(id);
    const std::string& state = *record.request.State;
    const InstanceRecord* row =
        context.state.instances.find(record.request.InstanceId.value_or(""));
    const bool is_stopped = row != nullptr && row->state == InstanceState::stopped;
    if (state == "active" || state == "disabled") {
      set_spot_status(context, id, "cancelled", "request-canceled-and-instance-running",
                      "You canceled the Spot request while the Spot Instances are still running. "
                      "The request is cancelled, but the instances remain running.");
    } else if (state == "open") {
      if (!record.evaluation_event.empty()) context.cancel(record.evaluation_event);
      set_spot_status(context, id, "cancelled", "canceled-before-fulfillment",
                      "Your Spot request was canceled before it was fulfilled.");
    }
    // AWS: what an interruption stopped goes with its request.
    if (is_stopped && state == "open") {
      begin_shutting_down(context, row->instance_id,
                          {.code = std::string(kSpotShutdown),
                           .message = "Server.SpotInstanceShutdown: Spot request cancelled",
                           .transition = std::string(kSpotShutdown),
                           .fault = {}});
    }
    shown.push_back({.SpotInstanceRequestId = id,
                     .State = context.state.spot_requests.find(id)->request.State});
  }
  return result;
}

}  // namespace fallstreak::services::ec2
