#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "api/shape.h"

/// Values of any described type, for round trips.
namespace fallstreak::testing {

/// Fills values with data that follows from the seed. It respects types and bindings (what is to
/// be a header can be one) and nothing else of the model; unions get exactly one member, recursion
/// ends.
class RandomValues {
 public:
  explicit RandomValues(std::uint64_t seed) : state_(seed) {}

  /// `value` is default-constructed.
  void fill(const api::Shape& shape, void* value);

 private:
  std::uint64_t next();
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  bool chance(unsigned percent) { return below(100) < percent; }

  void fill(const api::Shape& shape, const api::Member* member, void* value);
  void fill_structure(const api::Shape& shape, void* value);
  void fill_container(const api::Shape& shape, const api::Member* member, void* value);
  std::string text(const api::Shape& shape, const api::Member* member);
  double real();
  bool is_open(const api::Shape& shape) const;

  std::uint64_t state_;
  std::vector<const api::Shape*> path_;
};

/// Whether empty structures, lists and maps differ from absent ones: queries cannot say so.
enum class Emptiness { kept, lost };

bool equal(const api::Shape& shape, const void* left, const void* right,
           Emptiness emptiness = Emptiness::kept);

/// One line of JSON, for messages and for comparing by eye.
std::string dump(const api::Shape& shape, const void* value);

}  // namespace fallstreak::testing
