#include "dataplane/live/target_link.h"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace fallstreak::dataplane::live {
namespace {

/// A target that has closed, or speaks without being asked, is of no use any more.
bool is_quiet(TargetLink& link) {
  char byte = 0;
  const auto count =
      ::recv(link.stream.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace

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
  constexpr std::size_t kPiece = std::size_t{16} * 1024;
  auto link = std::make_shared<TargetLink>(context_);
  link->address = address;
  link->piece.resize(kPiece);
  return link;
}

void TargetLinks::give_back(std::shared_ptr<TargetLink> link, std::uint64_t until) {
  if (!served_.contains(link->address)) return link->stream.close();
  link->idle_until = until;
  idle_[link->address].push_back(std::move(link));
}

void TargetLinks::on_tick(std::uint64_t tick) {
  for (auto next = idle_.begin(); next != idle_.end();) {
    const auto place = next++;
    std::erase_if(place->second, [&](const auto& link) { return link->idle_until <= tick; });
    if (place->second.empty()) idle_.erase(place);
  }
}

}  // namespace fallstreak::dataplane::live
