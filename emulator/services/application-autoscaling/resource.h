#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "services/application-autoscaling/state.h"

/// The resources that are scaled: DynamoDB's tables and global secondary indexes, through its API.
/// https://docs.aws.amazon.com/autoscaling/application/userguide/services-that-can-integrate-dynamodb.html
namespace fallstreak::services::application_autoscaling {

enum class Units { reads, writes };

/// `table/orders` or `table/orders/index/by-date`, with a dimension of it.
struct Resource {
  std::string table;
  /// Empty: the table itself.
  std::string index;
  Units units = Units::reads;
};
/// Refuses an id or a dimension that is none, and one that does not go with the other.
Resource resource_of(const std::string& resource_id, const std::string& dimension);

struct Capacity {
  std::int32_t reads = 0;
  std::int32_t writes = 0;
  /// Whether it can be changed now.
  bool is_active = false;

  [[nodiscard]] std::int32_t of(Units units) const {
    return units == Units::reads ? reads : writes;
  }
};
/// What the resource has now; empty when there is none, or DynamoDB does not answer.
std::optional<Capacity> capacity_of(Context& context, const Resource& resource);
/// Asks for another capacity. DynamoDB takes its time to change.
Outcome<void> set_capacity(Context& context, const Resource& resource, const Capacity& current,
                           std::int32_t units);

/// `read capacity units`, as descriptions of activities have it.
std::string name_of(Units units);

}  // namespace fallstreak::services::application_autoscaling
