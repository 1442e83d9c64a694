// Streams of events as programs make them, by chance: what happened is known, and what the decoder
// makes of the records is held against it.
#include <algorithm>
#include <map>
#include <random>

#include "catch.h"
#include "trace/decoder.h"
#include "trace/record_bytes.h"
#include "trace/recording_file.h"
#include "trace/sample_traces.h"
#include "trace/totals.h"

using namespace pysheeet::trace;

namespace {

constexpr std::uint32_t k_threads = 3;
constexpr std::uint64_t k_stacks = 2;
constexpr std::uint32_t k_functions = 5;
constexpr int k_rare = 8;  // one of so many

// What is known of a recorded call. No more is if its end was not recorded.
struct Truth {
  bool is_told = false;
  End how = End::unknown;
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

class Program {
 public:
  explicit Program(unsigned seed) : random_(seed), stacks_(k_threads * k_stacks) {}

  void run(int steps) {
    for (int i = 0; i < steps; ++i) {
      thread_ = below(k_threads);
      stack_ = below(k_stacks);
      step();
    }
    thread_ = 0;
    for (auto& stack : stacks_) {
      for (const Frame& frame : stack) {
        tell_end(frame, End::exit);
      }
    }
    emit(RecordKind::finish, 0, End::exit);
  }

  std::span<const std::byte> bytes() const { return stream_.bytes(); }
  const std::vector<Truth>& truth() const { return truth_; }

 private:
  struct Frame {
    std::uint64_t address = 0;
    std::uint64_t id = 0;  // 0: not recorded
  };

  std::uint32_t below(std::uint64_t limit) { return static_cast<std::uint32_t>(random_() % limit); }
  std::vector<Frame>& frames() { return stacks_[thread_ * k_stacks + stack_]; }
  std::uint64_t top() { return frames().empty() ? 0x80000000 : frames().back().address; }

  void emit(RecordKind kind, std::uint64_t frame, End end = End::returned,
            std::uint32_t function = 0) {
    stream_ << Record{.time = now_,
                      .frame = frame,
                      .stack = stack_,
                      .thread = thread_,
                      .function = function,
                      .kind = kind,
                      .end = end};
  }
  void tell_end(const Frame& frame, End how) {
    if (frame.id != 0) {
      Truth& truth = truth_[frame.id - 1];
      truth.is_told = true;
      truth.how = how;
      truth.end = now_;
    }
  }

  void call(std::uint64_t address) {
    const std::uint32_t function = below(k_functions);
    if (below(k_rare) == 0) {
      emit(RecordKind::arrive, address, End::returned, function);
      frames().push_back({address, 0});
      return;
    }
    emit(RecordKind::enter, address, End::returned, function);
    truth_.push_back({.begin = now_});
    frames().push_back({address, truth_.size()});
  }
  void leave(End how) {
    emit(RecordKind::leave, top(), how);
    tell_end(frames().back(), how);
    frames().pop_back();
  }
  // Some frames are gone, with a name for it or, unknown, without.
  void drop(End how) {
    const std::size_t dropped = 1 + below(frames().size());
    for (std::size_t i = 0; i < dropped; ++i) {
      if (how != End::unknown) {
        tell_end(frames().back(), how);
      }
      frames().pop_back();
    }
  }

  void step() {
    now_ += below(3) == 0 ? 0 : below(1000);
    const std::uint32_t what = below(40);
    if (frames().empty() || what < 18) {
      call(top() - 16 * (std::uint64_t{1} + below(4)));
    } else if (what < 33) {
      leave(End::returned);
    } else if (what < 35) {  // a tail call
      const std::uint64_t address = top();
      leave(End::tail_call);
      call(address);
    } else if (what == 35) {  // one that was not seen
      const std::uint64_t address = top();
      frames().pop_back();
      call(address);
    } else if (what == 36) {
      throw_exception();
    } else if (what == 37) {
      emit(RecordKind::unwinding, 0, End::longjmp);
      drop(End::longjmp);
      // The next that is seen of the thread lies above all that it left.
      call(top() - 16);
    } else if (what == 38 && below(k_rare) == 0) {
      end_thread();
    } else if (what == 39 && below(k_rare) == 0) {
      drop(End::unknown);
      call(top() - 16);
    }
  }
  void throw_exception() {
    emit(RecordKind::unwinding, 0, End::exception);
    if (below(2) == 0) {  // a destructor
      const std::uint64_t address = top() - 16;
      call(address);
      now_ += below(100);
      leave(End::returned);
    }
    now_ += below(1000);
    drop(End::exception);
    emit(RecordKind::unwound, top() - 8, End::exception);
  }
  void end_thread() {
    emit(RecordKind::thread_end, 0);
    const std::uint64_t stack = stack_;
    for (stack_ = 0; stack_ < k_stacks; ++stack_) {
      for (const Frame& frame : frames()) {
        tell_end(frame, End::thread_end);
      }
      frames().clear();
    }
    stack_ = stack;
  }

  std::mt19937 random_;
  RecordBytes stream_;
  std::vector<std::vector<Frame>> stacks_;  // by thread and stack
  std::vector<Truth> truth_;                // by id, from 1
  std::uint32_t thread_ = 0;
  std::uint64_t stack_ = 0;
  std::int64_t now_ = 0;
};

std::vector<ClosedCall> decode(Decoder& decoder, std::span<const std::byte> bytes) {
  RecordReader reader(bytes, {.threads = k_threads, .functions = k_functions});
  std::vector<ClosedCall> calls;
  Record record;
  while (reader.next(record)) {
    const auto over = decoder.add(record);
    calls.insert(calls.end(), over.begin(), over.end());
  }
  return calls;
}

using Intervals = std::vector<std::pair<std::int64_t, std::int64_t>>;

// The time that some of them cover.
std::int64_t covered(Intervals intervals) {
  std::sort(intervals.begin(), intervals.end());
  std::int64_t sum = 0;
  std::int64_t until = 0;
  for (const auto& [begin, end] : intervals) {
    sum += std::max<std::int64_t>(0, end - std::max(begin, until));
    until = std::max(until, end);
  }
  return sum;
}

// Whether, in each lane, a call lies within the one that was open when it began.
bool nest(std::vector<ClosedCall> calls) {
  std::sort(calls.begin(), calls.end(),
            [](const ClosedCall& a, const ClosedCall& b) { return a.id < b.id; });
  std::map<std::uint32_t, std::vector<Call>> open;  // by lane
  bool is_nested = true;
  for (const ClosedCall& call : calls) {
    auto& stack = open[call.call.lane];
    is_nested = is_nested && call.depth <= stack.size();
    if (call.depth < stack.size()) {
      is_nested = is_nested && stack[call.depth].end <= call.call.begin;
      stack.resize(call.depth);
    }
    const Call* caller = stack.empty() ? nullptr : &stack.back();
    is_nested =
        is_nested && call.call.begin <= call.call.end &&
        (caller == nullptr || (caller->begin <= call.call.begin && call.call.end <= caller->end));
    stack.push_back(call.call);
  }
  return is_nested;
}

void check_against_truth(const std::vector<ClosedCall>& calls, const std::vector<Truth>& truth) {
  REQUIRE(calls.size() == truth.size());
  std::size_t wrong = 0;
  for (const ClosedCall& call : calls) {
    const Truth& t = truth[call.id - 1];
    const bool is_right =
        call.call.begin == t.begin &&
        (t.is_told ? call.call.how == t.how && call.call.end == t.end : !is_seen(call.call.how));
    wrong += is_right ? 0 : 1;
  }
  CHECK(wrong == 0);
}

// By thread: the sum of self times, the sum of root calls, and what the calls cover. All are one.
void check_threads(const CallTree& tree, const std::vector<ClosedCall>& calls,
                   const std::vector<Lane>& lanes) {
  std::vector<std::int64_t> self(k_threads);
  std::vector<std::int64_t> root(k_threads);
  for (const CallTree::Node& node : tree.nodes()) {
    CHECK(node.self >= 0);
    self[node.thread] += node.self;
    if (!node.is_root() && tree.nodes()[node.parent].is_root()) {
      root[node.thread] += node.durations.sum();
    }
  }
  std::vector<std::int64_t> time(k_threads);
  for (std::uint32_t lane = 0; lane < lanes.size(); ++lane) {
    Intervals intervals;
    for (const ClosedCall& call : calls) {
      if (call.call.lane == lane) {
        intervals.emplace_back(call.call.begin, call.call.end);
      }
    }
    time[lanes[lane].thread] += covered(intervals);
  }
  CHECK(self == time);
  CHECK(root == time);
}

// Recursion counted once is the time in which a function was on the stack at all.
void check_functions(const CallTree& tree, const std::vector<ClosedCall>& calls) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, Intervals> by_function;
  for (const ClosedCall& call : calls) {
    by_function[{call.call.function, call.call.lane}].emplace_back(call.call.begin, call.call.end);
  }
  std::vector<std::int64_t> expected(k_functions);
  for (const auto& [key, intervals] : by_function) {
    expected[key.first] += covered(intervals);
  }
  std::vector<std::int64_t> found(k_functions);
  std::uint64_t count = 0;
  for (const FunctionTotals& totals : function_totals(tree, Order::self)) {
    found[totals.function] = totals.total;
    count += totals.calls();
  }
  CHECK(found == expected);
  CHECK(count == calls.size());
}

// A recording's reader refuses what does not add up or nest.
void check_recording(const CallTree& tree, const std::vector<ClosedCall>& calls,
                     const std::vector<Lane>& lanes) {
  Trace trace;
  trace.functions.resize(k_functions);
  trace.threads.resize(k_threads);
  trace.lanes = lanes;
  trace.tree = tree;
  for (const ClosedCall& call : calls) {
    trace.calls.push_back(call.call);
    trace.calls.back().arguments = trace.calls.back().result = k_no_text;
  }
  const std::string bytes = samples::written(write_recording, trace);
  CHECK_NOTHROW(read_recording(std::as_bytes(std::span(bytes))));
}

}  // namespace

TEST_CASE("whatever a program does, its times add up") {
  constexpr unsigned k_programs = 300;
  for (unsigned seed = 1; seed <= k_programs; ++seed) {
    CAPTURE(seed);
    Program program(seed);
    program.run(400);
    Decoder decoder;
    const auto calls = decode(decoder, program.bytes());
    check_against_truth(calls, program.truth());
    CHECK(nest(calls));
    check_threads(decoder.tree(), calls, decoder.lanes());
    check_functions(decoder.tree(), calls);
    check_recording(decoder.tree(), calls, decoder.lanes());
    CHECK(decoder.open_calls() == 0);
    CHECK(decoder.unpaired() == 0);
  }
}

TEST_CASE("times add up when functions are abandoned in the middle") {
  for (unsigned seed = 1; seed <= 100; ++seed) {
    CAPTURE(seed);
    Program program(seed);
    program.run(400);
    Decoder decoder;
    RecordReader reader(program.bytes(), {.threads = k_threads, .functions = k_functions});
    std::vector<ClosedCall> calls;
    const auto keep = [&calls](std::span<const ClosedCall> over) {
      calls.insert(calls.end(), over.begin(), over.end());
    };
    Record record;
    for (std::uint32_t n = 0; reader.next(record); ++n) {
      keep(decoder.add(record));
      if (n % 50 == 0) {
        keep(decoder.abandon(n / 50 % k_functions, End::open, record.time));
      }
    }
    CHECK(calls.size() == program.truth().size());
    CHECK(nest(calls));
    check_threads(decoder.tree(), calls, decoder.lanes());
    check_functions(decoder.tree(), calls);
    check_recording(decoder.tree(), calls, decoder.lanes());
  }
}
