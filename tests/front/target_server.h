#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace fallstreak::testing {

/// A workload behind a load balancer, on a port of its own. Each connection gets a thread, and
/// hands each request to `serve`.
class TargetServer {
 public:
  /// One connection, as the target sees it.
  class Connection {
   public:
    explicit Connection(int socket) : socket_(socket) {}
    /// The bytes up to the end of the next head; empty when there is none any more.
    std::string read_head();
    /// Exactly so many bytes, or fewer at the end of the connection.
    std::string read_bytes(std::size_t count);
    /// Whatever comes next; empty at the end of the connection.
    std::string read_some();
    bool send(std::string_view bytes);
    void close();

   private:
    bool fill();
    int socket_;
    std::string buffer_;
    bool is_open_ = true;
  };
  using Serve = std::function<void(Connection&, const std::string& head)>;

  /// Answers health checks with 200 by itself; everything else is for `serve`.
  explicit TargetServer(Serve serve);
  TargetServer(const TargetServer&) = delete;
  TargetServer& operator=(const TargetServer&) = delete;
  ~TargetServer();

  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// How many connections were opened, without those of health checks.
  [[nodiscard]] int connections() const { return connections_; }
  /// Refuses connections from now on; those that there are go on.
  void stop_listening();
  /// Refuses connections from now on, and ends those that there are.
  void stop();

 private:
  void accept();
  void talk(int socket);

  const Serve serve_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> connections_{0};
  std::mutex mutex_;
  std::vector<int> sockets_;
  std::vector<std::thread> threads_;
  std::thread accepting_;
  bool is_stopped_ = false;
};

/// A response of 200 with this body.
std::string ok(std::string_view body, std::string_view headers = {});

/// A target that answers its name to everything, whatever the length of the request's body.
TargetServer::Serve answering(std::string name);

}  // namespace fallstreak::testing
