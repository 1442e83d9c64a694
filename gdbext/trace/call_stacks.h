#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "trace/record.h"

namespace pysheeet::trace {

// Whether the time from begin to end is the call's duration.
constexpr bool is_timed(End end) {
  return is_seen(end);
}

// One call that is over. Times are nanoseconds of the clock that the caller reads.
struct EndedCall {
  std::uint64_t id = 0;        // of the caller's choice
  std::uint32_t function = 0;  // of the caller's choice
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::int64_t in_callees = 0;  // duration of the recorded calls that this one made itself
  bool recursive = false;       // the same function was open further up in the thread
  End how = End::returned;

  std::int64_t duration() const { return end - begin; }
  std::int64_t self() const { return duration() - in_callees; }
};

// Where a thread was seen: the address of the caller's frame at the call (the ABI's CFA), and which
// stack it lies on. Frames of different stacks (sigaltstack, coroutines) say nothing of each other.
struct Place {
  std::uint64_t thread = 0;
  std::uint64_t stack = 0;
  std::uint64_t frame = 0;
};

// The open calls of every thread. Entries and exits are paired by thread and frame address, so that
// a call whose exit never comes is noticed as soon as its thread is seen outside it: stacks grow
// down, so a thread at frame F has left every call whose frame lies below F.
//
// Each function below returns the calls it found to be over, innermost first.
class CallStacks {
 public:
  // A call begins: what was open at its frame or below is over.
  std::vector<EndedCall> enter(const Place& place, std::uint64_t id, std::uint32_t function,
                               std::int64_t time);

  // The call at this frame ends. Without an open one there, only those below it are over.
  std::vector<EndedCall> leave(const Place& place, std::int64_t time, End how);

  // A call that is not recorded begins: what was open at its frame or below is over.
  std::vector<EndedCall> arrive(const Place& place, std::int64_t time);

  // The thread is seen with its stack pointer at place.frame: calls at or below are over.
  std::vector<EndedCall> unwind(const Place& place, std::int64_t time, End how);

  // The thread is about to drop frames, which ones is not known yet (longjmp was called, an
  // exception thrown): calls that are found to have ended unseen ended then, and so. It holds until
  // the thread is seen again for longjmp, until unwind() for the others.
  void unwinding(std::uint64_t thread, std::int64_t time, End how);

  // The open calls of a function are no longer watched; all others stay as they are.
  std::vector<EndedCall> abandon(std::uint32_t function, End how);

  // Everything open in the thread is over.
  std::vector<EndedCall> end_thread(std::uint64_t thread, std::int64_t time, End how);

  // Everything open is over.
  std::vector<EndedCall> end_all(std::int64_t time, End how);

  std::size_t open_calls() const;

 private:
  struct Open {
    EndedCall call;
    std::uint64_t frame;
  };
  using Stack = std::vector<Open>;
  using Key = std::pair<std::uint64_t, std::uint64_t>;  // thread, stack

  struct Unwinding {
    std::int64_t time;
    End how;
  };

  static void close_last(Stack& stack, std::int64_t time, End how, std::vector<EndedCall>& over);
  // Closes what lies below frame; with End::unknown, as what the thread is known to be doing.
  void close_below(const Key& key, std::uint64_t frame, std::int64_t time, End how,
                   std::vector<EndedCall>& over);
  void seen(std::uint64_t thread);

  std::map<Key, Stack> stacks_;
  std::map<std::uint64_t, Unwinding> unwinding_;  // by thread
};

}  // namespace pysheeet::trace
