#include "api/ec2/launch_templates.h"
#include "base/encoding.h"
#include "client/call.h"
#include "provisioner/resources/ec2_tags.h"
#include "provisioner/resources/resources.h"

namespace fallstreak::provisioner {
namespace {

namespace ec2 = api::ec2;
using client::call;

constexpr Property kProperties[] = {
    {.name = "image", .required = true, .help = "an AMI id"},
    {.name = "instance-type", .required = true},
    {.name = "security-groups", .kind = Property::Kind::references, .default_value = ""},
    {.name = "monitoring",
     .kind = Property::Kind::boolean,
     .default_value = "no",
     .help = "detailed: metrics every minute instead of every five"},
    {.name = "user-data", .default_value = "", .help = "plain text; it is encoded for you"}};

ec2::RequestLaunchTemplateData data_of(const Desired& desired) {
  ec2::RequestLaunchTemplateData data{.ImageId = desired["image"], .InstanceType = desired["instance-type"]};
  if (desired["monitoring"] == "yes") data.Monitoring = ec2::LaunchTemplatesMonitoringRequest{.Enabled = true};
  if (!desired["user-data"].empty()) data.UserData = to_base64(desired["user-data"]);
  if (!desired["security-groups"].empty()) data.SecurityGroupIds = desired.list("security-groups");
  return data;
}

Properties properties_of(const Destination& where, const std::optional<std::string>& template_id) {
  const auto found = value_of(call<ec2::DescribeLaunchTemplateVersions>(
      *where.transport, {.LaunchTemplateId = template_id, .Versions = {{"$Default"}}}));
  const auto versions = api::each(found.LaunchTemplateVersions);
  if (versions.empty() || !versions.front().LaunchTemplateData) return {};
  const auto& data = *versions.front().LaunchTemplateData;
  const auto groups = api::each(data.SecurityGroupIds);
  return {{"image", data.ImageId.value_or("")},
          {"instance-type", data.InstanceType.value_or("")},
          {"security-groups", join({groups.begin(), groups.end()})},
          {"monitoring", data.Monitoring && data.Monitoring->Enabled.value_or(false) ? "yes" : "no"},
          {"user-data", from_base64(data.UserData.value_or("")).value_or("")}};
}

std::vector<Observed> list(const Destination& where) {
  std::vector<Observed> found;
  value_of(client::paginate<ec2::DescribeLaunchTemplates>(
      *where.transport, {.Filters = owned_by(where)}, [&](const ec2::DescribeLaunchTemplatesResult& page) {
        for (const auto& one : api::each(page.LaunchTemplates)) {
          found.push_back({.name = logical_name(one.Tags),
                           .type = "launch-template",
                           .id = one.LaunchTemplateId.value_or("")});
        }
      }));
  for (auto& one : found) one.properties = properties_of(where, one.id);
  return found;
}

std::string create(const Destination& where, const Desired& desired) {
  const auto made = value_of(call<ec2::CreateLaunchTemplate>(
      *where.transport, {.LaunchTemplateName = where.physical_name(desired.name),
                         .LaunchTemplateData = data_of(desired),
                         .TagSpecifications = owner_tags(where, desired.name, "launch-template")}));
  return made.LaunchTemplate->LaunchTemplateId.value();
}

void update(const Destination& where, const Observed& one, const Desired& desired) {
  const auto made = value_of(call<ec2::CreateLaunchTemplateVersion>(
      *where.transport, {.LaunchTemplateId = one.id, .LaunchTemplateData = data_of(desired)}));
  value_of(call<ec2::ModifyLaunchTemplate>(
      *where.transport,
      {.LaunchTemplateId = one.id,
       .DefaultVersion = std::to_string(made.LaunchTemplateVersion->VersionNumber.value_or(1))}));
}

void destroy(const Destination& where, const Observed& one) {
  const auto gone = call<ec2::DeleteLaunchTemplate>(*where.transport, {.LaunchTemplateId = one.id});
  if (!gone && gone.error().code != "InvalidLaunchTemplateId.NotFound") throw gone.error();
}

bool always(const Destination&, const Observed&) { return true; }

}  // namespace

constinit const Driver kLaunchTemplate{"launch-template", kProperties, list,   create,
                                       update,            destroy,     always, always};

}  // namespace fallstreak::provisioner
