#pragma once

#include "provisioner/desired/document.h"
#include "scenarios/language/parse_error.h"

namespace fallstreak::scenarios {

using provisioner::Document;
using provisioner::load_document;
using provisioner::Node;

}  // namespace fallstreak::scenarios
