#pragma once

#include <cstdint>
#include <memory>

#include "dataplane/dns/answer.h"

namespace fallstreak::front {

struct ServedCloud;

struct DnsOptions {
  /// 0: any that is free.
  std::uint16_t port = 0;
  /// Where its clients are: the region closest to them, or a VPC, which sees its private zones.
  dataplane::dns::Client client;
};

/// Answers DNS over UDP and TCP on one port of 127.0.0.1, from what the name servers of a cloud
/// know. One thread; the cloud is held for one answer at a time.
class DnsServer {
 public:
  DnsServer(ServedCloud& served, DnsOptions options);
  DnsServer(const DnsServer&) = delete;
  DnsServer& operator=(const DnsServer&) = delete;
  ~DnsServer();

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
