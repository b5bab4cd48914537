#include "front/target_server.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <utility>

namespace fallstreak::testing {

bool TargetServer::Connection::fill() {
  char piece[16 * 1024];
  const auto count = ::recv(socket_, piece, sizeof piece, 0);
  if (count <= 0) return false;
  buffer_.append(piece, static_cast<std::size_t>(count));
  return true;
}

std::string TargetServer::Connection::read_head() {
  while (is_open_) {
    const auto end = buffer_.find("\r\n\r\n");
    if (end != std::string::npos) {
      std::string head = buffer_.substr(0, end + 4);
      buffer_.erase(0, end + 4);
      return head;
    }
    if (!fill()) break;
  }
  return {};
}

std::string TargetServer::Connection::read_bytes(std::size_t count) {
  while (buffer_.size() < count && fill()) continue;
  std::string bytes = buffer_.substr(0, count);
  buffer_.erase(0, bytes.size());
  return bytes;
}

std::string TargetServer::Connection::read_some() {
  if (buffer_.empty() && !fill()) return {};
  return std::exchange(buffer_, {});
}

bool TargetServer::Connection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void TargetServer::Connection::close() {
  ::shutdown(socket_, SHUT_RDWR);
  is_open_ = false;
}

TargetServer::TargetServer(Serve serve) : serve_(std::move(serve)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listener_, 128) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("a target cannot listen");
  }
  port_ = ntohs(address.sin_port);
  accepting_ = std::thread([this] { accept(); });
}

TargetServer::~TargetServer() { stop(); }

void TargetServer::accept() {
  while (true) {
    const int socket = ::accept(listener_, nullptr, nullptr);
    if (socket < 0) return;
    const std::lock_guard held(mutex_);
    if (is_stopped_) {
      ::close(socket);
      return;
    }
    const int yes = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    sockets_.push_back(socket);
    threads_.emplace_back([this, socket] { talk(socket); });
  }
}

void TargetServer::talk(int socket) {
  Connection connection(socket);
  bool is_counted = false;
  for (std::string head; !(head = connection.read_head()).empty();) {
    if (head.find("ELB-HealthChecker") != std::string::npos) {
      connection.send(ok("healthy"));
      continue;
    }
    if (!std::exchange(is_counted, true)) ++connections_;
    serve_(connection, head);
  }
  ::shutdown(socket, SHUT_RDWR);
}

void TargetServer::stop_listening() { ::shutdown(listener_, SHUT_RDWR); }

void TargetServer::stop() {
  {
    const std::lock_guard held(mutex_);
    if (std::exchange(is_stopped_, true)) return;
    ::shutdown(listener_, SHUT_RDWR);
    for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
  }
  accepting_.join();
  for (auto& thread : threads_) thread.join();
  for (const int socket : sockets_) ::close(socket);
  ::close(listener_);
}

std::string ok(std::string_view body, std::string_view headers) {
  return "HTTP/1.1 200 OK\r\n" + std::string(headers) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

TargetServer::Serve answering(std::string name) {
  return [name = std::move(name)](TargetServer::Connection& connection, const std::string& head) {
    const auto length = head.find("Content-Length: ");
    if (length != std::string::npos) connection.read_bytes(std::stoul(head.substr(length + 16)));
    connection.send(ok(name));
  };
}

}  // namespace fallstreak::testing
