#include "dataplane/live/target_link.h"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "dataplane/live/http2_target.h"

namespace fallstreak::dataplane::live {
namespace {

/// A target that has closed, or speaks without being asked, is of no use any more.
bool is_quiet(TargetLink& link) {
  char byte = 0;
  const auto count =
      ::recv(link.stream.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

constexpr std::size_t kLinkPiece = std::size_t{16} * 1024;

}  // namespace

TargetLinks::TargetLinks(boost::asio::io_context& context) : context_(context) {}
TargetLinks::~TargetLinks() = default;

std::shared_ptr<TargetLink> TargetLinks::take(const TargetAddress& address) {
  const auto found = idle_.find(address);
  if (found == idle_.end()) return nullptr;
  auto& links = found->second;
  while (!links.empty()) {
    auto link = std::move(links.back());
    links.pop_back();
    if (is_quiet(*link)) return link;
  }
  idle_.erase(found);
  return nullptr;
}

std::shared_ptr<TargetLink> TargetLinks::make(const TargetAddress& address) {
  auto link = std::make_shared<TargetLink>(context_);
  link->address = address;
  link->piece.resize(kLinkPiece);
  return link;
}

std::shared_ptr<TargetLink> TargetLinks::open(const TargetAddress& address,
                                              boost::asio::ssl::context& tls,
                                              std::uint64_t idle_until, const TrafficTab& tab) {
  auto& shared = shared_[address];
  Shared* free = nullptr;
  for (auto& one : shared) {
    if (free == nullptr && one.target->has_room()) free = &one;
  }
  const bool is_new = free == nullptr;
  if (is_new) {
    free = &shared.emplace_back();
    free->target = std::make_shared<Http2Target>(context_, address.is_encrypted ? &tls : nullptr,
                                                 address.endpoint, tab);
  }
  free->idle_until = idle_until;
  free->idle_for = idle_until - tick_;
  auto link = std::make_shared<TargetLink>(context_, free->target->open());
  link->address = address;
  link->piece.resize(kLinkPiece);
  if (is_new) free->target->start();
  return link;
}

void TargetLinks::keep_only(std::set<TargetAddress> addresses) {
  served_ = std::move(addresses);
  std::erase_if(idle_, [&](const auto& row) { return !served_.contains(row.first); });
  close_idle_shared();
}

/// Requests in progress on what is shared end first.
void TargetLinks::close_idle_shared() {
  for (auto& [address, shared] : shared_) {
    const bool is_served = served_.contains(address);
    std::erase_if(shared, [&](Shared& one) {
      if (!one.target->is_idle()) {
        one.idle_until = tick_ + one.idle_for;
        return false;
      }
      const bool stays = is_served && one.target->has_room() && one.idle_until > tick_;
      if (!stays) one.target->close();
      return !stays;
    });
  }
  std::erase_if(shared_, [](const auto& row) { return row.second.empty(); });
}

void TargetLinks::clear() {
  idle_.clear();
  for (auto& [address, shared] : shared_) {
    for (auto& one : shared) one.target->close();
  }
  shared_.clear();
}

void TargetLinks::give_back(std::shared_ptr<TargetLink> link, std::uint64_t until) {
  if (!served_.contains(link->address)) return link->stream.close();
  link->idle_until = until;
  idle_[link->address].push_back(std::move(link));
}

void TargetLinks::on_tick(std::uint64_t tick) {
  tick_ = tick;
  close_idle_shared();
  for (auto next = idle_.begin(); next != idle_.end();) {
    const auto place = next++;
    std::erase_if(place->second, [&](const auto& link) { return link->idle_until <= tick; });
    if (place->second.empty()) idle_.erase(place);
  }
}

}  // namespace fallstreak::dataplane::live
