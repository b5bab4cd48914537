#pragma once

#include <map>
#include <string>
#include <vector>

#include "api/elbv2/common.h"
#include "provisioner/resources/driver.h"

namespace fallstreak::provisioner {

std::optional<std::vector<api::elbv2::Tag>> elb_owner_tags(const Destination& where, std::string_view name);
/// The logical names of those ARNs that belong to the stack. Asks in batches of 20, as AWS allows.
std::map<std::string, std::string> owned_arns(const Destination& where, const std::vector<std::string>& arns);

}  // namespace fallstreak::provisioner
