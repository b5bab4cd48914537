#include "services/ec2/allowed_images.h"

#include <algorithm>

#include "services/ec2/convert.h"
#include "services/ec2/errors.h"
#include "services/ec2/filters.h"

namespace fallstreak::services::ec2 {
namespace {

using api::ec2::ImageCriterion;
using Texts = std::optional<std::vector<std::string>>;

constexpr const char* kAllowedImagesRow = "region";

// AWS: "The ImageCriteria can include up to".
constexpr std::size_t kMostCriteria = 10;
constexpr std::size_t kMostProviders = 200;
constexpr std::size_t kMostNames = 50;
constexpr std::size_t kMostProductCodes = 50;

bool all_of_text(std::string_view text, std::string_view others) {
  return std::ranges::all_of(text, [&](char letter) {
    return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
           (letter >= 'A' && letter <= 'Z') || others.find(letter) != std::string_view::npos;
  });
}

bool is_provider(const std::string& text) {
  if (text == "amazon" || text == "aws-marketplace" || text == "aws-backup-vault" ||
      text == "none") {
    return true;
  }
  return text.size() == 12 &&
         std::ranges::all_of(text, [](char digit) { return digit >= '0' && digit <= '9'; });
}

bool is_name(const std::string& text) {
  // AWS: "With ?, the minimum is 3 characters."
  const std::size_t least = text.find('?') == std::string::npos ? 1 : 3;
  return text.size() >= least && text.size() <= 128 && all_of_text(text, "()[]./-'@_*? ");
}

bool is_product_code(const std::string& text) {
  return !text.empty() && text.size() <= 25 && all_of_text(text, "");
}

/// Chosen: the words of all refusals here.
void check_texts(const Texts& texts, std::string_view parameter, std::size_t most,
                 bool (*is_good)(const std::string&)) {
  if (api::each(texts).size() > most) {
    throw invalid_parameter_value("The maximum number of values of " + std::string(parameter) +
                                  " is " + std::to_string(most));
  }
  for (const auto& text : api::each(texts)) {
    if (!is_good(text)) throw invalid_value_for(text, parameter, "The value is not valid.");
  }
}

void check_criterion(const api::ec2::ImageCriterionRequest& criterion) {
  check_texts(criterion.ImageProviders, "ImageProvider", kMostProviders, is_provider);
  check_texts(criterion.ImageNames, "ImageName", kMostNames, is_name);
  check_texts(criterion.MarketplaceProductCodes, "MarketplaceProductCode", kMostProductCodes,
              is_product_code);
}

/// Whether so many days have gone by since a moment, at most; a text that is none is no moment.
bool is_within(const Context& context, const std::optional<std::string>& moment,
               std::int32_t days) {
  const auto time = parse_iso8601(moment.value_or(""));
  return time && context.now() - *time <= std::chrono::days(days);
}

bool is_of_provider(const api::ec2::Image& image, const std::string& provider) {
  return provider == image.OwnerId || provider == image.ImageOwnerAlias;
}

/// AWS: whatever a criterion has must be met by the image.
bool meets(const Context& context, const ImageCriterion& criterion, const api::ec2::Image& image) {
  const auto& providers = criterion.ImageProviders;
  const auto& names = criterion.ImageNames;
  const auto is_provided = [&](const auto& each) { return is_of_provider(image, each); };
  if (providers && std::ranges::none_of(*providers, is_provided)) return false;
  const auto is_named = [&](const auto& each) {
    return image.Name && matches_wildcard(each, *image.Name);
  };
  if (names && std::ranges::none_of(*names, is_named)) return false;
  // No image here has a product code.
  if (criterion.MarketplaceProductCodes) return false;
  const auto& created = criterion.CreationDateCondition;
  if (created && created->MaximumDaysSinceCreated &&
      !is_within(context, image.CreationDate, *created->MaximumDaysSinceCreated)) {
    return false;
  }
  const auto& deprecated = criterion.DeprecationTimeCondition;
  const auto deprecated_at = parse_iso8601(image.DeprecationTime.value_or(""));
  const bool is_deprecated = deprecated_at && *deprecated_at <= context.now();
  // AWS: "When set to 0, no deprecated images are allowed."
  return !deprecated || !deprecated->MaximumDaysSinceDeprecated || !is_deprecated ||
         (*deprecated->MaximumDaysSinceDeprecated > 0 &&
          is_within(context, image.DeprecationTime, *deprecated->MaximumDaysSinceDeprecated));
}

const RegionRecord* settings_row(const Context& context) {
  return context.state.region.find(kAllowedImagesRow);
}

void set_state(Context& context, const std::string& state) {
  context.state.region.update(kAllowedImagesRow,
                              [&](RegionRecord& row) { row.allowed_images_state = state; });
}

}  // namespace

std::optional<bool> is_image_allowed(const Context& context, const api::ec2::Image& image) {
  const RegionRecord* row = settings_row(context);
  if (row == nullptr || row->allowed_images_state == "disabled") return {};
  // AWS: "The Allowed AMIs feature does not restrict the AMIs owned by your account."
  if (image.OwnerId == context.account_id()) return true;
  // AWS: an image is allowed that meets any of the criteria. Chosen: without criteria none is.
  return std::ranges::any_of(row->image_criteria, [&](const ImageCriterion& criterion) {
    return meets(context, criterion, image);
  });
}

bool is_image_kept_away(const Context& context, const api::ec2::Image& image) {
  const RegionRecord* row = settings_row(context);
  if (row == nullptr || row->allowed_images_state != "enabled") return false;
  return is_image_allowed(context, image) == false;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetAllowedImagesSettings.html
api::ec2::GetAllowedImagesSettingsResult get_allowed_images_settings(
    Context& context, const api::ec2::GetAllowedImagesSettingsRequest&) {
  const RegionRecord& row = *settings_row(context);
  return {.State = row.allowed_images_state,
          .ImageCriteria = row.image_criteria,
          .ManagedBy = "account"};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableAllowedImagesSettings.html
api::ec2::EnableAllowedImagesSettingsResult enable_allowed_images_settings(
    Context& context, const api::ec2::EnableAllowedImagesSettingsRequest& request) {
  const std::string& state = *request.AllowedImagesSettingsState;
  if (state != "enabled" && state != "audit-mode") {
    throw invalid_value_for(state, "AllowedImagesSettingsState",
                            "Expecting enabled or audit-mode.");
  }
  set_state(context, state);
  return {.AllowedImagesSettingsState = state};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableAllowedImagesSettings.html
api::ec2::DisableAllowedImagesSettingsResult disable_allowed_images_settings(
    Context& context, const api::ec2::DisableAllowedImagesSettingsRequest&) {
  set_state(context, "disabled");
  return {.AllowedImagesSettingsState = "disabled"};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceImageCriteriaInAllowedImagesSettings.html
api::ec2::ReplaceImageCriteriaInAllowedImagesSettingsResult
replace_image_criteria_in_allowed_images_settings(
    Context& context, const api::ec2::ReplaceImageCriteriaInAllowedImagesSettingsRequest& request) {
  const auto given = api::each(request.ImageCriteria);
  if (given.size() > kMostCriteria) {
    throw invalid_parameter_value("The maximum number of values of ImageCriterion is 10");
  }
  std::vector<ImageCriterion> criteria;
  for (const auto& each : given) {
    check_criterion(each);
    criteria.push_back(convert<ImageCriterion>(each));
  }
  context.state.region.update(kAllowedImagesRow,
                              [&](RegionRecord& row) { row.image_criteria = std::move(criteria); });
  return {.ReturnValue = true};
}

}  // namespace fallstreak::services::ec2
