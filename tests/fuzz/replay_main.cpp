// Runs a fuzz target without a fuzzer: every file of its corpus, then seeded mutations of each. The
// target's own CHECKs, the compiler's sanitizers and a crash are what can fail, so this keeps every
// corpus in the default tests.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr int kMutationsPerFile = 400;
constexpr std::size_t kMostEditsAtOnce = 6;

void run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

/// The files in the order of their names, so that a seed means the same everywhere.
std::vector<std::pair<std::string, std::string>> read_corpus() {
  std::vector<std::pair<std::string, std::string>> corpus;
  for (const auto& entry : std::filesystem::directory_iterator(FALLSTREAK_CORPUS)) {
    std::ifstream file(entry.path(), std::ios::binary);
    corpus.emplace_back(entry.path().filename().string(),
                        std::string(std::istreambuf_iterator<char>(file), {}));
  }
  std::ranges::sort(corpus);
  return corpus;
}

/// One small edit: what parsers are usually wrong about is a byte lost, doubled, changed or out of
/// place.
void edit(std::string& input, const std::string& other, std::mt19937_64& random) {
  const auto below = [&](std::size_t limit) {
    return limit == 0 ? 0 : std::size_t(random() % limit);
  };
  const std::size_t at = below(input.size());
  const std::size_t length = 1 + below(std::min<std::size_t>(input.size() - at, 32));
  switch (input.empty() ? 5 : below(7)) {
    case 0:
      input[at] = static_cast<char>(random() & 0xFF);
      break;
    case 1:
      input[at] = static_cast<char>(input[at] ^ (1 << below(8)));
      break;
    case 2:
      input.erase(at, length);
      break;
    case 3:
      input.insert(below(input.size()), input.substr(at, length));
      break;
    case 4:
      input.resize(at);
      break;
    case 5:
      input.insert(at, 1, "\0\n\r%=&;/:{}[]<>\"0129fF\xff"[below(23)]);
      break;
    default: {
      const std::size_t from = below(other.size());
      input.insert(at, other.substr(from, 1 + below(64)));
    }
  }
}

TEST(Corpus, AndItsMutationsAreHandled) {
  const auto corpus = read_corpus();
  ASSERT_FALSE(corpus.empty()) << FALLSTREAK_CORPUS;
  std::mt19937_64 random(20150830);
  run("");
  for (const auto& [name, content] : corpus) {
    SCOPED_TRACE(name);
    ASSERT_NO_THROW(run(content));
    for (int mutation = 0; mutation < kMutationsPerFile; ++mutation) {
      std::string mutant = content;
      const std::string& other = corpus[random() % corpus.size()].second;
      for (std::size_t edits = 1 + random() % kMostEditsAtOnce; edits > 0; --edits) {
        edit(mutant, other, random);
      }
      ASSERT_NO_THROW(run(mutant)) << "mutation " << mutation << ":\n" << mutant;
    }
  }
}

}  // namespace
