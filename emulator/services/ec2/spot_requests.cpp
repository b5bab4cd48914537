#include "services/ec2/spot_requests.h"

#include <algorithm>
#include <set>

#include "faults/spot.h"
#include "services/ec2/catalogue.h"
#include "services/ec2/convert.h"
#include "services/ec2/errors.h"
#include "services/ec2/fleet_upkeep.h"
#include "services/ec2/instances.h"
#include "services/ec2/launch.h"
#include "services/ec2/launch_plan.h"
#include "services/ec2/prices.h"
#include "services/ec2/reserved_instances.h"
#include "services/ec2/spot_errors.h"
#include "services/ec2/spot_groups.h"
#include "services/ec2/tags.h"
#include "services/ec2/timing.h"

namespace fallstreak::services::ec2 {
namespace {

using Launch = api::ec2::RunInstancesRequest;
using api::ec2::SpotInstanceRequest;

SpotPool pool_of(const Context& context, const std::string& zone, const std::string& type) {
  return {.region = context.region(), .zone = zone, .instance_type = type};
}

/// As the request shows what is launched for it.
api::ec2::LaunchSpecification specification_of(const Launch& launch) {
  api::ec2::LaunchSpecification shown{.UserData = launch.UserData,
                                      .BlockDeviceMappings = launch.BlockDeviceMappings,
                                      .EbsOptimized = launch.EbsOptimized,
                                      .IamInstanceProfile = launch.IamInstanceProfile,
                                      .ImageId = launch.ImageId,
                                      .InstanceType = launch.InstanceType,
                                      .KeyName = launch.KeyName,
                                      .NetworkInterfaces = launch.NetworkInterfaces,
                                      .SubnetId = launch.SubnetId,
                                      .Monitoring = launch.Monitoring};
  if (launch.Placement) shown.Placement = convert<api::ec2::SpotPlacement>(*launch.Placement);
  auto& groups = shown.SecurityGroups.emplace();
  for (const auto& id : api::each(launch.SecurityGroupIds)) groups.push_back({.GroupId = id});
  return shown;
}

SpotInstanceRequest new_request(Context& context, const Launch& launch, const SpotTerms& terms) {
  SpotInstanceRequest request{.AvailabilityZoneGroup = terms.zone_group,
                              .CreateTime = context.now(),
                              .LaunchGroup = terms.launch_group,
                              .LaunchSpecification = specification_of(launch),
                              .ProductDescription = "Linux/UNIX",
                              .SpotInstanceRequestId = context.new_id("sir-"),
                              .SpotPrice = terms.max_price,
                              .Tags = to_wire(terms.tags),
                              .Type = terms.is_persistent ? "persistent" : "one-time",
                              .ValidUntil = terms.valid_until,
                              .InstanceInterruptionBehavior = terms.interruption_behavior};
  // AWS: "The default is the On-Demand price".
  if (terms.max_price.empty()) {
    const auto usual = on_demand_price(context.region(), launch.InstanceType.value_or("m1.small"));
    request.SpotPrice = price_text(usual.value_or(0));
  }
  return request;
}

/// What a persistent request launches again: one instance, as its user described it.
Launch launch_again(Launch launch) {
  launch.MinCount = 1;
  launch.MaxCount = 1;
  launch.ClientToken.reset();
  launch.PrivateIpAddress.reset();
  return launch;
}

void look_later(Context& context, const std::string& request_id, Duration after) {
  const std::string event = context.schedule_periodic(after, "spot-evaluation", request_id);
  context.state.spot_requests.update(
      request_id, [&](SpotRequestRecord& record) { record.evaluation_event = event; });
}

const SpotRequestRecord* request_of(const Context& context, const InstanceRecord& row) {
  return row.spot_request_id.empty() ? nullptr
                                     : context.state.spot_requests.find(row.spot_request_id);
}

void become_active(Context& context, const std::string& request_id, const InstanceRecord& row) {
  context.state.spot_requests.update(request_id, [&](SpotRequestRecord& record) {
    record.request.InstanceId = row.instance_id;
    record.request.LaunchedAvailabilityZone = row.zone;
    record.evaluation_event.clear();
  });
  set_spot_status(context, request_id, "active", "fulfilled", "Your Spot request is fulfilled.");
}

/// A launch that could be made now, or what AWS says of one that cannot.
struct Attempt {
  Launch effective;
  LaunchPlan plan;
  std::optional<ApiError> error;
};

ApiError zone_group_not_fulfilled() {
  return {"az-group-constraint",
          "Amazon EC2 can't launch all the instances you requested in the same Availability Zone."};
}

/// Nothing is made before the whole plan stands, so that there is nothing to undo.
Attempt attempt(Context& context, const SpotRequestRecord& record) {
  Attempt made;
  Launch launch = record.launch;
  const std::string zone = zone_of_group(context, record);
  const bool may_choose = !launch.SubnetId && !launch.NetworkInterfaces &&
                          (!launch.Placement || !launch.Placement->AvailabilityZone);
  if (!zone.empty() && may_choose) {
    if (!launch.Placement) launch.Placement.emplace();
    launch.Placement->AvailabilityZone = zone;
  }
  try {
    made.effective = effective_request(context, launch);
    made.plan = plan_launch(context, made.effective);
    if (!zone.empty() && made.plan.zone != zone) made.error = zone_group_not_fulfilled();
  } catch (const ApiError& error) {
    made.error = error;
  }
  return made;
}

/// Says why a request is not fulfilled, and when it is looked at again, if it is.
void refuse(Context& context, const std::string& request_id, const ApiError& error) {
  const bool is_full = error.code == "InsufficientInstanceCapacity";
  const bool is_apart = error.code == "az-group-constraint";
  if (is_full || is_apart || error.code == "SpotMaxPriceTooLow") {
    set_spot_status(context, request_id, "open",
                    is_full    ? "capacity-not-available"
                    : is_apart ? error.code
                               : "price-too-low",
                    error.message);
    return look_later(context, request_id, timing::kSpotRetry);
  }
  set_spot_status(context, request_id, "failed", "bad-parameters",
                  "The Spot request cannot be fulfilled: " + error.message);
  context.state.spot_requests.update(request_id, [&](SpotRequestRecord& changed) {
    changed.request.Fault = {{.Code = error.code, .Message = error.message}};
  });
}

/// Launches what a request asks for, or says why not.
void try_to_launch(Context& context, const std::string& request_id) {
  const Attempt made = attempt(context, *context.state.spot_requests.find(request_id));
  if (made.error) return refuse(context, request_id, *made.error);
  const std::string instance_id = launch_planned(context, made.effective, made.plan, request_id);
  become_active(context, request_id, *context.state.instances.find(instance_id));
}

/// AWS: "All instances in a launch group are started and terminated together."
void try_to_launch_group(Context& context, const std::string& request_id) {
  const SpotRequestRecord first = *context.state.spot_requests.find(request_id);
  // One of them looks for all, so that a group of many is not planned as often as it has members.
  if (!leads_group(context, first)) return look_later(context, request_id, timing::kSpotRetry);
  const auto members = waiting_in_group(context, first);
  bool is_ready = true;
  std::set<std::string> refused;
  for (const auto& id : members) {
    const SpotRequestRecord record = *context.state.spot_requests.find(id);
    const auto& valid_from = record.request.ValidFrom;
    if (valid_from && *valid_from > context.now()) {
      is_ready = false;
      continue;
    }
    const Attempt made = attempt(context, record);
    if (!made.error) continue;
    is_ready = false;
    refused.insert(id);
    refuse(context, id, *made.error);
  }
  for (const auto& id : members) {
    if (is_ready) {
      const SpotRequestRecord record = *context.state.spot_requests.find(id);
      if (!record.evaluation_event.empty()) context.cancel(record.evaluation_event);
      try_to_launch(context, id);
    } else if (!refused.contains(id)) {
      set_spot_status(context, id, "open", "launch-group-constraint",
                      "Amazon EC2 can't launch all the instances you requested at the same time. "
                      "All instances in a launch group are started and terminated together.");
    }
  }
  if (!is_ready && !refused.contains(request_id)) {
    look_later(context, request_id, timing::kSpotRetry);
  }
}

/// The rest of a launch group goes with an instance of it.
void end_launch_group(Context& context, const SpotRequestRecord& record) {
  for (const auto& id : instances_in_group(context, record)) {
    const InstanceRecord* row = context.state.instances.find(id);
    const bool is_over = row == nullptr || row->state == InstanceState::shutting_down ||
                         row->state == InstanceState::terminated;
    if (is_over) continue;
    begin_shutting_down(context, id,
                        {.code = std::string(kSpotTermination),
                         .message = "Server.SpotInstanceTermination: Spot instance termination",
                         .transition = std::string(kSpotTermination),
                         .fault = {},
                         .is_of_launch_group = true});
  }
}

/// An instance that EC2 stopped is started again when there is capacity.
void try_to_resume(Context& context, const std::string& request_id, const InstanceRecord& row) {
  const bool may_start =
      row.state == InstanceState::stopped && has_room(context, row.zone, row.instance_type, true);
  if (!may_start) return look_later(context, request_id, timing::kSpotRetry);
  // Its start makes the request active.
  begin_starting(context, row.instance_id);
}

}  // namespace

std::optional<SpotTerms> spot_terms_of(const Context& context, const Launch& launch) {
  if (!launch.InstanceMarketOptions || !launch.InstanceMarketOptions->MarketType) return {};
  const std::string& market = *launch.InstanceMarketOptions->MarketType;
  if (market != "spot") throw not_implemented("MarketType '" + market + "'");
  const auto options =
      launch.InstanceMarketOptions->SpotOptions.value_or(api::ec2::SpotMarketOptions());
  SpotTerms terms{
      .max_price = options.MaxPrice.value_or(""),
      .is_persistent = options.SpotInstanceType == "persistent",
      .interruption_behavior = options.InstanceInterruptionBehavior.value_or("terminate"),
      .valid_until = options.ValidUntil,
      .tags =
          tags_for_type(launch.TagSpecifications, "spot-instances-request", ReservedKeys::refused)};
  if (!terms.max_price.empty() && !parse_price(terms.max_price)) {
    throw spot_price_malformed(terms.max_price);
  }
  if (terms.interruption_behavior == "hibernate") {
    throw not_implemented("InstanceInterruptionBehavior 'hibernate'");
  }
  if (terms.interruption_behavior == "stop" && !terms.is_persistent) {
    throw interruption_needs_persistent(terms.interruption_behavior);
  }
  if (terms.valid_until && !terms.is_persistent) throw valid_until_needs_persistent();
  const std::string type = launch.InstanceType.value_or("m1.small");
  if (!on_demand_price(context.region(), type)) {
    throw not_implemented("Spot Instances of type " + type + ", whose price is not known,");
  }
  return terms;
}

bool has_room(Context& context, std::string_view zone, std::string_view instance_type,
              bool is_spot) {
  if (is_spot) return faults::has_spot_capacity(context.faults(), zone, instance_type);
  if (faults::has_capacity(context.faults(), zone, instance_type)) return true;
  // AWS: a reservation of a zone "provides a capacity reservation" there.
  return faults::zone_has_power(context.faults(), zone) &&
         has_reserved_capacity(context, zone, instance_type);
}

void check_spot_price(Context& context, const SpotTerms& terms, const std::string& zone,
                      const std::string& instance_type) {
  if (terms.max_price.empty()) return;
  const auto price = spot_price(context.world().random().seed(),
                                pool_of(context, zone, instance_type), context.now());
  if (*parse_price(terms.max_price) < *price) {
    throw spot_max_price_too_low(terms.max_price, price_text(*price));
  }
}

std::string add_fulfilled_request(Context& context, const Launch& launch, const SpotTerms& terms,
                                  const InstanceRecord& row) {
  SpotRequestRecord record{
      .request = new_request(context, launch, terms), .launch = {}, .evaluation_event = {}};
  if (terms.is_persistent) record.launch = launch_again(launch);
  const std::string id = *record.request.SpotInstanceRequestId;
  context.state.spot_requests.insert(id, std::move(record));
  become_active(context, id, row);
  return id;
}

std::string add_open_request(Context& context, const Launch& launch, const SpotTerms& terms,
                             const std::optional<Time>& valid_from) {
  SpotRequestRecord record{.request = new_request(context, launch, terms),
                           .launch = launch_again(launch),
                           .evaluation_event = {}};
  record.request.ValidFrom = valid_from;
  const std::string id = *record.request.SpotInstanceRequestId;
  context.state.spot_requests.insert(id, std::move(record));
  const bool is_early = valid_from && *valid_from > context.now();
  if (is_early) {
    set_spot_status(context, id, "open", "not-scheduled-yet",
                    "Your Spot request will not be evaluated until the scheduled date.");
    look_later(context, id, *valid_from - context.now());
    return id;
  }
  set_spot_status(context, id, "open", "pending-evaluation",
                  "Your Spot request has been submitted for review, and is pending evaluation.");
  const std::string event = context.schedule(
      context.world().random().quantiles(id + "/ec2.spot-evaluation", timing::kSpotEvaluation),
      "spot-evaluation", id);
  context.state.spot_requests.update(
      id, [&](SpotRequestRecord& changed) { changed.evaluation_event = event; });
  return id;
}

void set_spot_status(Context& context, const std::string& request_id, std::string_view state,
                     std::string_view code, std::string_view message) {
  context.state.spot_requests.update(request_id, [&](SpotRequestRecord& record) {
    record.request.State = std::string(state);
    record.request.Status = {
        {.Code = std::string(code), .Message = std::string(message), .UpdateTime = context.now()}};
  });
  update_spot_groups(context, request_id);
}

void on_spot_evaluation(Context& context, const world::Event& event) {
  const SpotRequestRecord* record = context.state.spot_requests.find(event.entity);
  if (record == nullptr || record->request.State != "open") return;
  const auto& valid_until = record->request.ValidUntil;
  if (valid_until && *valid_until <= context.now()) {
    return set_spot_status(
        context, event.entity, "closed", "schedule-expired",
        "Your Spot request expired because it was not fulfilled before the specified date.");
  }
  const InstanceRecord* row = context.state.instances.find(record->request.InstanceId.value_or(""));
  const bool is_stopped = row != nullptr && (row->state == InstanceState::stopped ||
                                             row->state == InstanceState::stopping);
  if (is_stopped) return try_to_resume(context, event.entity, *row);
  if (record->request.LaunchGroup) return try_to_launch_group(context, event.entity);
  try_to_launch(context, event.entity);
}

void spot_instance_started(Context& context, const InstanceRecord& row) {
  const SpotRequestRecord* record = request_of(context, row);
  const bool waits =
      record != nullptr && (record->request.State == "open" || record->request.State == "disabled");
  if (waits) become_active(context, row.spot_request_id, row);
}

void spot_instance_stops(Context& context, const std::string& instance_id, const Cause& cause) {
  const InstanceRecord row = *context.state.instances.find(instance_id);
  const SpotRequestRecord* record = request_of(context, row);
  if (record == nullptr || record->request.State != "active") return;
  if (cause.code == kSpotShutdown) {
    set_spot_status(context, row.spot_request_id, "open", "instance-stopped-no-capacity",
                    "Your Spot Instance was stopped because there was no longer enough Spot "
                    "capacity available for the instance.");
    return look_later(context, row.spot_request_id, timing::kSpotRetry);
  }
  // A loss of power is no matter of the request.
  if (!cause.fault.empty()) return;
  set_spot_status(context, row.spot_request_id, "disabled", "instance-stopped-by-user",
                  "Your Spot Instance was stopped because a user stopped the instance or ran the "
                  "shutdown command from the instance.");
}

void spot_instance_ends(Context& context, const std::string& instance_id, const Cause& cause) {
  const InstanceRecord row = *context.state.instances.find(instance_id);
  const SpotRequestRecord* record = request_of(context, row);
  if (record == nullptr) return;
  const bool is_of_group = cause.is_of_launch_group;
  const bool is_interrupted = cause.code == kSpotTermination && !is_of_group;
  const bool is_cancelled = record->request.State == "cancelled";
  const bool is_off = is_cancelled && cause.code == kSpotShutdown;
  const std::string_view code = is_off           ? "instance-terminated-by-service"
                                : is_interrupted ? "instance-terminated-no-capacity"
                                : is_of_group    ? "instance-terminated-launch-group-constraint"
                                                 : "instance-terminated-by-user";
  const std::string_view message =
      is_off ? "Your Spot Instance was terminated from a stopped state."
      : is_interrupted
          ? "Your Spot Instance was terminated because there is no longer enough Spot capacity "
            "available for the instance."
      : is_of_group
          ? "One or more of the instances in your launch group was terminated, so the launch group "
            "constraint is no longer fulfilled."
          : "Your Spot Instance was terminated due to user-initiated termination.";
  // A fleet sees itself to what comes in place of its instances.
  const bool is_repeated =
      record->request.Type == "persistent" && !is_cancelled && fleet_of(row).empty();
  // AWS: a persistent request is open again, and stays so until it is cancelled.
  set_spot_status(context, row.spot_request_id,
                  is_cancelled  ? "cancelled"
                  : is_repeated ? "open"
                                : "closed",
                  code, message);
  if (is_repeated) look_later(context, row.spot_request_id, timing::kSpotRetry);
  if (!is_of_group)
    end_launch_group(context, *context.state.spot_requests.find(row.spot_request_id));
}

void check_stoppable(const Context& context, const InstanceRecord& row) {
  const SpotRequestRecord* record = request_of(context, row);
  const bool is_one_time = record != nullptr && record->request.Type == "one-time";
  if (is_one_time) throw spot_request_is_one_time(row.instance_id);
}

}  // namespace fallstreak::services::ec2
