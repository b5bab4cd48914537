#pragma once

#include <string>

#include "dispatch/context.h"
#include "services/ec2/records.h"
#include "world/table.h"

namespace fallstreak::services::ec2 {

/// EC2 in one account and region.
struct Ec2State {
  explicit Ec2State(const std::string& prefix)
      : region(prefix + "region"),
        vpcs(prefix + "vpcs"),
        subnets(prefix + "subnets"),
        internet_gateways(prefix + "internet_gateways"),
        route_tables(prefix + "route_tables"),
        security_groups(prefix + "security_groups"),
        rule_groups(prefix + "rule_groups"),
        group_members(prefix + "group_members"),
        launch_templates(prefix + "launch_templates"),
        launch_template_names(prefix + "launch_template_names"),
        launch_template_versions(prefix + "launch_template_versions"),
        instances(prefix + "instances"),
        private_addresses(prefix + "private_addresses"),
        public_addresses(prefix + "public_addresses"),
        client_tokens(prefix + "client_tokens") {}

  template <class Visitor>
  void visit_tables(Visitor&& visit) {
    visit(region);
    visit(vpcs);
    visit(subnets);
    visit(internet_gateways);
    visit(route_tables);
    visit(security_groups);
    visit(rule_groups);
    visit(group_members);
    visit(launch_templates);
    visit(launch_template_names);
    visit(launch_template_versions);
    visit(instances);
    visit(private_addresses);
    visit(public_addresses);
    visit(client_tokens);
  }

  /// `region`, and `publishing` while instances' metrics are published every minute.
  world::Table<RegionRecord> region;
  world::Table<VpcRecord> vpcs;
  world::Table<SubnetRecord> subnets;
  world::Table<InternetGatewayRecord> internet_gateways;
  world::Table<RouteTableRecord> route_tables;
  world::Table<SecurityGroupRecord> security_groups;
  /// `sgr-...` leads to the group that has the rule.
  world::Table<LinkRecord> rule_groups;
  /// `sg-.../i-...`: which instances are in a group.
  world::Table<LinkRecord> group_members;
  world::Table<LaunchTemplateRecord> launch_templates;
  world::Table<LinkRecord> launch_template_names;
  /// `lt-.../0000000007`
  world::Table<LaunchTemplateVersionRecord> launch_template_versions;
  world::Table<InstanceRecord> instances;
  /// `subnet-.../<address in 8 hexadecimal digits>` leads to the instance that has it.
  world::Table<LinkRecord> private_addresses;
  world::Table<LinkRecord> public_addresses;
  /// `RunInstances/<token>`
  world::Table<ClientTokenRecord> client_tokens;
};

using Context = dispatch::Context<Ec2State>;

}  // namespace fallstreak::services::ec2
