#pragma once

#include <map>

#include "tests/services/stack_fixture.h"

namespace fallstreak::testing {

/// Groups over the three zones of the network.
class GroupTest : public StackTest {
 protected:
  explicit GroupTest(CloudOptions options = {}) : StackTest(options) {
    make_network();
    template_id = make_launch_template("web");
  }

  api::autoscaling::CreateAutoScalingGroupType wanted(std::int32_t desired, std::int32_t max = 9) {
    return {.AutoScalingGroupName = "web",
            .LaunchTemplate = {{.LaunchTemplateId = template_id}},
            .MinSize = 0,
            .MaxSize = max,
            .DesiredCapacity = desired,
            .VPCZoneIdentifier = subnet_ids[0] + "," + subnet_ids[1] + "," + subnet_ids[2]};
  }
  /// A group that has what it wants.
  void make_group(const api::autoscaling::CreateAutoScalingGroupType& request) {
    must_do(autoscaling.create_auto_scaling_group(request));
    cloud.advance(std::chrono::minutes(3));
  }

  std::vector<api::autoscaling::AutoScalingGroup> groups_named(const std::string& name) {
    return *must(autoscaling.describe_auto_scaling_groups({.AutoScalingGroupNames = {{name}}}))
                .AutoScalingGroups;
  }
  api::autoscaling::AutoScalingGroup group() { return groups_named("web").front(); }
  std::vector<api::autoscaling::Instance> instances() { return *group().Instances; }

  std::int32_t count_in(std::string_view lifecycle_state) {
    std::int32_t count = 0;
    for (const auto& instance : instances()) count += instance.LifecycleState == lifecycle_state;
    return count;
  }
  /// Instances in service by zone; a zone without any is there too.
  std::map<std::string, int> in_service_by_zone() {
    std::map<std::string, int> zones;
    const auto described = group();
    for (const auto& zone : *described.AvailabilityZones) zones[zone] = 0;
    for (const auto& instance : *described.Instances) {
      if (instance.LifecycleState == "InService") ++zones[*instance.AvailabilityZone];
    }
    return zones;
  }
  std::string instance_in(std::string_view zone) {
    for (const auto& instance : instances()) {
      const bool is_it =
          instance.AvailabilityZone == zone && instance.LifecycleState == "InService";
      if (is_it) return *instance.InstanceId;
    }
    throw std::runtime_error("no instance in service in " + std::string(zone));
  }
  /// Newest first.
  std::vector<api::autoscaling::Activity> activities() {
    return *must(autoscaling.describe_scaling_activities({.AutoScalingGroupName = "web"}))
                .Activities;
  }
  /// The newest activity whose description begins so.
  api::autoscaling::Activity activity(std::string_view description) {
    for (const auto& found : activities()) {
      if (found.Description->starts_with(description)) return found;
    }
    throw std::runtime_error("no activity " + std::string(description));
  }

  std::string template_id;
};

}  // namespace fallstreak::testing
