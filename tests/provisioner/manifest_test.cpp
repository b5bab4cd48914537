#include "provisioner/desired/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/provisioner/shop.h"

namespace fallstreak {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> errors_of(const std::string& text) {
  std::vector<std::string> texts;
  for (const auto& error : provisioner::parse_manifest(text, "s.yaml").errors) texts.push_back(error.to_string());
  return texts;
}

std::string with(const std::string& resources) {
  return "stack: shop\nregion: eu-central-1\nresources:\n" + resources;
}

TEST(Manifest, ReadsTheSampleStack) {
  const auto stack = testing::shop();
  EXPECT_EQ(stack.name, "shop");
  EXPECT_EQ(stack.region, "eu-central-1");
  EXPECT_EQ(stack.resources.size(), 12U);
  EXPECT_EQ(stack.find("web")->properties.at("subnets"), "@subnet-a, @subnet-b, @subnet-c");
  EXPECT_THAT(provisioner::references(*stack.find("web-access")), ElementsAre("edge-access", "network"));
}

TEST(Manifest, PutsEachResourceAfterThoseItNeeds) {
  const auto stack = testing::shop();
  const auto ordered = provisioner::in_dependency_order(stack);
  ASSERT_EQ(ordered.resources.size(), stack.resources.size());
  std::vector<std::string> seen;
  for (const auto* resource : ordered.resources) {
    for (const auto& name : provisioner::references(*resource)) {
      EXPECT_THAT(seen, ::testing::Contains(name)) << resource->name;
    }
    seen.push_back(resource->name);
  }
}

TEST(Manifest, RefusesWhatItDoesNotKnowWithThePlaceAndASuggestion) {
  struct Case {
    std::string resources, error;
  };
  const Case cases[] = {
      {"  n: {type: vcp}\n", "s.yaml:4:13: unknown type `vcp`; did you mean `vpc`?"},
      {"  n: {type: vpc, cird: 10.0.0.0/16}\n", "s.yaml:4:18: unknown property `cird`; did you mean `cidr`?"},
      {"  n: {type: vpc}\n  s: {type: subnet, vpc: m, zone: a, cidr: 10.0.0.0/24}\n",
       "s.yaml:5:3: unknown resource `m`"},
      {"  n: {type: vpc, internet: maybe}\n", "s.yaml:4:28: `internet` is `yes` or `no`"},
      {"  t: {type: target-group, vpc: t, port: eighty}\n", "s.yaml:4:41: `port` is a whole number"},
      {"  s: {type: subnet, zone: a, cidr: 10.0.0.0/24}\n", "s.yaml:4:3: a subnet needs `vpc`"},
      {"  n: vpc\n", "s.yaml:4:6: a resource is a map with a `type`"},
      {"  n_n: {type: vpc}\n", "s.yaml:4:3: a resource's name is 1 to 24 letters, digits and hyphens"},
  };
  for (const auto& one : cases) {
    EXPECT_THAT(errors_of(with(one.resources)), ::testing::Contains(one.error)) << one.resources;
  }
}

TEST(Manifest, RefusesACircle) {
  EXPECT_THAT(errors_of(with("  a: {type: security-group, vpc: n, ingress: [tcp 80 from @b]}\n"
                             "  b: {type: security-group, vpc: n, ingress: [tcp 80 from @a]}\n"
                             "  n: {type: vpc}\n")),
              ElementsAre("s.yaml:4:3: these resources need each other: a -> b -> a"));
}

TEST(Manifest, CollectsAllErrors) {
  EXPECT_EQ(errors_of("stak: shop\nresources:\n  n: {type: vcp}\n").size(), 4U);
}

TEST(Manifest, NeverCrashesOnWhatIsNoManifest) {
  for (const char* text : {"", "[", "a", "[]", "resources: {}", "stack: {a: b}\nregion: [x]\nresources: 7", "\xff\xfe",
                           "stack: &a shop\nregion: *a"}) {
    EXPECT_FALSE(errors_of(text).empty()) << text;
  }
}

}  // namespace
}  // namespace fallstreak
