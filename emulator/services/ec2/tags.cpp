#include "services/ec2/tags.h"

#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/instance_metadata.h"
#include "services/ec2/network_errors.h"
#include "services/ec2/pages.h"
#include "services/ec2/spot_errors.h"
#include "services/ec2/storage_errors.h"

namespace fallstreak::services::ec2 {
namespace {

/// AWS counts characters; a UTF-8 character begins with any byte but a continuation.
std::size_t count_characters(std::string_view text) {
  return std::size_t(std::ranges::count_if(text, [](char byte) { return (byte & 0xC0) != 0x80; }));
}

void check_tag(const api::ec2::Tag& tag, ReservedKeys reserved) {
  const std::string_view key = tag.Key ? std::string_view(*tag.Key) : "";
  if (key.empty()) throw missing_parameter("Tag.Key");
  if (reserved == ReservedKeys::refused && key.starts_with("aws:")) throw reserved_tag_key();
  if (const auto length = count_characters(key); length > 128) {
    throw tag_key_too_long(std::to_string(length));
  }
  if (const auto length = count_characters(tag.Value.value_or("")); length > 256) {
    throw tag_value_too_long(std::to_string(length));
  }
}

bool is_counted(const api::ec2::Tag& tag) { return !tag.Key->starts_with("aws:"); }

using Use = std::function<void(const std::string& id, std::span<const api::ec2::Tag> tags)>;
using Change = std::function<void(Tags&)>;

/// A kind of resource that carries tags, and how to get at them.
struct Taggable {
  std::string_view prefix;
  std::string_view resource_type;
  void (*walk)(const Ec2State&, const Use&);
  /// Calls `use` with the tags of one resource; false when there is no such resource.
  bool (*look)(const Ec2State&, const std::string& id, const Use&);
  void (*change)(Ec2State&, const std::string& id, const Change&);
};

// Where each record has its tags.
std::optional<Tags>& tags_of(VpcRecord& record) { return record.vpc.Tags; }
std::optional<Tags>& tags_of(SubnetRecord& record) { return record.subnet.Tags; }
std::optional<Tags>& tags_of(InternetGatewayRecord& record) { return record.gateway.Tags; }
std::optional<Tags>& tags_of(EgressGatewayRecord& record) { return record.gateway.Tags; }
std::optional<Tags>& tags_of(RouteTableRecord& record) { return record.table.Tags; }
std::optional<Tags>& tags_of(LaunchTemplateRecord& record) { return record.launch_template.Tags; }
std::optional<Tags>& tags_of(CapacityReservationRecord& record) { return record.reservation.Tags; }
std::optional<Tags>& tags_of(CidrReservationRecord& record) { return record.reservation.Tags; }
std::optional<Tags>& tags_of(FlowLogRecord& record) { return record.log.Tags; }
std::optional<Tags>& tags_of(PublicAccessExclusionRecord& record) { return record.exclusion.Tags; }
Tags& tags_of(SecurityGroupRecord& record) { return record.tags; }
Tags& tags_of(InstanceRecord& record) { return record.tags; }
Tags& tags_of(FleetRecord& record) { return record.tags; }
Tags& tags_of(VolumeRecord& record) { return record.tags; }
Tags& tags_of(SnapshotRecord& record) { return record.tags; }
Tags& tags_of(KeyPairRecord& record) { return record.tags; }
std::optional<Tags>& tags_of(ImageRecord& record) { return record.image.Tags; }
Tags& tags_of(NetworkInterfaceRecord& record) { return record.tags; }
Tags& tags_of(AddressRecord& record) { return record.tags; }
std::optional<Tags>& tags_of(DhcpOptionsRecord& record) { return record.options.Tags; }
std::optional<Tags>& tags_of(NetworkAclRecord& record) { return record.acl.Tags; }
std::optional<Tags>& tags_of(NatGatewayRecord& record) { return record.gateway.Tags; }
std::optional<Tags>& tags_of(PrefixListRecord& record) { return record.list.Tags; }
std::optional<Tags>& tags_of(VpcEndpointRecord& record) { return record.endpoint.Tags; }
std::optional<Tags>& tags_of(PeeringRecord& record) { return record.connection.Tags; }

std::optional<Tags>& tags_of(SpotRequestRecord& record) { return record.request.Tags; }

std::span<const api::ec2::Tag> span_of(const std::optional<Tags>& tags) { return tag_span(tags); }
std::span<const api::ec2::Tag> span_of(const Tags& tags) { return tags; }

/// `tags_of` gives the place itself; reading does not change it.
template <class Record>
std::span<const api::ec2::Tag> read_tags(const Record& record) {
  return span_of(tags_of(const_cast<Record&>(record)));  // NOLINT
}

void apply(std::optional<Tags>& tags, const Change& change) {
  Tags changed = tags.value_or(Tags());
  change(changed);
  tags = to_wire(changed);
}
void apply(Tags& tags, const Change& change) { change(tags); }

template <auto table>
constexpr Taggable taggable(std::string_view prefix, std::string_view resource_type) {
  return {prefix, resource_type,
          [](const Ec2State& state, const Use& use) {
            for (const auto& [id, record] : state.*table) use(id, read_tags(record));
          },
          [](const Ec2State& state, const std::string& id, const Use& use) {
            const auto* record = (state.*table).find(id);
            if (record != nullptr) use(id, read_tags(*record));
            return record != nullptr;
          },
          [](Ec2State& state, const std::string& id, const Change& change) {
            (state.*table).update(id, [&](auto& record) { apply(tags_of(record), change); });
          }};
}

const api::ec2::SecurityGroupRule& find_rule(const Ec2State& state, const std::string& rule_id,
                                             const LinkRecord& link) {
  const auto& rules = state.security_groups.find(link.id)->rules;
  return *std::ranges::find(rules, rule_id, &api::ec2::SecurityGroupRule::SecurityGroupRuleId);
}

/// The rules of security groups live in their groups.
constexpr Taggable kRules{"sgr-", "security-group-rule",
                          [](const Ec2State& state, const Use& use) {
                            for (const auto& [id, link] : state.rule_groups) {
                              use(id, span_of(find_rule(state, id, link).Tags));
                            }
                          },
                          [](const Ec2State& state, const std::string& id, const Use& use) {
                            const LinkRecord* link = state.rule_groups.find(id);
                            if (link == nullptr) return false;
                            for (const auto& rule : state.security_groups.find(link->id)->rules) {
                              if (rule.SecurityGroupRuleId == id) use(id, span_of(rule.Tags));
                            }
                            return true;
                          },
                          [](Ec2State& state, const std::string& id, const Change& change) {
                            const std::string group_id = state.rule_groups.find(id)->id;
                            state.security_groups.update(group_id, [&](SecurityGroupRecord& group) {
                              for (auto& rule : group.rules) {
                                if (rule.SecurityGroupRuleId == id) apply(rule.Tags, change);
                              }
                            });
                          }};

/// Sorted by prefix: DescribeTags shows resources in the order of their ids, which its pages rely
/// on.
constexpr std::array kTaggables{
    taggable<&Ec2State::network_acls>("acl-", "network-acl"),
    taggable<&Ec2State::images>("ami-", "image"),
    taggable<&Ec2State::capacity_reservations>("cr-", "capacity-reservation"),
    taggable<&Ec2State::dhcp_options>("dopt-", "dhcp-options"),
    taggable<&Ec2State::egress_gateways>("eigw-", "egress-only-internet-gateway"),
    taggable<&Ec2State::addresses>("eipalloc-", "elastic-ip"),
    taggable<&Ec2State::network_interfaces>("eni-", "network-interface"),
    taggable<&Ec2State::flow_logs>("fl-", "vpc-flow-log"),
    taggable<&Ec2State::fleets>("fleet-", "fleet"),
    taggable<&Ec2State::instances>("i-", "instance"),
    taggable<&Ec2State::internet_gateways>("igw-", "internet-gateway"),
    taggable<&Ec2State::key_pairs>("key-", "key-pair"),
    taggable<&Ec2State::launch_templates>("lt-", "launch-template"),
    taggable<&Ec2State::nat_gateways>("nat-", "natgateway"),
    taggable<&Ec2State::peerings>("pcx-", "vpc-peering-connection"),
    taggable<&Ec2State::prefix_lists>("pl-", "prefix-list"),
    taggable<&Ec2State::route_tables>("rtb-", "route-table"),
    taggable<&Ec2State::cidr_reservations>("scr-", "subnet-cidr-reservation"),
    taggable<&Ec2State::spot_fleets>("sfr-", "spot-fleet-request"),
    taggable<&Ec2State::security_groups>("sg-", "security-group"),
    kRules,
    taggable<&Ec2State::spot_requests>("sir-", "spot-instances-request"),
    taggable<&Ec2State::snapshots>("snap-", "snapshot"),
    taggable<&Ec2State::subnets>("subnet-", "subnet"),
    taggable<&Ec2State::volumes>("vol-", "volume"),
    taggable<&Ec2State::vpcs>("vpc-", "vpc"),
    taggable<&Ec2State::public_access_exclusions>("vpcbpa-exclude-",
                                                  "vpc-block-public-access-exclusion"),
    taggable<&Ec2State::vpc_endpoints>("vpce-", "vpc-endpoint"),
};

const Taggable* find_taggable(std::string_view id) {
  const auto found = std::ranges::find_if(
      kTaggables, [&](const Taggable& kind) { return id.starts_with(kind.prefix); });
  return found == kTaggables.end() ? nullptr : &*found;
}

/// AWS: a resource that is not there is named in the way of its own type.
ApiError resource_not_found(const Taggable& kind, const std::string& id) {
  if (kind.prefix == "acl-") return invalid_network_acl_id_not_found(id);
  if (kind.prefix == "cr-") return invalid_capacity_reservation_id_not_found({id});
  if (kind.prefix == "scr-") return invalid_cidr_reservation_not_found(id);
  if (kind.prefix == "fl-") return invalid_flow_log_id_not_found(id);
  if (kind.prefix == "vpcbpa-exclude-") return invalid_public_access_exclusion_not_found(id);
  if (kind.prefix == "ami-") return invalid_ami_id_not_found(id);
  if (kind.prefix == "key-") return invalid_key_pair_ids_not_found(id);
  if (kind.prefix == "snap-") return invalid_snapshot_not_found(id);
  if (kind.prefix == "vol-") return invalid_volume_not_found(id);
  if (kind.prefix == "dopt-") return invalid_dhcp_option_id_not_found(id);
  if (kind.prefix == "nat-") return nat_gateway_not_found(id);
  if (kind.prefix == "pcx-") return invalid_vpc_peering_connection_id_not_found(id);
  if (kind.prefix == "pl-") return invalid_prefix_list_id_not_found(id);
  if (kind.prefix == "vpce-") return invalid_vpc_endpoint_id_not_found(id);
  if (kind.prefix == "eigw-") return invalid_gateway_id_not_found(id);
  if (kind.prefix == "eipalloc-") return invalid_allocation_id_not_found(id);
  if (kind.prefix == "eni-") return invalid_network_interface_id_not_found(id);
  if (kind.prefix == "fleet-") return invalid_fleet_id_not_found({id});
  if (kind.prefix == "sfr-") return invalid_spot_fleet_request_id_not_found({id});
  if (kind.prefix == "i-") return instance_ids_not_found({id});
  if (kind.prefix == "igw-") return invalid_internet_gateway_id_not_found(id);
  if (kind.prefix == "lt-") return invalid_launch_template_id_not_found(id);
  if (kind.prefix == "rtb-") return invalid_route_table_id_not_found(id);
  if (kind.prefix == "sg-") return invalid_group_not_found(id);
  if (kind.prefix == "sgr-") return invalid_security_group_rule_id_not_found(id);
  if (kind.prefix == "subnet-") return invalid_subnet_id_not_found(id);
  return invalid_vpc_id_not_found(id);
}

/// The kinds of all the resources; throws for the first that is not there.
std::vector<const Taggable*> find_all(const Ec2State& state, const std::vector<std::string>& ids) {
  std::vector<const Taggable*> kinds;
  for (const auto& id : ids) {
    const Taggable* kind = find_taggable(id);
    if (kind == nullptr) throw invalid_id(id);
    if (!kind->look(state, id, [](const auto&, auto) {})) throw resource_not_found(*kind, id);
    kinds.push_back(kind);
  }
  return kinds;
}

struct TagRow {
  std::string_view key, value, resource_id, resource_type;
};

constexpr FilterRow<Ec2State, TagRow> kTagsFilters[] = {
    {"key", [](const auto&, const TagRow& row, const Patterns& p) { return p.match(row.key); }},
    {"resource-id",
     [](const auto&, const TagRow& row, const Patterns& p) { return p.match(row.resource_id); }},
    {"resource-type",
     [](const auto&, const TagRow& row, const Patterns& p) { return p.match(row.resource_type); }},
    {"value", [](const auto&, const TagRow& row, const Patterns& p) { return p.match(row.value); }},
};

/// `tag:Owner` of DescribeTags means: key Owner, with one of these values.
std::optional<std::vector<api::ec2::Filter>> without_tag_filters(
    const std::optional<std::vector<api::ec2::Filter>>& filters,
    std::vector<const api::ec2::Filter*>& tag_filters) {
  std::vector<api::ec2::Filter> others;
  for (const auto& filter : api::each(filters)) {
    if (filter.Name && filter.Name->starts_with("tag:")) {
      tag_filters.push_back(&filter);
    } else {
      others.push_back(filter);
    }
  }
  return others;
}

}  // namespace

void set_tags(Tags& tags, std::span<const api::ec2::Tag> given, ReservedKeys reserved) {
  for (const auto& tag : given) {
    check_tag(tag, reserved);
    const api::ec2::Tag stored{.Key = tag.Key, .Value = tag.Value.value_or("")};
    const auto place = std::ranges::lower_bound(
        tags, *tag.Key, {}, [](const auto& each) -> const std::string& { return *each.Key; });
    if (place != tags.end() && place->Key == tag.Key) {
      *place = stored;
    } else {
      tags.insert(place, stored);
    }
  }
  if (std::size_t(std::ranges::count_if(tags, is_counted)) > kMaxTags) throw tag_limit_exceeded();
}

Tags tags_for_type(const std::optional<std::vector<api::ec2::TagSpecification>>& specifications,
                   std::string_view resource_type, ReservedKeys reserved) {
  Tags tags;
  for (const auto& specification : api::each(specifications)) {
    if (specification.ResourceType != resource_type) continue;
    std::set<std::string_view> keys;
    for (const auto& tag : api::each(specification.Tags)) {
      if (tag.Key && !keys.insert(*tag.Key).second) throw duplicate_tag_key(*tag.Key);
    }
    set_tags(tags, api::each(specification.Tags), reserved);
  }
  return tags;
}

Tags tags_for(const std::optional<std::vector<api::ec2::TagSpecification>>& specifications,
              std::string_view resource_type, ReservedKeys reserved) {
  for (const auto& specification : api::each(specifications)) {
    if (!specification.ResourceType) throw missing_parameter("TagSpecification.ResourceType");
    if (*specification.ResourceType != resource_type) {
      throw not_taggable_here(*specification.ResourceType);
    }
  }
  return tags_for_type(specifications, resource_type, reserved);
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html
api::ec2::CreateTagsResponse create_tags(Context& context,
                                         const api::ec2::CreateTagsRequest& request) {
  const auto kinds = find_all(context.state, *request.Resources);
  for (const auto& id : *request.Resources) {
    const InstanceRecord* row = context.state.instances.find(id);
    if (row != nullptr) check_metadata_tags(row->metadata_options, *request.Tags);
  }
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    kinds[i]->change(context.state, (*request.Resources)[i],
                     [&](Tags& tags) { set_tags(tags, api::each(request.Tags)); });
  }
  return {};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTags.html
api::ec2::DescribeTagsResult describe_tags(Context& context,
                                           const api::ec2::DescribeTagsRequest& request) {
  std::vector<const api::ec2::Filter*> tag_filters;
  const auto others = without_tag_filters(request.Filters, tag_filters);
  const Selection<Ec2State, TagRow> selection(context.state, others, kTagsFilters, nullptr);
  const Page page(request.MaxResults, request.NextToken);

  api::ec2::DescribeTagsResult result;
  auto& shown = result.Tags.emplace();
  std::string last;
  const auto take = [&](const Taggable& kind, const std::string& id,
                        std::span<const api::ec2::Tag> tags) {
    for (const auto& tag : tags) {
      // Ordered by resource, then key: the token names both.
      const std::string place = id + "/" + *tag.Key;
      if (result.NextToken || (page.after && place <= *page.after)) continue;
      const TagRow row{*tag.Key, *tag.Value, id, kind.resource_type};
      const bool passes =
          selection.passes(row) && std::ranges::all_of(tag_filters, [&](const auto* filter) {
            return filter->Name->substr(4) == *tag.Key &&
                   Patterns(filter->Values).match(*tag.Value);
          });
      if (!passes) continue;
      if (shown.size() == page.limit) {
        result.NextToken = make_token(last);
        continue;
      }
      shown.push_back({.Key = tag.Key,
                       .ResourceId = id,
                       .ResourceType = std::string(kind.resource_type),
                       .Value = tag.Value});
      last = place;
    }
  };
  for (const Taggable& kind : kTaggables) {
    kind.walk(context.state, [&](const std::string& id, auto tags) { take(kind, id, tags); });
  }
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html
api::ec2::DeleteTagsResponse delete_tags(Context& context,
                                         const api::ec2::DeleteTagsRequest& request) {
  const auto kinds = find_all(context.state, *request.Resources);
  const auto must_go = [&](const api::ec2::Tag& tag) {
    // AWS: without tags all user-defined ones go; without a value, whatever the value.
    if (!request.Tags) return is_counted(tag);
    return std::ranges::any_of(*request.Tags, [&](const api::ec2::Tag& given) {
      return given.Key == tag.Key && (!given.Value || given.Value == tag.Value);
    });
  };
  for (const auto& tag : api::each(request.Tags)) {
    if (tag.Key && tag.Key->starts_with("aws:")) throw reserved_tag_key();
  }
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    kinds[i]->change(context.state, (*request.Resources)[i],
                     [&](Tags& tags) { std::erase_if(tags, must_go); });
  }
  return {};
}

}  // namespace fallstreak::services::ec2
