#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "scenarios/traffic/arrivals.h"
#include "scenarios/traffic/balancer.h"
#include "scenarios/traffic/event_heap.h"
#include "scenarios/traffic/series_builder.h"
#include "scenarios/traffic/simulator.h"

namespace fallstreak::scenarios::traffic {

/// A request class with what the hot path wants to know of it.
struct PreparedClass {
  RequestClass spec;
  std::uint64_t threshold = 0;  // of the 32 bits that choose a class
  bool has_state = false;       // writes or retries: needs a record of its own
};

struct PreparedSource {
  SourceSpec spec;
  std::vector<PreparedClass> classes;
  ArrivalProcess arrivals;
  // Keys of this source's streams; the number of a draw is number_of(request, attempt).
  std::uint64_t choice_key = 0;
  std::uint64_t service_key = 0;
  std::uint64_t age_key = 0;
  std::uint64_t target_key = 0;
  std::uint64_t jitter_key = 0;
  std::uint64_t hash_key = 0;
  SeriesBuilder series;
  std::uint32_t balancer = 0;  // that its name answers now
  /// What it answered from a moment on, oldest first, and when every client knows the newest.
  std::vector<std::pair<Instant, std::uint32_t>> answers;
  Instant answer_settled = 0;
};

/// A request's place among its source's draws: a request makes at most 64 attempts.
inline constexpr std::uint32_t kAttemptBits = 6;
constexpr std::uint64_t number_of(std::uint64_t request, std::uint32_t attempt) {
  return (request << kAttemptBits) | attempt;
}

/// The node of the Network Load Balancer before the load balancer, if there is one.
struct Entry {
  std::uint32_t balancer = 0;
  std::uint32_t node = kNone;
};

/// How an attempt ends if nothing happens to its target or node.
struct Fate {
  Instant end = 0;         // what the client sees, its own patience not counted
  Instant server_end = 0;  // when a worker is done with it; `end` when none ever was
  std::int32_t error = -1;
  bool is_served = false;  // a worker has it or will have it
  std::uint32_t balancer = 0;
  std::uint32_t node = kNone;
  std::uint32_t target = kNone;
  std::uint32_t tally = kNone;  // of the load balancer; none when it never heard of the attempt
  Entry entry;
};

/// One attempt of a request that needs a record: it has state, or the event lane runs.
struct Attempt {
  enum class Phase : std::uint8_t { none, backing_off, failing, waiting, serving, writing };
  Instant intended = 0;
  Instant started = 0;
  Instant service = 0;       // event lane: how long the worker will take
  Instant idle_timeout = 0;  // the load balancer's at the start; a change concerns later requests
  std::uint64_t request = 0;
  std::uint32_t source = 0;
  std::uint32_t balancer = 0;
  std::uint32_t node = kNone;
  std::uint32_t target = kNone;
  std::uint32_t tally = kNone;
  Entry entry;
  std::uint32_t generation = 0;
  std::uint16_t request_class = 0;
  std::uint8_t number = 0;
  Phase phase = Phase::none;
  bool client_waits = true;
  std::int8_t error = -1;  // what the client will see while failing
};

/// A plain request of the recurrence lane that ends after the next control event.
struct PlainInFlight {
  Instant started = 0;
  Instant end = 0;
  Instant server_end = 0;
  Instant idle_timeout = 0;
  std::uint64_t request = 0;
  std::uint32_t source = 0;
  std::uint32_t balancer = 0;
  std::uint32_t node = kNone;
  std::uint32_t target = kNone;
  std::uint32_t tally = kNone;
  Entry entry;
  std::uint16_t request_class = 0;
  std::int8_t error = -1;
};

/// Attempts of equal patience: their deadlines come in order, so no heap is needed.
struct DeadlineQueue {
  struct Entry {
    Instant at = 0;
    Ticket ticket;
  };
  std::deque<Entry> entries;
};

/// Chosen: how long a client waits for an answer after its connection went silent; the default of
/// AWS's Python SDK.
inline constexpr Instant kClientReadTimeout = 60'000'000'000;

/// Both lanes of the simulator, and what they share. The lanes differ in how a worker is found
/// (serve, against enqueue and finish_service) and in whether plain requests need a record.
class Simulator::Kernel {
 public:
  Kernel(Setup setup, WriteSink* sink);

  void set_view(std::uint32_t load_balancer, LoadBalancerView view);
  void set_answer(std::uint32_t source, std::uint32_t load_balancer);
  void advance_to(Instant until);
  /// Null for one that was never in a view.
  [[nodiscard]] const Target* find_target(std::uint64_t id) const;
  [[nodiscard]] std::vector<NodeTotals> node_totals(std::uint32_t load_balancer) const;

  Instant now = 0;
  std::uint64_t attempts_made = 0;
  std::uint64_t control_hash = 0;
  Setup setup;
  std::vector<PreparedSource> sources;
  std::vector<SeriesBuilder> tables;
  std::vector<Balancer> balancers;
  std::vector<Completion>* completions = nullptr;

 private:
  // kernel.cpp: arrivals and the recurrence lane.
  void run_arrivals(PreparedSource& source, std::uint32_t source_index, Instant limit);
  void run_plain(PreparedSource& source, std::uint32_t source_index, Instant arrival,
                 std::uint64_t request, std::uint16_t request_class, std::uint64_t bits);
  /// Where a client of the source goes: its answer may be as old as an answer may be.
  [[nodiscard]] std::uint32_t balancer_of(const PreparedSource& source, std::uint64_t draw_number,
                                          Instant at) const;
  /// Routes an attempt as far as a worker: `is_served` says that one takes it.
  Fate route(PreparedSource& source, std::uint64_t draw_number, std::uint64_t bits, Instant at);
  /// Whether the fate's node answers; else the attempt ends with its connection.
  [[nodiscard]] bool connects(Fate& fate) const;
  /// Takes a connection that is at a node of a Network Load Balancer to one of the load balancer
  /// behind it, if it gets there.
  [[nodiscard]] bool pass_on(Fate& fate, std::uint64_t bits);
  /// Finishes a fate by the recurrence: the earliest free worker takes it.
  void serve(Fate& fate, Balancer& balancer, Instant service, Instant at);
  Instant service_time(const PreparedSource& source, const Target& target,
                       std::uint64_t draw_number) const;
  void commit(std::uint32_t source_index, std::uint64_t request, Instant intended, Instant end,
              int error);
  /// Counts how an attempt ended where its load balancer saw it.
  template <class Record>
  void count_end(const Record& record, const RequestClass& spec, Instant started, Instant end,
                 int error);
  void commit_plain_until(Instant until);
  void close_seconds(Instant time);
  void reserve_reach();

  // kernel_events.cpp: attempts with a record.
  void start_request(std::uint32_t source_index, std::uint64_t request, Instant at,
                     std::uint16_t request_class);
  void begin_attempt(std::uint32_t index, Instant at);
  void begin_by_recurrence(std::uint32_t index, Fate fate, Instant at);
  void begin_by_events(std::uint32_t index, Instant at);
  void begin_service(Target& target, std::uint32_t index, Instant at);
  void fail_later(std::uint32_t index, Fate fate, Instant at);
  void handle(const Event& event);
  void finish_service(std::uint32_t index, Instant at);
  void take_next_waiting(Target& target, Instant at);
  void leave_queue(std::uint32_t index, Instant at);
  void give_up(std::uint32_t index, Instant at);
  void release_client(std::uint32_t index);
  void client_failed(std::uint32_t index, RequestError error, Instant at, Instant least_delay = 0);
  void flush_writes();
  void add_write(std::uint32_t index, Instant at);
  void finish_write(const Write& write, std::uint32_t index, WriteResult result);
  [[nodiscard]] Instant next_event_time();
  [[nodiscard]] Event pop_event();
  void push_deadline(std::uint32_t index, Instant at, Instant patience);

  // kernel_views.cpp: what a control event does to requests in flight.
  struct Loss {
    Answer answer = Answer::answers;
    bool is_lost = false;
  };
  /// What a load balancer lost: its index, its targets and its nodes.
  struct Losses {
    std::uint32_t balancer = 0;
    const std::vector<Loss>& targets;
    const std::vector<Loss>& nodes;
    /// The node of it that an attempt is at, if that is lost.
    template <class Record>
    [[nodiscard]] const Loss* of_node(const Record& record) const;
    template <class Record>
    [[nodiscard]] const Loss* of_target(const Record& record) const;
  };
  void retract(const Losses& lost);
  void retract_plain(PlainInFlight& record, const Losses& lost);
  void retract_attempt(std::uint32_t index, const Losses& lost);
  struct Failure {
    Instant end = 0;
    RequestError error = RequestError::bad_gateway;
  };
  [[nodiscard]] Failure target_lost(Answer answer, Instant started, Instant timeout,
                                    Instant idle_timeout) const;
  [[nodiscard]] Failure node_lost(Answer answer, Instant started, Instant timeout) const;

  std::uint32_t new_attempt();
  void free_attempt(std::uint32_t index);
  void push(Instant at, EventKind kind, std::uint32_t index);
  [[nodiscard]] bool is_current(Ticket ticket) const {
    return attempts_[ticket.index].generation == ticket.generation;
  }
  [[nodiscard]] const PreparedClass& class_of(const Attempt& attempt) const {
    return sources[attempt.source].classes[attempt.request_class];
  }

  WriteSink* sink_;
  const Ziggurat& ziggurat_ = ziggurat();
  EventHeap heap_;
  std::vector<DeadlineQueue> deadlines_;      // by source and class, event lane only
  std::vector<std::uint32_t> deadline_base_;  // of a source, into deadlines_
  std::vector<Attempt> attempts_;
  std::vector<std::uint32_t> free_attempts_;
  std::vector<PlainInFlight> in_flight_;
  struct PendingWrite {
    Write write;
    std::uint32_t attempt = kNone;
  };
  std::vector<PendingWrite> writes_;
  Instant flush_at_ = kNever;
  Instant until_ = 0;                            // of the epoch that runs
  Instant next_close_ = SeriesBuilder::kSecond;  // when the oldest open second may be written
};

}  // namespace fallstreak::scenarios::traffic
