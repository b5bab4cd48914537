#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>

#include "cloud.h"
#include "scenarios/exit_code.h"
#include "scenarios/report/report.h"
#include "scenarios/run/runner.h"
#include "tools/cli/cli.h"
#include "tools/cli/stopwatch.h"

namespace fallstreak::cli {
namespace {

using namespace fallstreak::scenarios;

struct Options {
  std::string file, variant, out;
  std::optional<std::uint64_t> seed;
  bool is_twice = false;
  bool is_quiet = false;
};

int code(ExitCode exit) { return static_cast<int>(exit); }

std::optional<Scenario> load(const std::string& file, const std::string& variant) {
  std::string text;
  if (!read_file(file, text)) return std::nullopt;
  auto parsed = parse_scenario(text, file, variant);
  for (const auto& error : parsed.errors) std::fprintf(stderr, "%s\n", error.to_string().c_str());
  return std::move(parsed.scenario);
}

bool write_reports(const RunResult& result, const std::string& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  return write_file(folder + "/report.json", report_json(result)) &&
         write_file(folder + "/junit.xml", junit_xml(result)) &&
         write_file(folder + "/report.html", report_html(result));
}

/// Keeps a world until the process ends. The system takes its memory back at once; taking a million
/// rows apart one by one would cost a fifth of the run.
void keep_until_exit(std::unique_ptr<Cloud> cloud) {
  [[maybe_unused]] static const Cloud* kept = nullptr;
  kept = cloud.release();
}

/// One seed; the exit code of its verdict.
ExitCode run_seed(const Scenario& scenario, RunOptions run_options, const Options& options,
                  const std::string& folder) {
  const Colour colour = isatty(STDOUT_FILENO) != 0 ? Colour::on : Colour::off;
  const Stopwatch watch;
  const std::uint64_t seed = run_options.seed;
  Timeline timeline(scenario, colour, [](const std::string& line) {
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
  });
  if (!options.is_quiet) {
    run_options.on_event = [&](const RunEvent& event) { timeline.add(event); };
  }
  auto result = run(scenario, run_options);
  timeline.finish();
  if (!result) {
    std::fprintf(stderr, "fallstreak: %s: %s\n", result.error().code.c_str(),
                 result.error().message.c_str());
    return ExitCode::internal_error;
  }
  result->wall_seconds = watch.seconds();
  if (options.is_twice) {
    const auto again = run(scenario, {.seed = seed, .on_event = {}});
    if (!again || again->hash != result->hash) {
      result->verdict = RunVerdict::nondeterministic;
      result->reason = "two runs of seed " + std::to_string(seed) + " gave different hashes";
    }
  }
  std::printf("%s", verdict_text(*result, colour).c_str());
  if (!folder.empty() && !write_reports(*result, folder)) return ExitCode::internal_error;
  return exit_code(result->verdict);
}

int run_scenario(const Options& options) {
  const auto scenario = load(options.file, options.variant);
  if (!scenario) return code(ExitCode::bad_file);
  const std::uint64_t first = options.seed.value_or(scenario->seeds.first);
  const std::uint64_t last = options.seed.value_or(scenario->seeds.last);
  ExitCode worst = ExitCode::passed;
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    // A report per seed; of one seed alone it lies in the folder itself.
    const std::string folder = options.out.empty() || first == last
                                   ? options.out
                                   : options.out + "/seed-" + std::to_string(seed);
    RunOptions run_options{.seed = seed, .on_event = {}};
    if (seed == last) run_options.take_cloud = keep_until_exit;
    const ExitCode exit = run_seed(*scenario, run_options, options, folder);
    if (exit == ExitCode::passed) continue;
    worst = exit;
    std::printf("again: fallstreak run %s%s --seed %llu\n", options.file.c_str(),
                options.variant.empty() ? "" : (" --variant '" + options.variant + "'").c_str(),
                static_cast<unsigned long long>(seed));
  }
  return code(worst);
}

}  // namespace

void add_run(CLI::App& app, Action& action) {
  auto* verb =
      app.add_subcommand("run", "Run a scenario on virtual time and judge its expectations");
  auto options = std::make_shared<Options>();
  verb->add_option("file", options->file, "The scenario")->required();
  verb->add_option("--seed", options->seed, "Run this seed instead of the file's");
  verb->add_option("--variant", options->variant, "Run this variant of the file");
  verb->add_option("--out", options->out,
                   "Write report.html, report.json and junit.xml into this folder");
  verb->add_flag("--twice", options->is_twice, "Run twice and compare the hashes");
  verb->add_flag("--quiet", options->is_quiet, "Print the verdict alone");
  verb->footer(
      "Exit codes: 0 passed, 1 bad file, 2 not steady before the first break, 3 stopped, 4 "
      "nondeterministic,\n"
      "5 internal error, 99 an expectation was missed.");
  verb->callback([&action, options] { action = [options] { return run_scenario(*options); }; });
}

void add_explain(CLI::App& app, Action& action) {
  auto* verb =
      app.add_subcommand("explain", "Show a scenario with every default and where it is from");
  auto options = std::make_shared<Options>();
  verb->add_option("file", options->file, "The scenario")->required();
  verb->add_option("--variant", options->variant, "Explain this variant of the file");
  verb->callback([&action, options] {
    action = [options] {
      const auto scenario = load(options->file, options->variant);
      if (!scenario) return code(ExitCode::bad_file);
      std::printf("%s", explain(*scenario).c_str());
      return 0;
    };
  });
}

}  // namespace fallstreak::cli
