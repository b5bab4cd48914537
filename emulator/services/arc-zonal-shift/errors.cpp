#include "services/arc-zonal-shift/errors.h"

#include <memory>
#include <utility>

#include "services/arc-zonal-shift/records.h"

// The codes and reasons are AWS's. Chosen: the words, which AWS does not document.

namespace fallstreak::services::arc_zonal_shift {
namespace {

template <class Shape>
ApiError with_members(ApiError error, Shape members) {
  members.message = error.message;
  error.members = std::make_shared<Shape>(std::move(members));
  error.shape = &api::shape_of<Shape>();
  return error;
}

ApiError validation_exception(std::string message, const char* reason) {
  return with_members(ApiError("ValidationException", std::move(message)),
                      wire::ValidationException{.reason = reason});
}

ApiError conflict_exception(std::string message, const char* reason,
                            const std::string& zonal_shift_id) {
  return with_members(ApiError("ConflictException", std::move(message), 409),
                      wire::ConflictException{.reason = reason, .zonalShiftId = zonal_shift_id});
}

ApiError not_found(std::string message) {
  return ApiError("ResourceNotFoundException", std::move(message), 404);
}

}  // namespace

ApiError invalid_resource_identifier(std::string_view identifier) {
  return validation_exception("The resource identifier " + std::string(identifier) +
                                  " is not the ARN of a resource in this Region",
                              "InvalidResourceIdentifier");
}

ApiError invalid_zone(std::string_view zone_id, std::string_view resource_arn) {
  return validation_exception("The resource " + std::string(resource_arn) +
                                  " is not deployed in the Availability Zone " +
                                  std::string(zone_id),
                              "InvalidAz");
}

ApiError invalid_expiry(std::string_view text) {
  return validation_exception(
      "expiresIn must be between 1 minute and 72 hours, not " + std::string(text),
      "InvalidExpiresIn");
}

ApiError invalid_token() {
  return validation_exception("The next token is not valid", "InvalidToken");
}

ApiError zonal_shift_already_exists(const std::string& zonal_shift_id) {
  return conflict_exception("There is already an active zonal shift for this resource",
                            "ZonalShiftAlreadyExists", zonal_shift_id);
}

ApiError zonal_shift_not_active(const std::string& zonal_shift_id) {
  return conflict_exception("The zonal shift " + zonal_shift_id + " is not active",
                            "ZonalShiftStatusNotActive", zonal_shift_id);
}

ApiError resource_not_found(std::string_view identifier) {
  return not_found("The resource " + std::string(identifier) +
                   " is not registered for zonal shifts");
}

ApiError zonal_shift_not_found(std::string_view zonal_shift_id) {
  return not_found("The zonal shift " + std::string(zonal_shift_id) + " does not exist");
}

}  // namespace fallstreak::services::arc_zonal_shift
