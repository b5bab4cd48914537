#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "provisioner/aws/credentials.h"
#include "provisioner/aws/http_transport.h"
#include "provisioner/desired/manifest.h"
#include "provisioner/reconcile/reconcile.h"
#include "tools/cli/cli.h"

namespace fallstreak::cli {
namespace {

namespace provisioner = fallstreak::provisioner;

struct Options {
  std::string file;
  provisioner::SessionOptions session;
};

int refused(const ApiError& error) {
  std::fprintf(stderr, "fallstreak: %s: %s\n", error.code.c_str(), error.message.c_str());
  return 1;
}

/// Reads the manifest, opens the session and hands both to `work`.
template <class Work>
int with_stack(const Options& options, Work&& work) {
  std::string text;
  if (!read_file(options.file, text)) return 1;
  auto parsed = provisioner::parse_manifest(text, options.file);
  for (const auto& error : parsed.errors) std::fprintf(stderr, "%s\n", error.to_string().c_str());
  if (!parsed.stack) return 1;
  auto session_options = options.session;
  if (session_options.region.empty()) session_options.region = parsed.stack->region;
  auto session = provisioner::open_session(session_options);
  if (!session) return refused(session.error());
  if (session->region != parsed.stack->region) {
    return refused(ApiError("WrongRegion", "the stack belongs to " + parsed.stack->region + ", and the session is in " +
                                               session->region + "; nothing was touched"));
  }
  provisioner::HttpTransport transport(std::move(*session));
  return work(transport, *parsed.stack);
}

provisioner::ReconcileOptions with_progress() {
  return {.progress = [](const std::string& line) {
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
  }};
}

int show_plan(client::Transport& transport, const provisioner::Stack& stack) {
  const auto plan = provisioner::plan(transport, stack);
  if (!plan) return refused(plan.error());
  std::printf("%s", provisioner::to_text(*plan).c_str());
  return 0;
}

int apply(client::Transport& transport, const provisioner::Stack& stack) {
  const auto done = provisioner::apply(transport, stack, with_progress());
  if (!done) return refused(done.error());
  std::printf("%s", done->empty() ? provisioner::to_text(*done).c_str() : "Done.\n");
  return 0;
}

int show_status(client::Transport& transport, const provisioner::Stack& stack) {
  const auto rows = provisioner::status(transport, stack);
  if (!rows) return refused(rows.error());
  for (const auto& row : *rows) {
    std::printf("%-10s %-20s %-20s %s\n", row.state.c_str(), row.name.c_str(), row.type.c_str(), row.id.c_str());
  }
  return 0;
}

int destroy(client::Transport& transport, const provisioner::Stack& stack) {
  const auto done = provisioner::destroy(transport, stack, with_progress());
  if (!done) return refused(done.error());
  std::printf("%s\n", done->empty() ? "Nothing is there." : "Done.");
  return 0;
}

using Verb = int (*)(client::Transport&, const provisioner::Stack&);

void add_verb(CLI::App& app, Action& action, const char* name, const char* help, Verb work) {
  auto* verb = app.add_subcommand(name, help);
  auto options = std::make_shared<Options>();
  verb->add_option("file", options->file, "The stack's manifest")->required();
  verb->add_option("--endpoint-url", options->session.endpoint_url,
                   "Where every service is; without it (and AWS_ENDPOINT_URL), AWS itself");
  verb->add_option("--profile", options->session.profile, "A profile of the shared config and credentials files");
  verb->add_option("--region", options->session.region, "Must be the manifest's");
  verb->callback([&action, options, work] {
    action = [options, work] { return with_stack(*options, work); };
  });
}

}  // namespace

void add_stack_verbs(CLI::App& app, Action& action) {
  add_verb(app, action, "plan", "Show what apply would change", show_plan);
  add_verb(app, action, "apply", "Make the cloud as the manifest says", apply);
  add_verb(app, action, "status", "Show what is there of a stack", show_status);
  add_verb(app, action, "destroy", "Remove everything that a stack owns", destroy);
}

}  // namespace fallstreak::cli
