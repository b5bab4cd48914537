#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

#include "cloud.h"
#include "front/authenticator.h"
#include "front/dns_server.h"
#include "front/load_balancers.h"
#include "front/metadata_server.h"
#include "front/pacer.h"
#include "front/responder.h"
#include "front/worker.h"

namespace fallstreak::front {

struct ServerOptions {
  /// 0: any that is free.
  std::uint16_t port = 4566;
  /// 0: one for each processor.
  unsigned threads = 0;
  AuthOptions auth;
  PacerOptions clock;
  bool has_tls = true;
  /// Where the certificate authority is kept; empty: in memory. What else is in there is the
  /// store's.
  std::filesystem::path data_dir;
  BodyLimits body;
  ConnectionLimits connection;
  LoadBalancerOptions load_balancers;
  /// Whether DNS is answered too.
  std::optional<DnsOptions> dns;
  /// Whether instances have their metadata.
  std::optional<MetadataOptions> metadata;
};

/// Serves a cloud to AWS's clients over HTTP and HTTPS on one port of 127.0.0.1, and the control
/// API beside it.
///
/// The cloud must outlive the server. While it is served its time belongs to the pacer.
class Server {
 public:
  explicit Server(Cloud& cloud, ServerOptions options = {});
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  /// Listens and serves; returns at once. Throws std::system_error when the port is not to be had.
  void start();
  /// The port that it listens on.
  [[nodiscard]] std::uint16_t port() const;
  /// The port on which it answers DNS; 0 when it does not.
  [[nodiscard]] std::uint16_t dns_port() const;
  /// The port on which instances find their metadata; 0 when they do not.
  [[nodiscard]] std::uint16_t metadata_port() const;
  /// Joins what `start` began. Answers that are being written are finished first.
  void stop();

  /// How many requests were answered.
  [[nodiscard]] std::uint64_t requests() const;
  [[nodiscard]] Pacer& pacer();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fallstreak::front
