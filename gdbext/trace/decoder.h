#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "trace/call_tree.h"
#include "trace/record.h"
#include "trace/trace.h"

namespace pysheeet::trace {

// What the ticks of a recording's clock are in nanoseconds since the recording began.
struct ClockCalibration {
  std::int64_t origin = 0;  // ticks when the recording began
  double nanoseconds_per_tick = 1;
};

// A call that is over, and what a Call does not say of it.
struct ClosedCall {
  std::uint64_t id = 0;     // as that of OpenCall
  std::uint32_t depth = 0;  // the same
  Call call;
};

// Pairs entries with exits, and adds the calls up by call path.
//
// They are paired by thread, stack and frame address, so that a call whose exit never comes is
// noticed as soon as its thread is seen outside it: stacks grow down, so a thread at frame F has
// left every call of that stack whose frame lies below F. Frames of different stacks (sigaltstack,
// coroutines) say nothing of each other: each stack is a lane of its own.
//
// Within a lane time never goes backwards, whatever the records say, so that calls nest, and the
// self times of a thread add up to the time in the calls that no recorded call made.
//
// Functions that return calls return those that they found to be over, innermost first; they are
// valid until the next such function. They throw Error when all durations together are more than
// can be added up (146 years), after which nothing more can be.
class Decoder {
 public:
  // Throws Error if the clock does not run forwards.
  void set_clock(const ClockCalibration& clock);

  // record: one without a fault (trace/record.h).
  std::span<const ClosedCall> add(const Record& record);

  // The function is no longer watched. Its open calls are over now (ticks), or at the latest time
  // known of their thread where that is later, or, below calls that are still watched, as soon as
  // these are.
  std::span<const ClosedCall> abandon(std::uint32_t function, End how,
                                      std::int64_t now = std::numeric_limits<std::int64_t>::min());

  // The call that the last record began.
  ClosedCall opened() const;

  const CallTree& tree() const { return tree_; }
  CallTree take_tree() { return std::move(tree_); }
  std::vector<Lane> lanes() const;
  std::uint32_t thread_of(std::uint32_t lane) const { return stacks_[lane].lane.thread; }
  std::uint64_t unpaired() const { return unpaired_; }
  std::uint64_t begun() const { return begun_; }
  std::size_t open_calls() const;
  // The latest time seen, nanoseconds.
  std::int64_t latest() const { return latest_; }
  std::int64_t nanoseconds(std::int64_t ticks) const;

 private:
  // A frame that is on a stack: of a recorded call, or, with id 0, of one that is not recorded but
  // whose exit will be seen.
  struct Open {
    std::uint64_t frame = 0;
    std::uint64_t id = 0;
    std::int64_t begin = 0;
    std::int64_t in_callees = 0;
    std::uint32_t node = 0;   // of a call that is not recorded: of the recorded one that made it
    std::uint32_t depth = 0;  // recorded calls from the outermost up to this
    std::uint32_t function = 0;
    std::uint32_t arguments = k_no_text;
    bool is_abandoned = false;
    End how = End::open;  // if it is abandoned
  };
  struct Stack {
    Lane lane;
    std::vector<Open> open;
    std::int64_t latest = 0;
  };
  struct ThreadState {
    std::unordered_map<std::uint64_t, std::uint32_t> lane_by_stack;
    std::uint64_t last_stack = 0;
    std::uint32_t last_lane = CallTree::k_none;
    std::vector<std::uint32_t> lanes;  // in order of their first sight
    bool is_unwinding = false;         // it drops frames since `since`, which ones is not known yet
    End how = End::unknown;
    std::int64_t since = 0;
  };

  ThreadState& thread(std::uint32_t number);
  // The lane that a record is of, made if there is none.
  std::uint32_t lane_of(const Record& record, ThreadState& thread);
  // The same, or k_none if there is none.
  static std::uint32_t known_lane_of(const Record& record, ThreadState& thread);

  void enter(const Record& record, bool is_recorded);
  void hit(const Record& record);
  void seen(const Record& record);
  void leave(const Record& record);
  void unwound(const Record& record);
  void end_thread(const Record& record);
  void finish(std::int64_t time, End how);
  void abandon_in(std::uint32_t lane, std::uint32_t function, End how, std::int64_t now);
  std::int64_t latest_of(const ThreadState& thread) const;

  void close_last(std::uint32_t lane, std::int64_t end, End how, std::uint32_t result);
  // Closes what lies below frame and, with at_too, what lies at it.
  void close_below(std::uint32_t lane, std::uint64_t frame, bool at_too, std::int64_t time,
                   End how);
  // The same for calls whose end was not seen: they ended as the thread is known to have dropped
  // frames, if it is.
  void close_gone(std::uint32_t lane, std::uint64_t frame, bool at_too, std::int64_t time,
                  const ThreadState& thread);
  void close_abandoned(std::uint32_t lane);

  ClockCalibration clock_;
  CallTree tree_;
  std::vector<Stack> stacks_;  // by lane
  std::vector<ThreadState> threads_;
  std::vector<ClosedCall> over_;
  std::uint32_t last_lane_ = 0;  // of the last enter
  std::uint64_t begun_ = 0;
  std::uint64_t unpaired_ = 0;
  std::int64_t latest_ = 0;
  std::int64_t added_up_ = 0;  // all durations: no sum of some of them is higher
};

}  // namespace pysheeet::trace
