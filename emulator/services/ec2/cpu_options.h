#pragma once

#include "api/ec2/cpu_options.h"
#include "api/ec2/instances.h"
#include "services/ec2/catalogue.h"
#include "services/ec2/state.h"

/// How many cores of its type an instance uses, and how many threads of each.
/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-cpu-options-rules.html
namespace fallstreak::services::ec2 {

struct CpuChoice {
  std::int32_t cores = 0;
  std::int32_t threads_per_core = 0;
};
/// What a request chooses for a type, checked; zeros when it leaves it to the type.
CpuChoice cpu_choice_of(const InstanceType& type,
                        const std::optional<api::ec2::CpuOptionsRequest>& given);

api::ec2::ModifyInstanceCpuOptionsResult modify_instance_cpu_options(
    Context& context, const api::ec2::ModifyInstanceCpuOptionsRequest& request);

}  // namespace fallstreak::services::ec2
