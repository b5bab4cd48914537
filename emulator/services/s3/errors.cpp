#include "services/s3/errors.h"

#include <utility>

#include "services/s3/error_members.h"

namespace fallstreak::services::s3 {

ApiError not_implemented(std::string_view what) {
  return {"NotImplemented",
          std::string(what) + " is not implemented by this version of Fallstreak.", 501};
}

ApiError header_not_implemented(std::string_view header) {
  return with_members({"NotImplemented",
                       "A header you provided implies functionality that is not implemented", 501},
                      {.header = std::string(header)});
}

ApiError invalid_argument(std::string message, std::string_view name, std::string_view value) {
  return with_members({"InvalidArgument", std::move(message), 400},
                      {.argument_name = std::string(name), .argument_value = std::string(value)});
}

ApiError invalid_request(std::string message) {
  return {"InvalidRequest", std::move(message), 400};
}

ApiError malformed_xml() {
  return {"MalformedXML",
          "The XML you provided was not well-formed or did not validate against our published "
          "schema",
          400};
}

ApiError access_denied() { return {"AccessDenied", "Access Denied", 403}; }

ApiError invalid_bucket_name(std::string_view bucket) {
  return with_members({"InvalidBucketName", "The specified bucket is not valid.", 400},
                      {.bucket_name = std::string(bucket)});
}

ApiError no_such_bucket(std::string_view bucket) {
  return with_members({"NoSuchBucket", "The specified bucket does not exist", 404},
                      {.bucket_name = std::string(bucket)});
}

ApiError bucket_already_exists(std::string_view bucket) {
  return with_members({"BucketAlreadyExists",
                       "The requested bucket name is not available. The bucket namespace is shared "
                       "by all users of the system. Please select a different name and try again.",
                       409},
                      {.bucket_name = std::string(bucket)});
}

ApiError bucket_already_owned_by_you(std::string_view bucket) {
  return with_members({"BucketAlreadyOwnedByYou",
                       "Your previous request to create the named bucket succeeded and you already "
                       "own it.",
                       409},
                      {.bucket_name = std::string(bucket)});
}

ApiError bucket_not_empty(std::string_view bucket) {
  return with_members({"BucketNotEmpty", "The bucket you tried to delete is not empty", 409},
                      {.bucket_name = std::string(bucket)});
}

ApiError illegal_location_constraint(std::string_view constraint) {
  return {"IllegalLocationConstraintException",
          "The " + std::string(constraint) +
              " location constraint is incompatible for the region specific endpoint this request "
              "was sent to.",
          400};
}

ApiError bucket_cannot_have_acls() {
  return {"InvalidBucketAclWithObjectOwnership",
          "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting", 400};
}

ApiError bucket_does_not_allow_acls() {
  return {"AccessControlListNotSupported", "The bucket does not allow ACLs", 400};
}

ApiError no_such_key(std::string_view key) {
  return with_members({"NoSuchKey", "The specified key does not exist.", 404},
                      {.key = std::string(key)});
}

ApiError key_too_long(std::size_t size) {
  return with_members({"KeyTooLongError", "Your key is too long", 400},
                      {.size = std::to_string(size), .max_size_allowed = "1024"});
}

ApiError metadata_too_large(std::size_t size) {
  return with_members(
      {"MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size", 400},
      {.size = std::to_string(size), .max_size_allowed = "2048"});
}

ApiError invalid_storage_class() {
  return {"InvalidStorageClass", "The storage class you specified is not valid", 400};
}

ApiError invalid_object_state(std::string_view storage_class) {
  return with_members(
      {"InvalidObjectState", "The operation is not valid for the object's storage class", 403},
      {.storage_class = std::string(storage_class)});
}

ApiError object_not_in_active_tier() {
  return {"ObjectNotInActiveTierError",
          "The source object of the COPY action is not in the active tier", 403};
}

ApiError invalid_redirect_location() {
  return {"InvalidRedirectLocation",
          "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
          400};
}

ApiError invalid_tag(std::string message) { return {"InvalidTag", std::move(message), 400}; }

ApiError bad_request_for_tags() {
  return {"BadRequest", "Object tags cannot be greater than 10", 400};
}

ApiError precondition_failed(std::string_view condition) {
  return with_members(
      {"PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412},
      {.condition = std::string(condition)});
}

ApiError not_modified(std::string_view etag, Time last_modified) {
  return with_members(
      {"NotModified", "Not Modified", 304},
      {.etag_header = std::string(etag), .last_modified_header = to_http_date(last_modified)});
}

ApiError invalid_range(std::string_view requested, std::uint64_t size) {
  return with_members(
      {"InvalidRange", "The requested range is not satisfiable", 416},
      {.range_requested = std::string(requested), .actual_object_size = std::to_string(size)});
}

ApiError invalid_part_number(std::int64_t requested, std::size_t parts) {
  return with_members({"InvalidPartNumber", "The requested partnumber is not satisfiable", 416},
                      {.part_number_requested = std::to_string(requested),
                       .actual_part_count = std::to_string(parts)});
}

ApiError incomplete_body() {
  return {"IncompleteBody",
          "You did not provide the number of bytes specified by the Content-Length HTTP header",
          400};
}

ApiError invalid_content_md5(std::string_view value) {
  return with_members({"InvalidDigest", "The Content-MD5 you specified was invalid.", 400},
                      {.content_md5 = std::string(value)});
}

ApiError content_md5_does_not_match(std::string_view expected, std::string_view calculated) {
  return with_members(
      {"BadDigest", "The Content-MD5 you specified did not match what we received.", 400},
      {.expected_digest = std::string(expected), .calculated_digest = std::string(calculated)});
}

ApiError invalid_checksum_value(ChecksumAlgorithm algorithm) {
  return invalid_request("Value for " + std::string(header_of(algorithm)) + " header is invalid.");
}

ApiError several_checksums() {
  return invalid_request(
      "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
}

ApiError checksum_does_not_match(ChecksumAlgorithm algorithm) {
  return {"BadDigest",
          "The " + std::string(name_of(algorithm)) +
              " you specified did not match the calculated checksum.",
          400};
}

ApiError no_such_upload(std::string_view upload_id) {
  return with_members({"NoSuchUpload",
                       "The specified upload does not exist. The upload ID may be invalid, or the "
                       "upload may have been aborted or completed.",
                       404},
                      {.upload_id = std::string(upload_id)});
}

ApiError checksum_type_mismatch(std::string_view expected, std::string_view actual) {
  return invalid_request("Checksum Type mismatch occurred, expected checksum Type: " +
                         std::string(expected) + ", actual checksum Type: " + std::string(actual));
}

ApiError invalid_part(std::string_view upload_id, std::int64_t part_number, std::string_view etag) {
  return with_members({"InvalidPart",
                       "One or more of the specified parts could not be found.  The part may not "
                       "have been uploaded, or the specified entity tag may not match the part's "
                       "entity tag.",
                       400},
                      {.upload_id = std::string(upload_id),
                       .part_number = std::to_string(part_number),
                       .etag = std::string(etag)});
}

ApiError invalid_part_order(std::string_view upload_id) {
  return with_members({"InvalidPartOrder",
                       "The list of parts was not in ascending order. Parts must be ordered by "
                       "part number.",
                       400},
                      {.upload_id = std::string(upload_id)});
}

ApiError entity_too_small(std::uint64_t size, std::uint64_t smallest, std::int64_t part_number,
                          std::string_view etag) {
  return with_members(
      {"EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", 400},
      {.part_number = std::to_string(part_number),
       .etag = std::string(etag),
       .proposed_size = std::to_string(size),
       .min_size_allowed = std::to_string(smallest)});
}

}  // namespace fallstreak::services::s3
