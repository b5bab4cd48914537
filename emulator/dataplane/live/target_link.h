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
#include "dataplane/live/traffic_book.h"

namespace fallstreak::dataplane::live {

struct TargetAddress {
  alb::Endpoint endpoint;
  bool is_encrypted = false;
  bool speaks_http2 = false;
  auto operator<=>(const TargetAddress&) const = default;
};

class Http2Target;

/// A connection to a target, or one stream of a connection that others share. Operations that are
/// under way keep it alive.
struct TargetLink {
  explicit TargetLink(boost::asio::io_context& context) : stream(context) {}
  TargetLink(boost::asio::io_context& context, std::shared_ptr<StreamPipe> pipe)
      : stream(context, std::move(pipe)) {}
  Stream stream;
  TargetAddress address;
  bool is_reading = false;
  bool is_writing = false;
  std::string writing;
  std::vector<char> piece;
  std::uint64_t idle_until = 0;
  OpenInBook connection;
};

enum class Reuse : std::uint8_t { no, yes };

/// Connections that wait for their next request.
class TargetLinks {
 public:
  explicit TargetLinks(boost::asio::io_context& context);
  ~TargetLinks();

  /// One that is still open, or null.
  std::shared_ptr<TargetLink> take(const TargetAddress& address);
  std::shared_ptr<TargetLink> make(const TargetAddress& address);
  /// A stream for one request, of a connection that speaks HTTP/2: one that is there, or a new one.
  /// `tls` is for what is encrypted. A connection without requests is closed after as long as it is
  /// until `idle_until`. A new one counts at `tab`.
  std::shared_ptr<TargetLink> open(const TargetAddress& address, boost::asio::ssl::context& tls,
                                   std::uint64_t idle_until, const TrafficTab& tab);
  void give_back(std::shared_ptr<TargetLink> link, std::uint64_t until);
  void on_tick(std::uint64_t tick);
  /// Closes those that wait at any other address, now and when they come back: their targets get
  /// nothing more.
  void keep_only(std::set<TargetAddress> addresses);
  void clear();
  [[nodiscard]] bool empty() const { return idle_.empty() && shared_.empty(); }

 private:
  void close_idle_shared();

  boost::asio::io_context& context_;
  std::set<TargetAddress> served_;
  std::map<TargetAddress, std::vector<std::shared_ptr<TargetLink>>> idle_;
  struct Shared {
    std::shared_ptr<Http2Target> target;
    std::uint64_t idle_for = 0;
    std::uint64_t idle_until = 0;
  };
  std::map<TargetAddress, std::vector<Shared>> shared_;  // those that speak HTTP/2
  std::uint64_t tick_ = 0;
};

}  // namespace fallstreak::dataplane::live
