#include "services/ec2/images.h"

#include <algorithm>

#include "services/ec2/account_defaults.h"
#include "services/ec2/client_tokens.h"
#include "services/ec2/convert.h"
#include "services/ec2/errors.h"
#include "services/ec2/instances.h"
#include "services/ec2/snapshots.h"
#include "services/ec2/storage_errors.h"
#include "services/ec2/tags.h"
#include "services/ec2/timing.h"
#include "services/ec2/volumes.h"

/// The account's own images; those of AWS's catalogue nobody changes.
namespace fallstreak::services::ec2 {
namespace {

void check_name(const Context& context, const std::string& name) {
  const auto is_allowed = [](char letter) {
    const bool is_alphanumeric = (letter >= '0' && letter <= '9') ||
                                 (letter >= 'a' && letter <= 'z') ||
                                 (letter >= 'A' && letter <= 'Z');
    return is_alphanumeric || std::string_view("()[] ./-'@_").find(letter) != std::string::npos;
  };
  if (name.size() < 3 || name.size() > 128 || !std::ranges::all_of(name, is_allowed)) {
    throw invalid_ami_name_malformed();
  }
  if (const LinkRecord* used = context.state.image_names.find(name)) {
    throw invalid_ami_name_duplicate(name, used->id);
  }
}

/// What all images of the account have alike.
api::ec2::Image new_image(Context& context, const std::string& name,
                          const std::optional<std::string>& description, const Tags& tags) {
  api::ec2::Image image;
  image.ImageId = context.new_id("ami-");
  image.Name = name;
  image.Description = description;
  image.Tags = to_wire(tags);
  image.Hypervisor = "xen";
  image.RootDeviceType = "ebs";
  image.ImageLocation = context.account_id() + "/" + name;
  image.OwnerId = context.account_id();
  image.CreationDate = to_iso8601(context.now(), Precision::milliseconds);
  image.Public = false;
  image.ImageType = "machine";
  return image;
}

void insert(Context& context, const api::ec2::Image& image) {
  context.state.image_names.insert(*image.Name, {.id = *image.ImageId});
  context.state.images.insert(*image.ImageId,
                              {.image = image, .shared_with = {}, .protected_until = {}});
}

void begin_pending(Context& context, api::ec2::Image& image) {
  image.State = "pending";
  insert(context, image);
  Duration after =
      context.world().random().quantiles(*image.ImageId + "/ec2.pending", timing::kImagePending);
  // Its snapshots are complete before it is.
  for (const auto& mapping : api::each(image.BlockDeviceMappings)) {
    if (!mapping.Ebs || !mapping.Ebs->SnapshotId) continue;
    const SnapshotRecord* row = context.state.snapshots.find(*mapping.Ebs->SnapshotId);
    if (row != nullptr && !row->is_completed) {
      after = std::max(after, row->completion_time - context.now() + std::chrono::seconds(1));
    }
  }
  context.schedule(after, "image-available", *image.ImageId);
}

void set_architecture(api::ec2::Image& image, const Image& from) {
  image.Architecture = std::string(from.architecture);
  image.PlatformDetails = std::string(from.platform_details);
  image.UsageOperation = std::string(from.usage_operation);
  image.RootDeviceName = std::string(from.root_device);
  image.EnaSupport = true;
  image.SriovNetSupport = "simple";
  image.VirtualizationType = "hvm";
  if (!from.boot_mode.empty()) image.BootMode = std::string(from.boot_mode);
  if (!from.imds_support.empty()) image.ImdsSupport = std::string(from.imds_support);
  if (from.is_windows) image.Platform = "windows";
}

void check_tag_types(const std::optional<std::vector<api::ec2::TagSpecification>>& given) {
  for (const auto& specification : api::each(given)) {
    if (!specification.ResourceType) throw missing_parameter("TagSpecification.ResourceType");
    const std::string& type = *specification.ResourceType;
    if (type != "image" && type != "snapshot") throw not_taggable_here(type);
  }
}

/// What a mapping of RegisterImage leaves out.
void complete(const Context& context, BlockDeviceMapping& mapping) {
  if (!mapping.DeviceName) throw missing_parameter("BlockDeviceMapping.DeviceName");
  if (!mapping.Ebs) return;
  auto& ebs = *mapping.Ebs;
  if (!ebs.DeleteOnTermination) ebs.DeleteOnTermination = true;
  if (!ebs.VolumeType) ebs.VolumeType = "gp2";
  ebs.VolumeSize = settings_of(context, {.type = ebs.VolumeType,
                                         .size_gib = ebs.VolumeSize,
                                         .iops = ebs.Iops,
                                         .throughput = ebs.Throughput,
                                         .snapshot_id = ebs.SnapshotId.value_or("")})
                       .size_gib;
  const bool is_encrypted = ebs.SnapshotId && !snapshot_kms_key(context, *ebs.SnapshotId).empty();
  if (!ebs.Encrypted) ebs.Encrypted = is_encrypted;
}

/// A snapshot of each volume of the instance, as mappings of the image.
std::vector<BlockDeviceMapping> snapshot_volumes(Context& context, const InstanceRecord& instance,
                                                 const std::string& image_id, const Tags& tags) {
  std::vector<BlockDeviceMapping> mappings;
  for (const auto& attached : instance.volumes) {
    const VolumeRecord volume = find_volume(context, attached.volume_id);
    const std::string snapshot_id = add_snapshot(
        context,
        {.volume_id = volume.volume_id,
         .description = "Created by CreateImage(" + instance.instance_id + ") for " + image_id,
         .size_gib = volume.settings.size_gib,
         .kms_key_id = volume.kms_key_id,
         .tags = tags});
    auto& mapping = mappings.emplace_back();
    mapping.DeviceName = attached.device_name;
    mapping.Ebs = {.DeleteOnTermination = attached.delete_on_termination,
                   .SnapshotId = snapshot_id,
                   .VolumeSize = volume.settings.size_gib,
                   .VolumeType = volume.settings.type,
                   .Encrypted = !volume.kms_key_id.empty()};
    const bool has_own_iops = volume.settings.type != "gp2" && volume.settings.iops > 0;
    if (has_own_iops) mapping.Ebs->Iops = volume.settings.iops;
    if (volume.settings.throughput > 0) mapping.Ebs->Throughput = volume.settings.throughput;
  }
  return mappings;
}

}  // namespace

const ImageRecord& find_own_image(const Context& context, const std::string& image_id) {
  const ImageRecord* row = context.state.images.find(image_id);
  if (row != nullptr) return *row;
  check_id(image_id, "ami-", "InvalidAMIID.Malformed");
  if (find_image(image_id) != nullptr) {
    throw not_authorized_for_image(image_id);
  }
  throw invalid_ami_id_not_found(image_id);
}

std::optional<Image> find_any_image(const Ec2State& state, const std::string& image_id) {
  if (const Image* image = find_image(image_id)) return *image;
  const ImageRecord* row = state.images.find(image_id);
  if (row == nullptr) row = state.retired_images.find(image_id);
  if (row == nullptr) return std::nullopt;
  const api::ec2::Image& from = row->image;
  const auto text = [](const std::optional<std::string>& member) {
    return member ? std::string_view(*member) : std::string_view();
  };
  return Image{.id = text(from.ImageId),
               .name = text(from.Name),
               .description = text(from.Description),
               .owner_id = text(from.OwnerId),
               .owner_alias = {},
               .architecture = text(from.Architecture),
               .root_device = text(from.RootDeviceName),
               .platform_details = text(from.PlatformDetails),
               .usage_operation = text(from.UsageOperation),
               .created = text(from.CreationDate),
               .boot_mode = text(from.BootMode),
               .root_gib = 0,
               .ssm_parameter = {},
               .is_windows = from.Platform == "windows",
               .imds_support = text(from.ImdsSupport)};
}

Image find_image_to_launch(const Context& context, const std::string& image_id) {
  check_id(image_id, "ami-", "InvalidAMIID.Malformed");
  const auto image = find_any_image(context.state, image_id);
  if (!image) throw invalid_ami_id_not_found(image_id);
  check_allowed(context, image_id);
  if (find_image(image_id) != nullptr) return *image;
  const ImageRecord* row = context.state.images.find(image_id);
  if (row == nullptr) throw invalid_ami_id_unavailable(image_id);
  if (row->image.State != "available") {
    throw incorrect_state("The image '" + image_id + "' is in the '" + *row->image.State +
                          "' state.");
  }
  if (row->image.VirtualizationType != "hvm") {
    throw invalid_parameter_combination(
        "Non-Windows instances with a virtualization type of 'paravirtual' are currently not "
        "supported for this instance type.");
  }
  return *image;
}

std::vector<BlockDeviceMapping> merge_mappings(std::vector<BlockDeviceMapping> of_image,
                                               std::span<const BlockDeviceMapping> given) {
  for (const auto& each : given) {
    if (!each.DeviceName) throw missing_parameter("BlockDeviceMapping.DeviceName");
    const auto found =
        std::ranges::find(of_image, each.DeviceName, &BlockDeviceMapping::DeviceName);
    if (each.NoDevice) {
      if (found != of_image.end()) of_image.erase(found);
      continue;
    }
    if (found == of_image.end()) {
      of_image.push_back(each);
      continue;
    }
    if (!each.Ebs) continue;
    if (each.Ebs->SnapshotId && each.Ebs->SnapshotId != found->Ebs->SnapshotId) {
      throw invalid_block_device_mapping("snapshotId cannot be modified on root device");
    }
    const bool is_other_type =
        each.Ebs->VolumeType && each.Ebs->VolumeType != found->Ebs->VolumeType;
    if (is_other_type) {
      found->Ebs->Iops.reset();
      found->Ebs->Throughput.reset();
    }
    overlay(*each.Ebs, *found->Ebs);
  }
  return of_image;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateImage.html
api::ec2::CreateImageResult create_image(Context& context,
                                         const api::ec2::CreateImageRequest& request) {
  const InstanceRecord instance = find_instance(context, *request.InstanceId);
  check_name(context, *request.Name);
  using enum InstanceState;
  if (instance.state != running && instance.state != stopped) {
    throw incorrect_instance_state("The instance '" + instance.instance_id +
                                   "' is not in the 'running' or 'stopped' state.");
  }
  check_tag_types(request.TagSpecifications);
  const Tags tags = tags_for_type(request.TagSpecifications, "image", ReservedKeys::refused);
  api::ec2::Image image = new_image(context, *request.Name, request.Description, tags);
  set_architecture(image, image_of(context.state, instance));
  image.SourceInstanceId = instance.instance_id;
  image.BlockDeviceMappings = merge_mappings(
      snapshot_volumes(context, instance, *image.ImageId,
                       tags_for_type(request.TagSpecifications, "snapshot", ReservedKeys::refused)),
      api::each(request.BlockDeviceMappings));
  begin_pending(context, image);
  // AWS: the instance is rebooted before its volumes are read, unless the request says otherwise.
  if (instance.state == running && request.NoReboot != true) {
    begin_rebooting(context, instance.instance_id);
  }
  return {.ImageId = image.ImageId};
}

void on_image_available(Context& context, const world::Event& event) {
  if (!context.state.images.contains(event.entity)) return;
  context.state.images.update(event.entity,
                              [](ImageRecord& row) { row.image.State = "available"; });
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RegisterImage.html
api::ec2::RegisterImageResult register_image(Context& context,
                                             const api::ec2::RegisterImageRequest& request) {
  if (!request.Name) throw missing_parameter("name");
  check_name(context, *request.Name);
  // Clients send an empty one; AWS's images that live in S3 are not here.
  if (!request.ImageLocation.value_or("").empty()) {
    throw not_implemented("ImageLocation of RegisterImage");
  }
  if (!request.RootDeviceName) throw missing_parameter("rootDeviceName");
  const auto mappings = api::each(request.BlockDeviceMappings);
  const auto root =
      std::ranges::find(mappings, request.RootDeviceName, &BlockDeviceMapping::DeviceName);
  if (root == mappings.end() || !root->Ebs || !root->Ebs->SnapshotId) {
    throw invalid_block_device_mapping("No snapshotId specified for the root device " +
                                       *request.RootDeviceName);
  }
  api::ec2::Image image = new_image(context, *request.Name, request.Description,
                                    tags_for(request.TagSpecifications, "image"));
  auto& shown = image.BlockDeviceMappings.emplace();
  for (BlockDeviceMapping mapping : mappings) {
    complete(context, mapping);
    shown.push_back(std::move(mapping));
  }
  // AWS: "Default: For Amazon EBS-backed AMIs, i386", "Default: paravirtual".
  image.Architecture = request.Architecture.value_or("i386");
  image.VirtualizationType = request.VirtualizationType.value_or("paravirtual");
  image.PlatformDetails = "Linux/UNIX";
  image.UsageOperation = "RunInstances";
  image.RootDeviceName = request.RootDeviceName;
  image.EnaSupport = request.EnaSupport.value_or(false);
  image.SriovNetSupport = request.SriovNetSupport;
  image.BootMode = request.BootMode;
  image.ImdsSupport = request.ImdsSupport;
  image.State = "available";
  insert(context, image);
  return {.ImageId = image.ImageId};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CopyImage.html
api::ec2::CopyImageResult copy_image(Context& context, const api::ec2::CopyImageRequest& request) {
  const IdempotentRequest idempotent(context, "CopyImage", request);
  if (!idempotent.earlier().empty()) return {.ImageId = idempotent.earlier().front()};
  if (find_region(*request.SourceRegion) == nullptr) {
    throw invalid_parameter_value("Invalid region: " + *request.SourceRegion);
  }
  check_name(context, *request.Name);
  check_tag_types(request.TagSpecifications);
  const dispatch::Caller there(context.account_id(), *request.SourceRegion);
  const Context source(context.world(), context.environment(), there, "ec2",
                       there.scope(dispatch::Scope::regional));
  const std::string& source_id = *request.SourceImageId;
  const Image from = find_image_to_launch(source, source_id);
  const auto mappings = mappings_of(source.state, source_id);
  Tags tags = tags_for_type(request.TagSpecifications, "image", ReservedKeys::refused);
  if (const ImageRecord* row = source.state.images.find(source_id);
      row && request.CopyImageTags == true) {
    set_tags(tags, tag_span(row->image.Tags), ReservedKeys::allowed);
  }
  api::ec2::Image image =
      new_image(context, *request.Name,
                request.Description.value_or("[Copied " + source_id + " from " +
                                             *request.SourceRegion + "] " + std::string(from.name)),
                tags);
  set_architecture(image, from);
  image.SourceImageId = source_id;
  image.SourceImageRegion = request.SourceRegion;
  auto& copied = image.BlockDeviceMappings.emplace();
  for (BlockDeviceMapping mapping : mappings) {
    if (mapping.Ebs && mapping.Ebs->SnapshotId) {
      const auto copy =
          copy_snapshot(context, {.Description = "Copied for DestinationAmi " + *image.ImageId +
                                                 " from SourceAmi " + source_id +
                                                 " for SourceSnapshot " + *mapping.Ebs->SnapshotId,
                                  .Encrypted = request.Encrypted,
                                  .KmsKeyId = request.KmsKeyId,
                                  .SourceRegion = request.SourceRegion,
                                  .SourceSnapshotId = mapping.Ebs->SnapshotId});
      mapping.Ebs->Encrypted = !snapshot_kms_key(context, *copy.SnapshotId).empty();
      mapping.Ebs->SnapshotId = copy.SnapshotId;
    }
    copied.push_back(std::move(mapping));
  }
  begin_pending(context, image);
  idempotent.remember(context, {*image.ImageId});
  return {.ImageId = image.ImageId};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImageAttribute.html
api::ec2::ImageAttribute describe_image_attribute(
    Context& context, const api::ec2::DescribeImageAttributeRequest& request) {
  const ImageRecord& row = find_own_image(context, *request.ImageId);
  const std::string& name = *request.Attribute;
  api::ec2::ImageAttribute shown{.ImageId = request.ImageId};
  if (name == "description") {
    shown.Description = {.Value = row.image.Description};
  } else if (name == "launchPermission") {
    auto& permissions = shown.LaunchPermissions.emplace();
    for (const auto& each : row.shared_with) {
      auto& permission = permissions.emplace_back();
      (each == "all" ? permission.Group : permission.UserId) = each;
    }
  } else if (name == "blockDeviceMapping") {
    shown.BlockDeviceMappings = row.image.BlockDeviceMappings;
  } else if (name == "sriovNetSupport") {
    shown.SriovNetSupport = {.Value = row.image.SriovNetSupport};
  } else if (name == "bootMode") {
    shown.BootMode = {.Value = row.image.BootMode};
  } else if (name == "imdsSupport") {
    shown.ImdsSupport = {.Value = row.image.ImdsSupport};
  } else if (name == "productCodes") {
    shown.ProductCodes.emplace();
  } else {
    throw not_implemented("Attribute " + name + " of DescribeImageAttribute");
  }
  return shown;
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyImageAttribute.html
api::ec2::ModifyImageAttributeResponse modify_image_attribute(
    Context& context, const api::ec2::ModifyImageAttributeRequest& request) {
  find_own_image(context, *request.ImageId);
  std::vector<std::string> added;
  std::vector<std::string> removed;
  if (request.LaunchPermission) {
    const auto take = [](const auto& permissions, std::vector<std::string>& into) {
      for (const auto& each : api::each(permissions)) {
        into.push_back(each.UserId.value_or(each.Group.value_or("")));
      }
    };
    take(request.LaunchPermission->Add, added);
    take(request.LaunchPermission->Remove, removed);
  }
  auto& by_type = request.OperationType == "remove" ? removed : added;
  for (const auto& id : api::each(request.UserIds)) by_type.push_back(id);
  for (const auto& group : api::each(request.UserGroups)) by_type.push_back(group);
  const bool is_by_name = request.Attribute == "description" || request.Attribute == "imdsSupport";
  const bool is_given = !added.empty() || !removed.empty() || request.Description ||
                        request.ImdsSupport || (is_by_name && request.Value);
  if (!is_given) throw missing_parameter("attribute");
  if (std::ranges::find(added, "all") != added.end()) {
    check_public_sharing(context, Shared::images);
  }
  context.state.images.update(*request.ImageId, [&](ImageRecord& row) {
    for (const auto& each : added) {
      if (std::ranges::find(row.shared_with, each) == row.shared_with.end()) {
        row.shared_with.push_back(each);
      }
    }
    for (const auto& each : removed) std::erase(row.shared_with, each);
    row.image.Public = std::ranges::find(row.shared_with, "all") != row.shared_with.end();
    if (request.Description) row.image.Description = request.Description->Value;
    if (request.ImdsSupport) row.image.ImdsSupport = request.ImdsSupport->Value;
    if (request.Attribute == "description") row.image.Description = request.Value;
    if (request.Attribute == "imdsSupport") row.image.ImdsSupport = request.Value;
  });
  return {};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeregisterImage.html
api::ec2::DeregisterImageResult deregister_image(Context& context,
                                                 const api::ec2::DeregisterImageRequest& request) {
  const ImageRecord row = find_own_image(context, *request.ImageId);
  check_deregistrable(context, row);
  context.state.image_names.erase(*row.image.Name);
  context.state.images.erase(*request.ImageId);
  context.state.retired_images.insert(*request.ImageId, row);
  api::ec2::DeregisterImageResult result{.Return = true};
  if (request.DeleteAssociatedSnapshots != true) return result;
  auto& deleted = result.DeleteSnapshotResults.emplace();
  for (const auto& mapping : api::each(row.image.BlockDeviceMappings)) {
    if (!mapping.Ebs || !mapping.Ebs->SnapshotId) continue;
    // AWS: those that another image is made of too are left.
    const bool is_used = !image_of_snapshot(context, *mapping.Ebs->SnapshotId).empty();
    const bool is_gone = !is_used && context.state.snapshots.erase(*mapping.Ebs->SnapshotId);
    deleted.push_back({.SnapshotId = mapping.Ebs->SnapshotId,
                       .ReturnCode = is_gone   ? "success"
                                     : is_used ? "skipped"
                                               : "client-error"});
  }
  return result;
}

}  // namespace fallstreak::services::ec2
