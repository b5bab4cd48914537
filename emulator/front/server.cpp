#include "front/server.h"

#include <algorithm>
#include <thread>
#include <vector>

#include "dispatch/registry.h"
#include "front/certificate.h"
#include "front/clouds.h"
#include "front/control.h"
#include "front/job_thread.h"
#include "front/loopback.h"
#include "front/request_ids.h"

namespace fallstreak::front {

class Server::Impl {
 public:
  Impl(Cloud& cloud, ServerOptions options)
      : options_(std::move(options)),
        ids_(cloud.options().seed),
        certificate_(options_.data_dir),
        clouds_(cloud, options_.clock, options_.data_dir),
        load_balancers_(options_.load_balancers.serve ? std::make_unique<LoadBalancers>(
                                                            clouds_.main(), options_.load_balancers)
                                                      : nullptr),
        control_(clouds_, ids_, certificate_, load_balancers_.get()),
        router_(cloud.environment().registry->services()),
        shared_{clouds_,      control_, jobs_,
                ids_,         router_,  cloud.environment().registry->services(),
                options_.body} {
    if (options_.dns) dns_ = std::make_unique<DnsServer>(clouds_.main(), *options_.dns);
    if (options_.metadata) {
      metadata_ = std::make_unique<MetadataServer>(clouds_.main(), *options_.metadata);
    }
  }

  void start() {
    const int listener = listen_on_loopback(options_.port);
    port_ = port_of(listener);
    if (dns_) dns_->start();
    if (metadata_) metadata_->start();
    const unsigned count =
        options_.threads > 0 ? options_.threads : std::max(1U, std::thread::hardware_concurrency());
    for (unsigned i = 0; i < count; ++i) {
      responders_.push_back(std::make_unique<Responder>(shared_, options_.auth));
      workers_.push_back(std::make_unique<Worker>(options_.connection, hooks(*responders_.back())));
    }
    // Connections go round: a client with several of them uses all threads.
    workers_.front()->listen(listener, [this, next = std::size_t{0}](int socket) mutable {
      workers_[next++ % workers_.size()]->adopt(socket);
    });
    clouds_.start();
    jobs_.start();
    if (!options_.data_dir.empty()) saver_.start();
    if (load_balancers_) load_balancers_->start();
    for (const auto& worker : workers_) {
      threads_.emplace_back([&served = *worker] { served.run(); });
    }
  }

  void stop() {
    // First of all, because it ends a long jump in time, and answers want the workers.
    clouds_.stop();
    if (dns_) dns_->stop();
    if (metadata_) metadata_->stop();
    jobs_.stop();
    saver_.stop();
    for (const auto& worker : workers_) worker->stop();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    workers_.clear();
    responders_.clear();
    // Last, because workers ask it.
    if (load_balancers_) load_balancers_->stop();
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::uint16_t dns_port() const { return dns_ ? dns_->port() : std::uint16_t{0}; }
  [[nodiscard]] std::uint16_t metadata_port() const {
    return metadata_ ? metadata_->port() : std::uint16_t{0};
  }
  [[nodiscard]] std::uint64_t requests() const { return ids_.count(); }
  [[nodiscard]] Pacer& pacer() { return clouds_.main().pacer; }

 private:
  ConnectionHooks hooks(Responder& responder) {
    ConnectionHooks hooks;
    hooks.body_limit = [&responder](const protocols::HttpRequest& head) {
      return responder.body_limit(head);
    };
    hooks.takes_long = &Responder::takes_long;
    hooks.answer_later = [&responder](const protocols::HttpRequest& request,
                                      ConnectionHooks::Done done) {
      responder.answer_later(request, std::move(done));
    };
    hooks.answer = [&responder](protocols::HttpRequest& request,
                                protocols::HttpResponse& response) {
      return responder.answer(request, response);
    };
    hooks.save = [](ServedCloud& served) { return served.cloud.make_durable(); };
    hooks.save_aside = [this](const ConnectionHooks::Unsaved& served, ConnectionHooks::Saved done) {
      return saver_.post([served, done = std::move(done)] { done(served->cloud.make_durable()); });
    };
    hooks.refuse_unsaved = [&responder](const protocols::HttpRequest& request,
                                        const ApiError& error, protocols::HttpResponse& response) {
      responder.refuse_unsaved(request, error, response);
    };
    hooks.refuse = [&responder](const protocols::HttpRequest& head, Refusal refusal,
                                protocols::HttpResponse& response) {
      responder.refuse(head, refusal, response);
    };
    if (options_.has_tls) hooks.tls = [this] { return certificate_.context(); };
    return hooks;
  }

  ServerOptions options_;
  RequestIds ids_;
  Certificate certificate_;
  Clouds clouds_;
  std::unique_ptr<LoadBalancers> load_balancers_;  // null: they do not serve
  Control control_;
  JobThread jobs_;
  JobThread saver_;  // writes what many clients wait for; only with a folder to keep it in
  protocols::Router router_;
  Shared shared_;
  std::uint16_t port_ = 0;
  std::unique_ptr<DnsServer> dns_;
  std::unique_ptr<MetadataServer> metadata_;
  std::vector<std::unique_ptr<Responder>> responders_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::thread> threads_;
};

Server::Server(Cloud& cloud, ServerOptions options)
    : impl_(std::make_unique<Impl>(cloud, std::move(options))) {}
Server::~Server() { stop(); }
void Server::start() { impl_->start(); }
std::uint16_t Server::port() const { return impl_->port(); }
std::uint16_t Server::dns_port() const { return impl_->dns_port(); }
std::uint16_t Server::metadata_port() const { return impl_->metadata_port(); }
void Server::stop() { impl_->stop(); }
std::uint64_t Server::requests() const { return impl_->requests(); }
Pacer& Server::pacer() { return impl_->pacer(); }

}  // namespace fallstreak::front
