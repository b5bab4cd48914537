#include "front/clouds.h"

namespace fallstreak::front {

std::shared_ptr<ServedCloud> Clouds::find(std::string_view fork) {
  if (fork.empty()) return main_;
  const std::lock_guard held(mutex_);
  const auto found = forks_.find(fork);
  return found == forks_.end() ? nullptr : found->second;
}

bool Clouds::fork(ServedCloud& origin, const std::string& name) {
  const std::lock_guard held(mutex_);
  if (forks_.contains(name)) return false;
  const auto status = origin.pacer.status();
  auto served = std::make_shared<ServedCloud>(
      origin.cloud.fork(), PacerOptions{.speed = status.speed, .is_frozen = status.is_frozen});
  served->pacer.start();
  forks_.emplace(name, std::move(served));
  return true;
}

bool Clouds::remove(std::string_view name) {
  std::shared_ptr<ServedCloud> removed;  // its pacer's thread is joined without the lock
  const std::lock_guard held(mutex_);
  const auto found = forks_.find(name);
  if (found == forks_.end()) return false;
  removed = std::move(found->second);
  forks_.erase(found);
  return true;
}

std::vector<std::string> Clouds::forks() {
  const std::lock_guard held(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, cloud] : forks_) names.push_back(name);
  return names;
}

void Clouds::stop() {
  main_->pacer.stop();
  const std::lock_guard held(mutex_);
  for (const auto& [name, fork] : forks_) fork->pacer.stop();
}

}  // namespace fallstreak::front
