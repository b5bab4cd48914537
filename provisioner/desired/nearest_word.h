#pragma once

#include <cstddef>
#include <string_view>

namespace fallstreak::provisioner {

/// Levenshtein distance in which swapping two neighbours counts once.
std::size_t edit_distance(std::string_view left, std::string_view right);

/// The candidate nearest to `word` when it is near enough to be a slip of the pen, else empty.
template <class Words>
std::string_view nearest_word(std::string_view word, const Words& candidates) {
  std::string_view best;
  std::size_t best_distance = word.size() < 5 ? 2 : word.size() / 3 + 2;
  for (std::string_view candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance && distance < candidate.size()) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace fallstreak::provisioner
