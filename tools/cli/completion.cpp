#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "tools/cli/cli.h"

namespace fallstreak::cli {
namespace {

std::string words_of(const CLI::App& app) {
  std::string words;
  for (const auto* verb : app.get_subcommands({})) words += verb->get_name() + " ";
  for (const auto* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) words += "--" + name + " ";
  }
  if (!words.empty()) words.pop_back();
  return words;
}

/// Computed from the verbs themselves, so that it cannot fall behind them.
std::string bash(const CLI::App& app) {
  std::string script =
      "# fallstreak completion bash > /etc/bash_completion.d/fallstreak\n"
      "_fallstreak() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} words\n"
      "  case ${COMP_WORDS[1]} in\n";
  for (const auto* verb : app.get_subcommands({})) {
    script += "    " + verb->get_name() + ") words='" + words_of(*verb) + "' ;;\n";
  }
  return script + "    *) words='" + words_of(app) +
         "' ;;\n"
         "  esac\n"
         "  [ \"$COMP_CWORD\" -eq 1 ] && words='" + words_of(app) +
         "'\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$word\") $(compgen -f -- \"$word\"))\n"
         "}\n"
         "complete -o filenames -F _fallstreak fallstreak\n";
}

}  // namespace

void add_completion(CLI::App& app, Action& action) {
  auto* verb = app.add_subcommand("completion", "Print shell completion: eval \"$(fallstreak completion bash)\"");
  auto shell = std::make_shared<std::string>("bash");
  verb->add_option("shell", *shell, "bash, or zsh (through bashcompinit)")
      ->check(CLI::IsMember({"bash", "zsh"}))
      ->capture_default_str();
  verb->callback([&app, &action, shell] {
    action = [&app, shell] {
      if (*shell == "zsh") std::printf("autoload -U +X bashcompinit && bashcompinit\n");
      std::printf("%s", bash(app).c_str());
      return 0;
    };
  });
}

}  // namespace fallstreak::cli
