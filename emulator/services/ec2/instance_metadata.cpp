#include "services/ec2/instance_metadata.h"

#include <algorithm>

#include "base/encoding.h"
#include "services/ec2/errors.h"
#include "services/ec2/instances.h"

namespace fallstreak::services::ec2 {
namespace {

using dispatch::InstanceMetadata;
using dispatch::InterfaceNetworks;

bool is_off(const InstanceRecord& row) {
  return row.state == InstanceState::stopped || row.state == InstanceState::terminated;
}

InterfaceNetworks networks_of(const Ec2State& state,
                              const api::ec2::InstanceNetworkInterface& interface) {
  InterfaceNetworks networks;
  if (const auto* subnet = state.subnets.find(*interface.SubnetId)) {
    networks.subnet_cidr = subnet->subnet.CidrBlock.value_or("");
  }
  if (const auto* vpc = state.vpcs.find(*interface.VpcId)) {
    for (const auto& each : api::each(vpc->vpc.CidrBlockAssociationSet)) {
      networks.vpc_cidrs.push_back(each.CidrBlock.value_or(""));
    }
  }
  return networks;
}

std::string public_key_of(const Ec2State& state, const std::string& name) {
  const LinkRecord* link = name.empty() ? nullptr : state.key_pair_names.find(name);
  const KeyPairRecord* pair = link == nullptr ? nullptr : state.key_pairs.find(link->id);
  return pair == nullptr ? std::string() : pair->public_key;
}

void tell_interruption(const world::World& world, const Ec2State& state, const InstanceRecord& row,
                       InstanceMetadata& metadata) {
  if (row.interruption_event.empty()) return;
  const auto* event = world.events().table().find(row.interruption_event);
  if (event == nullptr) return;
  metadata.interruption = event->due;
  const auto* request = state.spot_requests.find(row.spot_request_id);
  metadata.is_stopped_by_interruption = request != nullptr && request->request.Status &&
                                        request->request.Status->Code == "marked-for-stop";
}

/// AWS: the pattern in the message, and names that stand for something else in a path.
bool is_metadata_key(std::string_view key) {
  constexpr std::string_view kReserved[] = {".", "..", "_index"};
  return !key.empty() && std::ranges::find(kReserved, key) == std::end(kReserved) &&
         std::ranges::all_of(key, [](char letter) {
           return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
                  (letter >= 'A' && letter <= 'Z') ||
                  std::string_view("-_+=,.@:").find(letter) != std::string_view::npos;
         });
}

}  // namespace

std::optional<InstanceMetadata> metadata_of(world::World& world, const std::string& scope,
                                            const std::string& instance_id) {
  const auto& state = world.state<Ec2State>("ec2", scope);
  const InstanceRecord* row = state.instances.find(instance_id);
  if (row == nullptr || is_off(*row)) return std::nullopt;
  InstanceMetadata metadata;
  metadata.now = world.now();
  metadata.instance = describe(state, *row);
  metadata.user_data = from_base64(row->user_data).value_or("");
  metadata.public_key = public_key_of(state, row->key_name);
  metadata.rebalance_notice = row->rebalance_notice;
  for (const auto& interface : api::each(metadata.instance.NetworkInterfaces)) {
    metadata.networks.push_back(networks_of(state, interface));
  }
  for (const auto& record : row->scheduled_events) metadata.events.push_back(record.event);
  tell_interruption(world, state, *row, metadata);
  return metadata;
}

void check_metadata_tags(const api::ec2::InstanceMetadataOptionsResponse& options,
                         const Tags& tags) {
  if (options.InstanceMetadataTags != "enabled") return;
  for (const auto& tag : tags) {
    if (tag.Key && !is_metadata_key(*tag.Key)) throw invalid_metadata_tag_key(*tag.Key);
  }
}

}  // namespace fallstreak::services::ec2
