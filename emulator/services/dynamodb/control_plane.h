#pragma once

#include <string_view>

#include "services/dynamodb/state.h"

/// How often an account may call what is not about items, where capacity is enforced.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-control-plane.html
namespace fallstreak::services::dynamodb {

/// Counts a call, and throws ThrottlingException when there were too many. Chosen: a second's
/// calls may come at once, a minute's are one.
void check_call_rate(world::World& world, State& state, std::string_view operation);
/// What reads and writes items pays with capacity instead.
bool is_of_items(std::string_view operation);
/// A call that was refused for another reason counts all the same.
void count_refused_call(world::World& world, State& state, std::string_view operation);

/// A handler that may be called so often.
template <class Tag, auto Handler>
typename Tag::Response rated(Context& context, const typename Tag::Request& request) {
  check_call_rate(context.world(), context.state, Tag::operation().name);
  return Handler(context, request);
}

}  // namespace fallstreak::services::dynamodb
