#include "services/ec2/ec2_test.h"

namespace fallstreak::ec2_tests {
namespace {

using CreateTags = Ec2Test;
using DescribeTags = Ec2Test;
using DeleteTags = Ec2Test;

TEST_F(CreateTags, TagsEveryKindOfResource) {
  const auto vpc = must(ec2.describe_vpcs()).Vpcs->front();
  const auto subnet = must(ec2.describe_subnets()).Subnets->front();
  const auto group = must(ec2.describe_security_groups()).SecurityGroups->front();
  const auto rule = must(ec2.describe_security_group_rules()).SecurityGroupRules->front();
  const auto instance_id = run_one();

  must(ec2.create_tags({.Resources = {{*vpc.VpcId, *subnet.SubnetId, *group.GroupId,
                                       *rule.SecurityGroupRuleId, instance_id}},
                        .Tags = {{{.Key = "stage", .Value = "test"}}}}));

  EXPECT_THAT(*must(ec2.describe_tags()).Tags, SizeIs(5));
  EXPECT_EQ(look(instance_id).Tags->front().Value, "test");
  const auto rules = *must(ec2.describe_security_group_rules(
                               {.Filters = {{{.Name = "tag:stage", .Values = {{"test"}}}}}}))
                          .SecurityGroupRules;
  ASSERT_THAT(rules, SizeIs(1));
  EXPECT_EQ(rules[0].SecurityGroupRuleId, rule.SecurityGroupRuleId);
}

TEST_F(CreateTags, ReplacesTheValueOfAKey) {
  const auto id = run_one();
  must(ec2.create_tags({.Resources = {{id}}, .Tags = {{{.Key = "a", .Value = "1"}}}}));

  must(ec2.create_tags({.Resources = {{id}}, .Tags = {{{.Key = "a", .Value = "2"}}}}));

  EXPECT_THAT(*look(id).Tags, ElementsAre(api::ec2::Tag{.Key = "a", .Value = "2"}));
}

TEST_F(CreateTags, StopsAtFifty) {
  const auto id = run_one();
  std::vector<api::ec2::Tag> tags;
  for (int i = 0; i < 50; ++i) tags.push_back({.Key = "key-" + std::to_string(i), .Value = ""});
  must(ec2.create_tags({.Resources = {{id}}, .Tags = tags}));

  EXPECT_THAT(ec2.create_tags({.Resources = {{id}}, .Tags = {{{.Key = "one more", .Value = "x"}}}}),
              FailsWith("TagLimitExceeded", 400));
}

TEST_F(CreateTags, RefusesReservedAndOverlongTags) {
  const auto id = run_one();
  const auto tag = [&](std::string key, std::string value) {
    return ec2.create_tags({.Resources = {{id}}, .Tags = {{{.Key = key, .Value = value}}}});
  };

  EXPECT_THAT(tag("aws:mine", "x"), FailsWith("InvalidParameterValue"));
  EXPECT_THAT(tag(std::string(129, 'k'), "x"), FailsWith("InvalidParameterValue"));
  EXPECT_THAT(tag("k", std::string(257, 'v')), FailsWith("InvalidParameterValue"));
  // Characters are counted, not bytes.
  std::string umlauts;
  for (int i = 0; i < 128; ++i) umlauts += "\xC3\xA4";
  EXPECT_THAT(tag(umlauts, "x"), Succeeds());
}

TEST_F(CreateTags, NamesAResourceThatIsNotThere) {
  const auto tag = [&](std::string id) {
    return ec2.create_tags({.Resources = {{id}}, .Tags = {{{.Key = "k", .Value = "v"}}}});
  };

  EXPECT_THAT(tag("i-0123456789abcdef0"), FailsWith("InvalidInstanceID.NotFound"));
  EXPECT_THAT(tag("subnet-0123456789abcdef0"), FailsWith("InvalidSubnetID.NotFound"));
  EXPECT_THAT(tag("rubbish"), FailsSaying("The ID 'rubbish' is not valid"));
}

TEST_F(DescribeTags, FiltersAndPages) {
  const auto ids = run(launch(4));
  must(ec2.create_tags(
      {.Resources = ids, .Tags = {{{.Key = "a", .Value = "1"}, {.Key = "b", .Value = "2"}}}}));

  const auto of = [&](std::string name, std::string value) {
    return *must(ec2.describe_tags({.Filters = {{{.Name = name, .Values = {{value}}}}}})).Tags;
  };

  EXPECT_THAT(of("key", "a"), SizeIs(4));
  EXPECT_THAT(of("resource-id", ids[0]), SizeIs(2));
  EXPECT_THAT(of("resource-type", "instance"), SizeIs(8));
  EXPECT_THAT(of("tag:b", "2"), SizeIs(4));
  EXPECT_THAT(of("tag:b", "1"), IsEmpty());
  const auto first = must(ec2.describe_tags({.MaxResults = 5}));
  const auto second = must(ec2.describe_tags({.MaxResults = 5, .NextToken = first.NextToken}));
  EXPECT_THAT(*first.Tags, SizeIs(5));
  EXPECT_THAT(*second.Tags, SizeIs(3));
  EXPECT_FALSE(second.NextToken.has_value());
}

TEST_F(DescribeTags, PagesThroughTheRulesOfManyGroups) {
  const auto vpc_id = make_vpc();
  for (int i = 0; i < 8; ++i) make_group(vpc_id, "group-" + std::to_string(i));
  const auto rules = *must(ec2.describe_security_group_rules()).SecurityGroupRules;
  for (const auto& rule : rules) {
    must(ec2.create_tags(
        {.Resources = {{*rule.SecurityGroupRuleId}}, .Tags = {{{.Key = "k", .Value = "v"}}}}));
  }

  std::size_t seen = 0;
  std::optional<std::string> token;
  do {
    const auto page = must(ec2.describe_tags({.MaxResults = 5, .NextToken = token}));
    seen += page.Tags->size();
    token = page.NextToken;
  } while (token);

  EXPECT_EQ(seen, rules.size());
  EXPECT_THAT(ec2.describe_tags({.MaxResults = 0}), FailsWith("InvalidParameterValue"));
}

TEST_F(DeleteTags, RemovesByKeyByValueOrAll) {
  const auto id = run_one();
  const auto tags = [&] { return look(id).Tags.value_or(std::vector<api::ec2::Tag>()).size(); };
  must(ec2.create_tags(
      {.Resources = {{id}},
       .Tags = {
           {{.Key = "a", .Value = "1"}, {.Key = "b", .Value = "2"}, {.Key = "c", .Value = "3"}}}}));

  must(ec2.delete_tags({.Resources = {{id}}, .Tags = {{{.Key = "a", .Value = "other"}}}}));
  EXPECT_EQ(tags(), 3U);
  must(ec2.delete_tags({.Resources = {{id}}, .Tags = {{{.Key = "a"}}}}));
  EXPECT_EQ(tags(), 2U);
  must(ec2.delete_tags({.Resources = {{id}}}));
  EXPECT_EQ(tags(), 0U);
}

}  // namespace
}  // namespace fallstreak::ec2_tests
