#pragma once

#include <string>

#include "services/application-autoscaling/state.h"

namespace fallstreak::services::application_autoscaling {

/// Tags with these put over them. Refuses more than fifty, and AWS's own.
api::Map<std::string> checked_tags(api::Map<std::string> tags, const api::Map<std::string>& added);

}  // namespace fallstreak::services::application_autoscaling
