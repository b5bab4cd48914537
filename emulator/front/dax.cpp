#include "front/dax.h"

#include "protocols/cbor.h"

namespace fallstreak::front {

namespace cbor = protocols::cbor;

bool begins_dax(std::string_view bytes) {
  // Observed: a text of seven letters, by AWS's clients
  // (https://github.com/aws/aws-dax-go, https://pypi.org/project/amazon-dax-client).
  return bytes.starts_with("gJ7yne5G");
}

void append_dax_refusal(std::string& out) {
  constexpr int kNotImplemented = 501;
  // Observed: an error is its codes, of which 3 says that no other attempt will do better, a
  // message, and the request's id, the error's code and the HTTP status.
  cbor::append_head(out, cbor::Major::array, 1);
  cbor::append_integer(out, 3);
  cbor::append_text(out, "DAX is not implemented by this version of Fallstreak.");
  cbor::append_head(out, cbor::Major::array, 3);
  cbor::append_null(out);
  cbor::append_text(out, "NotImplemented");
  cbor::append_integer(out, kNotImplemented);
}

}  // namespace fallstreak::front
