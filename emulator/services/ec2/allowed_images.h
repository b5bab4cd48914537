#pragma once

#include "api/ec2/allowed_images.h"
#include "api/ec2/images.h"
#include "services/ec2/state.h"

/// Which images of others an account may find and launch.
/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-allowed-amis.html
namespace fallstreak::services::ec2 {

/// Whether the criteria allow an image; nothing while the settings are disabled.
std::optional<bool> is_image_allowed(const Context& context, const api::ec2::Image& image);
/// The same of what the settings keep from being found and used: they are enabled.
bool is_image_kept_away(const Context& context, const api::ec2::Image& image);

api::ec2::GetAllowedImagesSettingsResult get_allowed_images_settings(
    Context& context, const api::ec2::GetAllowedImagesSettingsRequest& request);
api::ec2::EnableAllowedImagesSettingsResult enable_allowed_images_settings(
    Context& context, const api::ec2::EnableAllowedImagesSettingsRequest& request);
api::ec2::DisableAllowedImagesSettingsResult disable_allowed_images_settings(
    Context& context, const api::ec2::DisableAllowedImagesSettingsRequest& request);
api::ec2::ReplaceImageCriteriaInAllowedImagesSettingsResult
replace_image_criteria_in_allowed_images_settings(
    Context& context, const api::ec2::ReplaceImageCriteriaInAllowedImagesSettingsRequest& request);

}  // namespace fallstreak::services::ec2
