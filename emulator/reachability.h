#pragma once

#include "client/transport.h"
#include "cloud.h"
#include "dataplane/reachability/described.h"
#include "dataplane/reachability/reachability.h"

namespace fallstreak {

/// What EC2 says of the networks of one account and region; of real AWS too, through a transport
/// that leads there.
Outcome<dataplane::reachability::Description> describe_networks(client::Transport& transport);

/// The networks of the caller's account and region, and of those that are peered with them. Made
/// once, it answers any number of questions with `dataplane::reachability::find_path`, until
/// something changes.
Outcome<dataplane::reachability::Network> networks_of(Cloud& cloud, const dispatch::Caller& caller);

/// Whether a packet gets through now, and why.
Outcome<dataplane::reachability::Answer> find_path(
    Cloud& cloud, const dispatch::Caller& caller,
    const dataplane::reachability::Question& question);

}  // namespace fallstreak
