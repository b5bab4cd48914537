#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "dataplane/live/session.h"
#include "dataplane/nlb/access_log.h"
#include "dataplane/nlb/flow.h"

namespace fallstreak::dataplane::live {

/// One connection through a Network Load Balancer: bytes go both ways as they come. Neither end is
/// read from while the other does not take what lies here.
class FlowSession : public std::enable_shared_from_this<FlowSession> {
 public:
  FlowSession(SessionHost& host, boost::asio::ip::tcp::socket socket, Session::Entry entry,
              std::shared_ptr<TlsServer> tls);

  void start();
  void on_tick(std::uint64_t tick);
  /// The view has changed: AWS ends connections to targets that fail, or have left, where the group
  /// says so.
  void on_view_changed();
  void close();

 private:
  using Error = boost::system::error_code;
  enum class Phase : std::uint8_t { handshake, connecting, encrypting, open, closed };

  /// One of the two directions.
  struct Pipe {
    Stream* from = nullptr;
    Stream* to = nullptr;
    std::vector<char> piece;
    bool has_ended = false;
  };

  void on_encrypted();
  void choose();
  void connect(const TargetAddress& address);
  void open();
  void read(Pipe& pipe);
  void on_bytes(Pipe& pipe, const Error& error, std::size_t count);
  void on_end(Pipe& pipe);
  /// AWS: connections of TLS listeners are in the access log when they are over.
  void write_log();
  /// Ends both connections with a reset; `whose` counts.
  void reset(Counted whose = Counted::elb_reset);
  void touch() { deadline_ = host_.deadline(idle_timeout_); }

  SessionHost& host_;
  Stream client_;
  Stream target_;
  Session::Entry entry_;
  std::shared_ptr<TlsServer> tls_;
  Phase phase_ = Phase::handshake;
  std::uint64_t deadline_ = 0;
  std::chrono::milliseconds idle_timeout_ = std::chrono::seconds(350);
  /// AWS: a connection that was idle for too long is forgotten, and whoever speaks next is told so
  /// by a reset.
  bool is_forgotten_ = false;
  bool is_encrypted_target_ = false;
  TrafficTab tab_;  // of the node in the zone that the flow passes through
  OpenInBook active_;
  nlb::Flow flow_;
  std::string target_group_arn_;
  std::string target_id_;
  std::string header_;  // of the proxy protocol
  nlb::AccessLogEntry log_;
  Pipe up_;
  Pipe down_;
};

}  // namespace fallstreak::dataplane::live
