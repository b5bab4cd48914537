#include "services/cloudwatch/errors.h"

// The codes are AWS's. Chosen: the words, in AWS's manner, but where a comment names their source;
// AWS documents few of them.

namespace fallstreak::services::cloudwatch {
namespace {

/// `1,440`, as CloudWatch writes numbers in messages.
std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(number);
  for (auto place = std::ssize(digits) - 3; place > 0; place -= 3) {
    digits.insert(std::size_t(place), ",");
  }
  return digits;
}

}  // namespace

ApiError not_implemented(std::string_view what) {
  return ApiError("NotImplemented",
                  std::string(what) + " is not implemented by this version of Fallstreak.", 501);
}

ApiError validation_error(std::string message) {
  return ApiError("ValidationError", std::move(message));
}

ApiError null_member(std::string_view path) {
  return validation_error("1 validation error detected: Value null at '" + std::string(path) +
                          "' failed to satisfy constraint: Member must not be null");
}

ApiError invalid_next_token() {
  return ApiError("InvalidNextToken", "The next token specified is invalid.");
}

ApiError missing_parameter(std::string_view parameter) {
  return ApiError("MissingParameter", "The parameter " + std::string(parameter) + " is required.");
}

ApiError invalid_value(std::string_view value, std::string_view parameter) {
  return invalid_parameter("The value " + std::string(value) + " for parameter " +
                           std::string(parameter) + " is invalid.");
}

ApiError invalid_parameter(std::string message) {
  return ApiError("InvalidParameterValue", std::move(message));
}

ApiError invalid_combination(std::string message) {
  return ApiError("InvalidParameterCombination", std::move(message));
}

ApiError both_specified(std::string_view first, std::string_view second) {
  return invalid_combination("The parameters " + std::string(first) + " and " +
                             std::string(second) +
                             " are mutually exclusive and you have specified both.");
}

ApiError too_many_elements(std::string_view collection, std::size_t most) {
  return invalid_parameter("The collection " + std::string(collection) +
                           " must not have a size greater than " + std::to_string(most) + ".");
}

ApiError start_not_before_end() {
  return invalid_parameter("The parameter StartTime must be less than the parameter EndTime.");
}

ApiError too_many_datapoints(std::int64_t requested, std::int64_t most) {
  return invalid_combination("You have requested up to " + grouped(requested) +
                             " datapoints, which exceeds the limit of " + grouped(most) +
                             ". You may reduce the datapoints requested by increasing Period, or "
                             "decreasing the time range.");
}

ApiError expression_error(std::string_view id, std::string_view why) {
  return validation_error("Error in expression '" + std::string(id) + "': " + std::string(why));
}

ApiError alarm_not_found(std::string_view name) {
  return ApiError("ResourceNotFound", "Alarm " + std::string(name) + " does not exist.", 404);
}

ApiError too_many_alarms() {
  return ApiError("LimitExceeded",
                  "The quota for alarms for this customer has already been reached.");
}

ApiError resource_not_found(std::string_view arn) {
  return ApiError("ResourceNotFoundException", "There is no resource " + std::string(arn) + ".",
                  404);
}

ApiError anomaly_detector_not_found() {
  return ApiError("ResourceNotFoundException", "There is no such anomaly detector.", 404);
}

ApiError dashboard_not_found(std::string_view name) {
  return ApiError("ResourceNotFound", "Dashboard " + std::string(name) + " does not exist", 404);
}

ApiError dashboard_invalid(std::string message,
                           std::vector<api::cloudwatch::DashboardValidationMessage> messages) {
  ApiError error("InvalidParameterInput", message);
  const auto members = std::make_shared<api::cloudwatch::DashboardInvalidInputError>();
  members->message = std::move(message);
  members->dashboardValidationMessages = std::move(messages);
  error.members = members;
  error.shape = &api::shape_of<api::cloudwatch::DashboardInvalidInputError>();
  return error;
}

ApiError state_reason_data_invalid() {
  return ApiError("InvalidFormat", "StateReasonData must be valid JSON.");
}

ApiError invalid_arn_syntax(std::string_view arn) {
  return validation_error("Invalid arn syntax: " + std::string(arn));
}

}  // namespace fallstreak::services::cloudwatch
