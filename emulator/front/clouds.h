#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "cloud.h"
#include "front/pacer.h"

namespace fallstreak::front {

/// A cloud with its pacer, and the moments of it that a user named.
struct ServedCloud {
  ServedCloud(Cloud& served, PacerOptions options) : cloud(served), pacer(served, options) {}
  ServedCloud(std::unique_ptr<Cloud> fork, PacerOptions options)
      : owned(std::move(fork)), cloud(*owned), pacer(*owned, options) {}

  std::unique_ptr<Cloud> owned;  // null for the cloud that the server was given
  Cloud& cloud;
  Pacer pacer;
  std::mutex mutex;  // guards what follows
  std::map<std::string, world::Snapshot, std::less<>> snapshots;
};

/// The clouds behind one port: the server's own, and the forks of it that a user made. A request
/// reaches a fork by the header `x-fallstreak-fork`.
class Clouds {
 public:
  /// With a folder forks are kept in it, beside the server's own cloud, and those that it holds
  /// are brought back. Throws world::StoreError.
  Clouds(Cloud& cloud, PacerOptions options, const std::string& data_dir);

  /// The fork of that name, or null; the server's own cloud is named by nothing. Shared, so that a
  /// request finishes in a fork that is removed meanwhile.
  [[nodiscard]] std::shared_ptr<ServedCloud> find(std::string_view fork);
  [[nodiscard]] ServedCloud& main() { return *main_; }
  /// False when the name is taken. Throws world::StoreError.
  bool fork(ServedCloud& origin, const std::string& name);
  bool remove(std::string_view name);
  [[nodiscard]] std::vector<std::string> forks();

  void start();
  void stop();

 private:
  void bring_back_forks();
  [[nodiscard]] std::string folder_of(std::string_view fork) const;

  const std::shared_ptr<ServedCloud> main_;
  const std::string folder_;  // of the forks; empty: they are in memory alone
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<ServedCloud>, std::less<>> forks_;
};

}  // namespace fallstreak::front
