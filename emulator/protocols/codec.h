#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/shape.h"
#include "base/error.h"
#include "protocols/http_message.h"

namespace fallstreak::protocols {

/// What one label of an operation's URI matched, decoded: `{Bucket}` of `/photos/cat.jpg` is
/// `photos`. The name points into the operation's descriptor.
struct PathLabel {
  std::string_view name;
  std::string value;
  bool operator==(const PathLabel&) const = default;
};
using PathLabels = std::vector<PathLabel>;

/// One wire protocol of AWS, both directions: the emulator decodes requests and encodes answers,
/// a client does the reverse.
///
/// Codecs walk the descriptor tables and know no operation. They hold no state, so one instance
/// serves every thread. Values are passed by address: `request` is what `operation.input`
/// describes, default-constructed by the caller.
class Codec {
 public:
  virtual ~Codec() = default;

  /// Throws the ApiError that AWS answers when the request does not read. The body of a streaming
  /// operation is moved out of `request`, so that an object's bytes are not copied.
  virtual void decode_request(const api::Operation& operation, HttpRequest& request,
                              const PathLabels& labels, void* value) const = 0;
  /// Fills status, headers and body. `value` may be null when the operation has no output.
  virtual void encode_response(const api::Operation& operation, const void* value,
                               std::string_view request_id, HttpResponse& response) const = 0;
  /// `operation` is null when the request did not say which one it wants.
  virtual void encode_error(const api::Service& service, const api::Operation* operation,
                            const ApiError& error, std::string_view request_id,
                            HttpResponse& response) const = 0;

  /// Fills method, target, headers and body; host and signature are the sender's.
  virtual void encode_request(const api::Operation& operation, const void* value,
                              HttpRequest& request) const = 0;
  /// The value, or the error that the answer holds: `code` as in the operation's table.
  virtual Outcome<void> decode_response(const api::Operation& operation,
                                        const HttpResponse& response, void* value) const = 0;
};

const Codec& codec_for(api::Protocol protocol);

}  // namespace fallstreak::protocols
