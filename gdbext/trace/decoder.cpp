#include "trace/decoder.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace pysheeet::trace {

namespace {

constexpr std::uint64_t k_every_frame = std::numeric_limits<std::uint64_t>::max();
constexpr std::int64_t k_latest = std::int64_t{1} << 56;  // two years
constexpr std::int64_t k_most_added_up = std::numeric_limits<std::int64_t>::max() / 2;

}  // namespace

void Decoder::set_clock(const ClockCalibration& clock) {
  if (!std::isfinite(clock.nanoseconds_per_tick) || clock.nanoseconds_per_tick <= 0) {
    throw Error("a clock that does not run forwards");
  }
  clock_ = clock;
}

std::int64_t Decoder::nanoseconds(std::int64_t ticks) const {
  if (ticks <= clock_.origin) {
    return 0;
  }
  const std::uint64_t passed =
      static_cast<std::uint64_t>(ticks) - static_cast<std::uint64_t>(clock_.origin);
  if (clock_.nanoseconds_per_tick == 1) {
    return static_cast<std::int64_t>(std::min<std::uint64_t>(passed, k_latest));
  }
  // Exact to a nanosecond for 35 days of a 3 GHz clock.
  const double scaled = static_cast<double>(passed) * clock_.nanoseconds_per_tick;
  return scaled < static_cast<double>(k_latest) ? static_cast<std::int64_t>(scaled) : k_latest;
}

std::span<const ClosedCall> Decoder::add(const Record& record) {
  over_.clear();
  switch (record.kind) {
    case RecordKind::enter:
      enter(record, true);
      break;
    case RecordKind::arrive:
      enter(record, false);
      break;
    case RecordKind::leave:
      leave(record);
      break;
    case RecordKind::unwound:
      unwound(record);
      break;
    case RecordKind::unwinding: {
      ThreadState& state = thread(record.thread);
      state.is_unwinding = true;
      state.how = record.end;
      state.since = nanoseconds(record.time);
      break;
    }
    case RecordKind::thread_end:
      end_thread(record);
      break;
    case RecordKind::finish:
      finish(nanoseconds(record.time), record.end);
      break;
    case RecordKind::hit:
      hit(record);
      break;
    case RecordKind::seen:
      seen(record);
      break;
  }
  return over_;
}

Decoder::ThreadState& Decoder::thread(std::uint32_t number) {
  if (number >= threads_.size()) {
    threads_.resize(number + std::size_t{1});
  }
  return threads_[number];
}

std::uint32_t Decoder::known_lane_of(const Record& record, ThreadState& thread) {
  if (thread.last_lane != CallTree::k_none && thread.last_stack == record.stack) {
    return thread.last_lane;
  }
  const auto found = thread.lane_by_stack.find(record.stack);
  if (found == thread.lane_by_stack.end()) {
    return CallTree::k_none;
  }
  thread.last_stack = record.stack;
  thread.last_lane = found->second;
  return found->second;
}

std::uint32_t Decoder::lane_of(const Record& record, ThreadState& thread) {
  std::uint32_t lane = known_lane_of(record, thread);
  if (lane == CallTree::k_none) {
    lane = static_cast<std::uint32_t>(stacks_.size());
    const auto number = static_cast<std::uint32_t>(thread.lanes.size());
    stacks_.push_back({.lane = {.thread = record.thread, .number = number}, .open = {}});
    thread.lanes.push_back(lane);
    thread.lane_by_stack.emplace(record.stack, lane);
    thread.last_stack = record.stack;
    thread.last_lane = lane;
  }
  return lane;
}

void Decoder::close_last(std::uint32_t lane, std::int64_t end, End how, std::uint32_t result) {
  Stack& stack = stacks_[lane];
  const Open call = stack.open.back();
  stack.open.pop_back();
  const bool is_recorded = call.id != 0;
  const std::int64_t duration = end - call.begin;
  if (!stack.open.empty()) {
    stack.open.back().in_callees += is_recorded ? duration : call.in_callees;
  }
  if (!is_recorded) {
    return;
  }
  if (duration > k_most_added_up - added_up_) {
    throw Error("the durations of all calls are more than can be added up");
  }
  added_up_ += duration;
  how = call.is_abandoned ? call.how : how;
  tree_.add(call.node, duration, duration - call.in_callees, how);
  over_.push_back({call.id,
                   call.depth - 1,
                   {.lane = lane,
                    .function = call.function,
                    .node = call.node,
                    .arguments = call.arguments,
                    .result = result,
                    .how = how,
                    .begin = call.begin,
                    .end = end,
                    .in_callees = call.in_callees}});
}

void Decoder::close_below(std::uint32_t lane, std::uint64_t frame, bool at_too, std::int64_t time,
                          End how) {
  Stack& stack = stacks_[lane];
  stack.latest = std::max(stack.latest, time);
  latest_ = std::max(latest_, stack.latest);
  const auto& open = stack.open;
  while (!open.empty() && (open.back().frame < frame || (at_too && open.back().frame == frame))) {
    close_last(lane, stack.latest, how, k_no_text);
  }
}

void Decoder::close_gone(std::uint32_t lane, std::uint64_t frame, bool at_too, std::int64_t time,
                         const ThreadState& thread) {
  if (thread.is_unwinding) {
    close_below(lane, frame, at_too, std::min(thread.since, time), thread.how);
  }
  close_below(lane, frame, at_too, time, End::unknown);
}

void Decoder::close_abandoned(std::uint32_t lane) {
  Stack& stack = stacks_[lane];
  while (!stack.open.empty() && stack.open.back().is_abandoned) {
    close_last(lane, stack.latest, End::open, k_no_text);
  }
}

void Decoder::enter(const Record& record, bool is_recorded) {
  ThreadState& state = thread(record.thread);
  const std::uint32_t lane = lane_of(record, state);
  // Also what is open at the very frame: it ended unseen, by a tail call through a pointer perhaps.
  close_gone(lane, record.frame, true, nanoseconds(record.time), state);
  close_abandoned(lane);
  state.is_unwinding = state.is_unwinding && state.how != End::longjmp;

  Stack& stack = stacks_[lane];
  const bool is_outermost = stack.open.empty();
  Open call{.frame = record.frame, .begin = stack.latest, .function = record.function};
  call.node = is_outermost ? tree_.root(record.thread) : stack.open.back().node;
  call.depth = is_outermost ? 0 : stack.open.back().depth;
  if (is_recorded) {
    call.id = ++begun_;
    call.node = tree_.child(call.node, record.function);
    ++call.depth;
    call.arguments = record.text;
    last_lane_ = lane;
  }
  stack.open.push_back(call);
}

void Decoder::hit(const Record& record) {
  ThreadState& state = thread(record.thread);
  const std::int64_t time = nanoseconds(record.time);
  std::uint32_t lane = state.last_lane;
  if (record.frame != 0 || lane == CallTree::k_none) {
    lane = lane_of(record, state);
  }
  if (record.frame != 0) {
    close_gone(lane, record.frame, true, time, state);
    close_abandoned(lane);
    state.is_unwinding = state.is_unwinding && state.how != End::longjmp;
  }
  Stack& stack = stacks_[lane];
  stack.latest = std::max(stack.latest, time);
  latest_ = std::max(latest_, stack.latest);
  const bool is_outermost = stack.open.empty();
  const std::uint32_t parent = is_outermost ? tree_.root(record.thread) : stack.open.back().node;
  const std::uint32_t node = tree_.child(parent, record.function);
  tree_.add(node, 0, 0, End::not_timed);
  over_.push_back({++begun_,
                   is_outermost ? 0 : stack.open.back().depth,
                   {.lane = lane,
                    .function = record.function,
                    .node = node,
                    .arguments = record.text,
                    .how = End::not_timed,
                    .begin = stack.latest,
                    .end = stack.latest}});
}

void Decoder::seen(const Record& record) {
  for (const std::uint32_t lane : thread(record.thread).lanes) {
    Stack& stack = stacks_[lane];
    stack.latest = std::max(stack.latest, nanoseconds(record.time));
    latest_ = std::max(latest_, stack.latest);
  }
}

ClosedCall Decoder::opened() const {
  const Open& call = stacks_[last_lane_].open.back();
  ClosedCall told{.id = call.id, .depth = call.depth - 1, .call = {}};
  told.call.lane = last_lane_;
  told.call.function = call.function;
  told.call.node = call.node;
  told.call.arguments = call.arguments;
  told.call.how = End::open;
  told.call.begin = told.call.end = call.begin;
  return told;
}

void Decoder::leave(const Record& record) {
  ThreadState& state = thread(record.thread);
  const std::uint32_t lane = known_lane_of(record, state);
  if (lane == CallTree::k_none) {
    ++unpaired_;
    return;
  }
  close_gone(lane, record.frame, false, nanoseconds(record.time), state);
  state.is_unwinding = state.is_unwinding && state.how != End::longjmp;
  const Stack& stack = stacks_[lane];
  if (!stack.open.empty() && stack.open.back().frame == record.frame) {
    close_last(lane, stack.latest, record.end, record.text);
  } else {
    ++unpaired_;
  }
  close_abandoned(lane);
}

void Decoder::unwound(const Record& record) {
  ThreadState& state = thread(record.thread);
  state.is_unwinding = false;
  const std::uint32_t lane = known_lane_of(record, state);
  if (lane != CallTree::k_none) {
    close_below(lane, record.frame, true, nanoseconds(record.time), record.end);
    close_abandoned(lane);
  }
}

void Decoder::end_thread(const Record& record) {
  ThreadState& state = thread(record.thread);
  state.is_unwinding = false;
  // A stack that was seen later is likely that of a signal handler, or of a coroutine.
  for (std::size_t i = state.lanes.size(); i-- > 0;) {
    close_below(state.lanes[i], k_every_frame, true, nanoseconds(record.time), End::thread_end);
  }
}

std::int64_t Decoder::latest_of(const ThreadState& thread) const {
  std::int64_t latest = 0;
  for (const std::uint32_t lane : thread.lanes) {
    latest = std::max(latest, stacks_[lane].latest);
  }
  return latest;
}

void Decoder::finish(std::int64_t time, End how) {
  latest_ = std::max(latest_, time);
  for (ThreadState& state : threads_) {
    // A thread that was on its way out when last seen did not live until the end.
    const bool had_ended = state.is_unwinding && state.how == End::thread_end;
    const std::int64_t end = had_ended ? state.since : std::max(time, latest_of(state));
    for (const std::uint32_t lane : state.lanes) {
      close_below(lane, k_every_frame, true, end, had_ended ? End::thread_end : how);
    }
    state.is_unwinding = false;
  }
}

std::span<const ClosedCall> Decoder::abandon(std::uint32_t function, End how, std::int64_t now) {
  over_.clear();
  for (const ThreadState& state : threads_) {
    const std::int64_t end = std::max(nanoseconds(now), latest_of(state));
    for (const std::uint32_t lane : state.lanes) {
      abandon_in(lane, function, how, end);
    }
  }
  return over_;
}

void Decoder::abandon_in(std::uint32_t lane, std::uint32_t function, End how, std::int64_t now) {
  Stack& stack = stacks_[lane];
  for (Open& call : stack.open) {
    if (call.function == function) {
      call.is_abandoned = true;
      call.how = how;
    }
  }
  if (!stack.open.empty() && stack.open.back().is_abandoned) {
    stack.latest = now;
    latest_ = std::max(latest_, now);
    close_abandoned(lane);
  }
}

std::vector<Lane> Decoder::lanes() const {
  std::vector<Lane> lanes;
  lanes.reserve(stacks_.size());
  for (const Stack& stack : stacks_) {
    lanes.push_back(stack.lane);
  }
  return lanes;
}

std::size_t Decoder::open_calls() const {
  std::size_t calls = 0;
  for (const Stack& stack : stacks_) {
    calls += stack.open.empty() ? 0 : stack.open.back().depth;
  }
  return calls;
}

}  // namespace pysheeet::trace
