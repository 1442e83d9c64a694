#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "trace/call_listener.h"
#include "trace/decoder.h"
#include "trace/record.h"
#include "trace/trace.h"

namespace pysheeet::trace {

// What is kept of calls: their sums by call path alone, or each one, too.
enum class Keep : std::uint8_t { tree, calls };

// A recording while it is made: takes what an engine saw, and gives a Trace of it at any time. Its
// memory depends on the number of call paths, with Keep::calls also on most_calls, but not on how
// many calls there are. Times that go in are ticks of the recording's clock, those that come out
// nanoseconds.
class Recorder {
 public:
  // most_calls: beyond these, calls are added up and counted in Losses::unkept, but not kept.
  explicit Recorder(Keep keep, std::uint64_t most_calls = 0);

  // What the recording is of, as Trace has it. began: nanoseconds since 1970, UTC.
  void describe(std::string program, std::string command, std::string engine, std::int64_t began);
  // Throws Error if the clock does not run forwards. Comes before the first record.
  void set_clock(const ClockCalibration& clock) { decoder_.set_clock(clock); }
  void set_cost(const TracingCost& cost) { cost_ = cost; }
  void set_dropped(std::uint64_t records) { dropped_ = records; }
  // Is told of calls until it is replaced; not owned, may be null.
  void set_listener(CallListener* listener) { listener_ = listener; }

  // The number of a function; equal ones have one number.
  std::uint32_t add_function(const Function& function);
  // The number of a thread of the program; a number of the system that was seen before is the same
  // thread, unless that has ended. The name replaces an earlier one unless it is empty.
  std::uint32_t add_thread(std::uint64_t id, const std::string& name = "");
  // A number for the text of one record, which is to be added next. It lasts until the record's
  // call has ended, or, if that is kept, always.
  std::uint32_t add_text(std::string text);

  // Throws Error for a record with a fault (trace/record.h).
  void add(const Record& record);
  // A RecordHeader and records; those before one with a fault are added.
  void add(std::span<const std::byte> records);
  // A call of which no more is known than that it began.
  void count_only(std::uint32_t function);
  // The function is no longer watched: its open calls end so, now, or at the latest time known of
  // their thread where that is later; below calls that are still watched, with these.
  void abandon(std::uint32_t function, End how, std::int64_t now = k_no_time);
  // Everything open is over. More may follow, of a program that was started in its place.
  void finish(std::int64_t time, End how);

  const std::vector<Function>& functions() const { return functions_; }
  const std::vector<Thread>& threads() const { return threads_; }
  std::uint32_t thread_of(std::uint32_t lane) const { return decoder_.thread_of(lane); }
  // Of a number that add_text gave, or k_no_text, while it lasts.
  const std::string& text(std::uint32_t number) const { return texts_.at(number).text; }
  // Calls that have begun, those of unknown place included.
  std::uint64_t calls(std::uint32_t function) const { return counts_.at(function).begun; }
  // The time in the calls that are over, recursion counted once.
  std::int64_t time(std::uint32_t function) const { return counts_.at(function).total; }
  std::size_t open_calls() const { return decoder_.open_calls(); }
  Losses losses() const;
  const CallTree& tree() const { return decoder_.tree(); }

  // All of it. Calls that are open end in it now, or at the latest time known of their thread where
  // that is later, as End::open; the recording itself goes on.
  Trace trace(std::int64_t now = k_no_time) const;

  static constexpr std::int64_t k_no_time = std::numeric_limits<std::int64_t>::min();

 private:
  enum class TextState : std::uint8_t { unused, given, taken };
  struct Text {
    std::string text;
    TextState state = TextState::unused;
  };
  struct Counts {
    std::uint64_t begun = 0;
    std::uint64_t unplaced = 0;
    std::int64_t total = 0;
  };
  struct FunctionLess {
    bool operator()(const Function& a, const Function& b) const;
  };

  void add_checked(const Record& record);
  void take_text(std::uint32_t number);
  void drop_text(std::uint32_t number);
  bool is_kept(std::uint64_t id) const { return keep_ == Keep::calls && id <= most_calls_; }
  void closed(std::span<const ClosedCall> calls);
  RecordLimits limits() const { return {threads_.size(), functions_.size(), texts_.size()}; }

  Keep keep_;
  std::uint64_t most_calls_;
  std::string program_, command_, engine_;
  std::int64_t began_ = 0;
  TracingCost cost_;
  std::uint64_t dropped_ = 0;
  CallListener* listener_ = nullptr;

  Decoder decoder_;
  std::vector<Function> functions_;
  std::map<Function, std::uint32_t, FunctionLess> function_numbers_;
  std::vector<Counts> counts_;  // by function
  std::vector<Thread> threads_;
  std::unordered_map<std::uint64_t, std::uint32_t> live_threads_;  // number by id
  std::vector<Text> texts_{1};
  std::vector<std::uint32_t> unused_texts_;
  std::vector<Call> calls_;
};

}  // namespace pysheeet::trace
