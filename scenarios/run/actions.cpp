#include "scenarios/run/actions.h"

#include "client/autoscaling.h"
#include "client/ec2.h"
#include "client/elbv2.h"
#include "client/service-quotas.h"
#include "scenarios/run/must.h"
#include "scenarios/run/stack_of.h"

namespace fallstreak::scenarios {
namespace {

namespace elbv2 = api::elbv2;

class Performer {
 public:
  Performer(const CloudView& view, client::Transport& transport)
      : view_(view),
        ec2_(transport),
        elbv2_(transport),
        autoscaling_(transport),
        quotas_(transport) {}

  void operator()(const SetDesiredCapacity& verb) {
    must(autoscaling_.set_desired_capacity(
        {.AutoScalingGroupName = physical_name(verb.group), .DesiredCapacity = verb.desired}));
  }

  void operator()(const TerminateInstances& verb) {
    auto ids = view_.in_service(verb.group, verb.az);
    if (ids.size() > static_cast<std::size_t>(verb.count)) {
      ids.resize(static_cast<std::size_t>(verb.count));
    }
    if (ids.empty()) return;
    must(ec2_.terminate_instances({.InstanceIds = ids}));
  }

  void operator()(const SwitchProcess& verb) {
    const api::autoscaling::ScalingProcessQuery query{
        .AutoScalingGroupName = physical_name(verb.group), .ScalingProcesses = {{verb.process}}};
    if (verb.suspends) {
      must(autoscaling_.suspend_processes(query));
    } else {
      must(autoscaling_.resume_processes(query));
    }
  }

  void operator()(const RefreshInstances& verb) {
    namespace autoscaling = api::autoscaling;
    const std::string group = physical_name(verb.group);
    const auto found =
        must(autoscaling_.describe_auto_scaling_groups({.AutoScalingGroupNames = {{group}}}));
    const auto& current = *found.AutoScalingGroups->front().LaunchTemplate;
    // AWS: to be rolled back, a group must say which version it has: `$Default` is none.
    const auto versions = must(ec2_.describe_launch_template_versions(
        {.LaunchTemplateId = current.LaunchTemplateId, .Versions = {{*current.Version}}}));
    const std::string before =
        std::to_string(*versions.LaunchTemplateVersions->front().VersionNumber);
    const auto version_of = [&](std::string number) {
      return autoscaling::LaunchTemplateSpecification{.LaunchTemplateId = current.LaunchTemplateId,
                                                      .Version = std::move(number)};
    };
    must(autoscaling_.update_auto_scaling_group(
        {.AutoScalingGroupName = group, .LaunchTemplate = version_of(before)}));
    const auto made = must(ec2_.create_launch_template_version(
        {.LaunchTemplateId = current.LaunchTemplateId,
         .SourceVersion = before,
         .VersionDescription = verb.version,
         .LaunchTemplateData = api::ec2::RequestLaunchTemplateData{}}));
    const std::string after = std::to_string(*made.LaunchTemplateVersion->VersionNumber);
    must(autoscaling_.start_instance_refresh(
        {.AutoScalingGroupName = group,
         .DesiredConfiguration =
             autoscaling::DesiredConfiguration{.LaunchTemplate = version_of(after)},
         .Preferences =
             autoscaling::RefreshPreferences{.MinHealthyPercentage = verb.min_healthy_percent}}));
  }

  void operator()(const RollBackRefresh& verb) {
    must(autoscaling_.rollback_instance_refresh(
        {.AutoScalingGroupName = physical_name(verb.group)}));
  }

  void operator()(const ForwardRequests& verb) {
    elbv2::ForwardActionConfig forward;
    for (const auto& [group, weight] : verb.to) {
      const auto found = must(elbv2_.describe_target_groups(
          {.Names = {{physical_name(target_group_of(verb.load_balancer, group))}}}));
      forward.TargetGroups
          .emplace(forward.TargetGroups.value_or(std::vector<elbv2::TargetGroupTuple>()))
          .push_back(
              {.TargetGroupArn = found.TargetGroups->front().TargetGroupArn, .Weight = weight});
    }
    const auto listeners = must(elbv2_.describe_listeners(
        {.LoadBalancerArn = view_.load_balancer_arn(verb.load_balancer)}));
    must(elbv2_.modify_listener(
        {.ListenerArn = listeners.Listeners->front().ListenerArn,
         .DefaultActions = {{{.Type = "forward", .ForwardConfig = forward}}}}));
  }

  void operator()(const SetAttribute& verb) {
    using enum SetAttribute::Setting;
    switch (verb.setting) {
      case idle_timeout:
        must(elbv2_.modify_load_balancer_attributes(
            {.LoadBalancerArn = view_.load_balancer_arn(verb.load_balancer),
             .Attributes = {{{.Key = "idle_timeout.timeout_seconds", .Value = verb.value}}}}));
        return;
      case cross_zone:
        return set_on_groups(verb, "load_balancing.cross_zone.enabled");
      case algorithm:
        return set_on_groups(verb, "load_balancing.algorithm.type");
      case drain:
        return set_on_groups(verb, "deregistration_delay.timeout_seconds");
    }
  }

  void operator()(const CreateVpcs& verb) {
    for (int i = 0; i < verb.count; ++i) {
      const std::string block = "10." + std::to_string(100 + i) + ".0.0/16";
      const auto made = ec2_.create_vpc({.CidrBlock = block});
      if (made) continue;
      refusals_.push_back("refused: " + made.error().code + ": " + made.error().message);
      return;
    }
  }

  void operator()(const RaiseQuota& verb) {
    constexpr const char* kVpcsPerRegion = "L-F678F1CE";
    const auto asked = quotas_.request_service_quota_increase(
        {.ServiceCode = "vpc", .QuotaCode = kVpcsPerRegion, .DesiredValue = double(verb.to)});
    if (!asked)
      refusals_.push_back("refused: " + asked.error().code + ": " + asked.error().message);
  }

  [[nodiscard]] std::vector<std::string> take_refusals() { return std::move(refusals_); }

  // The runner breaks and speaks itself, and has the certificates.
  void operator()(const ChangeRecord&) {}
  void operator()(const ReplaceCertificate&) {}
  void operator()(const BreakAzPower&) {}
  void operator()(const BreakSpot&) {}
  void operator()(const Say&) {}

 private:
  void set_on_groups(const SetAttribute& verb, const std::string& key) {
    for (const auto& arn : view_.target_group_arns(verb.load_balancer)) {
      must(elbv2_.modify_target_group_attributes(
          {.TargetGroupArn = arn, .Attributes = {{{.Key = key, .Value = verb.value}}}}));
    }
  }

  const CloudView& view_;
  client::Ec2 ec2_;
  client::ElbV2 elbv2_;
  client::AutoScaling autoscaling_;
  client::ServiceQuotas quotas_;
  std::vector<std::string> refusals_;
};

}  // namespace

std::vector<std::string> perform(const Verb& verb, const CloudView& view,
                                 client::Transport& transport) {
  Performer performer(view, transport);
  std::visit(performer, verb);
  return performer.take_refusals();
}

}  // namespace fallstreak::scenarios
