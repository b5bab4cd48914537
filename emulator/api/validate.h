#pragma once

#include <memory>
#include <optional>
#include <span>

#include "api/shape.h"
#include "base/error.h"

namespace fallstreak::api {

/// How a service words what its model's constraints refuse.
enum class Dialect : std::uint8_t {
  coral,  // ValidationException: JSON and CBOR services
  query,  // ValidationError, the same text
  ec2,    // MissingParameter, InvalidParameterValue: the first fault alone
  s3,     // MalformedXML, InvalidArgument
  xml,    // InvalidInput, coral's text: the other services of REST-XML
};
Dialect dialect_of(const Service& service);

/// What is to be checked of a request: see validation_plan.h.
struct Plan;
/// AWS's error that names every fault, in the model's order; empty when there is none.
std::optional<ApiError> validate(const Plan& plan, const Operation& operation, const void* request);

/// Observed: what nests deeper than 62 values in each other DynamoDB's newer validation leaves to
/// the older one, which has other words.
bool is_left_to_older_validation(const Shape& shape, const void* request);

/// Holds requests against the constraints of their model: required, length, count, range,
/// enumeration, pattern.
///
/// Made once for a set of services: what has no constraint, at any depth, is left out of its
/// plans, so a request that is in order costs a walk over few members and no memory. Immutable
/// and shared by every thread.
class Validator {
 public:
  explicit Validator(std::span<const Service* const> services);
  ~Validator();
  Validator(Validator&&) noexcept;
  Validator& operator=(Validator&&) noexcept;

  /// The plan for an operation's requests, to be asked for once. Null when there is nothing to
  /// check.
  [[nodiscard]] const Plan* plan_of(const Operation& operation) const;

 private:
  struct Plans;
  std::unique_ptr<Plans> plans_;
};

}  // namespace fallstreak::api
