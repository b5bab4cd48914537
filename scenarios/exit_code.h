#pragma once

namespace fallstreak::scenarios {

/// What `fallstreak run` exits with. 99 is k6's number for a breached threshold.
enum class ExitCode {
  passed = 0,
  bad_file = 1,
  unsteady = 2,          // a `steady` check did not hold before the first break
  stopped = 3,           // a `stop_if` guard rail ended the run
  nondeterministic = 4,  // two runs of one seed gave different hashes
  internal_error = 5,
  missed = 99,  // an expectation was missed or had no data
};

}  // namespace fallstreak::scenarios
