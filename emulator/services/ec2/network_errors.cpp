#include "services/ec2/network_errors.h"

#include <string>

namespace fallstreak::services::ec2 {
namespace {

std::string join(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const auto part : parts) text += part;
  return text;
}

}  // namespace

ApiError not_found(std::string_view code, std::string_view kind, std::string_view ids) {
  return ApiError(std::string(code), join({"The ", kind, " ID '", ids, "' does not exist"}));
}
ApiError limit_exceeded(std::string_view code, std::string_view plural) {
  return ApiError(std::string(code),
                  join({"The maximum number of ", plural, " has been reached."}));
}

ApiError invalid_network_interface_id_not_found(std::string_view ids) {
  return not_found("InvalidNetworkInterfaceID.NotFound", "networkInterface", ids);
}
ApiError invalid_network_interface_in_use(std::string_view id) {
  return ApiError("InvalidNetworkInterface.InUse", join({"Interface: [", id, "] in use"}));
}
ApiError network_interface_is_in_use(std::string_view id) {
  return ApiError("InvalidParameterValue",
                  join({"Network interface '", id, "' is currently in use."}));
}
ApiError invalid_attachment_id_not_found(std::string_view id) {
  return ApiError("InvalidAttachmentID.NotFound",
                  join({"The attachment ID '", id, "' does not exist"}));
}
ApiError attachment_limit_exceeded(std::string_view message) {
  return ApiError("AttachmentLimitExceeded", std::string(message));
}
ApiError private_ip_address_limit_exceeded() {
  return ApiError("PrivateIpAddressLimitExceeded",
                  "Number of private addresses will exceed limit.");
}
ApiError not_the_callers() {
  return ApiError("AuthFailure", "You do not have permission to access the specified resource.");
}

ApiError invalid_allocation_id_not_found(std::string_view id) {
  return not_found("InvalidAllocationID.NotFound", "allocation", id);
}
ApiError invalid_address_not_found(std::string_view address) {
  return ApiError("InvalidAddress.NotFound", join({"Address '", address, "' not found."}));
}
ApiError address_limit_exceeded() { return limit_exceeded("AddressLimitExceeded", "addresses"); }
ApiError no_internet_gateway(std::string_view vpc_id) {
  return ApiError("Gateway.NotAttached",
                  join({"Network ", vpc_id, " is not attached to any internet gateway"}));
}
ApiError instance_is_not_ready(std::string_view instance_id) {
  return ApiError("InvalidInstanceID", join({"The pending instance '", instance_id,
                                             "' is not in a valid state for this operation."}));
}

}  // namespace fallstreak::services::ec2
