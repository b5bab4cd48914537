#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/ec2/images.h"
#include "services/ec2/catalogue.h"
#include "services/ec2/state.h"

namespace fallstreak::services::ec2 {

using BlockDeviceMapping = api::ec2::BlockDeviceMapping;

/// A public image or one of the account's, also when it was deregistered meanwhile. Its texts live
/// as long as its row stays as it is.
std::optional<Image> find_any_image(const Ec2State& state, const std::string& image_id);
/// An image of the account's own: else InvalidAMIID.NotFound.
const ImageRecord& find_own_image(const Context& context, const std::string& image_id);
/// Refuses to deregister what is protected from it.
void check_deregistrable(const Context& context, const ImageRecord& row);
/// Refuses a public image that the account's settings do not allow.
void check_allowed(const Context& context, const std::string& image_id);
/// The image of a launch: else InvalidAMIID.NotFound or .Unavailable.
Image find_image_to_launch(const Context& context, const std::string& image_id);
/// The volumes that an instance of the image has, its root first.
std::vector<BlockDeviceMapping> mappings_of(const Ec2State& state, const std::string& image_id);
/// What the mappings of a request make of those of an image: by device, member for member.
std::vector<BlockDeviceMapping> merge_mappings(std::vector<BlockDeviceMapping> of_image,
                                               std::span<const BlockDeviceMapping> given);

api::ec2::CreateImageResult create_image(Context& context,
                                         const api::ec2::CreateImageRequest& request);
api::ec2::RegisterImageResult register_image(Context& context,
                                             const api::ec2::RegisterImageRequest& request);
api::ec2::CopyImageResult copy_image(Context& context, const api::ec2::CopyImageRequest& request);
void on_image_available(Context& context, const world::Event& event);
api::ec2::DescribeImagesResult describe_images(Context& context,
                                               const api::ec2::DescribeImagesRequest& request);
api::ec2::ImageAttribute describe_image_attribute(
    Context& context, const api::ec2::DescribeImageAttributeRequest& request);
api::ec2::ModifyImageAttributeResponse modify_image_attribute(
    Context& context, const api::ec2::ModifyImageAttributeRequest& request);
api::ec2::EnableImageResult enable_image(Context& context,
                                         const api::ec2::EnableImageRequest& request);
api::ec2::DisableImageResult disable_image(Context& context,
                                           const api::ec2::DisableImageRequest& request);
api::ec2::EnableImageDeprecationResult enable_image_deprecation(
    Context& context, const api::ec2::EnableImageDeprecationRequest& request);
api::ec2::DisableImageDeprecationResult disable_image_deprecation(
    Context& context, const api::ec2::DisableImageDeprecationRequest& request);
api::ec2::EnableImageDeregistrationProtectionResult enable_image_deregistration_protection(
    Context& context, const api::ec2::EnableImageDeregistrationProtectionRequest& request);
api::ec2::DisableImageDeregistrationProtectionResult disable_image_deregistration_protection(
    Context& context, const api::ec2::DisableImageDeregistrationProtectionRequest& request);
api::ec2::ResetImageAttributeResponse reset_image_attribute(
    Context& context, const api::ec2::ResetImageAttributeRequest& request);
api::ec2::DeregisterImageResult deregister_image(Context& context,
                                                 const api::ec2::DeregisterImageRequest& request);

}  // namespace fallstreak::services::ec2
