#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dataplane/alb/view.h"

namespace fallstreak::dataplane::live {

/// A connection to a target. Operations that are under way keep it alive.
struct TargetLink {
  explicit TargetLink(boost::asio::io_context& context) : socket(context) {}
  boost::asio::ip::tcp::socket socket;
  alb::Endpoint endpoint;
  bool is_reading = false;
  bool is_writing = false;
  std::string writing;
  std::vector<char> piece;
  std::uint64_t idle_until = 0;
};

enum class Reuse : std::uint8_t { no, yes };

/// Connections that wait for their next request.
class TargetLinks {
 public:
  explicit TargetLinks(boost::asio::io_context& context) : context_(context) {}

  /// One that is still open, or null.
  std::shared_ptr<TargetLink> take(const alb::Endpoint& endpoint);
  std::shared_ptr<TargetLink> make(const alb::Endpoint& endpoint);
  void give_back(std::shared_ptr<TargetLink> link, std::uint64_t until);
  void on_tick(std::uint64_t tick);
  void clear() { idle_.clear(); }
  [[nodiscard]] bool empty() const { return idle_.empty(); }

 private:
  boost::asio::io_context& context_;
  std::map<alb::Endpoint, std::vector<std::shared_ptr<TargetLink>>> idle_;
};

}  // namespace fallstreak::dataplane::live
