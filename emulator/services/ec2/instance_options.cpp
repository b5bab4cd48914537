#include "services/ec2/instance_options.h"

#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/instance_metadata.h"
#include "services/ec2/instances.h"
#include "services/ec2/pages.h"

/// What can be changed of an instance while it runs.
namespace fallstreak::services::ec2 {
namespace {

bool is_gone(const InstanceRecord& row) {
  return row.state == InstanceState::terminated || row.state == InstanceState::shutting_down;
}

void check_not_gone(const InstanceRecord& row) {
  if (!is_gone(row)) return;
  throw incorrect_instance_state("The instance '" + row.instance_id +
                                 "' is not in a valid state for this operation.");
}

constexpr FilterRow<Ec2State, InstanceRecord> kCreditFilters[] = {
    {"instance-id",
     [](const auto&, const auto& row, const auto& p) { return p.match(row.instance_id); }}};

enum class Detailed { on, off };

std::vector<api::ec2::InstanceMonitoring> set_monitoring(Context& context,
                                                         const std::vector<std::string>& ids,
                                                         Detailed detailed) {
  std::vector<api::ec2::InstanceMonitoring> shown;
  check_instances(context, ids);
  for (const auto& id : ids) {
    check_not_gone(find_instance(context, id));
    context.state.instances.update(
        id, [&](InstanceRecord& row) { row.is_monitored = detailed == Detailed::on; });
    // AWS: the answer says that it is on its way.
    const char* state = detailed == Detailed::on ? "pending" : "disabling";
    shown.push_back({.InstanceId = id, .Monitoring = {{.State = state}}});
  }
  return shown;
}

/// Why the credits of an instance cannot be set; absent when they can.
std::optional<api::ec2::UnsuccessfulInstanceCreditSpecificationItemError> refusal(
    const Context& context, const std::string& id) {
  const InstanceRecord* row = context.state.instances.find(id);
  if (row == nullptr) {
    return {{.Code = "InvalidInstanceID.NotFound",
             .Message = "The instance ID '" + id + "' does not exist"}};
  }
  if (is_gone(*row)) {
    return {{.Code = "IncorrectInstanceState",
             .Message = "The instance " + id + " is not in a valid state for this operation."}};
  }
  if (!type_of(*row).is_burstable) {
    return {{.Code = "InstanceCreditSpecification.NotSupported",
             .Message = "The instance " + id + " does not support credit specifications."}};
  }
  return std::nullopt;
}

}  // namespace

std::string cpu_credits_of(const InstanceType& type,
                           const std::optional<api::ec2::CreditSpecificationRequest>& given) {
  if (!type.is_burstable) return {};
  // AWS: "T3, T3a, and T4g instances launch as unlimited by default"; T2 as standard.
  const std::string by_default = type.family() == "t2" ? "standard" : "unlimited";
  const std::string wanted = given ? given->CpuCredits.value_or(by_default) : by_default;
  if (wanted != "standard" && wanted != "unlimited") {
    throw invalid_parameter_value("The value '" + wanted + "' is not valid for cpuCredits.");
  }
  return wanted;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataOptions.html
api::ec2::ModifyInstanceMetadataOptionsResult modify_instance_metadata_options(
    Context& context, const api::ec2::ModifyInstanceMetadataOptionsRequest& request) {
  check_not_gone(find_instance(context, *request.InstanceId));
  const std::int32_t hops = request.HttpPutResponseHopLimit.value_or(1);
  if (hops < 1 || hops > 64) {
    throw invalid_value_for(std::to_string(hops), "HttpPutResponseHopLimit",
                            "Expecting a value between 1 and 64.");
  }
  context.state.instances.update(*request.InstanceId, [&](InstanceRecord& row) {
    auto& options = row.metadata_options;
    // AWS: what the request leaves out stays as it is.
    if (request.HttpTokens) options.HttpTokens = request.HttpTokens;
    if (request.HttpPutResponseHopLimit) options.HttpPutResponseHopLimit = hops;
    if (request.HttpEndpoint) options.HttpEndpoint = request.HttpEndpoint;
    if (request.HttpProtocolIpv6) options.HttpProtocolIpv6 = request.HttpProtocolIpv6;
    if (request.InstanceMetadataTags) options.InstanceMetadataTags = request.InstanceMetadataTags;
    check_metadata_tags(options, row.tags);
  });
  api::ec2::ModifyInstanceMetadataOptionsResult result{
      .InstanceId = request.InstanceId,
      .InstanceMetadataOptions = find_instance(context, *request.InstanceId).metadata_options};
  result.InstanceMetadataOptions->State = "pending";
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_MonitorInstances.html
api::ec2::MonitorInstancesResult monitor_instances(
    Context& context, const api::ec2::MonitorInstancesRequest& request) {
  return {.InstanceMonitorings = set_monitoring(context, *request.InstanceIds, Detailed::on)};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnmonitorInstances.html
api::ec2::UnmonitorInstancesResult unmonitor_instances(
    Context& context, const api::ec2::UnmonitorInstancesRequest& request) {
  return {.InstanceMonitorings = set_monitoring(context, *request.InstanceIds, Detailed::off)};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceCreditSpecifications.html
api::ec2::DescribeInstanceCreditSpecificationsResult describe_instance_credit_specifications(
    Context& context, const api::ec2::DescribeInstanceCreditSpecificationsRequest& request) {
  for (const auto& id : api::each(request.InstanceIds)) {
    if (type_of(find_instance(context, id)).is_burstable) continue;
    throw invalid_parameter_value("The instance " + id +
                                  " does not support credit specifications.");
  }
  const bool is_by_id = !api::each(request.InstanceIds).empty();
  const Selection<Ec2State, InstanceRecord> selection(context.state, request.Filters,
                                                      kCreditFilters, nullptr);
  api::ec2::DescribeInstanceCreditSpecificationsResult result;
  auto& shown = result.InstanceCreditSpecifications.emplace();
  result.NextToken = show_page(
      context.state.instances, request.InstanceIds, Page(request.MaxResults, request.NextToken),
      [&](const InstanceRecord& row) {
        // AWS: without ids, "returns only" those "with the unlimited credit option".
        const bool is_shown = is_by_id || row.cpu_credits == "unlimited";
        return is_shown && !is_gone(row) && selection.passes(row);
      },
      [](const auto& missing) { return instance_ids_not_found(missing); },
      [&](const InstanceRecord& row) {
        shown.push_back({.InstanceId = row.instance_id, .CpuCredits = row.cpu_credits});
      });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceCreditSpecification.html
api::ec2::ModifyInstanceCreditSpecificationResult modify_instance_credit_specification(
    Context& context, const api::ec2::ModifyInstanceCreditSpecificationRequest& request) {
  api::ec2::ModifyInstanceCreditSpecificationResult result;
  auto& done = result.SuccessfulInstanceCreditSpecifications.emplace();
  auto& refused = result.UnsuccessfulInstanceCreditSpecifications.emplace();
  for (const auto& each : api::each(request.InstanceCreditSpecifications)) {
    const std::string id = each.InstanceId.value_or("");
    if (auto why = refusal(context, id)) {
      refused.push_back({.InstanceId = id, .Error = std::move(why)});
      continue;
    }
    const auto& type = type_of(find_instance(context, id));
    const std::string credits = cpu_credits_of(type, {{.CpuCredits = each.CpuCredits}});
    context.state.instances.update(id, [&](InstanceRecord& row) { row.cpu_credits = credits; });
    done.push_back({.InstanceId = id});
  }
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html
api::ec2::GetConsoleOutputResult get_console_output(
    Context& context, const api::ec2::GetConsoleOutputRequest& request) {
  const InstanceRecord& row = find_instance(context, *request.InstanceId);
  if (request.Latest == true && type_of(row).hypervisor != "nitro") {
    throw latest_console_output_unsupported();
  }
  // Chosen: what runs on an instance is a model, which writes nothing to its console; AWS too
  // leaves the output out until there is some.
  return {.InstanceId = row.instance_id, .Timestamp = context.now()};
}

}  // namespace fallstreak::services::ec2
