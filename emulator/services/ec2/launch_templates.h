#pragma once

#include <optional>
#include <string>

#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

/// A template by id or name; exactly one must be given.
const LaunchTemplateRecord& find_launch_template(const Context& context,
                                                 const std::optional<std::string>& id,
                                                 const std::optional<std::string>& name);
/// `7`, `$Latest` or `$Default`; without one, the default.
const api::ec2::LaunchTemplateVersion& find_version(const Context& context,
                                                    const LaunchTemplateRecord& row,
                                                    const std::string& version);

api::ec2::CreateLaunchTemplateResult create_launch_template(
    Context& context, const api::ec2::CreateLaunchTemplateRequest& request);
api::ec2::CreateLaunchTemplateVersionResult create_launch_template_version(
    Context& context, const api::ec2::CreateLaunchTemplateVersionRequest& request);
api::ec2::DescribeLaunchTemplatesResult describe_launch_templates(
    Context& context, const api::ec2::DescribeLaunchTemplatesRequest& request);
api::ec2::DescribeLaunchTemplateVersionsResult describe_launch_template_versions(
    Context& context, const api::ec2::DescribeLaunchTemplateVersionsRequest& request);
api::ec2::ModifyLaunchTemplateResult modify_launch_template(
    Context& context, const api::ec2::ModifyLaunchTemplateRequest& request);
api::ec2::DeleteLaunchTemplateResult delete_launch_template(
    Context& context, const api::ec2::DeleteLaunchTemplateRequest& request);
api::ec2::DeleteLaunchTemplateVersionsResult delete_launch_template_versions(
    Context& context, const api::ec2::DeleteLaunchTemplateVersionsRequest& request);

// launch_template_data.cpp
api::ec2::GetLaunchTemplateDataResult get_launch_template_data(
    Context& context, const api::ec2::GetLaunchTemplateDataRequest& request);

}  // namespace fallstreak::services::ec2
