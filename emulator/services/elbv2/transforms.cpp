#include "services/elbv2/transforms.h"

#include <set>
#include <string>

#include "api/regex.h"
#include "services/elbv2/errors.h"

// Chosen: the words of all refusals here; AWS documents none.

namespace fallstreak::services::elbv2 {
namespace {

constexpr std::size_t kLongest = 1024;  // AWS: of an expression and of a replacement

void check_rewrites(std::string_view type,
                    const std::optional<std::vector<api::elbv2::RewriteConfig>>& rewrites) {
  const std::string name(type);
  // Chosen: one rewrite a transform, as in all of AWS's examples.
  if (api::each(rewrites).size() != 1) {
    throw validation_error("A transform of type '" + name + "' must have exactly one rewrite");
  }
  const auto& rewrite = rewrites->front();
  if (!rewrite.Regex || !rewrite.Replace) {
    throw validation_error("A rewrite must have a 'Regex' and a 'Replace'");
  }
  check_regex(type, *rewrite.Regex, kLongest);
  if (rewrite.Replace->size() > kLongest) {
    throw validation_error("The '" + name + "' replacement is too long; the limit is '1024'");
  }
}

}  // namespace

void check_transforms(const std::optional<RuleTransforms>& transforms) {
  std::set<std::string> types;
  for (const auto& transform : api::each(transforms)) {
    const std::string& type = *transform.Type;
    // AWS: "You can add one host header rewrite transform and one URL rewrite transform per rule."
    if (!types.insert(type).second) {
      throw validation_error("A rule can only have one transform of type '" + type + "'");
    }
    const bool is_host = type == "host-header-rewrite";
    const bool fits = transform.HostHeaderRewriteConfig.has_value() == is_host &&
                      transform.UrlRewriteConfig.has_value() == !is_host;
    if (!fits) {
      throw validation_error("A transform of type '" + type +
                             "' must have the config of its type, and no other");
    }
    check_rewrites(type, is_host ? transform.HostHeaderRewriteConfig->Rewrites
                                 : transform.UrlRewriteConfig->Rewrites);
  }
}

void check_regex(std::string_view what, std::string_view expression, std::size_t longest) {
  const std::string name = "The '" + std::string(what) + "' regular expression ";
  if (expression.empty() || expression.size() > longest) {
    throw validation_error(name + "must have 1 to " + std::to_string(longest) + " characters");
  }
  if (!api::Regex(expression).is_valid()) {
    throw validation_error(name + "'" + std::string(expression) + "' is not valid");
  }
}

}  // namespace fallstreak::services::elbv2
