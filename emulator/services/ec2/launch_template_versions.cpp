#include "services/ec2/launch_template_versions.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <set>

#include "base/encoding.h"
#include "services/ec2/catalogue.h"
#include "services/ec2/client_tokens.h"
#include "services/ec2/convert.h"
#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/instance_requirements.h"
#include "services/ec2/launch_templates.h"
#include "services/ec2/pages.h"
#include "services/ec2/spot_errors.h"
#include "services/ec2/user_data.h"

namespace fallstreak::services::ec2 {
namespace {

using Version = LaunchTemplateVersionRecord;

/// A filter over a member of a version's data.
template <auto member>
bool data_text(const Ec2State&, const Version& row, const Patterns& p) {
  return p.match((*row.version.LaunchTemplateData).*member);
}

using Metadata = api::ec2::LaunchTemplateInstanceMetadataOptions;
template <auto member>
bool metadata_text(const Ec2State&, const Version& row, const Patterns& p) {
  const auto& options = row.version.LaunchTemplateData->MetadataOptions;
  return options && p.match((*options).*member);
}

constexpr FilterRow<Ec2State, Version> kLaunchTemplateVersionsFilters[] = {
    {"create-time",
     [](const auto&, const auto& row, const auto& p) { return p.match(*row.version.CreateTime); }},
    {"ebs-optimized",
     [](const auto&, const auto& row, const auto& p) {
       return p.match(row.version.LaunchTemplateData->EbsOptimized.value_or(false));
     }},
    {"host-resource-group-arn", [](const auto&, const auto&, const auto&) { return false; }},
    {"http-endpoint", metadata_text<&Metadata::HttpEndpoint>},
    // Chosen: the endpoint's own switch is that of IPv4.
    {"http-protocol-ipv4", metadata_text<&Metadata::HttpEndpoint>},
    {"http-tokens", metadata_text<&Metadata::HttpTokens>},
    {"iam-instance-profile",
     [](const auto&, const auto& row, const auto& p) {
       const auto& profile = row.version.LaunchTemplateData->IamInstanceProfile;
       return profile && (p.match(profile->Arn) || p.match(profile->Name));
     }},
    {"kernel-id", data_text<&api::ec2::ResponseLaunchTemplateData::KernelId>},
    {"license-configuration-arn", [](const auto&, const auto&, const auto&) { return false; }},
    {"network-card-index",
     [](const auto&, const auto& row, const auto& p) {
       return std::ranges::any_of(
           api::each(row.version.LaunchTemplateData->NetworkInterfaces), [&](const auto& each) {
             return each.NetworkCardIndex && p.match(std::int64_t(*each.NetworkCardIndex));
           });
     }},
    {"ram-disk-id", data_text<&api::ec2::ResponseLaunchTemplateData::RamDiskId>},
    {"image-id", data_text<&api::ec2::ResponseLaunchTemplateData::ImageId>},
    {"instance-type", data_text<&api::ec2::ResponseLaunchTemplateData::InstanceType>},
    {"is-default-version", [](const auto&, const auto& row,
                              const auto& p) { return p.match(*row.version.DefaultVersion); }},
};

/// AWS: "This value can be between 1 and 200."
constexpr PageLimits kLaunchTemplateVersionsPageLimits{1, 200};

/// More versions than any template can have.
constexpr std::int64_t kAboveAll = 9'999'999'999;

/// Versions of one template are neighbours, the newest first, as AWS shows them.
std::string version_key(const std::string& template_id, std::int64_t number) {
  const std::string digits = std::to_string(kAboveAll - number);
  return template_id + "/" + std::string(10 - std::min<std::size_t>(10, digits.size()), '0') +
         digits;
}

/// `7`, `$Latest` or `$Default`; empty when it is none of these.
std::optional<std::int64_t> number_of(const api::ec2::LaunchTemplate& launch_template,
                                      const std::string& version) {
  if (version == "$Latest") return launch_template.LatestVersionNumber;
  if (version == "$Default" || version.empty()) return launch_template.DefaultVersionNumber;
  std::int64_t number = 0;
  const auto [end, problem] =
      std::from_chars(version.data(), version.data() + version.size(), number);
  const bool is_number = problem == std::errc() && end == version.data() + version.size();
  return is_number && number > 0 && number < kAboveAll ? std::optional(number) : std::nullopt;
}

ApiError malformed_version(const std::string& version) {
  return invalid_parameter_value("Invalid launch template version: " + version);
}

/// Without a template, AWS shows versions `$Latest` or `$Default` of all of them.
api::ec2::DescribeLaunchTemplateVersionsResult describe_across_templates(
    Context& context, const api::ec2::DescribeLaunchTemplateVersionsRequest& request,
    const Selection<Ec2State, Version>& selection) {
  const auto versions = api::each(request.Versions);
  const bool is_allowed =
      !versions.empty() && std::ranges::all_of(versions, [](const std::string& version) {
        return version == "$Latest" || version == "$Default";
      });
  if (!is_allowed) throw missing_parameter("launchTemplateId or launchTemplateName");
  api::ec2::DescribeLaunchTemplateVersionsResult result;
  auto& shown = result.LaunchTemplateVersions.emplace();
  const Page page(request.MaxResults, request.NextToken, kLaunchTemplateVersionsPageLimits);
  std::string last;
  for (const auto& [id, row] : context.state.launch_templates) {
    std::set<std::int64_t, std::greater<>> numbers;
    for (const auto& version : versions) numbers.insert(*number_of(row.launch_template, version));
    for (const std::int64_t number : numbers) {
      const std::string key = version_key(id, number);
      if (page.after && key <= *page.after) continue;
      const Version* found = context.state.launch_template_versions.find(key);
      if (found == nullptr || !selection.passes(*found)) continue;
      if (shown.size() == page.limit) {
        result.NextToken = make_token(last);
        return result;
      }
      shown.push_back(found->version);
      last = key;
    }
  }
  return result;
}

}  // namespace

void check_launch_data(const api::ec2::RequestLaunchTemplateData& data) {
  // Observed: image and instance type need not exist until a launch; their form is checked.
  if (data.UserData) decode_user_data(*data.UserData);
  // AWS: "If you specify InstanceRequirements, you can't specify InstanceType."
  if (data.InstanceType && data.InstanceRequirements) throw type_and_requirements();
  if (data.InstanceRequirements) check_requirements(*data.InstanceRequirements);
  if (data.ImageId && !data.ImageId->starts_with("resolve:ssm:")) {
    check_id(*data.ImageId, "ami-", "InvalidAMIID.Malformed");
  }
}

const api::ec2::LaunchTemplateVersion& find_version(const Context& context,
                                                    const LaunchTemplateRecord& row,
                                                    const std::string& version) {
  const auto number = number_of(row.launch_template, version);
  if (!number) throw malformed_version(version);
  const std::string& id = *row.launch_template.LaunchTemplateId;
  const Version* found = context.state.launch_template_versions.find(version_key(id, *number));
  if (found == nullptr) throw invalid_launch_template_version_not_found(version, id);
  return found->version;
}

void add_version(Context& context, const api::ec2::LaunchTemplate& launch_template,
                 std::int64_t number, const std::optional<std::string>& description,
                 api::ec2::ResponseLaunchTemplateData data) {
  Version row;
  row.version = {
      .LaunchTemplateId = launch_template.LaunchTemplateId,
      .LaunchTemplateName = launch_template.LaunchTemplateName,
      .VersionNumber = number,
      .VersionDescription = description,
      .CreateTime = context.now(),
      .CreatedBy = launch_template.CreatedBy,
      .DefaultVersion = number == *launch_template.DefaultVersionNumber,
      .LaunchTemplateData = std::move(data),
  };
  context.state.launch_template_versions.insert(
      version_key(*launch_template.LaunchTemplateId, number), std::move(row));
}

void mark_default(Context& context, const std::string& template_id, std::int64_t number,
                  IsDefault is_default) {
  const std::string key = version_key(template_id, number);
  if (!context.state.launch_template_versions.contains(key)) return;
  context.state.launch_template_versions.update(
      key, [&](Version& row) { row.version.DefaultVersion = is_default == IsDefault::yes; });
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplateVersion.html
api::ec2::CreateLaunchTemplateVersionResult create_launch_template_version(
    Context& context, const api::ec2::CreateLaunchTemplateVersionRequest& request) {
  const IdempotentRequest idempotent(context, "CreateLaunchTemplateVersion", request);
  const LaunchTemplateRecord& row =
      find_launch_template(context, request.LaunchTemplateId, request.LaunchTemplateName);
  if (!idempotent.earlier().empty()) {
    return {.LaunchTemplateVersion = find_version(context, row, idempotent.earlier().front())};
  }
  check_launch_data(*request.LaunchTemplateData);
  // AWS: "the new version inherits the same launch parameters as the source version, except for"
  // those given.
  api::ec2::ResponseLaunchTemplateData data;
  if (request.SourceVersion) {
    data = *find_version(context, row, *request.SourceVersion).LaunchTemplateData;
  }
  overlay(*request.LaunchTemplateData, data);

  const api::ec2::LaunchTemplate launch_template = row.launch_template;
  const std::int64_t number = *launch_template.LatestVersionNumber + 1;
  context.state.launch_templates.update(
      *launch_template.LaunchTemplateId,
      [&](LaunchTemplateRecord& changed) { changed.launch_template.LatestVersionNumber = number; });
  add_version(context, launch_template, number, request.VersionDescription, std::move(data));
  idempotent.remember(context, {std::to_string(number)});
  return {.LaunchTemplateVersion = context.state.launch_template_versions
                                       .find(version_key(*launch_template.LaunchTemplateId, number))
                                       ->version};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplateVersions.html
api::ec2::DescribeLaunchTemplateVersionsResult describe_launch_template_versions(
    Context& context, const api::ec2::DescribeLaunchTemplateVersionsRequest& request) {
  const Selection<Ec2State, Version> selection(context.state, request.Filters,
                                               kLaunchTemplateVersionsFilters, nullptr);
  if (!request.LaunchTemplateId && !request.LaunchTemplateName) {
    return describe_across_templates(context, request, selection);
  }
  const LaunchTemplateRecord& row =
      find_launch_template(context, request.LaunchTemplateId, request.LaunchTemplateName);
  const std::string& id = *row.launch_template.LaunchTemplateId;
  std::optional<std::vector<std::string>> keys;
  for (const auto& version : api::each(request.Versions)) {
    if (!keys) keys.emplace();
    keys->push_back(version_key(id, *find_version(context, row, version).VersionNumber));
  }
  const auto bound = [&](const std::optional<std::string>& version, std::int64_t otherwise) {
    if (!version) return otherwise;
    const auto number = number_of(row.launch_template, *version);
    if (!number) throw malformed_version(*version);
    return *number;
  };
  const std::int64_t first = bound(request.MinVersion, 1);
  const std::int64_t last = bound(request.MaxVersion, *row.launch_template.LatestVersionNumber);
  if (!keys) {
    keys.emplace();
    for (const auto& [key, version] : context.state.launch_template_versions.range(id + "/")) {
      keys->push_back(key);
    }
  }
  api::ec2::DescribeLaunchTemplateVersionsResult result;
  auto& shown = result.LaunchTemplateVersions.emplace();
  result.NextToken = show_page(
      context.state.launch_template_versions, keys,
      Page(request.MaxResults, request.NextToken, kLaunchTemplateVersionsPageLimits),
      [&](const Version& version) {
        const std::int64_t number = *version.version.VersionNumber;
        return number >= first && number <= last && selection.passes(version);
      },
      [](const auto& missing) { return invalid_launch_template_id_not_found(join_ids(missing)); },
      [&](const Version& version) { shown.push_back(version.version); });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteLaunchTemplateVersions.html
api::ec2::DeleteLaunchTemplateVersionsResult delete_launch_template_versions(
    Context& context, const api::ec2::DeleteLaunchTemplateVersionsRequest& request) {
  const api::ec2::LaunchTemplate launch_template =
      find_launch_template(context, request.LaunchTemplateId, request.LaunchTemplateName)
          .launch_template;
  const std::string& id = *launch_template.LaunchTemplateId;
  api::ec2::DeleteLaunchTemplateVersionsResult result;
  auto& deleted = result.SuccessfullyDeletedLaunchTemplateVersions.emplace();
  auto& kept = result.UnsuccessfullyDeletedLaunchTemplateVersions.emplace();
  for (const auto& version : *request.Versions) {
    const auto number = number_of(launch_template, version);
    if (!number) throw malformed_version(version);
    const auto refuse = [&](std::string code, std::string message) {
      kept.push_back({.LaunchTemplateId = id,
                      .LaunchTemplateName = launch_template.LaunchTemplateName,
                      .VersionNumber = number,
                      .ResponseError = {{.Code = std::move(code), .Message = std::move(message)}}});
    };
    if (number == launch_template.DefaultVersionNumber) {
      refuse(
          "launchTemplateVersionDefault",
          "The default version " + version + " of launch template " + id + " cannot be deleted.");
    } else if (!context.state.launch_template_versions.erase(version_key(id, *number))) {
      refuse("launchTemplateVersionDoesNotExist",
             "The launch template version " + version + " of " + id + " does not exist.");
    } else {
      deleted.push_back({.LaunchTemplateId = id,
                         .LaunchTemplateName = launch_template.LaunchTemplateName,
                         .VersionNumber = number});
    }
  }
  return result;
}

}  // namespace fallstreak::services::ec2
