#include "services/s3/error_members.h"

#include <array>
#include <cstddef>
#include <memory>
#include <utility>

#include "api/shape.h"

namespace fallstreak::services::s3 {
namespace {

constexpr api::Shape kText{
    .kind = api::Kind::string, .name = "String", .ops = &api::scalar_ops<std::string>};

constexpr api::Member text(std::string_view name, std::size_t offset) {
  return {.name = name,
          .wire = name,
          .ec2 = name,
          .shape = &kText,
          .holder = &api::optional_holder<std::string>,
          .offset = static_cast<std::uint32_t>(offset)};
}

constexpr api::Member header(std::string_view name, std::string_view wire, std::size_t offset) {
  api::Member member = text(name, offset);
  member.wire = wire;
  member.location = api::Location::header;
  return member;
}

using Members = ErrorMembers;
constexpr std::array kMembers = {
    text("ArgumentName", offsetof(Members, argument_name)),
    text("ArgumentValue", offsetof(Members, argument_value)),
    text("BucketName", offsetof(Members, bucket_name)),
    text("Key", offsetof(Members, key)),
    text("UploadId", offsetof(Members, upload_id)),
    text("PartNumber", offsetof(Members, part_number)),
    text("ETag", offsetof(Members, etag)),
    text("Condition", offsetof(Members, condition)),
    text("Header", offsetof(Members, header)),
    text("Size", offsetof(Members, size)),
    text("MaxSizeAllowed", offsetof(Members, max_size_allowed)),
    text("ProposedSize", offsetof(Members, proposed_size)),
    text("MinSizeAllowed", offsetof(Members, min_size_allowed)),
    text("RangeRequested", offsetof(Members, range_requested)),
    text("ActualObjectSize", offsetof(Members, actual_object_size)),
    text("PartNumberRequested", offsetof(Members, part_number_requested)),
    text("ActualPartCount", offsetof(Members, actual_part_count)),
    text("StorageClass", offsetof(Members, storage_class)),
    text("Content-MD5", offsetof(Members, content_md5)),
    text("ExpectedDigest", offsetof(Members, expected_digest)),
    text("CalculatedDigest", offsetof(Members, calculated_digest)),
    header("ETagHeader", "ETag", offsetof(Members, etag_header)),
    header("LastModifiedHeader", "Last-Modified", offsetof(Members, last_modified_header)),
};

constexpr api::Shape kShape{.kind = api::Kind::structure,
                            .name = "S3Error",
                            .ops = &api::scalar_ops<Members>,
                            .members = kMembers,
                            .is_error = true};

}  // namespace

ApiError with_members(ApiError error, ErrorMembers members) {
  error.members = std::make_shared<const ErrorMembers>(std::move(members));
  error.shape = &kShape;
  return error;
}

}  // namespace fallstreak::services::s3
