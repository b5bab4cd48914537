#include "services/ec2/launch_templates.h"

#include <algorithm>

#include "services/ec2/client_tokens.h"
#include "services/ec2/convert.h"
#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/launch_template_versions.h"
#include "services/ec2/pages.h"
#include "services/ec2/tags.h"

namespace fallstreak::services::ec2 {
namespace {

constexpr FilterRow<Ec2State, LaunchTemplateRecord> kLaunchTemplatesFilters[] = {
    {"create-time", [](const auto&, const auto& row,
                       const auto& p) { return p.match(*row.launch_template.CreateTime); }},
    {"launch-template-name",
     [](const auto&, const auto& row, const auto& p) {
       return p.match(row.launch_template.LaunchTemplateName);
     }},
};

/// AWS: "This value can be between 1 and 200."
constexpr PageLimits kLaunchTemplatesPageLimits{1, 200};

/// AWS: "Launch templates per Region: 5,000".
constexpr std::size_t kMaxTemplates = 5000;

/// AWS: 3 to 128 letters, digits, and `( ) . / _ -`; the model's pattern says so, dispatch checks
/// it.
void check_free(const Context& context, const std::string& name) {
  if (context.state.launch_template_names.contains(name)) {
    throw invalid_launch_template_name_already_exists();
  }
}

}  // namespace

const LaunchTemplateRecord& find_launch_template(const Context& context,
                                                 const std::optional<std::string>& id,
                                                 const std::optional<std::string>& name) {
  if (id && name) {
    throw invalid_parameter_combination(
        "The request must contain either the launch template ID or the launch template name, "
        "but not both.");
  }
  if (!id && !name) throw missing_parameter("launchTemplateId or launchTemplateName");
  std::string found_id = id.value_or("");
  if (name) {
    const LinkRecord* link = context.state.launch_template_names.find(*name);
    if (link == nullptr) throw invalid_launch_template_name_not_found(*name);
    found_id = link->id;
  }
  const LaunchTemplateRecord* row = context.state.launch_templates.find(found_id);
  if (row == nullptr) {
    check_id(found_id, "lt-", "InvalidLaunchTemplateId.Malformed");
    throw invalid_launch_template_id_not_found(found_id);
  }
  return *row;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html
api::ec2::CreateLaunchTemplateResult create_launch_template(
    Context& context, const api::ec2::CreateLaunchTemplateRequest& request) {
  const IdempotentRequest idempotent(context, "CreateLaunchTemplate", request);
  if (!idempotent.earlier().empty()) {
    return {.LaunchTemplate =
                find_launch_template(context, idempotent.earlier().front(), {}).launch_template};
  }
  check_free(context, *request.LaunchTemplateName);
  check_launch_data(*request.LaunchTemplateData);
  Tags tags = tags_for(request.TagSpecifications, "launch-template");
  if (context.state.launch_templates.size() >= kMaxTemplates) {
    throw launch_template_limit_exceeded();
  }

  const std::string id = context.new_id("lt-");
  LaunchTemplateRecord row;
  row.launch_template = {
      .LaunchTemplateId = id,
      .LaunchTemplateName = request.LaunchTemplateName,
      .CreateTime = context.now(),
      .CreatedBy = "arn:aws:iam::" + context.account_id() + ":root",
      .DefaultVersionNumber = 1,
      .LatestVersionNumber = 1,
      .Tags = to_wire(tags),
  };
  context.state.launch_templates.insert(id, row);
  context.state.launch_template_names.insert(*request.LaunchTemplateName, {.id = id});
  add_version(context, row.launch_template, 1, request.VersionDescription,
              convert<api::ec2::ResponseLaunchTemplateData>(*request.LaunchTemplateData));
  idempotent.remember(context, {id});
  return {.LaunchTemplate = row.launch_template};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplates.html
api::ec2::DescribeLaunchTemplatesResult describe_launch_templates(
    Context& context, const api::ec2::DescribeLaunchTemplatesRequest& request) {
  const Selection<Ec2State, LaunchTemplateRecord> selection(
      context.state, request.Filters, kLaunchTemplatesFilters,
      [](const LaunchTemplateRecord& row) { return tag_span(row.launch_template.Tags); });
  auto ids = request.LaunchTemplateIds;
  for (const auto& name : api::each(request.LaunchTemplateNames)) {
    if (!ids) ids.emplace();
    ids->push_back(*find_launch_template(context, {}, name).launch_template.LaunchTemplateId);
  }
  for (const auto& id : api::each(request.LaunchTemplateIds)) {
    find_launch_template(context, id, {});
  }
  api::ec2::DescribeLaunchTemplatesResult result;
  auto& shown = result.LaunchTemplates.emplace();
  result.NextToken = show_page(
      context.state.launch_templates, ids,
      Page(request.MaxResults, request.NextToken, kLaunchTemplatesPageLimits),
      [&](const LaunchTemplateRecord& row) { return selection.passes(row); },
      [](const auto& missing) { return invalid_launch_template_id_not_found(join_ids(missing)); },
      [&](const LaunchTemplateRecord& row) { shown.push_back(row.launch_template); });
  return result;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyLaunchTemplate.html
api::ec2::ModifyLaunchTemplateResult modify_launch_template(
    Context& context, const api::ec2::ModifyLaunchTemplateRequest& request) {
  const LaunchTemplateRecord& row =
      find_launch_template(context, request.LaunchTemplateId, request.LaunchTemplateName);
  const std::string id = *row.launch_template.LaunchTemplateId;
  if (!request.DefaultVersion) throw missing_parameter("SetDefaultVersion");
  const auto number = find_version(context, row, *request.DefaultVersion).VersionNumber;
  const auto previous = row.launch_template.DefaultVersionNumber;

  mark_default(context, id, *previous, IsDefault::no);
  mark_default(context, id, *number, IsDefault::yes);
  context.state.launch_templates.update(id, [&](LaunchTemplateRecord& changed) {
    changed.launch_template.DefaultVersionNumber = number;
  });
  return {.LaunchTemplate = find_launch_template(context, id, {}).launch_template};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteLaunchTemplate.html
api::ec2::DeleteLaunchTemplateResult delete_launch_template(
    Context& context, const api::ec2::DeleteLaunchTemplateRequest& request) {
  const api::ec2::LaunchTemplate gone =
      find_launch_template(context, request.LaunchTemplateId, request.LaunchTemplateName)
          .launch_template;
  // AWS: "Deleting a launch template deletes all of its versions."
  context.state.launch_template_versions.erase_prefix(*gone.LaunchTemplateId + "/");
  context.state.launch_template_names.erase(*gone.LaunchTemplateName);
  context.state.launch_templates.erase(*gone.LaunchTemplateId);
  return {.LaunchTemplate = gone};
}

}  // namespace fallstreak::services::ec2
