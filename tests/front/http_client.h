#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocols/http_message.h"

namespace fallstreak::testing {

/// An answer as it came off the wire.
struct Reply {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;

  /// Empty when absent.
  [[nodiscard]] std::string header(std::string_view name) const;
};

enum class Encryption { none, tls };

/// How a client of an encrypting listener behaves.
struct TlsClient {
  std::string host;  // which it asks for and wants to be proven; empty: neither
  std::string authority_pem;
  std::int64_t verified_at = 0;  // seconds of 1970: a world's certificates are of its own time
  int highest_version = 0;       // TLS1_2_VERSION, say; 0: any
  std::string certificate_pem;   // which it shows, with its key; empty: none
  std::string key_pem;
  std::string protocols;  // which it offers, as ALPN writes them: `\2h2`; empty: none
};

/// A port of `::1`.
struct Ipv6Port {
  std::uint16_t value = 0;
};

/// One connection to a server on this machine, which sends exactly the bytes it is given. Reading
/// gives up after ten seconds.
class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port, Encryption encryption = Encryption::none,
                      const std::string& authority_pem = {});
  HttpClient(std::uint16_t port, const TlsClient& tls);
  explicit HttpClient(Ipv6Port port);
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  ~HttpClient();

  /// False when the server has closed the connection.
  bool send(std::string_view bytes);
  /// Sends no more, but still reads.
  void finish_sending();
  /// The next answer; empty when the connection ends, or nothing comes, before it is whole.
  std::optional<Reply> receive(std::string_view method = "GET");
  /// So many bytes, whatever they mean; fewer when the connection ends, or nothing comes.
  std::string receive_bytes(std::size_t count);
  /// What has come, as soon as something has; empty at the end, or when nothing comes.
  std::string receive_some();
  std::optional<Reply> exchange(std::string_view bytes) {
    return send(bytes) ? receive() : std::nullopt;
  }
  /// Waits for the end: true when the server closed without another byte.
  bool is_closed_by_server();
  /// Of an encrypted connection: the common name and serial number of the server's certificate.
  [[nodiscard]] std::string peer_name() const;
  [[nodiscard]] std::string peer_serial() const;
  /// The protocol that both have agreed on; empty without.
  [[nodiscard]] std::string protocol() const;
  /// `TLSv1.3`
  [[nodiscard]] std::string tls_version() const;
  /// How many authorities the server has named whose certificates it takes.
  [[nodiscard]] int named_authorities() const;
  /// Ends with a reset instead of a goodbye.
  void abort();

 private:
  struct Tls;
  bool fill();
  void connect(std::uint16_t port);
  void connect(const sockaddr* address, std::uint32_t size);
  void encrypt(const TlsClient& tls);

  int socket_ = -1;
  std::unique_ptr<Tls> tls_;
  std::string buffer_;
};

/// A request without a body.
std::string get(std::string_view target, std::string_view headers = {});
/// A request with a body and its length.
std::string post(std::string_view target, std::string_view body, std::string_view headers = {});
/// A request that was signed, with its length.
std::string on_the_wire(const protocols::HttpRequest& request);

}  // namespace fallstreak::testing
