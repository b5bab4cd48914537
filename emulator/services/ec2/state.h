#pragma once

#include <string>

#include "dispatch/context.h"
#include "services/ec2/fleet_records.h"
#include "services/ec2/network_records.h"
#include "services/ec2/records.h"
#include "services/ec2/reserved_records.h"
#include "services/ec2/spot_records.h"
#include "services/ec2/storage_records.h"
#include "world/table.h"

namespace fallstreak::services::ec2 {

/// EC2 in one account and region.
struct Ec2State {
  explicit Ec2State(const std::string& prefix)
      : region(prefix + "region"),
        vpcs(prefix + "vpcs"),
        subnets(prefix + "subnets"),
        cidr_reservations(prefix + "cidr_reservations"),
        subnet_reservations(prefix + "subnet_reservations"),
        internet_gateways(prefix + "internet_gateways"),
        egress_gateways(prefix + "egress_gateways"),
        route_tables(prefix + "route_tables"),
        security_groups(prefix + "security_groups"),
        rule_groups(prefix + "rule_groups"),
        group_members(prefix + "group_members"),
        group_vpcs(prefix + "group_vpcs"),
        launch_templates(prefix + "launch_templates"),
        launch_template_names(prefix + "launch_template_names"),
        launch_template_versions(prefix + "launch_template_versions"),
        instances(prefix + "instances"),
        profile_associations(prefix + "profile_associations"),
        placement_groups(prefix + "placement_groups"),
        placement_members(prefix + "placement_members"),
        spot_requests(prefix + "spot_requests"),
        spot_groups(prefix + "spot_groups"),
        fleets(prefix + "fleets"),
        spot_fleets(prefix + "spot_fleets"),
        fleet_members(prefix + "fleet_members"),
        fleet_history(prefix + "fleet_history"),
        reserved_instances(prefix + "reserved_instances"),
        capacity_reservations(prefix + "capacity_reservations"),
        reservation_pools(prefix + "reservation_pools"),
        capacity_members(prefix + "capacity_members"),
        volumes(prefix + "volumes"),
        snapshots(prefix + "snapshots"),
        fast_restores(prefix + "fast_restores"),
        images(prefix + "images"),
        retired_images(prefix + "retired_images"),
        image_names(prefix + "image_names"),
        key_pairs(prefix + "key_pairs"),
        key_pair_names(prefix + "key_pair_names"),
        dhcp_options(prefix + "dhcp_options"),
        network_acls(prefix + "network_acls"),
        acl_associations(prefix + "acl_associations"),
        nat_gateways(prefix + "nat_gateways"),
        prefix_lists(prefix + "prefix_lists"),
        vpc_endpoints(prefix + "vpc_endpoints"),
        peerings(prefix + "peerings"),
        flow_logs(prefix + "flow_logs"),
        public_access_exclusions(prefix + "public_access_exclusions"),
        network_interfaces(prefix + "network_interfaces"),
        attachments(prefix + "attachments"),
        addresses(prefix + "addresses"),
        address_associations(prefix + "address_associations"),
        private_addresses(prefix + "private_addresses"),
        ipv6_addresses(prefix + "ipv6_addresses"),
        public_addresses(prefix + "public_addresses"),
        client_tokens(prefix + "client_tokens") {}

  template <class Visitor>
  void visit_tables(Visitor&& visit) {
    visit(region);
    visit(vpcs);
    visit(subnets);
    visit(cidr_reservations);
    visit(subnet_reservations);
    visit(internet_gateways);
    visit(egress_gateways);
    visit(route_tables);
    visit(security_groups);
    visit(rule_groups);
    visit(group_members);
    visit(group_vpcs);
    visit(launch_templates);
    visit(launch_template_names);
    visit(launch_template_versions);
    visit(instances);
    visit(profile_associations);
    visit(placement_groups);
    visit(placement_members);
    visit(spot_requests);
    visit(spot_groups);
    visit(fleets);
    visit(spot_fleets);
    visit(fleet_members);
    visit(fleet_history);
    visit(reserved_instances);
    visit(capacity_reservations);
    visit(reservation_pools);
    visit(capacity_members);
    visit(volumes);
    visit(snapshots);
    visit(fast_restores);
    visit(images);
    visit(retired_images);
    visit(image_names);
    visit(key_pairs);
    visit(key_pair_names);
    visit(dhcp_options);
    visit(network_acls);
    visit(acl_associations);
    visit(nat_gateways);
    visit(prefix_lists);
    visit(vpc_endpoints);
    visit(peerings);
    visit(flow_logs);
    visit(public_access_exclusions);
    visit(network_interfaces);
    visit(attachments);
    visit(addresses);
    visit(address_associations);
    visit(private_addresses);
    visit(ipv6_addresses);
    visit(public_addresses);
    visit(client_tokens);
  }

  /// `region`, and `publishing` while instances' metrics are published every minute.
  world::Table<RegionRecord> region;
  world::Table<VpcRecord> vpcs;
  world::Table<SubnetRecord> subnets;
  world::Table<CidrReservationRecord> cidr_reservations;
  /// `subnet-.../scr-...`
  world::Table<LinkRecord> subnet_reservations;
  world::Table<InternetGatewayRecord> internet_gateways;
  world::Table<EgressGatewayRecord> egress_gateways;
  world::Table<RouteTableRecord> route_tables;
  world::Table<SecurityGroupRecord> security_groups;
  /// `sgr-...` leads to the group that has the rule.
  world::Table<LinkRecord> rule_groups;
  /// `sg-.../eni-...`: which interfaces are in a group.
  world::Table<LinkRecord> group_members;
  /// `sg-.../vpc-...`: the other VPCs that use a group.
  world::Table<GroupVpcRecord> group_vpcs;
  world::Table<LaunchTemplateRecord> launch_templates;
  world::Table<LinkRecord> launch_template_names;
  /// `lt-.../0000000007`
  world::Table<LaunchTemplateVersionRecord> launch_template_versions;
  world::Table<InstanceRecord> instances;
  world::Table<ProfileAssociationRecord> profile_associations;
  /// By name, as requests name them.
  world::Table<PlacementGroupRecord> placement_groups;
  /// `<group>/<zone>/i-...`: the instances that are running in a group.
  world::Table<LinkRecord> placement_members;
  world::Table<SpotRequestRecord> spot_requests;
  /// The members of groups of Spot requests: a group and an id -> the id.
  world::Table<LinkRecord> spot_groups;
  world::Table<FleetRecord> fleets;
  world::Table<FleetRecord> spot_fleets;
  /// `<fleet>/i-...`
  world::Table<FleetMemberRecord> fleet_members;
  /// `<fleet>/0000000007`
  world::Table<FleetHistoryRecord> fleet_history;
  world::Table<ReservedInstancesRecord> reserved_instances;
  world::Table<CapacityReservationRecord> capacity_reservations;
  /// `m5.large/eu-central-1a/cr-...`: the active capacity reservations of a type and zone.
  world::Table<LinkRecord> reservation_pools;
  /// `cr-.../i-...`: the instances that run in a capacity reservation.
  world::Table<LinkRecord> capacity_members;
  world::Table<VolumeRecord> volumes;
  world::Table<SnapshotRecord> snapshots;
  /// `snap-.../eu-central-1a`
  world::Table<FastRestoreRecord> fast_restores;
  world::Table<ImageRecord> images;
  /// Those that were deregistered: instances are still described by them.
  world::Table<ImageRecord> retired_images;
  /// The name of an image of the account's leads to it.
  world::Table<LinkRecord> image_names;
  world::Table<KeyPairRecord> key_pairs;
  world::Table<LinkRecord> key_pair_names;
  world::Table<DhcpOptionsRecord> dhcp_options;
  world::Table<NetworkAclRecord> network_acls;
  /// `aclassoc-...` leads to the network ACL.
  world::Table<LinkRecord> acl_associations;
  world::Table<NatGatewayRecord> nat_gateways;
  world::Table<PrefixListRecord> prefix_lists;
  world::Table<VpcEndpointRecord> vpc_endpoints;
  world::Table<PeeringRecord> peerings;
  world::Table<FlowLogRecord> flow_logs;
  world::Table<PublicAccessExclusionRecord> public_access_exclusions;
  world::Table<NetworkInterfaceRecord> network_interfaces;
  /// `eni-attach-...` leads to the interface.
  world::Table<LinkRecord> attachments;
  /// Elastic addresses, by allocation id.
  world::Table<AddressRecord> addresses;
  /// `eipassoc-...` leads to the allocation.
  world::Table<LinkRecord> address_associations;
  /// `subnet-.../<address in 8 hexadecimal digits>` leads to the interface that has it.
  world::Table<LinkRecord> private_addresses;
  /// `subnet-.../<address in 32 hexadecimal digits>`
  world::Table<LinkRecord> ipv6_addresses;
  /// A public address that is taken leads to the interface that has it, or to its allocation.
  world::Table<LinkRecord> public_addresses;
  /// `RunInstances/<token>`
  world::Table<ClientTokenRecord> client_tokens;
};

using Context = dispatch::Context<Ec2State>;

}  // namespace fallstreak::services::ec2
