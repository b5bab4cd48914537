#include "front/metadata_tree.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <span>
#include <vector>

#include "base/access_key.h"
#include "front/authenticator.h"
#include "world/random_streams.h"

namespace fallstreak::front {
namespace {

using dispatch::InstanceMetadata;
using Json = nlohmann::ordered_json;
using namespace std::chrono_literals;

constexpr std::string_view kRoot = "meta-data/";
/// Observed: a role's credentials are renewed every hour and are good for six and a half.
constexpr auto kCredentialsLast = 6h + 30min;

std::string text_of(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

/// Values under a folder; those that are empty are not there, as on AWS.
class Folder {
 public:
  Folder(MetadataTree& tree, std::string path) : tree_(tree), path_(std::move(path)) {}

  void set(std::string_view name, const std::optional<std::string>& value) {
    if (value && !value->empty()) tree_[path_ + std::string(name)] = *value;
  }
  void set_lines(std::string_view name, std::span<const std::string> lines) {
    std::string text;
    for (const auto& line : lines) text += (text.empty() ? "" : "\n") + line;
    set(name, std::move(text));
  }
  [[nodiscard]] Folder folder(std::string_view name) const {
    return {tree_, path_ + std::string(name) + "/"};
  }

 private:
  MetadataTree& tree_;
  std::string path_;
};

/// `/dev/sda1` as `sda1`.
std::string device_of(const std::string& name) {
  constexpr std::string_view kDevices = "/dev/";
  return name.starts_with(kDevices) ? name.substr(kDevices.size()) : name;
}

void add_block_devices(const api::ec2::Instance& instance, Folder folder) {
  const std::string root = instance.RootDeviceName.value_or("");
  folder.set("ami", device_of(root));
  folder.set("root", root);
  int number = 0;
  for (const auto& mapping : api::each(instance.BlockDeviceMappings)) {
    if (mapping.DeviceName == root) continue;
    folder.set("ebs" + std::to_string(++number), device_of(mapping.DeviceName.value_or("")));
  }
}

using Groups = std::span<const api::ec2::GroupIdentifier>;
std::vector<std::string> group_names(Groups groups) {
  std::vector<std::string> names;
  for (const auto& group : groups) names.push_back(group.GroupName.value_or(""));
  return names;
}

void add_interface(const api::ec2::InstanceNetworkInterface& interface,
                   const dispatch::InterfaceNetworks& networks, Folder folder) {
  folder.set("device-number", std::to_string(interface.Attachment->DeviceIndex.value_or(0)));
  folder.set("interface-id", interface.NetworkInterfaceId);
  folder.set("local-hostname", interface.PrivateDnsName);
  folder.set("mac", interface.MacAddress);
  folder.set("owner-id", interface.OwnerId);
  folder.set("subnet-id", interface.SubnetId);
  folder.set("vpc-id", interface.VpcId);
  folder.set("subnet-ipv4-cidr-block", networks.subnet_cidr);
  if (!networks.vpc_cidrs.empty()) folder.set("vpc-ipv4-cidr-block", networks.vpc_cidrs.front());
  folder.set_lines("vpc-ipv4-cidr-blocks", networks.vpc_cidrs);
  std::vector<std::string> group_ids;
  for (const auto& group : api::each(interface.Groups)) group_ids.push_back(*group.GroupId);
  folder.set_lines("security-group-ids", group_ids);
  folder.set_lines("security-groups", group_names(api::each(interface.Groups)));
  std::vector<std::string> local;
  std::vector<std::string> external;
  Folder associations = folder.folder("ipv4-associations");
  for (const auto& address : api::each(interface.PrivateIpAddresses)) {
    local.push_back(address.PrivateIpAddress.value_or(""));
    if (!address.Association || !address.Association->PublicIp) continue;
    external.push_back(*address.Association->PublicIp);
    associations.set(external.back(), local.back());
    if (address.Primary == true) folder.set("public-hostname", address.Association->PublicDnsName);
  }
  folder.set_lines("local-ipv4s", local);
  folder.set_lines("public-ipv4s", external);
}

void add_network(const InstanceMetadata& metadata, Folder folder) {
  const auto interfaces = api::each(metadata.instance.NetworkInterfaces);
  for (std::size_t i = 0; i < interfaces.size(); ++i) {
    const std::string mac = interfaces[i].MacAddress.value_or("");
    add_interface(interfaces[i], metadata.networks[i], folder.folder("interfaces/macs/" + mac));
  }
}

/// `21 Jan 2019 09:00:43 GMT`
std::string event_date(const std::optional<Time>& time) {
  return time ? to_http_date(*time).substr(5) : std::string();
}

/// `[Completed] ...` and `[Canceled] ...` are history.
std::string_view state_of(const api::ec2::InstanceStatusEvent& event) {
  const std::string_view description = *event.Description;
  if (description.starts_with("[Completed]")) return "completed";
  return description.starts_with("[Canceled]") ? "canceled" : "active";
}

void add_events(const InstanceMetadata& metadata, Folder folder) {
  Json scheduled = Json::array();
  Json history = Json::array();
  for (const auto& event : metadata.events) {
    Json shown;
    shown["NotBefore"] = event_date(event.NotBefore);
    shown["Code"] = event.Code.value_or("");
    shown["Description"] = event.Description.value_or("");
    shown["EventId"] = event.InstanceEventId.value_or("");
    if (event.NotAfter) shown["NotAfter"] = event_date(event.NotAfter);
    shown["State"] = state_of(event);
    (state_of(event) == "active" ? scheduled : history).push_back(std::move(shown));
  }
  folder.set("maintenance/scheduled", text_of(scheduled));
  folder.set("maintenance/history", text_of(history));
  if (metadata.rebalance_notice) {
    folder.set("recommendations/rebalance",
               Json{{"noticeTime", to_iso8601(*metadata.rebalance_notice)}}.dump());
  }
}

void add_spot(const InstanceMetadata& metadata, Folder folder) {
  if (!metadata.interruption) return;
  const std::string time = to_iso8601(*metadata.interruption);
  const bool stops = metadata.is_stopped_by_interruption;
  folder.set("instance-action",
             Json{{"action", stops ? "stop" : "terminate"}, {"time", time}}.dump());
  // AWS: "present only if the Spot Instance has been marked for termination".
  if (!stops) folder.set("termination-time", time);
}

/// The credentials of the instance's role: those of its account, which is in their key's id.
/// Chosen: their secret is the one that all keys have here that nobody listed.
std::string credentials_of(const InstanceMetadata& metadata, const std::string& role,
                           std::uint64_t seed) {
  const Time renewed = std::chrono::floor<std::chrono::hours>(metadata.now);
  const std::string whose = *metadata.instance.InstanceId + "/" + role;
  const auto period = std::uint64_t(to_epoch_seconds(renewed));
  const std::uint64_t draw = world::draw(seed, whose + "/imds.credentials", period);
  Json shown;
  shown["Code"] = "Success";
  shown["LastUpdated"] = to_iso8601(renewed);
  shown["Type"] = "AWS-HMAC";
  const std::string key = temporary_access_key_id(metadata.account_id, draw);
  shown["AccessKeyId"] = key;
  shown["SecretAccessKey"] = kDefaultSecret;
  shown["Token"] = temporary_session_token(key);
  shown["Expiration"] = to_iso8601(renewed + kCredentialsLast);
  return text_of(shown);
}

void add_role(const InstanceMetadata& metadata, std::uint64_t seed, Folder folder) {
  const auto& profile = metadata.instance.IamInstanceProfile;
  if (!profile) return;
  const std::string arn = profile->Arn.value_or("");
  // Chosen: without IAM a profile's role is the one of its name, as AWS's console makes them.
  const std::string role = arn.substr(arn.find_last_of("/:") + 1);
  Json info;
  info["Code"] = "Success";
  info["LastUpdated"] = to_iso8601(std::chrono::floor<std::chrono::hours>(metadata.now));
  info["InstanceProfileArn"] = arn;
  info["InstanceProfileId"] = profile->Id.value_or("");
  folder.set("info", text_of(info));
  if (!role.empty()) {
    folder.set("security-credentials/" + role, credentials_of(metadata, role, seed));
  }
}

void add_key(const InstanceMetadata& metadata, MetadataTree& tree) {
  if (metadata.public_key.empty()) return;
  // AWS: the list tells the name of the key, its folder is the number.
  tree["meta-data/public-keys/"] = "0=" + metadata.instance.KeyName.value_or("");
  tree["meta-data/public-keys/0/openssh-key"] = metadata.public_key;
}

void add_placement(const InstanceMetadata& metadata, Folder folder) {
  const auto& placement = *metadata.instance.Placement;
  folder.set("availability-zone", placement.AvailabilityZone);
  folder.set("availability-zone-id", placement.AvailabilityZoneId);
  folder.set("region", metadata.region);
  folder.set("group-name", placement.GroupName);
  if (placement.PartitionNumber) {
    folder.set("partition-number", std::to_string(*placement.PartitionNumber));
  }
}

/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-identity-documents.html
std::string identity_document(const InstanceMetadata& metadata) {
  const auto& instance = metadata.instance;
  Json shown;
  shown["accountId"] = metadata.account_id;
  shown["architecture"] = instance.Architecture.value_or("");
  shown["availabilityZone"] = instance.Placement->AvailabilityZone.value_or("");
  for (const char* absent : {"billingProducts", "devpayProductCodes", "marketplaceProductCodes"}) {
    shown[absent] = nullptr;
  }
  shown["imageId"] = instance.ImageId.value_or("");
  shown["instanceId"] = instance.InstanceId.value_or("");
  shown["instanceType"] = instance.InstanceType.value_or("");
  shown["kernelId"] = nullptr;
  shown["pendingTime"] = to_iso8601(*instance.LaunchTime);
  shown["privateIp"] = instance.PrivateIpAddress.value_or("");
  shown["ramdiskId"] = nullptr;
  shown["region"] = metadata.region;
  shown["version"] = "2017-09-30";
  return text_of(shown);
}

void add_instance(const InstanceMetadata& metadata, Folder root) {
  const auto& instance = metadata.instance;
  root.set("ami-id", instance.ImageId);
  root.set("ami-launch-index", std::to_string(instance.AmiLaunchIndex.value_or(0)));
  root.set("ami-manifest-path", "(unknown)");
  root.set("hostname", instance.PrivateDnsName);
  root.set("instance-action", "none");
  root.set("instance-id", instance.InstanceId);
  root.set("instance-life-cycle", instance.InstanceLifecycle.value_or("on-demand"));
  root.set("instance-type", instance.InstanceType);
  root.set("local-hostname", instance.PrivateDnsName);
  root.set("local-ipv4", instance.PrivateIpAddress);
  root.set("profile", "default-hvm");
  root.set("public-hostname", instance.PublicDnsName);
  root.set("public-ipv4", instance.PublicIpAddress);
  root.set_lines("security-groups", group_names(api::each(instance.SecurityGroups)));
  root.set("services/domain", "amazonaws.com");
  root.set("services/partition", "aws");
  root.set("autoscaling/target-lifecycle-state", metadata.target_lifecycle_state);
  const auto interfaces = api::each(instance.NetworkInterfaces);
  if (!interfaces.empty()) root.set("mac", interfaces.front().MacAddress);
}

}  // namespace

MetadataTree metadata_tree(const InstanceMetadata& metadata, std::uint64_t seed) {
  MetadataTree tree;
  const Folder root(tree, std::string(kRoot));
  add_instance(metadata, root);
  add_block_devices(metadata.instance, root.folder("block-device-mapping"));
  add_events(metadata, root.folder("events"));
  add_role(metadata, seed, root.folder("iam"));
  add_network(metadata, root.folder("network"));
  add_placement(metadata, root.folder("placement"));
  add_spot(metadata, root.folder("spot"));
  add_key(metadata, tree);
  const auto& options = metadata.instance.MetadataOptions;
  if (options && options->InstanceMetadataTags == "enabled") {
    for (const auto& tag : api::each(metadata.instance.Tags)) {
      // Also when its value is empty.
      tree["meta-data/tags/instance/" + tag.Key.value_or("")] = tag.Value.value_or("");
    }
  }
  tree["dynamic/instance-identity/document"] = identity_document(metadata);
  if (!metadata.user_data.empty()) tree["user-data"] = metadata.user_data;
  return tree;
}

std::optional<std::string> find_in(const MetadataTree& tree, std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  if (const auto value = tree.find(path); value != tree.end()) return value->second;
  const std::string folder = path.empty() ? std::string() : std::string(path) + "/";
  std::string list;
  std::string last;
  for (auto entry = tree.lower_bound(folder); entry != tree.end(); ++entry) {
    if (!entry->first.starts_with(folder)) break;
    const std::string_view rest = std::string_view(entry->first).substr(folder.size());
    if (rest.empty()) return entry->second;
    std::string name(rest.substr(0, std::min(rest.find('/'), rest.size() - 1) + 1));
    if (name == last) continue;
    list += (list.empty() ? "" : "\n") + name;
    last = std::move(name);
  }
  if (list.empty()) return std::nullopt;
  return list;
}

}  // namespace fallstreak::front
