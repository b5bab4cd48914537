#include "front/metadata_server.h"

#include <thread>

#include "front/clouds.h"
#include "front/loopback.h"
#include "front/metadata_answers.h"
#include "front/worker.h"

namespace fallstreak::front {
namespace {

/// The only request that says something has it in its header.
constexpr std::uint64_t kMostBody = 4096;

ConnectionHooks hooks_of(ServedCloud& served) {
  ConnectionHooks hooks;
  hooks.body_limit = [](const protocols::HttpRequest&) { return kMostBody; };
  hooks.takes_long = [](const protocols::HttpRequest&) { return false; };
  hooks.answer = [&served](protocols::HttpRequest& request, protocols::HttpResponse& response) {
    response = answer_metadata(served, request);
    return nullptr;
  };
  hooks.refuse = [](const protocols::HttpRequest&, Refusal refusal,
                    protocols::HttpResponse& response) {
    response = refuse_metadata(refusal == Refusal::body_too_large ? 413 : 400);
  };
  return hooks;
}

}  // namespace

class MetadataServer::Impl {
 public:
  Impl(ServedCloud& served, MetadataOptions options)
      : options_(options), worker_({}, hooks_of(served)) {}

  void start() {
    const int listener = listen_on_loopback(options_.port);
    port_ = port_of(listener);
    worker_.listen(listener, [this](int socket) { worker_.adopt(socket); });
    thread_ = std::thread([this] { worker_.run(); });
  }

  void stop() {
    if (!thread_.joinable()) return;
    worker_.stop();
    thread_.join();
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  const MetadataOptions options_;
  Worker worker_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

MetadataServer::MetadataServer(ServedCloud& served, MetadataOptions options)
    : impl_(std::make_unique<Impl>(served, options)) {}
MetadataServer::~MetadataServer() { stop(); }
void MetadataServer::start() { impl_->start(); }
std::uint16_t MetadataServer::port() const { return impl_->port(); }
void MetadataServer::stop() { impl_->stop(); }

}  // namespace fallstreak::front
