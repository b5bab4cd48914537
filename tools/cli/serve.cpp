#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <memory>

#include "cloud.h"
#include "dynamodb_realism.h"
#include "front/pacer.h"
#include "front/realism_report.h"
#include "front/server.h"
#include "tools/cli/cli.h"
#include "tools/cli/startup_pages.h"
#include "world/sqlite_store.h"
#include "world/world.h"

namespace fallstreak::cli {
namespace {

struct Options {
  std::uint16_t port = 4566;
  unsigned threads = 0;
  std::string data_dir, auth = "lenient", clock, timing = "aws";
  std::uint64_t seed = 1;
  bool keeps_history = false;
  bool serves_load_balancers = false;
  std::uint16_t load_balancer_port = 0;
  std::optional<std::uint16_t> dns_port, metadata_port;
  std::string dns_region = "us-east-1", dns_vpc;
  std::string dynamodb_capacity, dynamodb_stale_reads;
};

/// `real`, `frozen`, or a factor: `60x`.
bool parse_clock(const std::string& text, front::PacerOptions& clock) {
  if (text.empty() || text == "real") return true;
  if (text == "frozen") {
    clock.is_frozen = true;
    return true;
  }
  if (!text.ends_with('x')) return false;
  char* end = nullptr;
  clock.speed = std::strtod(text.c_str(), &end);
  return end == text.c_str() + text.size() - 1 && clock.speed > 0;
}

int serve(const Options& options) {
  front::ServerOptions server_options{.port = options.port, .threads = options.threads};
  if (!parse_clock(options.clock, server_options.clock)) {
    std::fprintf(stderr, "fallstreak: --clock is real, frozen or a factor such as 60x\n");
    return 1;
  }
  if (options.auth == "strict") server_options.auth.mode = front::Auth::strict;
  server_options.data_dir = options.data_dir;
  server_options.load_balancers = {
      .serve = options.serves_load_balancers || options.load_balancer_port != 0,
      .first_port = options.load_balancer_port};
  if (options.dns_port) {
    server_options.dns = front::DnsOptions{.port = *options.dns_port,
                                           .client = {.region = options.dns_region, .vpc = options.dns_vpc}};
  }
  if (options.metadata_port) server_options.metadata = front::MetadataOptions{*options.metadata_port};
  Cloud cloud({.seed = options.seed,
               .start = front::machine_time(),
               .timing = options.timing == "instant" ? dispatch::Timing::instant : dispatch::Timing::aws,
                 .keep_history = options.keeps_history});
  if (!options.data_dir.empty()) cloud.keep_in(options.data_dir);
  auto realism = dynamodb_realism(cloud);
  realism.capacity = front::parse_capacity_mode(options.dynamodb_capacity).value_or(realism.capacity);
  if (!options.dynamodb_stale_reads.empty()) {
    const auto lag = front::parse_stale_reads(options.dynamodb_stale_reads);
    if (!lag) {
      std::fprintf(stderr, "fallstreak: --dynamodb-stale-reads is a duration of at most a minute, such as 500ms\n");
      return 1;
    }
    realism.stale_reads = *lag;
  }
  set_dynamodb_realism(cloud, realism);
  // What is not said anew is as it was when the folder was last served.
  if (options.clock.empty()) {
    server_options.clock = front::kept_pace(cloud).value_or(front::PacerOptions());
  }

  // Whoever stops the program lets answers that are being written finish.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  front::Server server(cloud, server_options);
  server.start();
  std::printf("fallstreak serves AWS on http://127.0.0.1:%u (and https), control under /_fallstreak/\n", server.port());
  if (options.dns_port) {
    std::printf("fallstreak answers DNS on 127.0.0.1:%u (UDP and TCP)\n", server.dns_port());
  }
  if (options.metadata_port) {
    std::printf("fallstreak serves instance metadata on http://127.0.0.1:%u/<instance id>\n", server.metadata_port());
  }
  std::fflush(stdout);
  release_startup_pages();
  int received = 0;
  sigwait(&signals, &received);
  server.stop();
  return 0;
}

}  // namespace

void add_serve(CLI::App& app, Action& action) {
  auto* verb = app.add_subcommand("serve", "Serve the emulator to AWS's clients on this machine");
  auto options = std::make_shared<Options>();
  verb->add_option("--port", options->port, "0: any that is free")->capture_default_str();
  verb->add_option("--threads", options->threads, "0: one for each processor")->capture_default_str();
  verb->add_option("--data-dir", options->data_dir, "Keep everything in this folder; without it, in memory alone");
  verb->add_option("--auth", options->auth, "lenient: any credentials; strict: signatures are verified")
      ->check(CLI::IsMember({"lenient", "strict"}))
      ->capture_default_str();
  verb->add_option("--seed", options->seed, "Decides ids and delays")->capture_default_str();
  verb->add_option("--clock", options->clock, "real, frozen, or a factor such as 60x; by default as the folder had it, else real");
  verb->add_option("--timing", options->timing, "aws: transitions take AWS's time; instant: none")
      ->check(CLI::IsMember({"aws", "instant"}))
      ->capture_default_str();
  verb->add_option("--dns-port", options->dns_port, "Answer DNS on this port, UDP and TCP; 0: any that is free; off without it");
  verb->add_option("--dns-region", options->dns_region, "The region closest to those who ask DNS: decides latency and location")
      ->capture_default_str();
  verb->add_option("--dns-vpc", options->dns_vpc, "Those who ask DNS are in this VPC (eu-central-1/vpc-1234) and see its private zones");
  verb->add_option("--metadata-port", options->metadata_port,
                   "Serve each instance's metadata (IMDS) at http://127.0.0.1:PORT/<instance id>; 0: any that is free; off without it");
  verb->add_option("--dynamodb-capacity", options->dynamodb_capacity,
                   "ignored: DynamoDB serves everything; counted: and publishes what tables consume; enforced: and throttles; "
                   "by default as the folder had it, else ignored")
      ->check(CLI::IsMember({"ignored", "counted", "enforced"}));
  verb->add_option("--dynamodb-stale-reads", options->dynamodb_stale_reads,
                   "How far DynamoDB's eventually consistent reads lag behind at most: 500ms; by default as the folder had it, else not at all");
  verb->add_flag("--history", options->keeps_history, "Keep moments to rewind to by time; costs memory as data changes");
  verb->add_flag("--load-balancers", options->serves_load_balancers,
                 "Serve each listener of a load balancer on a port of 127.0.0.1; GET /_fallstreak/load-balancers says which");
  verb->add_option("--load-balancer-port", options->load_balancer_port, "The same; the first listener gets this port, others the next free ones");
  verb->callback([&action, options] { action = [options] { return serve(*options); }; });
}

}  // namespace fallstreak::cli
