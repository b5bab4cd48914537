#pragma once

#include "provisioner/desired/parse_error.h"

namespace fallstreak::scenarios {

// Scenarios and stack manifests are read, and complained about, in the same way.
using provisioner::ParseError;
using provisioner::ParseErrors;
using provisioner::Place;

}  // namespace fallstreak::scenarios
