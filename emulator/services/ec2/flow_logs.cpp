#include "services/ec2/flow_logs.h"

#include <algorithm>
#include <set>

#include "api/s3/buckets.h"
#include "services/ec2/client_tokens.h"
#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/network_errors.h"
#include "services/ec2/network_interfaces.h"
#include "services/ec2/pages.h"
#include "services/ec2/subnets.h"
#include "services/ec2/tags.h"
#include "services/ec2/vpcs.h"

namespace fallstreak::services::ec2 {
namespace {

using api::ec2::FlowLog;

/// AWS: "Flow logs per single network interface, single subnet, or single VPC: 2".
constexpr std::ptrdiff_t kMostPerResource = 2;

constexpr const char* kDefaultFormat =
    "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} "
    "${protocol} ${packets} ${bytes} ${start} ${end} ${action} ${log-status}";

/// https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html#flow-logs-fields
constexpr std::string_view kFlowLogFields[] = {"version",
                                               "account-id",
                                               "interface-id",
                                               "srcaddr",
                                               "dstaddr",
                                               "srcport",
                                               "dstport",
                                               "protocol",
                                               "packets",
                                               "bytes",
                                               "start",
                                               "end",
                                               "action",
                                               "log-status",
                                               "vpc-id",
                                               "subnet-id",
                                               "instance-id",
                                               "tcp-flags",
                                               "type",
                                               "pkt-srcaddr",
                                               "pkt-dstaddr",
                                               "region",
                                               "az-id",
                                               "sublocation-type",
                                               "sublocation-id",
                                               "pkt-src-aws-service",
                                               "pkt-dst-aws-service",
                                               "flow-direction",
                                               "traffic-path",
                                               "ecs-cluster-arn",
                                               "ecs-cluster-name",
                                               "ecs-container-instance-arn",
                                               "ecs-container-instance-id",
                                               "ecs-container-id",
                                               "ecs-second-container-id",
                                               "ecs-service-name",
                                               "ecs-task-definition-arn",
                                               "ecs-task-arn",
                                               "ecs-task-id",
                                               "reject-reason",
                                               "resource-id",
                                               "encryption-status"};

template <auto member>
bool log_has_text(const Ec2State&, const FlowLogRecord& row, const Patterns& p) {
  return p.match(row.log.*member);
}

constexpr FilterRow<Ec2State, FlowLogRecord> kFlowLogFilters[] = {
    {"deliver-log-status", log_has_text<&FlowLog::DeliverLogsStatus>},
    {"flow-log-id", log_has_text<&FlowLog::FlowLogId>},
    {"log-destination-type", log_has_text<&FlowLog::LogDestinationType>},
    {"log-group-name", log_has_text<&FlowLog::LogGroupName>},
    {"resource-id", log_has_text<&FlowLog::ResourceId>},
    {"traffic-type", log_has_text<&FlowLog::TrafficType>},
};

void check_flow_resource(const Context& context, const std::string& type, const std::string& id) {
  if (type == "VPC") {
    find_vpc(context, id);
  } else if (type == "Subnet") {
    find_subnet(context, id);
  } else if (type == "NetworkInterface") {
    find_interface(context, id);
  } else {
    throw not_implemented("ResourceType " + type + " of CreateFlowLogs");
  }
}

/// `${version} ${srcaddr}`: fields that AWS has, with one space between two.
void check_format(const std::string& format) {
  std::size_t at = 0;
  while (true) {
    const std::size_t end = format.find('}', at);
    const bool is_field = format.compare(at, 2, "${") == 0 && end != std::string::npos;
    if (!is_field) throw invalid_parameter("Log format is invalid: '" + format + "'");
    const auto name = std::string_view(format).substr(at + 2, end - at - 2);
    if (std::ranges::find(kFlowLogFields, name) == std::end(kFlowLogFields)) {
      throw invalid_parameter("Unknown fields provided: " + std::string(name));
    }
    if (end + 1 == format.size()) return;
    if (format[end + 1] != ' ') throw invalid_parameter("Log format is invalid: '" + format + "'");
    at = end + 2;
  }
}

/// `arn:aws:s3:::bucket/prefix/` has a bucket, which must be there.
void check_destination(Context& context, const api::ec2::CreateFlowLogsRequest& request) {
  const std::string type = request.LogDestinationType.value_or("cloud-watch-logs");
  // There is neither of these services here.
  if (type != "s3") throw not_implemented("LogDestinationType " + type + " of CreateFlowLogs");
  if (!request.LogDestination) throw missing_parameter("LogDestination");
  constexpr std::string_view kBucketArn = "arn:aws:s3:::";
  if (!request.LogDestination->starts_with(kBucketArn)) {
    throw invalid_parameter("LogDestination is not the ARN of a bucket: '" +
                            *request.LogDestination + "'");
  }
  const std::string rest = request.LogDestination->substr(kBucketArn.size());
  const std::string bucket = rest.substr(0, rest.find('/'));
  if (!context.try_call<api::s3::HeadBucket>({.Bucket = bucket})) {
    throw invalid_parameter("LogDestination: " + bucket + " does not exist");
  }
}

FlowLog wanted_log(const Context& context, const api::ec2::CreateFlowLogsRequest& request) {
  const std::int32_t interval = request.MaxAggregationInterval.value_or(600);
  if (interval != 60 && interval != 600) {
    throw invalid_parameter("MaxAggregationInterval must be 60 or 600");
  }
  // AWS: required for these types of resources.
  if (!request.TrafficType) throw missing_parameter("TrafficType");
  FlowLog log{.CreationTime = context.now(),
              .FlowLogStatus = "ACTIVE",
              .TrafficType = request.TrafficType,
              .LogDestinationType = request.LogDestinationType,
              .LogDestination = request.LogDestination,
              .LogFormat = request.LogFormat.value_or(kDefaultFormat),
              .Tags = to_wire(tags_for(request.TagSpecifications, "vpc-flow-log")),
              .MaxAggregationInterval = interval};
  check_format(*log.LogFormat);
  if (const auto& options = request.DestinationOptions) {
    log.DestinationOptions = {
        .FileFormat = options->FileFormat.value_or("plain-text"),
        .HiveCompatiblePartitions = options->HiveCompatiblePartitions.value_or(false),
        .PerHourPartition = options->PerHourPartition.value_or(false)};
  }
  return log;
}

void check_others(const Context& context, const FlowLog& wanted) {
  std::ptrdiff_t present = 0;
  for (const auto& [id, row] : context.state.flow_logs) {
    if (row.log.ResourceId != wanted.ResourceId) continue;
    ++present;
    if (row.log.LogDestination == wanted.LogDestination &&
        row.log.TrafficType == wanted.TrafficType && row.log.LogFormat == wanted.LogFormat) {
      throw flow_log_already_exists();
    }
  }
  if (present >= kMostPerResource) throw limit_exceeded("FlowLogsLimitExceeded", "flow logs");
}

}  // namespace

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html
api::ec2::CreateFlowLogsResult create_flow_logs(Context& context,
                                                const api::ec2::CreateFlowLogsRequest& request) {
  const IdempotentRequest idempotent(context, "CreateFlowLogs", request);
  api::ec2::CreateFlowLogsResult result{.ClientToken = request.ClientToken};
  if (!idempotent.earlier().empty()) {
    result.FlowLogIds = idempotent.earlier();
    return result;
  }
  FlowLog log = wanted_log(context, request);
  for (const auto& id : *request.ResourceIds) {
    check_flow_resource(context, *request.ResourceType, id);
  }
  check_destination(context, request);
  auto& ids = result.FlowLogIds.emplace();
  for (const auto& resource_id : *request.ResourceIds) {
    log.ResourceId = resource_id;
    check_others(context, log);
    log.FlowLogId = context.new_id("fl-");
    context.state.flow_logs.insert(*log.FlowLogId, {.log = log});
    ids.push_back(*log.FlowLogId);
  }
  if (ids.empty()) throw missing_parameter("ResourceId");
  idempotent.remember(context, ids);
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFlowLogs.html
api::ec2::DescribeFlowLogsResult describe_flow_logs(
    Context& context, const api::ec2::DescribeFlowLogsRequest& request) {
  const Selection<Ec2State, FlowLogRecord> selection(
      context.state, request.Filter, kFlowLogFilters,
      [](const FlowLogRecord& row) { return tag_span(row.log.Tags); });
  api::ec2::DescribeFlowLogsResult result;
  auto& shown = result.FlowLogs.emplace();
  result.NextToken = show_page(
      context.state.flow_logs, request.FlowLogIds,
      Page(request.MaxResults, request.NextToken, {.least = 1}),
      [&](const FlowLogRecord& row) { return selection.passes(row); },
      [](const auto& missing) { return invalid_flow_log_id_not_found(join_ids(missing)); },
      [&](const FlowLogRecord& row) { shown.push_back(row.log); });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteFlowLogs.html
api::ec2::DeleteFlowLogsResult delete_flow_logs(Context& context,
                                                const api::ec2::DeleteFlowLogsRequest& request) {
  const std::set<std::string> ids(request.FlowLogIds->begin(), request.FlowLogIds->end());
  for (const auto& id : ids) {
    if (!context.state.flow_logs.contains(id)) throw invalid_flow_log_id_not_found(id);
    context.state.flow_logs.erase(id);
  }
  api::ec2::DeleteFlowLogsResult result;
  result.Unsuccessful.emplace();
  return result;
}

}  // namespace fallstreak::services::ec2
