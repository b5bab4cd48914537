#include "front/dns_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace fallstreak::testing {
namespace {

class Socket {
 public:
  Socket(std::uint16_t port, int type) : handle_(::socket(AF_INET, type, 0)) {
    const timeval second{.tv_sec = 1, .tv_usec = 0};
    ::setsockopt(handle_, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof second);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    is_connected_ =
        ::connect(handle_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() { ::close(handle_); }

  [[nodiscard]] bool is_connected() const { return is_connected_; }
  void send(std::string_view bytes) const {
    static_cast<void>(::send(handle_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
  }
  /// What arrives at once; empty when nothing does.
  [[nodiscard]] std::string receive() const {
    std::string bytes(65536, '\0');
    const auto count = ::recv(handle_, bytes.data(), bytes.size(), 0);
    bytes.resize(count > 0 ? std::size_t(count) : 0);
    return bytes;
  }

 private:
  int handle_;
  bool is_connected_ = false;
};

std::string with_length(std::string_view query) {
  std::string sent;
  sent += static_cast<char>(query.size() >> 8 & 0xFF);
  sent += static_cast<char>(query.size() & 0xFF);
  return sent.append(query);
}

std::optional<std::string> exchange_tcp(const Socket& socket, std::string_view query) {
  socket.send(with_length(query));
  std::string read;
  for (;;) {
    const std::string more = socket.receive();
    if (more.empty()) return std::nullopt;
    read += more;
    if (read.size() < 2) continue;
    const std::size_t length =
        std::size_t(static_cast<unsigned char>(read[0])) << 8 | static_cast<unsigned char>(read[1]);
    if (read.size() >= length + 2) return read.substr(2, length);
  }
}

}  // namespace

std::optional<std::string> exchange_dns(std::uint16_t port, std::string_view query, Over over) {
  const Socket socket(port, over == Over::udp ? SOCK_DGRAM : SOCK_STREAM);
  if (!socket.is_connected()) return std::nullopt;
  if (over == Over::tcp) return exchange_tcp(socket, query);
  socket.send(query);
  std::string answer = socket.receive();
  if (answer.empty()) return std::nullopt;
  return answer;
}

std::optional<dataplane::dns::Message> ask_dns(std::uint16_t port, const std::string& name,
                                               std::string_view type, Over over) {
  dataplane::dns::Message query{.id = 4711, .recursion_desired = true};
  query.questions.push_back({.name = name, .type = dataplane::dns::type_number(type)});
  const auto answer = exchange_dns(port, dataplane::dns::encode_message(query, 512), over);
  return answer ? dataplane::dns::decode_message(*answer) : std::nullopt;
}

}  // namespace fallstreak::testing
