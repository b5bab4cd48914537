#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "dispatch/coverage.h"
#include "front/coverage_report.h"
#include "services/services.h"
#include "tools/cli/cli.h"

namespace fallstreak::cli {

void add_coverage(CLI::App& app, Action& action) {
  auto* verb = app.add_subcommand("coverage", "List what of AWS is implemented, and what has no effect yet");
  auto is_json = std::make_shared<bool>(false);
  verb->add_flag("--json", *is_json, "For machines");
  verb->callback([&action, is_json] {
    action = [is_json] {
      const auto coverage = dispatch::coverage(services::registry());
      std::printf("%s\n", (*is_json ? front::coverage_json(coverage) : front::coverage_text(coverage)).c_str());
      return 0;
    };
  });
}

}  // namespace fallstreak::cli
