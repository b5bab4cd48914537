#include "provisioner/aws/profile.h"

#include <fstream>
#include <iterator>

#include "provisioner/aws/environment.h"

namespace fallstreak::provisioner {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string path_of(const char* variable, const char* name) {
  if (const auto given = environment(variable)) return *given;
  return environment("HOME").value_or("") + "/.aws/" + name;
}

}  // namespace

std::map<std::string, Profile, std::less<>> parse_profiles(std::string_view text) {
  std::map<std::string, Profile, std::less<>> profiles;
  Profile* current = nullptr;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string_view raw = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const std::string_view line = trimmed(raw);
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    if (line.front() == '[' && line.back() == ']') {
      std::string_view name = trimmed(line.substr(1, line.size() - 2));
      if (name.starts_with("profile ")) name = trimmed(name.substr(8));
      current = &profiles[std::string(name)];
      continue;
    }
    const bool nested = raw.front() == ' ' || raw.front() == '\t';
    const auto equals = line.find('=');
    if (current == nullptr || nested || equals == std::string_view::npos) continue;
    (*current)[std::string(trimmed(line.substr(0, equals)))] = trimmed(line.substr(equals + 1));
  }
  return profiles;
}

Profile load_profile(std::string_view name) {
  auto config = parse_profiles(file_text(path_of("AWS_CONFIG_FILE", "config")));
  auto credentials = parse_profiles(file_text(path_of("AWS_SHARED_CREDENTIALS_FILE", "credentials")));
  Profile merged;
  if (const auto found = credentials.find(name); found != credentials.end()) merged = found->second;
  if (const auto found = config.find(name); found != config.end()) {
    merged.insert(found->second.begin(), found->second.end());
  }
  return merged;
}

}  // namespace fallstreak::provisioner
