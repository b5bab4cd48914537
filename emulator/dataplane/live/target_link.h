#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "dataplane/alb/view.h"
#include "dataplane/live/stream.h"

namespace fallstreak::dataplane::live {

struct TargetAddress {
  alb::Endpoint endpoint;
  bool is_encrypted = false;
  auto operator<=>(const TargetAddress&) const = default;
};

/// A connection to a target. Operations that are under way keep it alive.
struct TargetLink {
  explicit TargetLink(boost::asio::io_context& context) : stream(context) {}
  Stream stream;
  TargetAddress address;
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
  std::shared_ptr<TargetLink> take(const TargetAddress& address);
  std::shared_ptr<TargetLink> make(const TargetAddress& address);
  void give_back(std::shared_ptr<TargetLink> link, std::uint64_t until);
  void on_tick(std::uint64_t tick);
  /// Closes those that wait at any other address, now and when they come back: their targets get
  /// nothing more.
  void keep_only(std::set<TargetAddress> addresses) {
    served_ = std::move(addresses);
    std::erase_if(idle_, [&](const auto& row) { return !served_.contains(row.first); });
  }
  void clear() { idle_.clear(); }
  [[nodiscard]] bool empty() const { return idle_.empty(); }

 private:
  boost::asio::io_context& context_;
  std::set<TargetAddress> served_;
  std::map<TargetAddress, std::vector<std::shared_ptr<TargetLink>>> idle_;
};

}  // namespace fallstreak::dataplane::live
