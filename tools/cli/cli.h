#pragma once

#include <functional>
#include <string>

namespace CLI {
class App;
}

/// The `fallstreak` program: one file per verb. Each adds its options and gives what to do when it was chosen.
namespace fallstreak::cli {

/// What the program exits with, once a verb has run.
using Action = std::function<int()>;

void add_run(CLI::App& app, Action& action);
void add_explain(CLI::App& app, Action& action);
void add_serve(CLI::App& app, Action& action);
void add_stack_verbs(CLI::App& app, Action& action);  // plan, apply, status, destroy
void add_coverage(CLI::App& app, Action& action);
void add_completion(CLI::App& app, Action& action);

/// A whole file, or an error on stderr and nothing.
bool read_file(const std::string& path, std::string& text);
bool write_file(const std::string& path, const std::string& text);

}  // namespace fallstreak::cli
