#include "provisioner/resources/driver.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "provisioner/resources/resources.h"

namespace fallstreak::provisioner {

const std::string& Desired::operator[](std::string_view property) const {
  const auto found = properties.find(property);
  CHECK(found != properties.end()) << "no property " << property << " of " << name;
  return found->second;
}

std::vector<std::string> Desired::list(std::string_view property) const {
  return split((*this)[property]);
}

std::span<const Driver* const> drivers() {
  static constexpr std::array<const Driver*, 11> kDrivers = {
      &kAlarm,        &kAutoScalingGroup, &kBucket,        &kDynamoDbTable,
      &kLaunchTemplate, &kLoadBalancer,   &kScalingPolicy, &kSecurityGroup,
      &kSubnet,       &kTargetGroup,      &kVpc};
  return kDrivers;
}

const Driver* find_driver(std::string_view type) {
  const auto found = std::ranges::find(drivers(), type, &Driver::type);
  return found == drivers().end() ? nullptr : *found;
}

bool may_refer(const Driver& driver, std::string_view property) {
  return std::ranges::any_of(driver.properties, [&](const Property& one) {
    return one.name == property && one.may_refer();
  });
}

std::string join(std::vector<std::string> elements) {
  std::ranges::sort(elements);
  std::string text;
  for (const auto& element : elements) {
    if (!text.empty()) text += ", ";
    text += element;
  }
  return text;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> elements;
  while (!text.empty()) {
    const auto comma = text.find(", ");
    elements.emplace_back(text.substr(0, comma));
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 2);
  }
  return elements;
}

}  // namespace fallstreak::provisioner
