#pragma once

#include <cstdint>
#include <memory>

namespace fallstreak::front {

struct ServedCloud;

struct MetadataOptions {
  /// 0: any that is free.
  std::uint16_t port = 0;
};

/// Serves the instance metadata of all instances of a cloud on one port of 127.0.0.1: each below
/// its id, `http://127.0.0.1:PORT/i-0123`, or under it as a host name,
/// `http://i-0123.localhost:PORT`. One thread.
class MetadataServer {
 public:
  MetadataServer(ServedCloud& served, MetadataOptions options);
  MetadataServer(const MetadataServer&) = delete;
  MetadataServer& operator=(const MetadataServer&) = delete;
  ~MetadataServer();

  /// Listens and serves; returns at once. Throws std::system_error when the port is not to be had.
  void start();
  [[nodiscard]] std::uint16_t port() const;
  /// Joins what `start` began.
  void stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fallstreak::front
