#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "scenarios/traffic/random.h"
#include "scenarios/traffic/simulator.h"

namespace fallstreak::scenarios::traffic {

/// Poisson arrivals whose rate follows straight lines between points.
///
/// Each arrival spends one unit-exponential draw against the integral of the rate, so no candidate
/// is thrown away and the n-th arrival depends on the first n draws alone.
class ArrivalProcess {
 public:
  ArrivalProcess(std::uint64_t key, const std::vector<RatePoint>& points) : key_(key) {
    constexpr double kSecond = 1e9;
    Instant from = 0;
    double rate = points.empty() ? 0 : points.front().per_second / kSecond;
    for (const RatePoint& point : points) {
      const double next_rate = point.per_second / kSecond;
      if (point.at > from) {
        pieces_.push_back(
            {point.at, rate, (next_rate - rate) / static_cast<double>(point.at - from)});
        from = point.at;
      }
      rate = next_rate;
    }
    pieces_.push_back({kNever, rate, 0});
    enter(0);
    next_ = 0;
    step();
  }

  /// The arrival to come; kNever when there is none.
  [[nodiscard]] Instant next() const { return next_; }
  /// How many arrivals came before it.
  [[nodiscard]] std::uint64_t count() const { return count_ - 1; }

  /// Moves on to the arrival after. Inlined by force: a call costs a tenth of a plain request.
  [[gnu::always_inline]] void step() {
    const double demand = exponential_draw(*ziggurat_, draw(key_, count_++));
    const double gap = demand * nanoseconds_per_arrival_;
    if (is_level_ && gap < static_cast<double>(piece_end_ - next_)) [[likely]] {
      next_ += static_cast<Instant>(gap + 0.5);
      return;
    }
    step_slow(demand);
  }

 private:
  /// Until `end`, the rate per nanosecond is `rate + slope * (time since the piece began)`.
  struct Piece {
    Instant end = kNever;
    double rate = 0;
    double slope = 0;
  };

  void enter(std::size_t piece) {
    piece_ = piece;
    piece_begin_ = piece == 0 ? 0 : pieces_[piece - 1].end;
    piece_end_ = pieces_[piece].end;
    is_level_ = pieces_[piece].slope == 0 && pieces_[piece].rate > 0;
    nanoseconds_per_arrival_ = is_level_ ? 1 / pieces_[piece].rate : 0;
  }

  [[gnu::noinline]] void step_slow(double demand) {
    Instant time = next_;
    while (true) {
      const Piece& piece = pieces_[piece_];
      const double rate = piece.rate + piece.slope * static_cast<double>(time - piece_begin_);
      const double span = static_cast<double>(piece.end - time);
      const bool is_last = piece_ + 1 == pieces_.size();
      const double offered = rate * span + 0.5 * piece.slope * span * span;
      if (demand < offered) {
        // The stable form of the quadratic's root; the square root is exact by IEEE 754.
        const double root = std::sqrt(rate * rate + 2 * piece.slope * demand);
        const double gap = 2 * demand / (rate + root);
        next_ = gap < span ? time + static_cast<Instant>(gap + 0.5) : piece.end;
        return;
      }
      if (is_last) {
        next_ = kNever;
        return;
      }
      demand -= offered;
      time = piece.end;
      enter(piece_ + 1);
    }
  }

  const Ziggurat* ziggurat_ = &ziggurat();
  std::uint64_t key_;
  std::uint64_t count_ = 0;
  Instant next_ = 0;
  Instant piece_begin_ = 0;
  Instant piece_end_ = 0;
  double nanoseconds_per_arrival_ = 0;
  bool is_level_ = false;
  std::size_t piece_ = 0;
  std::vector<Piece> pieces_;
};

}  // namespace fallstreak::scenarios::traffic
