#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

/// Keys as SSH knows them. What is drawn decides what is made, so that a run can be repeated: these
/// are keys of a simulation, and no secrets.
namespace fallstreak::services::ec2 {

/// So many random bytes.
using DrawBytes = std::function<std::string(std::size_t count)>;

struct KeyMaterial {
  std::string private_key;  // PEM
  std::string public_key;   // `ssh-rsa AAAA...`
  std::string fingerprint;  // as AWS shows it of keys that it made
};
/// 2048 bits. AWS: "the SHA-1 digest of the DER encoded private key".
KeyMaterial make_rsa_key(const DrawBytes& draw);
/// AWS: "the base64-encoded SHA-256 digest", which is OpenSSH's default.
KeyMaterial make_ed25519_key(const DrawBytes& draw);

struct PublicKey {
  std::string type;  // `rsa` or `ed25519`
  std::string fingerprint;
  std::string text;  // without the comment
};
/// A key in OpenSSH's format; empty when it is none, or of another kind than AWS takes.
/// AWS: of RSA "the MD5 public key fingerprint as specified in section 4 of RFC 4716", which AWS
/// takes of the DER form.
std::optional<PublicKey> read_public_key(std::string_view text);

}  // namespace fallstreak::services::ec2
