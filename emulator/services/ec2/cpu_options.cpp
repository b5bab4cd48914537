#include "services/ec2/cpu_options.h"

#include "services/ec2/errors.h"
#include "services/ec2/instances.h"

namespace fallstreak::services::ec2 {

CpuChoice cpu_choice_of(const InstanceType& type,
                        const std::optional<api::ec2::CpuOptionsRequest>& given) {
  if (!given || (!given->CoreCount && !given->ThreadsPerCore)) return {};
  // AWS: "you must specify both the number of CPU cores and threads per core in the request".
  if (!given->CoreCount) throw missing_parameter("CpuOptions.CoreCount");
  if (!given->ThreadsPerCore) throw missing_parameter("CpuOptions.ThreadsPerCore");
  const CpuChoice chosen{.cores = *given->CoreCount, .threads_per_core = *given->ThreadsPerCore};
  const bool is_valid_count = chosen.cores >= type.least_cores && chosen.cores <= type.cores &&
                              (chosen.cores - type.least_cores) % type.core_step == 0;
  // Chosen: the words of these two.
  if (!is_valid_count) {
    throw invalid_value_for(
        std::to_string(chosen.cores), "CpuOptions.CoreCount",
        "It is no valid number of cores of instance type " + std::string(type.name) + ".");
  }
  if (chosen.threads_per_core < 1 || chosen.threads_per_core > type.threads_per_core()) {
    throw invalid_value_for(std::to_string(chosen.threads_per_core), "CpuOptions.ThreadsPerCore",
                            "It is no valid number of threads per core of instance type " +
                                std::string(type.name) + ".");
  }
  return chosen;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceCpuOptions.html
api::ec2::ModifyInstanceCpuOptionsResult modify_instance_cpu_options(
    Context& context, const api::ec2::ModifyInstanceCpuOptionsRequest& request) {
  const InstanceRecord& row = find_instance(context, *request.InstanceId);
  // AWS: "The instance must be in a Stopped state before you make changes."
  if (row.state != InstanceState::stopped) {
    throw incorrect_instance_state("The instance '" + row.instance_id +
                                   "' is not in the 'stopped' state.");
  }
  if (!request.CoreCount) throw missing_parameter("CoreCount");
  if (!request.ThreadsPerCore) throw missing_parameter("ThreadsPerCore");
  const CpuChoice chosen = cpu_choice_of(
      type_of(row), {{.CoreCount = request.CoreCount, .ThreadsPerCore = request.ThreadsPerCore}});
  context.state.instances.update(*request.InstanceId, [&](InstanceRecord& changed) {
    changed.cores = chosen.cores;
    changed.threads_per_core = chosen.threads_per_core;
  });
  return {.InstanceId = request.InstanceId,
          .CoreCount = chosen.cores,
          .ThreadsPerCore = chosen.threads_per_core};
}

}  // namespace fallstreak::services::ec2
