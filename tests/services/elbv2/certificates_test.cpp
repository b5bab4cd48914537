#include "tests/services/imported_certificate.h"
#include "tests/services/stack_fixture.h"

namespace fallstreak {
namespace {

using ::testing::ElementsAre;
using testing::FailsWith;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::Succeeds;

class HttpsTest : public testing::StackTest {
 protected:
  using Certificate = api::elbv2::Certificate;
  using Listener = api::elbv2::Listener;

  HttpsTest() {
    make_network();
    balancer = make_load_balancer("web");
  }

  std::string make_certificate(const std::string& name) {
    return testing::imported_certificate(acm, name, cloud.now());
  }
  Outcome<api::elbv2::CreateListenerOutput> create(const std::vector<Certificate>& certificates,
                                                   std::optional<std::string> ssl_policy = {},
                                                   const std::string& protocol = "HTTPS") {
    api::elbv2::CreateListenerInput request{
        .LoadBalancerArn = balancer,
        .Protocol = protocol,
        .Port = 443,
        .SslPolicy = std::move(ssl_policy),
        .DefaultActions = {
            {{.Type = "fixed-response", .FixedResponseConfig = {{.StatusCode = "200"}}}}}};
    if (!certificates.empty()) request.Certificates = certificates;
    return elbv2.create_listener(request);
  }
  Listener make(const std::string& certificate) {
    return must(create({{.CertificateArn = certificate}})).Listeners->front();
  }
  std::vector<std::string> certificates_of(const std::string& listener_arn) {
    std::vector<std::string> arns;
    const auto described =
        must(elbv2.describe_listener_certificates({.ListenerArn = listener_arn}));
    for (const auto& one : *described.Certificates) {
      arns.push_back((*one.IsDefault ? "default " : "") + *one.CertificateArn);
    }
    return arns;
  }

  client::Acm acm{transport};
  std::string balancer;
};

class HttpsListener : public HttpsTest {};
class AddListenerCertificates : public HttpsTest {};
class DescribeListenerCertificates : public HttpsTest {};
class RemoveListenerCertificates : public HttpsTest {};
class DescribeSSLPolicies : public HttpsTest {};

TEST_F(HttpsListener, HasACertificateAndAwsDefaultPolicy) {
  const auto certificate = make_certificate("www.example.com");

  const auto made = make(certificate);

  EXPECT_EQ(made.SslPolicy, "ELBSecurityPolicy-2016-08");
  ASSERT_THAT(*made.Certificates, SizeIs(1));
  EXPECT_EQ(made.Certificates->front().CertificateArn, certificate);
  const auto shown =
      must(elbv2.describe_listeners({.ListenerArns = {{*made.ListenerArn}}})).Listeners->front();
  EXPECT_EQ(shown, made);
}

TEST_F(HttpsListener, NeedsACertificateThatIsIssued) {
  const std::string absent = "arn:aws:acm:eu-central-1:123456789012:certificate/none";
  const auto pending =
      *must(acm.request_certificate({.DomainName = "www.example.com", .ValidationMethod = "DNS"}))
           .CertificateArn;

  EXPECT_THAT(create({}), FailsWith("ValidationError", 400));
  EXPECT_THAT(create({{.CertificateArn = absent}}), FailsWith("CertificateNotFound", 400));
  EXPECT_THAT(create({{.CertificateArn = "nonsense"}}), FailsWith("ValidationError", 400));
  EXPECT_THAT(create({{.CertificateArn = pending}}), FailsWith("UnsupportedCertificate", 400));
  EXPECT_THAT(create({{.CertificateArn = "arn:aws:iam::123456789012:server-certificate/web"}}),
              FailsWith("NotImplemented", 501));
}

TEST_F(HttpsListener, HasOneDefaultCertificate) {
  const auto one = make_certificate("one.example.com");
  const auto two = make_certificate("two.example.com");

  EXPECT_THAT(create({{.CertificateArn = one}, {.CertificateArn = two}}),
              FailsWith("ValidationError", 400));
  EXPECT_THAT(create({{.CertificateArn = one, .IsDefault = true}}),
              FailsWith("ValidationError", 400));
}

TEST_F(HttpsListener, IsTheOnlyOneWithCertificatesAndAPolicy) {
  const auto certificate = make_certificate("www.example.com");

  EXPECT_THAT(create({{.CertificateArn = certificate}}, {}, "HTTP"),
              FailsWith("ValidationError", 400));
  EXPECT_THAT(create({}, "ELBSecurityPolicy-2016-08", "HTTP"), FailsWith("ValidationError", 400));
}

TEST_F(HttpsListener, TakesThePoliciesOfAwsThatAreServedHere) {
  const auto certificate = make_certificate("www.example.com");
  const std::vector<Certificate> certificates = {{.CertificateArn = certificate}};

  EXPECT_THAT(create(certificates, "ELBSecurityPolicy-None"), FailsWith("SSLPolicyNotFound", 400));
  EXPECT_THAT(create(certificates, "ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04"),
              FailsWith("NotImplemented", 501));
  const auto made = must(create(certificates, "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"));
  EXPECT_EQ(made.Listeners->front().SslPolicy, "ELBSecurityPolicy-TLS13-1-2-Res-2021-06");
}

TEST_F(HttpsListener, LosesItsCertificatesWhenItBecomesPlain) {
  const auto one = make_certificate("one.example.com");
  const auto two = make_certificate("two.example.com");
  const auto arn = *make(one).ListenerArn;
  must_do(elbv2.add_listener_certificates(
      {.ListenerArn = arn, .Certificates = {{{.CertificateArn = two}}}}));

  const auto plain = must(elbv2.modify_listener({.ListenerArn = arn, .Protocol = "HTTP"}));

  EXPECT_FALSE(plain.Listeners->front().SslPolicy);
  EXPECT_FALSE(plain.Listeners->front().Certificates);
  EXPECT_THAT(acm.delete_certificate({.CertificateArn = one}), Succeeds());
  EXPECT_THAT(acm.delete_certificate({.CertificateArn = two}), Succeeds());
  EXPECT_THAT(elbv2.modify_listener({.ListenerArn = arn, .Protocol = "HTTPS"}),
              FailsWith("ValidationError", 400));
}

TEST_F(HttpsListener, GetsAnotherDefaultCertificate) {
  const auto one = make_certificate("one.example.com");
  const auto two = make_certificate("two.example.com");
  const auto arn = *make(one).ListenerArn;

  const auto changed = must(
      elbv2.modify_listener({.ListenerArn = arn, .Certificates = {{{.CertificateArn = two}}}}));

  EXPECT_EQ(changed.Listeners->front().Certificates->front().CertificateArn, two);
  EXPECT_THAT(acm.delete_certificate({.CertificateArn = one}), Succeeds());
  EXPECT_THAT(acm.delete_certificate({.CertificateArn = two}),
              FailsWith("ResourceInUseException", 400));
}

TEST_F(HttpsListener, HasNoAlpnPolicyWhichATlsListenerHas) {
  const auto network = *must(elbv2.create_load_balancer(
                                 {.Name = "tcp", .Subnets = {{subnet_ids[0]}}, .Type = "network"}))
                            .LoadBalancers->front()
                            .LoadBalancerArn;
  const auto group = *must(elbv2.create_target_group(
                               {.Name = "tcp", .Protocol = "TCP", .Port = 80, .VpcId = vpc_id}))
                          .TargetGroups->front()
                          .TargetGroupArn;
  const std::vector<Certificate> certificates{{.CertificateArn = make_certificate("a.example")}};
  const auto create_at = [&](const std::string& arn, const std::string& protocol,
                             const std::vector<std::string>& policies) {
    return elbv2.create_listener(
        {.LoadBalancerArn = arn,
         .Protocol = protocol,
         .Port = 443,
         .Certificates = certificates,
         .DefaultActions = {{{.Type = "forward", .TargetGroupArn = group}}},
         .AlpnPolicy = policies});
  };
  EXPECT_THAT(create_at(balancer, "HTTPS", {"HTTP2Only"}), FailsWith("ValidationError", 400));
  EXPECT_THAT(create_at(network, "TLS", {"HTTP3Only"}), FailsWith("ALPNPolicyNotFound", 400));
  EXPECT_THAT(create_at(network, "TLS", {"HTTP2Only", "None"}), FailsWith("ValidationError", 400));

  const auto made = must(create_at(network, "TLS", {"HTTP2Only"})).Listeners->front();

  EXPECT_THAT(*made.AlpnPolicy, ElementsAre("HTTP2Only"));
  const auto modified = must(
      elbv2.modify_listener({.ListenerArn = made.ListenerArn, .AlpnPolicy = {{"HTTP2Preferred"}}}));
  EXPECT_THAT(*modified.Listeners->front().AlpnPolicy, ElementsAre("HTTP2Preferred"));
}

TEST_F(AddListenerCertificates, AddsEachOnce) {
  const auto one = make_certificate("one.example.com");
  const auto two = make_certificate("two.example.com");
  const auto arn = *make(one).ListenerArn;

  for (int time = 0; time < 2; ++time) {
    const auto added = must(elbv2.add_listener_certificates(
        {.ListenerArn = arn, .Certificates = {{{.CertificateArn = two}}}}));
    EXPECT_EQ(added.Certificates->front().IsDefault, false);
  }

  EXPECT_THAT(certificates_of(arn), ElementsAre("default " + one, two));
}

TEST_F(AddListenerCertificates, RefusesWhatCannotBeServed) {
  const auto one = make_certificate("one.example.com");
  const auto arn = *make(one).ListenerArn;
  const auto plain = make_listener(balancer, make_target_group("web"));
  const auto pending =
      *must(acm.request_certificate({.DomainName = "www.example.com", .ValidationMethod = "DNS"}))
           .CertificateArn;

  EXPECT_THAT(
      elbv2.add_listener_certificates(
          {.ListenerArn = arn,
           .Certificates = {{{.CertificateArn =
                                  "arn:aws:acm:eu-central-1:123456789012:certificate/0"}}}}),
      FailsWith("CertificateNotFound", 400));
  EXPECT_THAT(elbv2.add_listener_certificates(
                  {.ListenerArn = arn, .Certificates = {{{.CertificateArn = pending}}}}),
              FailsWith("UnsupportedCertificate", 400));
  EXPECT_THAT(elbv2.add_listener_certificates(
                  {.ListenerArn = plain, .Certificates = {{{.CertificateArn = one}}}}),
              FailsWith("ValidationError", 400));
  EXPECT_THAT(elbv2.add_listener_certificates(
                  {.ListenerArn = arn + "0", .Certificates = {{{.CertificateArn = one}}}}),
              FailsWith("ListenerNotFound", 400));
}

TEST_F(AddListenerCertificates, AreAtMost25) {
  const auto arn = *make(make_certificate("www.example.com")).ListenerArn;
  const auto add = [&](int number) {
    const auto made = make_certificate("n" + std::to_string(number) + ".example.com");
    return elbv2.add_listener_certificates(
        {.ListenerArn = arn, .Certificates = {{{.CertificateArn = made}}}});
  };
  for (int number = 0; number < 25; ++number) ASSERT_THAT(add(number), Succeeds());

  EXPECT_THAT(add(25), FailsWith("TooManyCertificates", 400));
}

TEST_F(DescribeListenerCertificates, ShowsADefaultOneTwiceThatWasAdded) {
  const auto one = make_certificate("one.example.com");
  const auto arn = *make(one).ListenerArn;
  EXPECT_THAT(certificates_of(arn), ElementsAre("default " + one));

  must_do(elbv2.add_listener_certificates(
      {.ListenerArn = arn, .Certificates = {{{.CertificateArn = one}}}}));

  EXPECT_THAT(certificates_of(arn), ElementsAre("default " + one, one));
}

TEST_F(RemoveListenerCertificates, LeavesTheDefaultOne) {
  const auto one = make_certificate("one.example.com");
  const auto two = make_certificate("two.example.com");
  const auto arn = *make(one).ListenerArn;
  must_do(elbv2.add_listener_certificates(
      {.ListenerArn = arn, .Certificates = {{{.CertificateArn = two}}}}));

  must_do(elbv2.remove_listener_certificates(
      {.ListenerArn = arn, .Certificates = {{{.CertificateArn = two}}}}));

  EXPECT_THAT(certificates_of(arn), ElementsAre("default " + one));
  EXPECT_THAT(acm.delete_certificate({.CertificateArn = two}), Succeeds());
  EXPECT_THAT(elbv2.remove_listener_certificates(
                  {.ListenerArn = arn, .Certificates = {{{.CertificateArn = one}}}}),
              FailsWith("OperationNotPermitted", 400));
}

TEST_F(DescribeSSLPolicies, ShowsVersionsAndCiphersInTheirOrder) {
  const auto shown =
      must(elbv2.describe_ssl_policies({.Names = {{"ELBSecurityPolicy-TLS13-1-2-Res-2021-06"}}}))
          .SslPolicies->front();

  EXPECT_THAT(*shown.SslProtocols, ElementsAre("TLSv1.2", "TLSv1.3"));
  ASSERT_THAT(*shown.Ciphers, SizeIs(7));
  EXPECT_EQ(shown.Ciphers->front().Name, "TLS_AES_128_GCM_SHA256");
  EXPECT_EQ(shown.Ciphers->front().Priority, 1);
  EXPECT_EQ(shown.Ciphers->back().Name, "ECDHE-RSA-AES256-GCM-SHA384");
  EXPECT_EQ(shown.Ciphers->back().Priority, 7);
}

TEST_F(DescribeSSLPolicies, IsInPages) {
  const auto all = must(elbv2.describe_ssl_policies({}));
  EXPECT_FALSE(all.NextMarker);

  const auto first = must(elbv2.describe_ssl_policies({.PageSize = 3}));
  ASSERT_THAT(*first.SslPolicies, SizeIs(3));
  const auto rest = must(elbv2.describe_ssl_policies({.Marker = first.NextMarker}));

  EXPECT_EQ(first.SslPolicies->size() + rest.SslPolicies->size(), all.SslPolicies->size());
  EXPECT_THAT(*must(elbv2.describe_ssl_policies({.LoadBalancerType = "gateway"})).SslPolicies,
              IsEmpty());
  EXPECT_THAT(elbv2.describe_ssl_policies({.Names = {{"none"}}}),
              FailsWith("SSLPolicyNotFound", 400));
}

}  // namespace
}  // namespace fallstreak
