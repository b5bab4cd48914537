#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "provisioner/desired/parse_error.h"
#include "provisioner/desired/stack.h"

namespace fallstreak::provisioner {

struct ParsedStack {
  std::optional<Stack> stack;  // empty when there are errors
  ParseErrors errors;
};

/// Reads a stack manifest. All that is wrong is collected: unknown types and properties (with a suggestion), missing
/// properties, references to resources that are not there, cycles.
///
///     stack: shop
///     region: eu-central-1
///     account: "123456789012"     # optional: any other account is refused
///     resources:
///       network: {type: vpc, cidr: 10.0.0.0/16}
///       subnet-a: {type: subnet, vpc: network, zone: a, cidr: 10.0.0.0/24}
ParsedStack parse_manifest(std::string_view text, const std::string& file);

}  // namespace fallstreak::provisioner
