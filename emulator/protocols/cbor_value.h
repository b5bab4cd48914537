#pragma once

#include <string>
#include <string_view>

#include "protocols/walk.h"

/// Described values as CBOR.
namespace fallstreak::protocols {

void write_cbor(const api::Shape& shape, const void* value, std::string& out);
/// Reads the whole of `bytes`; throws Malformed.
void read_cbor(std::string_view bytes, const api::Shape& shape, void* value);

/// `__type` and `message` of an error; fields stay empty where the bytes do not say.
struct CborError {
  std::string type;
  std::string message;
};
CborError read_cbor_error(std::string_view bytes);

}  // namespace fallstreak::protocols
