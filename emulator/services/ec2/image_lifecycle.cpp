#include "services/ec2/errors.h"
#include "services/ec2/images.h"
#include "services/ec2/storage_errors.h"
#include "services/ec2/timing.h"

/// What becomes of an account's own image between its making and its end.
/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-lifecycle.html
namespace fallstreak::services::ec2 {
namespace {

constexpr const char* kWithCooldown = "enabled-with-cooldown";
constexpr const char* kWithoutCooldown = "enabled-without-cooldown";

}  // namespace

void check_deregistrable(const Context& context, const ImageRecord& row) {
  const std::string protection = row.image.DeregistrationProtection.value_or("disabled");
  const bool is_protected = protection == kWithCooldown || protection == kWithoutCooldown;
  if (!is_protected && row.protected_until <= context.now()) return;
  // Chosen: the words; AWS documents that the request fails.
  throw operation_not_permitted("The image '" + *row.image.ImageId +
                                "' is protected from deregistration");
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableImage.html
api::ec2::EnableImageResult enable_image(Context& context,
                                         const api::ec2::EnableImageRequest& request) {
  const ImageRecord& row = find_own_image(context, *request.ImageId);
  if (row.image.State != "disabled") return {.Return = true};
  context.state.images.update(*request.ImageId,
                              [](ImageRecord& changed) { changed.image.State = "available"; });
  return {.Return = true};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableImage.html
api::ec2::DisableImageResult disable_image(Context& context,
                                           const api::ec2::DisableImageRequest& request) {
  const ImageRecord& row = find_own_image(context, *request.ImageId);
  if (row.image.State != "available" && row.image.State != "disabled") {
    throw invalid_ami_id_unavailable(*request.ImageId);
  }
  // AWS: "a disabled AMI can't be shared. If an AMI was public or previously shared, it is made
  // private."
  context.state.images.update(*request.ImageId, [](ImageRecord& changed) {
    changed.image.State = "disabled";
    changed.image.Public = false;
    changed.shared_with.clear();
  });
  return {.Return = true};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableImageDeprecation.html
api::ec2::EnableImageDeprecationResult enable_image_deprecation(
    Context& context, const api::ec2::EnableImageDeprecationRequest& request) {
  find_own_image(context, *request.ImageId);
  // AWS: "You can't specify a date in the past"; "the upper limit is 10 years from now", or 2 years
  // for a public image.
  const auto most = std::chrono::hours(24 * 3653);
  if (*request.DeprecateAt <= context.now() || *request.DeprecateAt > context.now() + most) {
    throw invalid_parameter_value(
        "The deprecation time must be in the future, and at most 10 "
        "years from now");
  }
  // AWS: "If you specify a value for seconds, Amazon EC2 rounds the seconds to the nearest minute."
  const Time at(std::chrono::round<std::chrono::minutes>(request.DeprecateAt->time_since_epoch()));
  context.state.images.update(*request.ImageId, [&](ImageRecord& changed) {
    changed.image.DeprecationTime = to_iso8601(at, Precision::milliseconds);
  });
  return {.Return = true};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableImageDeprecation.html
api::ec2::DisableImageDeprecationResult disable_image_deprecation(
    Context& context, const api::ec2::DisableImageDeprecationRequest& request) {
  find_own_image(context, *request.ImageId);
  context.state.images.update(*request.ImageId,
                              [](ImageRecord& changed) { changed.image.DeprecationTime.reset(); });
  return {.Return = true};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableImageDeregistrationProtection.html
api::ec2::EnableImageDeregistrationProtectionResult enable_image_deregistration_protection(
    Context& context, const api::ec2::EnableImageDeregistrationProtectionRequest& request) {
  find_own_image(context, *request.ImageId);
  const std::string protection = request.WithCooldown == true ? kWithCooldown : kWithoutCooldown;
  context.state.images.update(*request.ImageId, [&](ImageRecord& changed) {
    changed.image.DeregistrationProtection = protection;
  });
  return {.Return = protection};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableImageDeregistrationProtection.html
api::ec2::DisableImageDeregistrationProtectionResult disable_image_deregistration_protection(
    Context& context, const api::ec2::DisableImageDeregistrationProtectionRequest& request) {
  const ImageRecord& row = find_own_image(context, *request.ImageId);
  // AWS: with a cooldown, "a 24-hour period during which the AMI can't be deregistered" begins.
  const bool cools_down = row.image.DeregistrationProtection == kWithCooldown;
  const Time until = context.now() + timing::kDeregistrationCooldown;
  context.state.images.update(*request.ImageId, [&](ImageRecord& changed) {
    changed.image.DeregistrationProtection = "disabled";
    if (cools_down) changed.protected_until = until;
  });
  return {.Return = cools_down ? "disabled after " + to_iso8601(until) : "disabled"};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResetImageAttribute.html
api::ec2::ResetImageAttributeResponse reset_image_attribute(
    Context& context, const api::ec2::ResetImageAttributeRequest& request) {
  find_own_image(context, *request.ImageId);
  // AWS: "currently you can only reset the launch permission attribute".
  context.state.images.update(*request.ImageId, [](ImageRecord& changed) {
    changed.shared_with.clear();
    changed.image.Public = false;
  });
  return {};
}

}  // namespace fallstreak::services::ec2
