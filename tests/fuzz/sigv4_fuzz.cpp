#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "protocols/credential.h"
#include "protocols/sigv4_verify.h"

using namespace fallstreak;
using namespace fallstreak::protocols;

namespace {

/// `METHOD target`, headers, an empty line, the body: each line ends with a line feed.
HttpRequest read_request(std::string_view text) {
  const auto take_line = [&text] {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    return line;
  };
  HttpRequest request;
  const std::string_view first = take_line();
  const auto space = std::min(first.find(' '), first.size());
  request.method = first.substr(0, space);
  request.target = first.substr(std::min(space + 1, first.size()));
  while (!text.empty()) {
    const std::string_view line = take_line();
    if (line.empty()) break;
    const auto colon = std::min(line.find(':'), line.size());
    request.headers.push_back({std::string(line.substr(0, colon)),
                               std::string(line.substr(std::min(colon + 1, line.size())))});
  }
  request.body = text;
  return request;
}

}  // namespace

/// Whatever is refused has a code and a text, and who claims to send a request does not depend on
/// verifying it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const HttpRequest request = read_request({reinterpret_cast<const char*>(data), size});
  const Credential claimed = parse_credential(request);
  const Time now = *parse_basic_iso8601("20150830T123600Z");
  const auto lookup = [](std::string_view) {
    return SecretKey{"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"};
  };
  for (const auto family : {AuthFamily::query, AuthFamily::ec2, AuthFamily::json,
                            AuthFamily::rest_json, AuthFamily::s3}) {
    const auto outcome = verify(request, lookup, now, {.family = family});
    if (outcome) {
      const bool is_query = claimed.scheme == AuthScheme::sigv4_query;
      CHECK(is_query || claimed.access_key_id == outcome->access_key_id) << "two readings";
      CHECK(is_query || claimed.region == outcome->region) << "two readings";
    } else {
      const ApiError& error = outcome.error();
      CHECK(!error.code.empty() && !error.message.empty()) << "an error says what is wrong";
      CHECK(error.status >= 400 && error.status < 500) << error.code;
    }
  }
  return 0;
}
