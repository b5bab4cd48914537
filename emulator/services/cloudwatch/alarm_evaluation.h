#pragma once

#include <string>

#include "services/cloudwatch/state.h"

namespace fallstreak::services::cloudwatch {

/// Begins to evaluate an alarm that was put; whatever was scheduled for an earlier life of it finds
/// another generation and ends.
void start_evaluations(Context& context, const std::string& alarm_name);

}  // namespace fallstreak::services::cloudwatch
