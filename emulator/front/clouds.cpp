#include "front/clouds.h"

#include <filesystem>

#include "world/sqlite_store.h"

namespace fallstreak::front {
namespace fs = std::filesystem;

namespace {

/// No fork's name begins with a dot: what bears such a name is what a kill left of one.
constexpr const char* kRemoved = "/.removed-";

/// True when the folder was written whole.
bool holds_world(const std::string& folder) {
  return fs::exists(folder + "/world.sqlite") &&
         world::SqliteStore(folder + "/world.sqlite").has_world();
}

}  // namespace

Clouds::Clouds(Cloud& cloud, PacerOptions options, const std::string& data_dir)
    : main_(std::make_shared<ServedCloud>(cloud, options)),
      folder_(data_dir.empty() ? std::string() : data_dir + "/forks") {
  if (!folder_.empty() && fs::exists(folder_)) bring_back_forks();
}

std::string Clouds::folder_of(std::string_view fork) const {
  return folder_ + "/" + std::string(fork);
}

void Clouds::bring_back_forks() {
  for (const auto& entry : fs::directory_iterator(folder_)) {
    const std::string name = entry.path().filename().string();
    // What was not acknowledged as made, or was being removed, is gone.
    if (name.starts_with('.') || !holds_world(entry.path().string())) {
      fs::remove_all(entry.path());
      continue;
    }
    CloudOptions options = main_->cloud.options();
    options.keep_history = false;
    auto cloud = std::make_unique<Cloud>(options);
    cloud->keep_in(entry.path().string());
    const auto pace = kept_pace(*cloud).value_or(PacerOptions());
    forks_.emplace(name, std::make_shared<ServedCloud>(std::move(cloud), pace));
  }
}

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
  auto cloud = origin.cloud.fork();
  // What load balancers serve passes through those of the origin.
  cloud->set_traffic({});
  if (!folder_.empty()) cloud->keep_in(folder_of(name));
  auto served = std::make_shared<ServedCloud>(
      std::move(cloud), PacerOptions{.speed = status.speed, .is_frozen = status.is_frozen});
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
  if (!folder_.empty()) {
    const std::string aside = folder_ + kRemoved + std::string(name);
    fs::remove_all(aside);
    fs::rename(folder_of(name), aside);
    fs::remove_all(aside);
  }
  return true;
}

std::vector<std::string> Clouds::forks() {
  const std::lock_guard held(mutex_);
  std::vector<std::string> names;
  for (const auto& [name, cloud] : forks_) names.push_back(name);
  return names;
}

void Clouds::start() {
  main_->pacer.start();
  const std::lock_guard held(mutex_);
  for (const auto& [name, fork] : forks_) fork->pacer.start();
}

void Clouds::stop() {
  main_->pacer.stop();
  const std::lock_guard held(mutex_);
  for (const auto& [name, fork] : forks_) fork->pacer.stop();
}

}  // namespace fallstreak::front
