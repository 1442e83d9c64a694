#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "trace/call_stacks.h"

namespace pysheeet::trace {

// What the calls of one function add up to; times in nanoseconds.
struct OldTotals {
  std::uint32_t function = 0;
  std::uint64_t calls = 0;
  std::uint64_t timed = 0;   // calls with a known duration: the rest counts in `calls` alone
  std::int64_t total = 0;    // recursion counted once: only the outermost activations
  std::int64_t self = 0;     // less the recorded calls made from it
  std::int64_t sum = 0;      // of all durations, for the mean
  std::int64_t minimum = 0;  // of one call; 0 while nothing is timed
  std::int64_t maximum = 0;
  std::map<End, std::uint64_t> untimed;  // how the others ended

  double mean() const {
    return timed == 0 ? 0.0 : static_cast<double>(sum) / static_cast<double>(timed);
  }
};

class Profile {
 public:
  void add(const EndedCall& call);

  // By descending self time, then by function number.
  std::vector<OldTotals> totals() const;

  // The totals as an aligned table with a header line; names[i] is the name of function i, safe for
  // a terminal. Times that are not known show as "-". Every line ends with a newline.
  std::string table(const std::vector<std::string>& names) const;

  // How the calls without a known duration ended: "2 ended by an exception, 1 still open"; empty if
  // none.
  std::string untimed_text() const;

 private:
  std::map<std::uint32_t, OldTotals> functions_;
};

// Nanoseconds as people read them, three to four digits: "17 ns", "1.24 us", "353 ms", "2.50 s",
// "1234 s".
std::string duration_text(double nanoseconds);

}  // namespace pysheeet::trace
