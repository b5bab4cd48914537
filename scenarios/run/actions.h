#pragma once

#include <string>
#include <vector>

#include "client/transport.h"
#include "scenarios/language/scenario.h"
#include "scenarios/run/cloud_view.h"

namespace fallstreak::scenarios {

/// Does what a timeline's `do:` says, by the calls that a person or a program would make. Throws
/// ApiError when the cloud refuses; a refusal that the scenario may be about is returned in words.
std::vector<std::string> perform(const Verb& verb, const CloudView& view,
                                 client::Transport& transport);

}  // namespace fallstreak::scenarios
