#include "scenarios/run/certificates.h"

#include <algorithm>
#include <set>

#include "client/acm.h"
#include "client/elbv2.h"
#include "client/route53.h"
#include "scenarios/run/must.h"
#include "scenarios/run/stack_of.h"

namespace fallstreak::scenarios {
namespace {

namespace route53 = api::route53;
using std::chrono::seconds;

/// How often and how many times whoever requests a certificate looks whether it is there.
constexpr seconds kPause{10};
constexpr int kLooks = 360;
/// Chosen: how long the validation record may be cached; AWS's console gives it five minutes.
constexpr int kRecordTtl = 300;

}  // namespace

Duration Certificates::oldest(const Scenario& scenario) {
  Duration most{0};
  for (const auto& one : scenario.cloud.certificates) most = std::max(most, one.age);
  return most;
}

void Certificates::issue(Time stands) {
  std::vector<const Certificate*> by_age;
  for (const auto& one : scenario_->cloud.certificates) by_age.push_back(&one);
  std::ranges::stable_sort(by_age, std::ranges::greater(), &Certificate::age);
  for (const Certificate* one : by_age) {
    cloud_->advance_to(std::max(cloud_->now(), stands - one->age));
    std::set<std::string> regions;
    for (const auto& balancer : scenario_->cloud.load_balancers) {
      if (balancer.certificate == one->name) regions.insert(balancer.region);
    }
    for (const auto& region : regions) issue_in(one->name, region);
    if (!one->keeps_record && !regions.empty()) set_record(one->name, "DELETE");
  }
  cloud_->advance_to(std::max(cloud_->now(), stands));
}

void Certificates::issue_in(const std::string& name, const std::string& region) {
  const std::string arn = arns_[region][name] = request(name, region);
  for (int look = 0; look < kLooks; ++look) {
    const auto detail = describe(arn, region);
    if (detail.Status == "ISSUED") return;
    const auto& record = detail.DomainValidationOptions->front().ResourceRecord;
    // AWS: the record of a name is the same in every region.
    if (record && records_.emplace(name, *record).second) set_record(name, "UPSERT");
    cloud_->advance_to(cloud_->now() + kPause);
  }
  throw ApiError("NotIssued", "ACM has not issued the certificate of " + name + ".", 500);
}

std::string Certificates::request(const std::string& name, const std::string& region) {
  client::Acm acm(sites_->find(region)->transport);
  return *must(acm.request_certificate({.DomainName = name, .ValidationMethod = "DNS"}))
              .CertificateArn;
}

api::acm::CertificateDetail Certificates::describe(const std::string& arn,
                                                   const std::string& region) const {
  client::Acm acm(sites_->find(region)->transport);
  return *must(acm.describe_certificate({.CertificateArn = arn})).Certificate;
}

void Certificates::set_record(const std::string& name, const std::string& action) {
  const auto& record = records_.at(name);
  client::Route53 client(sites_->main().transport);
  route53::ChangeBatch batch{
      .Changes = {{{.Action = action,
                    .ResourceRecordSet = {{.Name = record.Name,
                                           .Type = record.Type,
                                           .TTL = kRecordTtl,
                                           .ResourceRecords = {{{.Value = record.Value}}}}}}}}};
  must(client.change_resource_record_sets(
      {.HostedZoneId = zones_->id_of(name), .ChangeBatch = std::move(batch)}));
}

void Certificates::change_record(const ChangeRecord& verb) {
  set_record(verb.certificate, verb.adds ? "UPSERT" : "DELETE");
}

void Certificates::replace(const ReplaceCertificate& verb) {
  const LoadBalancer& balancer = *scenario_->find_load_balancer(verb.load_balancer);
  set_record(*balancer.certificate, "UPSERT");
  replacements_.push_back({balancer.name, request(*balancer.certificate, balancer.region)});
}

std::vector<std::string> Certificates::take_replacements() {
  std::vector<std::string> done;
  std::erase_if(replacements_, [&](const Replacement& one) {
    const LoadBalancer& balancer = *scenario_->find_load_balancer(one.load_balancer);
    if (describe(one.arn, balancer.region).Status != "ISSUED") return false;
    client::ElbV2 elbv2(sites_->find(balancer.region)->transport);
    const auto described =
        must(elbv2.describe_load_balancers({.Names = {{physical_name(balancer.name)}}}));
    const auto listeners = must(elbv2.describe_listeners(
        {.LoadBalancerArn = described.LoadBalancers->front().LoadBalancerArn}));
    must(elbv2.modify_listener({.ListenerArn = listeners.Listeners->front().ListenerArn,
                                .Certificates = {{{.CertificateArn = one.arn}}}}));
    arns_[balancer.region][*balancer.certificate] = one.arn;
    done.push_back(balancer.name);
    return true;
  });
  return done;
}

}  // namespace fallstreak::scenarios
