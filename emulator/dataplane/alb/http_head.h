#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Heads of HTTP/1 messages as a load balancer reads them. Nothing is copied: what is read views
/// the text that was given.
namespace fallstreak::dataplane::alb {

// AWS: quotas of an Application Load Balancer, which cannot be raised.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
inline constexpr std::size_t kLongestLine = std::size_t{16} * 1024;
inline constexpr std::size_t kLargestRequestHead = std::size_t{64} * 1024;
inline constexpr std::size_t kLargestResponseHead = std::size_t{32} * 1024;

struct Field {
  std::string_view name;
  std::string_view value;
  bool operator==(const Field&) const = default;
};
using Fields = std::vector<Field>;

/// RFC 9110, 5.6.2: what methods and names of fields are made of.
bool is_token(std::string_view text);
bool is_same_name(std::string_view one, std::string_view other);
/// The first field of that name, or null.
const Field* find_field(const Fields& fields, std::string_view name);
/// True when a list such as Connection's has the token in it, in any of its fields.
bool lists_token(const Fields& fields, std::string_view name, std::string_view token);

/// How the end of a message's body is told.
struct Framing {
  enum class Kind : std::uint8_t { none, length, chunked, until_close } kind = Kind::none;
  std::uint64_t length = 0;
  bool operator==(const Framing&) const = default;
};

/// AWS: how far from the standards a request is.
/// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
enum class Danger : std::uint8_t { compliant, ambiguous, severe };
/// AWS: routing.http.desync_mitigation_mode.
enum class Mitigation : std::uint8_t { monitor, defensive, strictest };

struct RequestHead {
  std::string_view method;
  std::string_view target;
  bool is_http_1_0 = false;
  bool keeps_alive = true;
  Fields fields;
  Framing body;
  Danger danger = Danger::compliant;
  /// The protocols that an upgrade is asked for; empty when none is.
  std::string_view upgrade;
};

struct ResponseHead {
  int status = 0;
  std::string_view reason;
  bool is_http_1_0 = false;
  bool keeps_alive = true;
  Fields fields;
  Framing body;
};

/// How many bytes the head at the front of `bytes` has, its empty line included; empty while that
/// is not there yet. `scanned` is how much was looked at before, and is moved on.
std::optional<std::size_t> head_size(std::string_view bytes, std::size_t& scanned);

/// What the load balancer answers by itself to a request that it does not understand: 400 or 414.
/// 0 when the head is one. On an error what was understood is in `head`.
int read_request(std::string_view text, RequestHead& head);
/// False when it is no response. `method` is that of the request.
bool read_response(std::string_view text, std::string_view method, ResponseHead& head);

/// Follows a body through the bytes of a connection.
class BodyReader {
 public:
  BodyReader() : BodyReader(Framing()) {}
  explicit BodyReader(Framing framing);

  /// How many of these bytes, at their front, are of the body with its chunk sizes and trailers.
  /// `content` gets what they carry without these, and `trailers` the lines of those.
  std::size_t take(std::string_view bytes, std::string* content = nullptr,
                   std::string* trailers = nullptr);
  [[nodiscard]] bool is_done() const { return state_ == State::done; }
  /// The bytes are no chunked body.
  [[nodiscard]] bool has_failed() const { return state_ == State::failed; }

 private:
  enum class State : std::uint8_t {
    size,
    extension,
    size_end,
    data,
    data_end,
    data_newline,
    trailer,
    trailer_line,
    end,
    endless,
    counted,
    done,
    failed
  };
  void take_chunk_byte(char byte);
  void take_size_digit(char byte);

  State state_;
  std::uint64_t left_ = 0;
  int digits_ = 0;
};

}  // namespace fallstreak::dataplane::alb
