#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>

#include "tools/cli/cli.h"

namespace fallstreak::cli {

bool read_file(const std::string& path, std::string& text) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "fallstreak: cannot read %s\n", path.c_str());
    return false;
  }
  text.assign(std::istreambuf_iterator<char>(file), {});
  return true;
}

bool write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  if (file) return true;
  std::fprintf(stderr, "fallstreak: cannot write %s\n", path.c_str());
  return false;
}

}  // namespace fallstreak::cli

int main(int argc, char** argv) {
  namespace cli = fallstreak::cli;
  CLI::App app("A local simulator and test harness for AWS stacks.", "fallstreak");
  app.set_version_flag("--version", FALLSTREAK_VERSION);
  app.require_subcommand(1);
  cli::Action action;
  cli::add_run(app, action);
  cli::add_explain(app, action);
  cli::add_serve(app, action);
  cli::add_stack_verbs(app, action);
  cli::add_coverage(app, action);
  cli::add_completion(app, action);
  try {
    app.parse(argc, argv);
    return action();
  } catch (const CLI::ParseError& error) {
    // Help is no error; a wrong command line is 1, as a wrong file is.
    return app.exit(error) == 0 ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fallstreak: %s\n", error.what());
    return 5;
  }
}
