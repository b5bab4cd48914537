#include "client/acm.h"
#include "client/ec2.h"
#include "client/elbv2.h"
#include "client/route53.h"
#include "dispatch/notices.h"
#include "services/acm/x509.h"
#include "testing/testing.h"

namespace fallstreak {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using namespace std::chrono_literals;
using testing::FailsWith;
using testing::Succeeds;

class AcmTest : public testing::CloudTest {
 protected:
  AcmTest() : CloudTest({}, dispatch::Caller("123456789012", "eu-central-1")) {}

  client::Acm acm{transport};
  client::Route53 route53{transport};
  client::Ec2 ec2{transport};
  client::ElbV2 elbv2{transport};
  std::string zone;

  std::string request(const std::string& name, std::vector<std::string> others = {},
                      const std::string& key_algorithm = "EC_prime256v1") {
    api::acm::RequestCertificateRequest wanted{
        .DomainName = name, .ValidationMethod = "DNS", .KeyAlgorithm = key_algorithm};
    if (!others.empty()) wanted.SubjectAlternativeNames = std::move(others);
    return *must(acm.request_certificate(wanted)).CertificateArn;
  }
  api::acm::CertificateDetail describe(const std::string& arn) {
    return *must(acm.describe_certificate({.CertificateArn = arn})).Certificate;
  }
  void make_zone(const std::string& name) {
    const auto made =
        must(route53.create_hosted_zone({.Name = name, .CallerReference = "of " + name}));
    zone = made.HostedZone->Id->substr(std::string_view("/hostedzone/").size());
  }
  /// Writes, or deletes, the records that a certificate asks for.
  void change_records(const std::string& arn, const std::string& action) {
    std::vector<api::route53::Change> changes;
    const auto detail = describe(arn);
    for (const auto& name : *detail.DomainValidationOptions) {
      const auto& record = *name.ResourceRecord;
      const api::route53::Change change{
          .Action = action,
          .ResourceRecordSet = {{.Name = record.Name,
                                 .Type = record.Type,
                                 .TTL = 300,
                                 .ResourceRecords = {{{.Value = record.Value}}}}}};
      if (std::ranges::find(changes, change) == changes.end()) changes.push_back(change);
    }
    must(route53.change_resource_record_sets(
        {.HostedZoneId = zone, .ChangeBatch = {{.Changes = changes}}}));
  }
  std::string make_load_balancer() {
    const auto vpc_id = *must(ec2.create_vpc({.CidrBlock = "10.0.0.0/16"})).Vpc->VpcId;
    std::vector<std::string> subnets;
    for (const auto& [place, block] :
         {std::pair("eu-central-1a", "10.0.0.0/24"), std::pair("eu-central-1b", "10.0.1.0/24")}) {
      const auto made =
          must(ec2.create_subnet({.AvailabilityZone = place, .CidrBlock = block, .VpcId = vpc_id}));
      subnets.push_back(*made.Subnet->SubnetId);
    }
    return *must(elbv2.create_load_balancer(
                     {.Name = "web", .Subnets = subnets, .Scheme = "internal"}))
                .LoadBalancers->front()
                .LoadBalancerArn;
  }
  std::string listen(const std::string& load_balancer, const std::string& certificate,
                     std::int32_t port = 443) {
    return *must(elbv2.create_listener(
                     {.LoadBalancerArn = load_balancer,
                      .Protocol = "HTTPS",
                      .Port = port,
                      .Certificates = {{{.CertificateArn = certificate}}},
                      .DefaultActions = {{{.Type = "fixed-response",
                                           .FixedResponseConfig = {{.StatusCode = "200"}}}}}}))
                .Listeners->front()
                .ListenerArn;
  }
  /// A certificate whose records are there.
  std::string issue(const std::string& name, std::vector<std::string> others = {},
                    const std::string& key_algorithm = "EC_prime256v1") {
    if (zone.empty()) make_zone("example.com");
    const auto arn = request(name, std::move(others), key_algorithm);
    cloud.advance(1min);
    change_records(arn, "UPSERT");
    cloud.advance(10min);
    return arn;
  }
};

class RequestCertificate : public AcmTest {};
class GetCertificate : public AcmTest {};
class ListCertificates : public AcmTest {};
class ImportCertificate : public AcmTest {};
class DeleteCertificate : public AcmTest {};
class ManagedRenewal : public AcmTest {};
class CertificateTags : public AcmTest {};
class CertificateState : public AcmTest {};

TEST_F(RequestCertificate, WaitsForItsRecords) {
  const auto arn = request("www.example.com", {"*.example.com", "example.com"});
  EXPECT_FALSE(describe(arn).DomainValidationOptions->front().ResourceRecord);
  cloud.advance(1min);

  const auto shown = describe(arn);
  EXPECT_EQ(shown.Status, "PENDING_VALIDATION");
  EXPECT_THAT(*shown.SubjectAlternativeNames,
              ElementsAre("www.example.com", "*.example.com", "example.com"));
  const auto& names = *shown.DomainValidationOptions;
  ASSERT_THAT(names, SizeIs(3));
  EXPECT_EQ(names[0].ResourceRecord->Type, "CNAME");
  EXPECT_TRUE(names[0].ResourceRecord->Name->ends_with(".www.example.com."));
  EXPECT_TRUE(names[0].ResourceRecord->Value->ends_with(".acm-validations.aws."));
  EXPECT_EQ(names[1].ResourceRecord, names[2].ResourceRecord) << "a wildcard has its domain's";
  EXPECT_THAT(acm.get_certificate({.CertificateArn = arn}),
              FailsWith("RequestInProgressException", 400));
}

TEST_F(RequestCertificate, IsIssuedOnceTheRecordsAreInDns) {
  make_zone("example.com");
  const auto arn = request("www.example.com", {"api.example.com"});
  cloud.advance(30min);
  EXPECT_EQ(describe(arn).Status, "PENDING_VALIDATION");
  change_records(arn, "CREATE");
  cloud.advance(10min);

  const auto shown = describe(arn);
  EXPECT_EQ(shown.Status, "ISSUED");
  EXPECT_EQ(shown.DomainValidationOptions->front().ValidationStatus, "SUCCESS");
  EXPECT_GT(*shown.IssuedAt, *shown.CreatedAt);
  EXPECT_EQ(*shown.NotAfter - *shown.NotBefore, std::chrono::days(395) - 1s);
  EXPECT_EQ(shown.RenewalEligibility, "INELIGIBLE") << "nothing uses it";
}

TEST_F(RequestCertificate, TimesOutAfter72Hours) {
  const auto arn = request("www.example.com");
  cloud.advance(71h);
  EXPECT_EQ(describe(arn).Status, "PENDING_VALIDATION");
  cloud.advance(2h);

  const auto shown = describe(arn);
  EXPECT_EQ(shown.Status, "VALIDATION_TIMED_OUT");
  EXPECT_EQ(shown.DomainValidationOptions->front().ValidationStatus, "FAILED");
}

TEST_F(RequestCertificate, IsTheSameForTheSameTokenWithinAnHour) {
  const api::acm::RequestCertificateRequest same{
      .DomainName = "example.com", .ValidationMethod = "DNS", .IdempotencyToken = "one"};
  const auto first = must(acm.request_certificate(same)).CertificateArn;
  EXPECT_EQ(must(acm.request_certificate(same)).CertificateArn, first);
  cloud.advance(2h);
  EXPECT_NE(must(acm.request_certificate(same)).CertificateArn, first);
}

TEST_F(RequestCertificate, RefusesWhatItCannotDo) {
  EXPECT_THAT(acm.request_certificate({.DomainName = "example.com"}),
              FailsWith("NotImplemented", 501));
  EXPECT_THAT(acm.request_certificate({.DomainName = "nonsense", .ValidationMethod = "DNS"}),
              FailsWith("ValidationException", 400));
  EXPECT_THAT(
      acm.request_certificate(
          {.DomainName = "example.com", .ValidationMethod = "DNS", .KeyAlgorithm = "RSA_1024"}),
      FailsWith("InvalidParameterException", 400));
  std::vector<std::string> many;
  for (int i = 0; i < 10; ++i) many.push_back("host" + std::to_string(i) + ".example.com");
  EXPECT_THAT(acm.request_certificate({.DomainName = "example.com",
                                       .ValidationMethod = "DNS",
                                       .SubjectAlternativeNames = many}),
              FailsWith("LimitExceededException", 400));
  EXPECT_THAT(acm.describe_certificate({.CertificateArn = "arn:aws:acm:eu-central-1:123456789012:"
                                                          "certificate/none"}),
              FailsWith("ResourceNotFoundException", 400));
  EXPECT_THAT(acm.describe_certificate(
                  {.CertificateArn = "arn:aws:acm:eu-central-1:123456789012:account/1"}),
              FailsWith("InvalidArnException", 400));
}

class CertificateOf : public AcmTest, public ::testing::WithParamInterface<const char*> {};
TEST_P(CertificateOf, EachKeyAlgorithmIsRealAndFollowsFromTheSeed) {
  const auto arn = issue("www.example.com", {"api.example.com"}, GetParam());
  const auto got = must(acm.get_certificate({.CertificateArn = arn}));
  const auto shown = describe(arn);

  const auto read = services::acm::read_certificate(*got.Certificate);
  ASSERT_TRUE(read);
  EXPECT_THAT(read->facts.domain_names, ElementsAre("www.example.com", "api.example.com"));
  EXPECT_EQ(read->facts.serial, shown.Serial);
  EXPECT_EQ(read->facts.key_algorithm, GetParam());
  EXPECT_EQ(read->facts.not_before, shown.NotBefore);
  EXPECT_EQ(read->facts.not_after, shown.NotAfter);
  EXPECT_TRUE(services::acm::is_chained(*got.Certificate, *got.CertificateChain));
  EXPECT_EQ(must(acm.get_certificate({.CertificateArn = arn})).Certificate, got.Certificate);
  const auto made = services::acm::make_certificate(cloud.options().seed, read->facts);
  EXPECT_EQ(made.certificate, got.Certificate);
  EXPECT_TRUE(services::acm::is_key_of(made.private_key, made.certificate));
  EXPECT_NE(services::acm::make_certificate(2, read->facts).certificate, made.certificate);
}
INSTANTIATE_TEST_SUITE_P(All, CertificateOf,
                         ::testing::Values("RSA_2048", "EC_prime256v1", "EC_secp384r1"));

TEST_F(ManagedRenewal, HappensSixtyDaysBeforeTheExpiryWhileTheRecordsStay) {
  const auto arn = issue("www.example.com");
  listen(make_load_balancer(), arn);
  const auto first = describe(arn);
  cloud.advance_to(*first.NotAfter - std::chrono::days(61));
  EXPECT_EQ(describe(arn).Serial, first.Serial);
  cloud.advance(std::chrono::days(2));

  const auto renewed = describe(arn);
  EXPECT_NE(renewed.Serial, first.Serial);
  EXPECT_GT(*renewed.NotAfter, *first.NotAfter);
  EXPECT_EQ(renewed.RenewalSummary->RenewalStatus, "SUCCESS");
  cloud.advance_to(*first.NotAfter + 1h);
  EXPECT_EQ(describe(arn).Status, "ISSUED");
}

TEST_F(ManagedRenewal, FailsWithoutTheRecords) {
  const auto arn = issue("www.example.com");
  listen(make_load_balancer(), arn);
  const auto first = describe(arn);
  change_records(arn, "DELETE");
  cloud.advance_to(*first.NotAfter - std::chrono::days(30));
  const auto pending = describe(arn);
  EXPECT_EQ(pending.Status, "ISSUED");
  EXPECT_EQ(pending.RenewalSummary->RenewalStatus, "PENDING_VALIDATION");
  EXPECT_EQ(pending.RenewalSummary->DomainValidationOptions->front().ValidationStatus,
            "PENDING_VALIDATION");

  cloud.advance_to(*first.NotAfter + 1s);

  const auto expired = describe(arn);
  EXPECT_EQ(expired.Status, "EXPIRED");
  EXPECT_EQ(expired.RenewalSummary->RenewalStatus, "FAILED");
}

TEST_F(ManagedRenewal, GoesOnWhenTheRecordsComeBack) {
  const auto arn = issue("www.example.com");
  listen(make_load_balancer(), arn);
  const auto first = describe(arn);
  change_records(arn, "DELETE");
  cloud.advance_to(*first.NotAfter - std::chrono::days(30));
  change_records(arn, "CREATE");
  cloud.advance(std::chrono::days(1));

  EXPECT_EQ(describe(arn).RenewalSummary->RenewalStatus, "SUCCESS");
  EXPECT_NE(describe(arn).Serial, first.Serial);
}

TEST_F(ManagedRenewal, IsForWhatIsInUse) {
  const auto arn = issue("www.example.com");
  const auto balancer = make_load_balancer();
  const auto first = describe(arn);
  cloud.advance_to(*first.NotAfter - std::chrono::days(30));
  EXPECT_EQ(describe(arn).Serial, first.Serial);
  EXPECT_FALSE(describe(arn).RenewalSummary);

  listen(balancer, arn);
  EXPECT_EQ(describe(arn).RenewalEligibility, "ELIGIBLE");
  cloud.advance(std::chrono::days(1));

  EXPECT_NE(describe(arn).Serial, first.Serial);
}

TEST_F(DeleteCertificate, IsRefusedWhileAListenerServesWithIt) {
  const auto arn = issue("www.example.com");
  const auto other = issue("other.example.com");
  const auto balancer = make_load_balancer();
  const auto listener = listen(balancer, arn);
  const auto second = listen(balancer, other, 8443);
  must(elbv2.add_listener_certificates(
      {.ListenerArn = second, .Certificates = {{{.CertificateArn = arn}}}}));
  EXPECT_THAT(*describe(arn).InUseBy, ElementsAre(balancer));
  EXPECT_THAT(acm.delete_certificate({.CertificateArn = arn}),
              FailsWith("ResourceInUseException", 400));

  must(elbv2.delete_listener({.ListenerArn = listener}));
  EXPECT_THAT(*describe(arn).InUseBy, ElementsAre(balancer)) << "beside the default one";
  must(elbv2.delete_load_balancer({.LoadBalancerArn = balancer}));

  EXPECT_THAT(*describe(arn).InUseBy, IsEmpty());
  EXPECT_THAT(acm.delete_certificate({.CertificateArn = arn}), Succeeds());
  EXPECT_THAT(acm.delete_certificate({.CertificateArn = other}), Succeeds());
}

TEST_F(ListCertificates, ShowsRsaKeysUnlessOthersAreAskedFor) {
  const auto rsa = request("a.example.com", {}, "RSA_2048");
  const auto curve = request("b.example.com");

  const auto usual = must(acm.list_certificates({}));
  ASSERT_THAT(*usual.CertificateSummaryList, SizeIs(1));
  EXPECT_EQ(usual.CertificateSummaryList->front().CertificateArn, rsa);
  const auto curves =
      must(acm.list_certificates({.Includes = {{.keyTypes = {{"EC_prime256v1"}}}}}));
  ASSERT_THAT(*curves.CertificateSummaryList, SizeIs(1));
  EXPECT_EQ(curves.CertificateSummaryList->front().CertificateArn, curve);
  EXPECT_THAT(
      *must(acm.list_certificates({.CertificateStatuses = {{"ISSUED"}}})).CertificateSummaryList,
      IsEmpty());
}

TEST_F(ListCertificates, IsInPages) {
  std::vector<std::string> arns;
  for (const auto* name : {"a.example.com", "b.example.com", "c.example.com"}) {
    arns.push_back(request(name, {}, "RSA_2048"));
    cloud.advance(1min);
  }
  const api::acm::ListCertificatesRequest newest{
      .MaxItems = 2, .SortBy = "CREATED_AT", .SortOrder = "DESCENDING"};
  const auto first = must(acm.list_certificates(newest));
  ASSERT_THAT(*first.CertificateSummaryList, SizeIs(2));
  EXPECT_EQ(first.CertificateSummaryList->front().CertificateArn, arns[2]);
  auto rest = newest;
  rest.NextToken = first.NextToken;
  const auto second = must(acm.list_certificates(rest));
  ASSERT_THAT(*second.CertificateSummaryList, SizeIs(1));
  EXPECT_EQ(second.CertificateSummaryList->front().CertificateArn, arns[0]);
  EXPECT_FALSE(second.NextToken);
  EXPECT_THAT(acm.list_certificates({.SortBy = "CREATED_AT"}),
              FailsWith("ValidationException", 400));
  EXPECT_THAT(acm.list_certificates({.NextToken = "nonsense"}),
              FailsWith("InvalidArgsException", 400));
}

TEST_F(ImportCertificate, KeepsAUsersOwn) {
  const auto made =
      services::acm::make_certificate(7, {.domain_names = {"own.example.com"},
                                          .key_algorithm = "EC_prime256v1",
                                          .serial = "01:02",
                                          .not_before = cloud.now() - 24h,
                                          .not_after = cloud.now() + std::chrono::days(30)});
  const auto arn = *must(acm.import_certificate({.Certificate = made.certificate,
                                                 .PrivateKey = made.private_key,
                                                 .CertificateChain = made.chain}))
                        .CertificateArn;

  const auto shown = describe(arn);
  EXPECT_EQ(shown.Type, "IMPORTED");
  EXPECT_EQ(shown.Status, "ISSUED");
  EXPECT_EQ(shown.DomainName, "own.example.com");
  EXPECT_EQ(shown.RenewalEligibility, "INELIGIBLE");
  EXPECT_EQ(must(acm.get_certificate({.CertificateArn = arn})).CertificateChain, made.chain);
  cloud.advance(std::chrono::days(31));
  EXPECT_EQ(describe(arn).Status, "EXPIRED");
}

TEST_F(ImportCertificate, RefusesWhatDoesNotFitTogether) {
  const services::acm::CertificateFacts facts{.domain_names = {"own.example.com"},
                                              .key_algorithm = "EC_prime256v1",
                                              .serial = "01",
                                              .not_before = cloud.now() - 24h,
                                              .not_after = cloud.now() + 24h};
  const auto one = services::acm::make_certificate(7, facts);
  const auto other = services::acm::make_certificate(8, facts);
  EXPECT_THAT(acm.import_certificate({.Certificate = one.certificate,
                                      .PrivateKey = other.private_key,
                                      .CertificateChain = one.chain}),
              FailsWith("ValidationException", 400));
  EXPECT_THAT(acm.import_certificate({.Certificate = one.certificate,
                                      .PrivateKey = one.private_key,
                                      .CertificateChain = other.chain}),
              FailsWith("ValidationException", 400));
  EXPECT_THAT(
      acm.import_certificate({.Certificate = one.certificate, .PrivateKey = one.private_key}),
      FailsWith("ValidationException", 400))
      << "it did not sign itself";
  EXPECT_THAT(acm.import_certificate({.CertificateArn = request("example.com"),
                                      .Certificate = one.certificate,
                                      .PrivateKey = one.private_key,
                                      .CertificateChain = one.chain}),
              FailsWith("ValidationException", 400));
}

TEST_F(CertificateTags, AreAddedAndRemoved) {
  const auto arn = request("example.com");
  must(acm.add_tags_to_certificate(
      {.CertificateArn = arn, .Tags = {{{.Key = "a", .Value = "1"}, {.Key = "b", .Value = "2"}}}}));
  must(acm.remove_tags_from_certificate(
      {.CertificateArn = arn, .Tags = {{{.Key = "a"}, {.Key = "b", .Value = "other"}}}}));

  const auto left = must(acm.list_tags_for_certificate({.CertificateArn = arn}));
  ASSERT_THAT(*left.Tags, SizeIs(1));
  EXPECT_EQ(left.Tags->front().Key, "b");
  EXPECT_THAT(acm.add_tags_to_certificate({.CertificateArn = arn, .Tags = {{{.Key = "aws:x"}}}}),
              FailsWith("InvalidTagException", 400));
}

TEST_F(CertificateState, RefusesWhatDoesNotFitIt) {
  const auto arn = request("example.com");
  EXPECT_THAT(acm.renew_certificate({.CertificateArn = arn}),
              FailsWith("ValidationException", 400));
  EXPECT_THAT(
      acm.resend_validation_email(
          {.CertificateArn = arn, .Domain = "example.com", .ValidationDomain = "example.com"}),
      FailsWith("InvalidStateException", 400));
  must(acm.update_certificate_options(
      {.CertificateArn = arn,
       .Options = {{.CertificateTransparencyLoggingPreference = "DISABLED"}}}));
  EXPECT_EQ(describe(arn).Options->CertificateTransparencyLoggingPreference, "DISABLED");
  must(acm.delete_certificate({.CertificateArn = arn}));
  EXPECT_THAT(acm.delete_certificate({.CertificateArn = arn}),
              FailsWith("ResourceNotFoundException", 400));
}

class ExportCertificate : public AcmTest {
 protected:
  std::string issue_exportable(const std::string& name) {
    make_zone("example.com");
    const std::string arn = *must(acm.request_certificate({.DomainName = name,
                                                           .ValidationMethod = "DNS",
                                                           .Options = {{.Export = "ENABLED"}},
                                                           .KeyAlgorithm = "EC_prime256v1"}))
                                 .CertificateArn;
    cloud.advance(1min);
    change_records(arn, "CREATE");
    cloud.advance(10min);
    return arn;
  }
  Outcome<api::acm::ExportCertificateResponse> ask(const std::string& arn,
                                                   const std::string& passphrase = "opensesame") {
    return acm.export_certificate({.CertificateArn = arn, .Passphrase = passphrase});
  }
  Outcome<api::acm::RevokeCertificateResponse> revoke(const std::string& arn) {
    return acm.revoke_certificate({.CertificateArn = arn, .RevocationReason = "SUPERSEDED"});
  }
};

TEST_F(ExportCertificate, GivesTheKeyEncrypted) {
  const std::string arn = issue_exportable("www.example.com");

  const auto exported = must(ask(arn));

  EXPECT_EQ(exported.Certificate, must(acm.get_certificate({.CertificateArn = arn})).Certificate);
  EXPECT_TRUE(exported.PrivateKey->starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
  EXPECT_TRUE(services::acm::is_key_of(*exported.PrivateKey, *exported.Certificate, "opensesame"));
  EXPECT_FALSE(services::acm::is_key_of(*exported.PrivateKey, *exported.Certificate, "sesame"));
  EXPECT_EQ(must(ask(arn)).PrivateKey, exported.PrivateKey) << "the same seed, the same text";
  const auto summary =
      must(acm.list_certificates(
               {.Includes = {{.keyTypes = {{"EC_prime256v1"}}, .exportOption = "ENABLED"}}}))
          .CertificateSummaryList->front();
  EXPECT_EQ(summary.Exported, true);
  EXPECT_EQ(summary.ExportOption, "ENABLED");
  EXPECT_EQ(summary.RenewalEligibility, "ELIGIBLE");
}

TEST_F(ExportCertificate, IsNotImportedWithItsKeyEncrypted) {
  const auto exported = must(ask(issue_exportable("www.example.com")));

  EXPECT_THAT(acm.import_certificate({.Certificate = *exported.Certificate,
                                      .PrivateKey = *exported.PrivateKey,
                                      .CertificateChain = *exported.CertificateChain}),
              FailsWith("ValidationException", 400));
}

TEST_F(ExportCertificate, IsForThoseThatWereRequestedSo) {
  const std::string pending = *must(acm.request_certificate({.DomainName = "www.example.com",
                                                             .ValidationMethod = "DNS",
                                                             .Options = {{.Export = "ENABLED"}}}))
                                   .CertificateArn;
  const std::string plain = request("example.org");

  EXPECT_THAT(ask(pending), FailsWith("RequestInProgressException", 400));
  EXPECT_THAT(ask(plain), FailsWith("ValidationException", 400));
  EXPECT_THAT(revoke(plain), FailsWith("ValidationException", 400));
  EXPECT_THAT(
      acm.update_certificate_options({.CertificateArn = plain, .Options = {{.Export = "ENABLED"}}}),
      FailsWith("ValidationException", 400));
  EXPECT_EQ(must(acm.list_certificates(
                     {.Includes = {{.keyTypes = {{"EC_prime256v1"}}, .exportOption = "ENABLED"}}}))
                .CertificateSummaryList->size(),
            0u);
}

TEST_F(ExportCertificate, RefusesPassphrasesThatAwsRefuses) {
  const std::string arn = issue_exportable("www.example.com");

  for (const char* passphrase : {"abc", "abc#def", "p$ssword", "100%", "gr\xc3\xbc\xc3\x9f"}) {
    EXPECT_THAT(ask(arn, passphrase), FailsWith("ValidationException", 400)) << passphrase;
  }
}

TEST_F(ExportCertificate, ComesBeforeARevocation) {
  const std::string arn = issue_exportable("www.example.com");
  EXPECT_THAT(revoke(arn), FailsWith("ValidationException", 400));
  must(ask(arn));

  must(revoke(arn));

  const auto detail = describe(arn);
  EXPECT_EQ(detail.Status, "REVOKED");
  EXPECT_EQ(detail.RevocationReason, "SUPERSEDED");
  EXPECT_EQ(detail.RevokedAt, cloud.now());
  EXPECT_THAT(revoke(arn), FailsWith("ConflictException", 400));
  EXPECT_THAT(ask(arn), FailsWith("ValidationException", 400));
}

class ExpiryEvents : public ExportCertificate {
 protected:
  /// `detail-type` and days to the expiry of each event, in order.
  std::vector<std::string> told() {
    std::vector<std::string> lines;
    for (const auto& notice : dispatch::notices(cloud.world()).notices) {
      if (notice.source != "aws.acm") continue;
      lines.push_back(part(notice.message, "\"detail-type\":\"") + " " +
                      part(notice.message, "\"DaysToExpiry\":"));
    }
    return lines;
  }
  static std::string part(const std::string& message, const std::string& before) {
    const auto at = message.find(before);
    if (at == std::string::npos) return "-";
    const auto begin = at + before.size();
    return message.substr(begin, message.find_first_of("\",}", begin) - begin);
  }
};

TEST_F(ExpiryEvents, BeginAsManyDaysBeforeTheEndAsTheAccountSays) {
  issue_exportable("www.example.com");
  EXPECT_EQ(must(acm.get_account_configuration({})).ExpiryEvents->DaysBeforeExpiry, 45);
  must(acm.put_account_configuration(
      {.ExpiryEvents = {{.DaysBeforeExpiry = 2}}, .IdempotencyToken = "token"}));
  EXPECT_EQ(must(acm.get_account_configuration({})).ExpiryEvents->DaysBeforeExpiry, 2);

  cloud.advance(std::chrono::days(400));

  EXPECT_THAT(
      told(),
      ElementsAre("ACM Certificate Available 395", "ACM Certificate Approaching Expiration 2",
                  "ACM Certificate Approaching Expiration 1", "ACM Certificate Expired -"));
}

TEST_F(ExpiryEvents, TellOfARenewalThatNeedsAction) {
  const std::string arn = issue_exportable("www.example.com");
  must(ask(arn));
  change_records(arn, "DELETE");

  cloud.advance(std::chrono::days(338));

  EXPECT_THAT(told(), ElementsAre("ACM Certificate Available 395",
                                  "ACM Certificate Renewal Action Required 60"));
  change_records(arn, "CREATE");
  cloud.advance(std::chrono::days(1));
  EXPECT_EQ(told().back(), "ACM Certificate Available 395");
}

}  // namespace
}  // namespace fallstreak
