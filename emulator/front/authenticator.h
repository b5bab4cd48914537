#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "api/shape.h"
#include "base/error.h"
#include "dispatch/context.h"
#include "protocols/credential.h"
#include "protocols/sigv4_verify.h"

namespace fallstreak::front {

/// Chosen: by default nobody needs credentials; `strict` is for those who test their signatures.
enum class Auth : std::uint8_t { lenient, strict };

/// Chosen: the secret of access keys that no list has.
inline constexpr std::string_view kDefaultSecret = "test";

struct AuthOptions {
  Auth mode = Auth::lenient;
  /// The secret of each access key id; one that is not listed has `kDefaultSecret`.
  std::map<std::string, std::string, std::less<>> secrets;
};

/// Who calls: the access key selects the account, the signature's region the region. Chosen: an
/// access key id of twelve digits is the account itself, one of temporary credentials (`ASIA...`,
/// as instances have them) tells its account, every other one belongs to 000000000000; who names no
/// region is in us-east-1.
dispatch::Caller caller_of(const protocols::Credential& credential);

/// How services of this kind answer to signatures that they refuse.
protocols::AuthFamily family_of(const api::Service& service);

/// Verifies signatures when that is wanted. For one thread, because it remembers signing keys.
class Authenticator {
 public:
  explicit Authenticator(AuthOptions options) : options_(std::move(options)) {}

  [[nodiscard]] bool is_strict() const { return options_.mode == Auth::strict; }
  /// What a streamed body's signatures go on from, when there is a signature to verify. Throws
  /// AWS's error.
  std::optional<protocols::SignatureSeed> verify(const protocols::HttpRequest& request,
                                                 const api::Service& service, Time now);

 private:
  AuthOptions options_;
  protocols::SigningKeyCache keys_;
};

}  // namespace fallstreak::front
