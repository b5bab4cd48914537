#include <algorithm>

#include "services/ec2/catalogue.h"
#include "services/ec2/catalogue_operations.h"
#include "services/ec2/errors.h"
#include "services/ec2/filters.h"
#include "services/ec2/pages.h"

namespace fallstreak::services::ec2 {
namespace {

template <auto member>
bool is(const Ec2State&, const Image& image, const Patterns& p) {
  return p.match(image.*member);
}
template <char const* text>
bool always(const Ec2State&, const Image&, const Patterns& p) {
  return p.match(text);
}
constexpr char kAvailable[] = "available";
constexpr char kEbs[] = "ebs";
constexpr char kHvm[] = "hvm";
constexpr char kMachine[] = "machine";
constexpr char kTrue[] = "true";
constexpr char kXen[] = "xen";

constexpr FilterRow<Ec2State, Image> kFilters[] = {
    {"architecture", is<&Image::architecture>},
    {"creation-date", is<&Image::created>},
    {"description", is<&Image::description>},
    {"ena-support", always<kTrue>},
    {"hypervisor", always<kXen>},
    {"image-id", is<&Image::id>},
    {"image-type", always<kMachine>},
    {"is-public", always<kTrue>},
    {"name", is<&Image::name>},
    {"owner-alias", is<&Image::owner_alias>},
    {"owner-id", is<&Image::owner_id>},
    {"platform", [](const auto&, const auto& image,
                    const auto& p) { return image.is_windows && p.match("windows"); }},
    {"root-device-name", is<&Image::root_device>},
    {"root-device-type", always<kEbs>},
    {"state", always<kAvailable>},
    {"virtualization-type", always<kHvm>},
};

/// AWS: "self", an account, or one of the aliases `amazon`, `aws-marketplace`, ...; no image here
/// is the caller's own.
bool is_owned(const Image& image, const std::optional<std::vector<std::string>>& owners) {
  return !owners || owners->empty() || std::ranges::any_of(*owners, [&](const auto& owner) {
    return owner == image.owner_id || (!image.owner_alias.empty() && owner == image.owner_alias);
  });
}

api::ec2::Image describe_image(const Image& image) {
  api::ec2::Image shown;
  shown.PlatformDetails = std::string(image.platform_details);
  shown.UsageOperation = std::string(image.usage_operation);
  shown.BlockDeviceMappings = {{{.Ebs = {{.DeleteOnTermination = true,
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

}  // namespace

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html
api::ec2::DescribeImagesResult describe_images(Context& context,
                                               const api::ec2::DescribeImagesRequest& request) {
  std::vector<std::string> missing;
  for (const auto& id : api::each(request.ImageIds)) {
    check_id(id, "ami-", "InvalidAMIID.Malformed");
    if (find_image(id) == nullptr) missing.push_back(id);
  }
  if (!missing.empty()) throw invalid_ami_id_not_found(join_ids(missing));
  const Selection<Ec2State, Image> selection(context.state, request.Filters, kFilters, nullptr);
  const auto ids = api::each(request.ImageIds);
  const Page page(request.MaxResults, request.NextToken, PageLimits{1, 1000});
  api::ec2::DescribeImagesResult result;
  auto& shown = result.Images.emplace();
  for (const Image& image : images()) {
    if (page.after && image.id <= *page.after) continue;
    const bool is_wanted = ids.empty() || std::ranges::find(ids, image.id) != ids.end();
    if (!is_wanted || !is_owned(image, request.Owners) || !selection.passes(image)) continue;
    if (shown.size() == page.limit) {
      result.NextToken = make_token(*shown.back().ImageId);
      break;
    }
    shown.push_back(describe_image(image));
  }
  return result;
}

}  // namespace fallstreak::services::ec2
