#pragma once

#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "trace/call_tree.h"
#include "trace/record.h"

namespace pysheeet::trace {

// Text in these comes from the program: any bytes. Who writes it out escapes it.

struct Function {
  std::string name{};
  std::string place{};     // as it is shown behind the name: FILE:LINE, or a module
  std::string file{};      // full path; empty if not known
  std::uint32_t line = 0;  // 0 if not known
  std::uint64_t address = 0;
  std::string module{};  // path of the program or library; empty if not known
};

struct Thread {
  std::uint64_t id = 0;  // the system's number
  std::string name{};    // empty if it has none
};

// The calls of one stack, so that they nest. A thread has several with coroutines or sigaltstack.
struct Lane {
  std::uint32_t thread = 0;
  std::uint32_t number = 0;  // within the thread, from 0
};

// One call that is over. Times are nanoseconds since the recording began.
struct Call {
  std::uint32_t lane = 0;
  std::uint32_t function = 0;
  std::uint32_t node = 0;       // its path in the CallTree
  std::uint32_t arguments = 0;  // number of a text, or k_no_text
  std::uint32_t result = 0;     // the same
  End how = End::returned;
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::int64_t in_callees = 0;  // duration of the recorded calls that this one made itself

  std::int64_t duration() const { return end - begin; }
  std::int64_t self() const { return duration() - in_callees; }
};

// What is not in the numbers, in calls.
struct Losses {
  std::uint64_t dropped = 0;   // records that the engine could not keep up with
  std::uint64_t unpaired = 0;  // exits whose entry was not seen
  std::uint64_t unkept = 0;    // calls added up, but not kept one by one
};

// What the tracing itself took, in nanoseconds of wall-clock time a call.
struct TracingCost {
  std::int64_t per_call = 0;  // how much a call was held up
  std::int64_t left = 0;      // how far its duration may be off for that; negative if not known
};

// A recording decoded: what every report and export is made from. tree has every call; calls has
// them one by one, in order of their ends, and is empty where only the tree was kept.
struct Trace {
  std::string program;        // its path
  std::string command;        // "prof" or "tp"
  std::string engine;         // "breakpoint"
  std::int64_t began = 0;     // nanoseconds since 1970, UTC
  std::int64_t duration = 0;  // of the recording: program time in nanoseconds
  std::vector<Function> functions;
  std::vector<Thread> threads;
  std::vector<Lane> lanes;
  std::vector<std::string> texts{""};  // 0 is k_no_text
  CallTree tree;
  std::vector<Call> calls;
  // By function: calls of which no more is known than that they began, which the tree and calls
  // don't have. Functions behind its end have none.
  std::vector<std::uint64_t> unplaced;
  Losses losses;
  TracingCost cost;

  std::uint64_t unplaced_of(std::uint32_t function) const {
    return function < unplaced.size() ? unplaced[function] : 0;
  }
  std::uint64_t all_unplaced() const {
    return std::accumulate(unplaced.begin(), unplaced.end(), std::uint64_t{0});
  }
};

}  // namespace pysheeet::trace
