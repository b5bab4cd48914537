#include "tests/services/imported_certificate.h"
#include "tests/services/stack_fixture.h"

namespace fallstreak {
namespace {

using testing::FailsSaying;
using testing::FailsWith;
using ::testing::SizeIs;
using testing::Succeeds;

/// Listeners and rules that have users sign in.
class AuthenticateOidc : public testing::StackTest {
 protected:
  using Action = api::elbv2::Action;
  using Config = api::elbv2::AuthenticateOidcActionConfig;

  AuthenticateOidc() {
    make_network();
    balancer = make_load_balancer("web");
    group = make_target_group("web");
    certificate = testing::imported_certificate(acm, "shop.example", cloud.now());
  }
  static Config config() {
    return {.Issuer = "https://idp.example",
            .AuthorizationEndpoint = "https://idp.example/authorize",
            .TokenEndpoint = "https://idp.example/token",
            .UserInfoEndpoint = "https://idp.example/user",
            .ClientId = "client",
            .ClientSecret = "secret"};
  }
  static Action authenticate(const Config& with, std::optional<std::int32_t> order = 1) {
    return {.Type = "authenticate-oidc", .AuthenticateOidcConfig = with, .Order = order};
  }
  Action forward(std::optional<std::int32_t> order = 2) {
    return {.Type = "forward", .TargetGroupArn = group, .Order = order};
  }
  Outcome<api::elbv2::CreateListenerOutput> create(const std::vector<Action>& actions,
                                                   const std::string& protocol = "HTTPS") {
    api::elbv2::CreateListenerInput request{
        .LoadBalancerArn = balancer, .Protocol = protocol, .Port = 443, .DefaultActions = actions};
    if (protocol == "HTTPS") request.Certificates = {{{.CertificateArn = certificate}}};
    return elbv2.create_listener(request);
  }

  client::Acm acm{transport};
  std::string balancer, group, certificate;
};

TEST_F(AuthenticateOidc, ComesFirstAndTellsNoSecret) {
  const auto made = must(create({forward(), authenticate(config())})).Listeners->front();

  ASSERT_THAT(*made.DefaultActions, SizeIs(2));
  const auto& shown = *made.DefaultActions->front().AuthenticateOidcConfig;
  EXPECT_FALSE(shown.ClientSecret);
  EXPECT_EQ(shown.Scope, "openid");
  EXPECT_EQ(shown.SessionCookieName, "AWSELBAuthSessionCookie");
  EXPECT_EQ(shown.SessionTimeout, 604800);
  EXPECT_EQ(shown.OnUnauthenticatedRequest, "authenticate");
  const auto described =
      must(elbv2.describe_listeners({.ListenerArns = {{*made.ListenerArn}}})).Listeners->front();
  EXPECT_EQ(described, made);
  const auto rules = must(elbv2.describe_rules({.ListenerArn = made.ListenerArn}));
  EXPECT_EQ(rules.Rules->front().Actions, made.DefaultActions);
}

TEST_F(AuthenticateOidc, IsForHttpsListeners) {
  EXPECT_THAT(create({authenticate(config()), forward()}, "HTTP"),
              FailsWith("InvalidLoadBalancerAction", 400));
}

TEST_F(AuthenticateOidc, NeedsAnActionBehindIt) {
  EXPECT_THAT(create({authenticate(config())}), FailsWith("ValidationError", 400));
  EXPECT_THAT(create({authenticate(config(), 3), forward(2)}),
              FailsWith("InvalidLoadBalancerAction", 400));
  EXPECT_THAT(create({authenticate(config(), {}), forward({})}), FailsWith("ValidationError", 400));
  EXPECT_THAT(create({authenticate(config(), 1), authenticate(config(), 2), forward(3)}),
              FailsWith("InvalidLoadBalancerAction", 400));
}

TEST_F(AuthenticateOidc, NeedsEndpointsAndASecret) {
  auto without_secret = config();
  without_secret.ClientSecret.reset();
  EXPECT_THAT(create({authenticate(without_secret), forward()}),
              FailsWith("InvalidLoadBalancerAction", 400));
  auto open = config();
  open.TokenEndpoint = "http://idp.example/token";
  EXPECT_THAT(create({authenticate(open), forward()}), FailsWith("InvalidLoadBalancerAction", 400));
  auto long_lasting = config();
  long_lasting.SessionTimeout = 604801;
  EXPECT_THAT(create({authenticate(long_lasting), forward()}), FailsWith("ValidationError", 400));
  auto local = config();
  local.TokenEndpoint = "http://127.0.0.1:8080/token";
  EXPECT_THAT(create({authenticate(local), forward()}), Succeeds());
}

TEST_F(AuthenticateOidc, KeepsTheSecretOfARuleWhenAsked) {
  const auto listener =
      *must(create({{.Type = "fixed-response", .FixedResponseConfig = {{.StatusCode = "404"}}}}))
           .Listeners->front()
           .ListenerArn;
  const auto rule =
      *must(elbv2.create_rule({.ListenerArn = listener,
                               .Conditions = {{{.Field = "path-pattern", .Values = {{"/a"}}}}},
                               .Priority = 1,
                               .Actions = {{authenticate(config()), forward()}}}))
           .Rules->front()
           .RuleArn;
  auto kept = config();
  kept.ClientSecret.reset();
  kept.UseExistingClientSecret = true;
  EXPECT_THAT(elbv2.modify_listener(
                  {.ListenerArn = listener, .DefaultActions = {{authenticate(kept), forward()}}}),
              FailsWith("InvalidLoadBalancerAction", 400));

  const auto changed =
      must(elbv2.modify_rule({.RuleArn = rule, .Actions = {{authenticate(kept), forward()}}}));

  EXPECT_FALSE(changed.Rules->front().Actions->front().AuthenticateOidcConfig->ClientSecret);
}

TEST_F(AuthenticateOidc, KeepsItsListenerEncrypted) {
  const std::vector<Action> fixed = {
      {.Type = "fixed-response", .FixedResponseConfig = {{.StatusCode = "404"}}}};
  const auto by_default =
      *must(create({authenticate(config()), forward()})).Listeners->front().ListenerArn;
  EXPECT_THAT(elbv2.modify_listener({.ListenerArn = by_default, .Protocol = "HTTP"}),
              FailsSaying("Actions of type 'authenticate-oidc' are supported only on HTTPS "
                          "listeners"));
  must_do(elbv2.create_rule({.ListenerArn = by_default,
                             .Conditions = {{{.Field = "path-pattern", .Values = {{"/a"}}}}},
                             .Priority = 1,
                             .Actions = {{authenticate(config()), forward()}}}));
  EXPECT_THAT(elbv2.modify_listener(
                  {.ListenerArn = by_default, .Protocol = "HTTP", .DefaultActions = fixed}),
              FailsWith("InvalidLoadBalancerAction", 400))
      << "a rule still needs it";

  const auto kept = must(elbv2.describe_listeners({.ListenerArns = {{by_default}}}));
  EXPECT_EQ(kept.Listeners->front().Protocol, "HTTPS");
  EXPECT_THAT(*kept.Listeners->front().DefaultActions, SizeIs(2));
  EXPECT_THAT(*kept.Listeners->front().Certificates, SizeIs(1));

  const auto rules = must(elbv2.describe_rules({.ListenerArn = by_default}));
  must_do(elbv2.delete_rule({.RuleArn = *rules.Rules->front().RuleArn}));
  EXPECT_THAT(elbv2.modify_listener(
                  {.ListenerArn = by_default, .Protocol = "HTTP", .DefaultActions = fixed}),
              Succeeds());
}

/// Listeners and rules that want tokens of clients.
class JwtValidation : public AuthenticateOidc {
 protected:
  using Tokens = api::elbv2::JwtValidationActionConfig;
  using Claim = api::elbv2::JwtValidationActionAdditionalClaim;

  static Tokens tokens() {
    return {.JwksEndpoint = "https://idp.example/keys", .Issuer = "https://idp.example"};
  }
  static Action validate(const Tokens& with, std::optional<std::int32_t> order = 1) {
    return {.Type = "jwt-validation", .Order = order, .JwtValidationConfig = with};
  }
  Outcome<api::elbv2::CreateListenerOutput> with_claims(std::vector<Claim> claims) {
    auto config = tokens();
    config.AdditionalClaims = std::move(claims);
    return create({validate(config), forward()});
  }
};

TEST_F(JwtValidation, IsShownAsItWasGiven) {
  auto config = tokens();
  config.AdditionalClaims = {
      {{.Format = "single-string", .Name = "aud", .Values = {{"shop"}}},
       {.Format = "space-separated-values", .Name = "scope", .Values = {{"read", "write"}}},
       {.Format = "string-array", .Name = "roles", .Values = {{"a role"}}}}};
  const auto made = must(create({forward(), validate(config)})).Listeners->front();
  ASSERT_THAT(*made.DefaultActions, SizeIs(2));
  EXPECT_EQ(made.DefaultActions->front().Type, "jwt-validation");
  EXPECT_EQ(made.DefaultActions->front().JwtValidationConfig, config);
  const auto rule =
      must(elbv2.create_rule({.ListenerArn = made.ListenerArn,
                              .Conditions = {{{.Field = "path-pattern", .Values = {{"/a"}}}}},
                              .Priority = 1,
                              .Actions = {{validate(tokens()), forward()}}}))
          .Rules->front();
  EXPECT_EQ(rule.Actions->front().JwtValidationConfig, tokens());
}

TEST_F(JwtValidation, IsForHttpsListenersAndComesBeforeTheRest) {
  EXPECT_THAT(create({validate(tokens()), forward()}, "HTTP"),
              FailsWith("InvalidLoadBalancerAction", 400));
  EXPECT_THAT(create({{.Type = "jwt-validation", .Order = 1}, forward()}),
              FailsWith("InvalidLoadBalancerAction", 400));
  EXPECT_THAT(create({validate(tokens())}), FailsWith("ValidationError", 400));
  EXPECT_THAT(create({validate(tokens(), 3), forward(2)}),
              FailsWith("InvalidLoadBalancerAction", 400));
  EXPECT_THAT(create({validate(tokens()), authenticate(config(), 2), forward(3)}),
              FailsWith("InvalidLoadBalancerAction", 400));
  EXPECT_TRUE(must(elbv2.describe_listeners({.LoadBalancerArn = balancer})).Listeners->empty());
}

TEST_F(JwtValidation, NeedsAnEndpointOfHttpsAndAnIssuer) {
  auto open = tokens();
  open.JwksEndpoint = "http://idp.example/keys";
  EXPECT_THAT(create({validate(open), forward()}), FailsWith("InvalidLoadBalancerAction", 400));
  auto endless = tokens();
  endless.JwksEndpoint = "https://idp.example/" + std::string(256, 'k');
  EXPECT_THAT(create({validate(endless), forward()}), FailsWith("ValidationError", 400));
  auto long_issuer = tokens();
  long_issuer.Issuer = std::string(257, 'i');
  EXPECT_THAT(create({validate(long_issuer), forward()}), FailsWith("ValidationError", 400));
  auto nobody = tokens();
  nobody.Issuer.reset();
  EXPECT_THAT(create({validate(nobody), forward()}), FailsWith("ValidationError", 400));
}

TEST_F(JwtValidation, RefusesClaimsThatCannotBe) {
  for (const std::string own : {"exp", "iss", "nbf", "iat"}) {
    EXPECT_THAT(with_claims({{.Format = "single-string", .Name = own, .Values = {{"1"}}}}),
                FailsWith("InvalidLoadBalancerAction", 400));
  }
  EXPECT_THAT(with_claims({{.Format = "number", .Name = "a", .Values = {{"1"}}}}),
              FailsWith("ValidationError", 400));
  EXPECT_THAT(with_claims({{.Format = "string-array", .Name = "a", .Values = {{}}}}),
              FailsWith("ValidationError", 400));
  EXPECT_THAT(
      with_claims(
          {{.Format = "string-array", .Name = "a", .Values = std::vector<std::string>(11, "v")}}),
      FailsWith("ValidationError", 400));
  EXPECT_THAT(with_claims({{.Format = "single-string", .Name = "a", .Values = {{"1", "2"}}}}),
              FailsWith("ValidationError", 400));
  EXPECT_THAT(
      with_claims({{.Format = "space-separated-values", .Name = "a", .Values = {{"read write"}}}}),
      FailsWith("ValidationError", 400));
  EXPECT_THAT(
      with_claims({{.Format = "string-array", .Name = "a", .Values = {{std::string(257, 'v')}}}}),
      FailsWith("ValidationError", 400));
  EXPECT_THAT(with_claims(std::vector<Claim>(
                  11, {.Format = "single-string", .Name = "a", .Values = {{"1"}}})),
              FailsWith("ValidationError", 400));
}

TEST_F(AuthenticateOidc, IsTheOnlyWayToSignIn) {
  EXPECT_THAT(create({{.Type = "authenticate-cognito", .Order = 1}, forward()}),
              FailsWith("NotImplemented", 501));
}

}  // namespace
}  // namespace fallstreak
