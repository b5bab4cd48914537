#include <algorithm>

#include "services/ec2/allowed_images.h"
#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/images.h"
#include "services/ec2/pages.h"
#include "services/ec2/snapshots.h"
#include "services/ec2/tags.h"

namespace fallstreak::services::ec2 {
namespace {

template <auto member>
bool is(const Ec2State&, const api::ec2::Image& shown, const Patterns& p) {
  return shown.*member && p.match(*(shown.*member));
}
/// Filters over the volumes that an image describes.
template <auto member>
bool any_volume(const Ec2State&, const api::ec2::Image& shown, const Patterns& p) {
  return std::ranges::any_of(api::each(shown.BlockDeviceMappings), [&](const auto& mapping) {
    return mapping.Ebs && (*mapping.Ebs).*member && p.match(*((*mapping.Ebs).*member));
  });
}
bool any_device(const Ec2State&, const api::ec2::Image& shown, const Patterns& p) {
  return std::ranges::any_of(api::each(shown.BlockDeviceMappings),
                             [&](const auto& mapping) { return p.match(mapping.DeviceName); });
}
bool any_size(const Ec2State&, const api::ec2::Image& shown, const Patterns& p) {
  return std::ranges::any_of(api::each(shown.BlockDeviceMappings), [&](const auto& mapping) {
    return mapping.Ebs && mapping.Ebs->VolumeSize &&
           p.match(std::int64_t(*mapping.Ebs->VolumeSize));
  });
}
using Ebs = api::ec2::EbsBlockDevice;
bool is_allowed(const Ec2State&, const api::ec2::Image& shown, const Patterns& p) {
  return shown.ImageAllowed && p.match(*shown.ImageAllowed);
}
/// Filters over what no image here has.
bool never(const Ec2State&, const api::ec2::Image&, const Patterns&) { return false; }

constexpr FilterRow<Ec2State, api::ec2::Image> kDescribeImagesFilters[] = {
    {"architecture", is<&api::ec2::Image::Architecture>},
    {"block-device-mapping.delete-on-termination", any_volume<&Ebs::DeleteOnTermination>},
    {"block-device-mapping.device-name", any_device},
    {"block-device-mapping.encrypted", any_volume<&Ebs::Encrypted>},
    {"block-device-mapping.snapshot-id", any_volume<&Ebs::SnapshotId>},
    {"block-device-mapping.volume-size", any_size},
    {"block-device-mapping.volume-type", any_volume<&Ebs::VolumeType>},
    {"creation-date", is<&api::ec2::Image::CreationDate>},
    {"description", is<&api::ec2::Image::Description>},
    {"ena-support", is<&api::ec2::Image::EnaSupport>},
    {"free-tier-eligible", nullptr},
    {"hypervisor", is<&api::ec2::Image::Hypervisor>},
    {"image-allowed", is_allowed},
    {"image-id", is<&api::ec2::Image::ImageId>},
    {"image-type", is<&api::ec2::Image::ImageType>},
    {"is-public", is<&api::ec2::Image::Public>},
    {"kernel-id", never},
    {"manifest-location", is<&api::ec2::Image::ImageLocation>},
    {"name", is<&api::ec2::Image::Name>},
    {"owner-alias", is<&api::ec2::Image::ImageOwnerAlias>},
    {"owner-id", is<&api::ec2::Image::OwnerId>},
    {"platform", is<&api::ec2::Image::Platform>},
    {"product-code", never},
    {"product-code.type", never},
    {"ramdisk-id", never},
    {"root-device-name", is<&api::ec2::Image::RootDeviceName>},
    {"root-device-type", is<&api::ec2::Image::RootDeviceType>},
    {"source-image-id", is<&api::ec2::Image::SourceImageId>},
    {"source-image-region", is<&api::ec2::Image::SourceImageRegion>},
    {"source-instance-id", is<&api::ec2::Image::SourceInstanceId>},
    {"sriov-net-support", is<&api::ec2::Image::SriovNetSupport>},
    {"state", is<&api::ec2::Image::State>},
    {"state-reason-code", never},
    {"state-reason-message", never},
    {"virtualization-type", is<&api::ec2::Image::VirtualizationType>},
};

api::ec2::Image describe_public(const Image& image) {
  api::ec2::Image shown;
  shown.PlatformDetails = std::string(image.platform_details);
  shown.UsageOperation = std::string(image.usage_operation);
  shown.BlockDeviceMappings = {{{.Ebs = {{.DeleteOnTermination = true,
                                          .SnapshotId = public_snapshot_id(image.id),
                                          .VolumeSize = image.root_gib,
                                          .VolumeType = "gp3",
                                          .Encrypted = false}},
                                 .DeviceName = std::string(image.root_device)}}};
  shown.Description = std::string(image.description);
  shown.EnaSupport = true;
  shown.Hypervisor = "xen";
  if (!image.owner_alias.empty()) shown.ImageOwnerAlias = std::string(image.owner_alias);
  shown.Name = std::string(image.name);
  shown.RootDeviceName = std::string(image.root_device);
  shown.RootDeviceType = "ebs";
  shown.SriovNetSupport = "simple";
  shown.VirtualizationType = "hvm";
  if (!image.boot_mode.empty()) shown.BootMode = std::string(image.boot_mode);
  // AWS: Amazon Linux 2023 registers its images so; those of its instances need IMDSv2.
  if (image.name.starts_with("al2023")) shown.ImdsSupport = "v2.0";
  shown.ImageId = std::string(image.id);
  shown.ImageLocation =
      std::string(image.owner_alias.empty() ? image.owner_id : image.owner_alias) + "/" +
      std::string(image.name);
  shown.State = "available";
  shown.OwnerId = std::string(image.owner_id);
  shown.CreationDate = std::string(image.created);
  shown.Public = true;
  shown.Architecture = std::string(image.architecture);
  shown.ImageType = "machine";
  if (image.is_windows) shown.Platform = "windows";
  return shown;
}

/// AWS: "self", an account, or one of the aliases `amazon`, `aws-marketplace`, ...
bool is_of_owner(const Context& context, const api::ec2::Image& shown,
                 const std::optional<std::vector<std::string>>& owners) {
  const auto wanted = api::each(owners);
  return wanted.empty() || std::ranges::any_of(wanted, [&](const auto& owner) {
           return owner == shown.OwnerId || owner == shown.ImageOwnerAlias ||
                  (owner == "self" && shown.OwnerId == context.account_id());
         });
}

/// AWS: "self" for those with explicit permission to launch, "all" for public ones, or an account.
bool is_executable_by(const Context& context, const api::ec2::Image& shown,
                      const std::optional<std::vector<std::string>>& users) {
  const auto wanted = api::each(users);
  if (wanted.empty()) return true;
  const ImageRecord* row = context.state.images.find(*shown.ImageId);
  return std::ranges::any_of(wanted, [&](const auto& user) {
    if (row == nullptr) return user == "all";
    const auto& shared = row->shared_with;
    return std::ranges::find(shared, user == "self" ? context.account_id() : user) != shared.end();
  });
}

bool is_kept_away(const Context& context, const Image& image) {
  return is_image_kept_away(context, describe_public(image));
}

/// The images that a request is about, by id.
std::vector<api::ec2::Image> all_images(const Context& context,
                                        const std::optional<std::vector<std::string>>& ids) {
  std::vector<api::ec2::Image> all;
  std::vector<std::string> missing;
  for (const auto& id : api::each(ids)) {
    const ImageRecord* row = context.state.images.find(id);
    const Image* image = find_image(id);
    if (row != nullptr) {
      all.push_back(row->image);
    } else if (image != nullptr && !is_kept_away(context, *image)) {
      all.push_back(describe_public(*image));
    } else {
      check_id(id, "ami-", "InvalidAMIID.Malformed");
      missing.push_back(id);
    }
  }
  if (!missing.empty()) throw invalid_ami_id_not_found(join_ids(missing));
  if (api::each(ids).empty()) {
    for (const auto& [id, row] : context.state.images) all.push_back(row.image);
    for (const Image& image : images()) {
      if (!is_kept_away(context, image)) all.push_back(describe_public(image));
    }
  }
  for (auto& image : all) image.ImageAllowed = is_image_allowed(context, image);
  std::ranges::sort(all, {}, &api::ec2::Image::ImageId);
  return all;
}

}  // namespace

void check_allowed(const Context& context, const std::string& image_id) {
  const Image* image = find_image(image_id);
  // Chosen: what an account may not find is as if it were not there.
  if (image != nullptr && is_kept_away(context, *image)) throw invalid_ami_id_not_found(image_id);
}

std::vector<BlockDeviceMapping> mappings_of(const Ec2State& state, const std::string& image_id) {
  const ImageRecord* row = state.images.find(image_id);
  if (row != nullptr) {
    return row->image.BlockDeviceMappings.value_or(std::vector<BlockDeviceMapping>());
  }
  const Image* image = find_image(image_id);
  return image == nullptr ? std::vector<BlockDeviceMapping>()
                          : *describe_public(*image).BlockDeviceMappings;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html
api::ec2::DescribeImagesResult describe_images(Context& context,
                                               const api::ec2::DescribeImagesRequest& request) {
  const Selection<Ec2State, api::ec2::Image> selection(
      context.state, request.Filters, kDescribeImagesFilters,
      [](const api::ec2::Image& shown) { return tag_span(shown.Tags); });
  const Page page(request.MaxResults, request.NextToken, PageLimits{1, 1000});
  api::ec2::DescribeImagesResult result;
  auto& shown = result.Images.emplace();
  for (auto& each : all_images(context, request.ImageIds)) {
    if (page.after && *each.ImageId <= *page.after) continue;
    // AWS: "Default: No disabled AMIs are included in the response."
    const bool is_hidden = each.State == "disabled" && request.IncludeDisabled != true;
    const bool is_wanted = !is_hidden && is_of_owner(context, each, request.Owners) &&
                           is_executable_by(context, each, request.ExecutableUsers) &&
                           selection.passes(each);
    if (!is_wanted) continue;
    if (shown.size() == page.limit) {
      result.NextToken = make_token(*shown.back().ImageId);
      break;
    }
    shown.push_back(std::move(each));
  }
  return result;
}

}  // namespace fallstreak::services::ec2
