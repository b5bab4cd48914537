#pragma once

#include <string_view>

#include "base/error.h"

/// EC2's errors about networks: each code and message is spelled here, once.
/// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
namespace fallstreak::services::ec2 {

/// `The networkInterface ID 'eni-1' does not exist`: AWS says so of most kinds of resources.
ApiError not_found(std::string_view code, std::string_view kind, std::string_view ids);
/// `The maximum number of addresses has been reached.`
ApiError limit_exceeded(std::string_view code, std::string_view plural);

// Network interfaces.
ApiError invalid_network_interface_id_not_found(std::string_view ids);
ApiError invalid_network_interface_in_use(std::string_view id);
ApiError network_interface_is_in_use(std::string_view id);
ApiError invalid_attachment_id_not_found(std::string_view id);
ApiError attachment_limit_exceeded(std::string_view message);
ApiError private_ip_address_limit_exceeded();
ApiError not_the_callers();

// Elastic addresses.
ApiError invalid_allocation_id_not_found(std::string_view id);
ApiError invalid_address_not_found(std::string_view address);
ApiError address_limit_exceeded();
ApiError no_internet_gateway(std::string_view vpc_id);
ApiError instance_is_not_ready(std::string_view instance_id);

}  // namespace fallstreak::services::ec2
