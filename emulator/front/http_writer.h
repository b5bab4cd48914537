#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocols/http_message.h"

namespace fallstreak::front {

enum class Persistence : std::uint8_t { keep_alive, keep_alive_1_0, close };

/// What follows the header on the wire: nothing after HEAD, nor where the status forbids a body.
bool has_content(std::string_view method, int status);

/// Appends the status line and the header, with the length of the content. A `Content-Length`
/// that a codec set stays only where no content follows: HEAD answers the length of the object.
void append_head(std::string& out, std::string_view method, const protocols::HttpResponse& response,
                 Persistence persistence);

std::string_view reason_phrase(int status);

}  // namespace fallstreak::front
