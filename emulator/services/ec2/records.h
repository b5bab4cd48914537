#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/ec2/account_attributes.h"
#include "api/ec2/allowed_images.h"
#include "api/ec2/instances.h"
#include "api/ec2/internet_gateways.h"
#include "api/ec2/launch_templates.h"
#include "api/ec2/placement_groups.h"
#include "api/ec2/route_tables.h"
#include "api/ec2/security_groups.h"
#include "api/ec2/subnets.h"
#include "api/ec2/vpcs.h"
#include "base/time.h"

/// What EC2 stores: mostly the wire shape, plus what AWS knows and never returns.
namespace fallstreak::services::ec2 {

using Tags = std::vector<api::ec2::Tag>;

/// One row per account and region.
struct RegionRecord {
  /// AWS makes the default VPC once; whoever deletes it has to ask for another.
  bool has_made_default_vpc = false;
  std::string default_vpc_id;
  /// The DHCP options that AWS makes with the default VPC, and gives every new one.
  std::string default_dhcp_options_id;
  bool encrypts_by_default = false;
  /// AWS's own key of the account for volumes, once one was encrypted with it.
  std::string ebs_kms_key;
  /// The key for volumes that the account chose instead; empty: AWS's own.
  std::string chosen_kms_key;
  /// What launches get that say nothing of it; what is absent is left to the image.
  api::ec2::InstanceMetadataDefaultsResponse metadata_defaults;
  /// Of families of burstable types, where they differ from AWS's.
  std::vector<api::ec2::InstanceFamilyCreditSpecification> credit_defaults;
  /// Whether the account may share with all: Chosen: `unblocked`, as in older accounts.
  std::string snapshot_sharing = "unblocked";
  std::string image_sharing = "unblocked";
  /// `disabled`, `audit-mode` or `enabled`, and which images of others are allowed then.
  std::string allowed_images_state = "disabled";
  std::vector<api::ec2::ImageCriterion> image_criteria;
  bool has_serial_console = false;
  /// What internet gateways let through: `off`, `block-bidirectional` or `block-ingress`.
  std::string internet_block_mode = "off";
  std::optional<Time> internet_block_changed;
};
template <class Visitor>
void visit_fields(RegionRecord& record, Visitor&& visit) {
  visit("has_made_default_vpc", record.has_made_default_vpc);
  visit("default_vpc_id", record.default_vpc_id);
  visit("default_dhcp_options_id", record.default_dhcp_options_id);
  visit("encrypts_by_default", record.encrypts_by_default);
  visit("ebs_kms_key", record.ebs_kms_key);
  visit("chosen_kms_key", record.chosen_kms_key);
  visit("metadata_defaults", record.metadata_defaults);
  visit("credit_defaults", record.credit_defaults);
  visit("snapshot_sharing", record.snapshot_sharing);
  visit("image_sharing", record.image_sharing);
  visit("allowed_images_state", record.allowed_images_state);
  visit("image_criteria", record.image_criteria);
  visit("has_serial_console", record.has_serial_console);
  visit("internet_block_mode", record.internet_block_mode);
  visit("internet_block_changed", record.internet_block_changed);
}

struct VpcRecord {
  api::ec2::Vpc vpc;
  std::string main_route_table_id;
  std::string default_group_id;
  std::string default_network_acl_id;
  bool enable_dns_support = true;
  bool enable_dns_hostnames = false;
  bool enable_network_address_usage_metrics = false;
};
template <class Visitor>
void visit_fields(VpcRecord& record, Visitor&& visit) {
  visit("vpc", record.vpc);
  visit("main_route_table_id", record.main_route_table_id);
  visit("default_group_id", record.default_group_id);
  visit("default_network_acl_id", record.default_network_acl_id);
  visit("enable_dns_support", record.enable_dns_support);
  visit("enable_dns_hostnames", record.enable_dns_hostnames);
  visit("enable_network_address_usage_metrics", record.enable_network_address_usage_metrics);
}

struct SubnetRecord {
  api::ec2::Subnet subnet;
};
template <class Visitor>
void visit_fields(SubnetRecord& record, Visitor&& visit) {
  visit("subnet", record.subnet);
}

struct InternetGatewayRecord {
  api::ec2::InternetGateway gateway;
};
template <class Visitor>
void visit_fields(InternetGatewayRecord& record, Visitor&& visit) {
  visit("gateway", record.gateway);
}

struct RouteTableRecord {
  api::ec2::RouteTable table;
};
template <class Visitor>
void visit_fields(RouteTableRecord& record, Visitor&& visit) {
  visit("table", record.table);
}

struct SecurityGroupRecord {
  std::string group_id;
  std::string owner_id;
  std::string group_name;
  std::string description;
  std::string vpc_id;
  Tags tags;
  std::vector<api::ec2::SecurityGroupRule> rules;
};
template <class Visitor>
void visit_fields(SecurityGroupRecord& record, Visitor&& visit) {
  visit("group_id", record.group_id);
  visit("owner_id", record.owner_id);
  visit("group_name", record.group_name);
  visit("description", record.description);
  visit("vpc_id", record.vpc_id);
  visit("tags", record.tags);
  visit("rules", record.rules);
}

struct LaunchTemplateRecord {
  api::ec2::LaunchTemplate launch_template;
};
template <class Visitor>
void visit_fields(LaunchTemplateRecord& record, Visitor&& visit) {
  visit("launch_template", record.launch_template);
}

struct LaunchTemplateVersionRecord {
  api::ec2::LaunchTemplateVersion version;
};
template <class Visitor>
void visit_fields(LaunchTemplateVersionRecord& record, Visitor&& visit) {
  visit("version", record.version);
}

/// AWS: the low byte of `instance-state-code`.
enum class InstanceState : std::int32_t {
  pending = 0,
  running = 16,
  shutting_down = 32,
  terminated = 48,
  stopping = 64,
  stopped = 80,
};

/// A volume that an instance has; its own row has more.
struct AttachedVolumeRecord {
  std::string device_name;
  std::string volume_id;
  bool delete_on_termination = true;
};
template <class Visitor>
void visit_fields(AttachedVolumeRecord& record, Visitor&& visit) {
  visit("device_name", record.device_name);
  visit("volume_id", record.volume_id);
  visit("delete_on_termination", record.delete_on_termination);
}

/// A status check that a fault makes fail.
struct ImpairmentRecord {
  std::string fault_id;
  /// `instance`, `system` or `ebs`.
  std::string check;
  Time since{};
};
template <class Visitor>
void visit_fields(ImpairmentRecord& record, Visitor&& visit) {
  visit("fault_id", record.fault_id);
  visit("check", record.check);
  visit("since", record.since);
}

/// What AWS is going to do to an instance, and when.
struct ScheduledEventRecord {
  /// The fault that announced it.
  std::string fault_id;
  api::ec2::InstanceStatusEvent event;
  /// The queue's key of the moment at which it happens.
  std::string due_event;
};
template <class Visitor>
void visit_fields(ScheduledEventRecord& record, Visitor&& visit) {
  visit("fault_id", record.fault_id);
  visit("event", record.event);
  visit("due_event", record.due_event);
}

/// An instance. Not the wire shape, which is ten times as large: thousands of these are walked and
/// changed often.
struct InstanceRecord {
  std::string instance_id;
  std::string owner_id;
  std::string reservation_id;
  std::string image_id;
  std::string key_name;
  std::string instance_type;
  InstanceState state = InstanceState::pending;
  Time launch_time{};
  std::int32_t launch_index = 0;
  std::string zone;
  std::string vpc_id;
  std::string subnet_id;
  /// Of the first interface, which keeps its first address for life.
  std::string private_ip_address;
  bool wants_public_address = false;
  /// The first is the primary one; empty once the instance is terminated.
  std::vector<std::string> interface_ids;
  Tags tags;
  std::string client_token;
  std::string user_data;
  std::string state_reason_code;
  std::string state_reason_message;
  std::string state_transition_reason;
  bool disable_api_termination = false;
  bool disable_api_stop = false;
  std::string shutdown_behavior = "stop";
  bool is_monitored = false;
  bool ebs_optimized = false;
  std::string tenancy = "default";
  std::string profile_arn;
  std::string profile_id;
  std::string profile_association_id;
  std::string placement_group;
  std::int32_t partition_number = 0;
  /// `standard` or `unlimited` of a burstable type.
  std::string cpu_credits;
  /// What its launch chose; zeros are its type's own.
  std::int32_t cores = 0;
  std::int32_t threads_per_core = 0;
  api::ec2::InstanceMetadataOptionsResponse metadata_options;
  bool recovers_automatically = true;
  bool migrates_on_reboot = true;
  /// Its host name, as its options say: by its id instead of its address, and which records.
  bool has_resource_name = false;
  bool has_resource_a_record = false;
  bool has_resource_aaaa_record = false;
  std::vector<AttachedVolumeRecord> volumes;
  /// When the status checks of a running instance turn from `initializing` to `ok`.
  Time status_ok_at{};
  std::vector<ImpairmentRecord> impairments;
  /// The queue's key of the pending change of state; empty when there is none.
  std::string transition_event;
  /// The Auto Scaling group in whose metrics it counts, and from when on.
  std::string counted_in_group;
  Time counted_from{};
  /// The fault that stopped it; it is started again when the fault ends.
  std::string stopped_by_fault;
  /// Of a Spot Instance: what it was launched for.
  std::string spot_request_id;
  /// The queue's key of its interruption, once it has its notice; empty without one.
  std::string interruption_event;
  /// When AWS recommended to replace it.
  std::optional<Time> rebalance_notice;
  std::vector<ScheduledEventRecord> scheduled_events;
  /// `open`, `none` or `capacity-reservations-only`, or the id of the reservation that it names.
  std::string capacity_preference = "open";
  /// The capacity reservation in which it runs.
  std::string capacity_reservation_id;
};
template <class Visitor>
void visit_fields(InstanceRecord& record, Visitor&& visit) {
  visit("instance_id", record.instance_id);
  visit("owner_id", record.owner_id);
  visit("reservation_id", record.reservation_id);
  visit("image_id", record.image_id);
  visit("key_name", record.key_name);
  visit("instance_type", record.instance_type);
  visit("state", record.state);
  visit("launch_time", record.launch_time);
  visit("launch_index", record.launch_index);
  visit("zone", record.zone);
  visit("vpc_id", record.vpc_id);
  visit("subnet_id", record.subnet_id);
  visit("private_ip_address", record.private_ip_address);
  visit("wants_public_address", record.wants_public_address);
  visit("interface_ids", record.interface_ids);
  visit("tags", record.tags);
  visit("client_token", record.client_token);
  visit("user_data", record.user_data);
  visit("state_reason_code", record.state_reason_code);
  visit("state_reason_message", record.state_reason_message);
  visit("state_transition_reason", record.state_transition_reason);
  visit("disable_api_termination", record.disable_api_termination);
  visit("disable_api_stop", record.disable_api_stop);
  visit("shutdown_behavior", record.shutdown_behavior);
  visit("is_monitored", record.is_monitored);
  visit("ebs_optimized", record.ebs_optimized);
  visit("tenancy", record.tenancy);
  visit("profile_arn", record.profile_arn);
  visit("profile_id", record.profile_id);
  visit("profile_association_id", record.profile_association_id);
  visit("placement_group", record.placement_group);
  visit("partition_number", record.partition_number);
  visit("cpu_credits", record.cpu_credits);
  visit("cores", record.cores);
  visit("threads_per_core", record.threads_per_core);
  visit("metadata_options", record.metadata_options);
  visit("recovers_automatically", record.recovers_automatically);
  visit("migrates_on_reboot", record.migrates_on_reboot);
  visit("has_resource_name", record.has_resource_name);
  visit("has_resource_a_record", record.has_resource_a_record);
  visit("has_resource_aaaa_record", record.has_resource_aaaa_record);
  visit("volumes", record.volumes);
  visit("status_ok_at", record.status_ok_at);
  visit("impairments", record.impairments);
  visit("transition_event", record.transition_event);
  visit("counted_in_group", record.counted_in_group);
  visit("counted_from", record.counted_from);
  visit("stopped_by_fault", record.stopped_by_fault);
  visit("spot_request_id", record.spot_request_id);
  visit("interruption_event", record.interruption_event);
  visit("rebalance_notice", record.rebalance_notice);
  visit("scheduled_events", record.scheduled_events);
  visit("capacity_preference", record.capacity_preference);
  visit("capacity_reservation_id", record.capacity_reservation_id);
}

struct ProfileAssociationRecord {
  std::string association_id;
  std::string instance_id;
  std::string profile_arn;
  std::string profile_id;
  std::string state;
  Time timestamp{};
};
template <class Visitor>
void visit_fields(ProfileAssociationRecord& record, Visitor&& visit) {
  visit("association_id", record.association_id);
  visit("instance_id", record.instance_id);
  visit("profile_arn", record.profile_arn);
  visit("profile_id", record.profile_id);
  visit("state", record.state);
  visit("timestamp", record.timestamp);
}

struct PlacementGroupRecord {
  api::ec2::PlacementGroup group;
};
template <class Visitor>
void visit_fields(PlacementGroupRecord& record, Visitor&& visit) {
  visit("group", record.group);
}

/// What a client token was used for: the same token and request give the same answer again.
struct ClientTokenRecord {
  std::uint64_t request_hash = 0;
  std::vector<std::string> resource_ids;
};
template <class Visitor>
void visit_fields(ClientTokenRecord& record, Visitor&& visit) {
  visit("request_hash", record.request_hash);
  visit("resource_ids", record.resource_ids);
}

/// A row of an index: what the key leads to.
struct LinkRecord {
  std::string id;
};
template <class Visitor>
void visit_fields(LinkRecord& record, Visitor&& visit) {
  visit("id", record.id);
}

}  // namespace fallstreak::services::ec2
