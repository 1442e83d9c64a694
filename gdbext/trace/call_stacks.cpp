#include "trace/call_stacks.h"

#include <algorithm>
#include <limits>

namespace pysheeet::trace {

namespace {

constexpr std::uint64_t k_every_frame = std::numeric_limits<std::uint64_t>::max();

}  // namespace

void CallStacks::close_last(Stack& stack, std::int64_t time, End how,
                            std::vector<EndedCall>& over) {
  EndedCall call = stack.back().call;
  stack.pop_back();
  call.end = std::max(call.begin, time);
  call.how = how;
  // A call that ended unseen has no known duration, so its caller's own time keeps it.
  if (!stack.empty() && how != End::unknown) {
    stack.back().call.in_callees += call.duration();
  }
  over.push_back(call);
}

void CallStacks::close_below(const Key& key, std::uint64_t frame, std::int64_t time, End how,
                             std::vector<EndedCall>& over) {
  if (const auto drop = unwinding_.find(key.first);
      how == End::unknown && drop != unwinding_.end()) {
    time = drop->second.time;
    how = drop->second.how;
  }
  Stack& stack = stacks_[key];
  while (!stack.empty() && stack.back().frame < frame) {
    close_last(stack, time, how, over);
  }
}

void CallStacks::seen(std::uint64_t thread) {
  const auto drop = unwinding_.find(thread);
  if (drop != unwinding_.end() && drop->second.how == End::longjmp) {
    unwinding_.erase(drop);
  }
}

std::vector<EndedCall> CallStacks::arrive(const Place& place, std::int64_t time) {
  std::vector<EndedCall> over;
  // Also what is open at the very frame: it ended unseen, by a tail call through a pointer perhaps.
  close_below({place.thread, place.stack}, place.frame + 1, time, End::unknown, over);
  seen(place.thread);
  return over;
}

std::vector<EndedCall> CallStacks::abandon(std::uint32_t function, End how) {
  std::vector<EndedCall> over;
  for (auto& [key, stack] : stacks_) {
    for (const Open& open : stack) {
      if (open.call.function == function) {
        over.push_back(open.call);
        over.back().end = open.call.begin;
        over.back().how = how;
      }
    }
    std::erase_if(stack, [function](const Open& open) { return open.call.function == function; });
  }
  return over;
}

std::vector<EndedCall> CallStacks::enter(const Place& place, std::uint64_t id,
                                         std::uint32_t function, std::int64_t time) {
  std::vector<EndedCall> over = arrive(place, time);
  Stack& stack = stacks_[{place.thread, place.stack}];
  const bool recursive = std::any_of(stack.begin(), stack.end(), [function](const Open& open) {
    return open.call.function == function;
  });
  const EndedCall call{.id = id, .function = function, .begin = time, .recursive = recursive};
  stack.push_back({call, place.frame});
  return over;
}

std::vector<EndedCall> CallStacks::leave(const Place& place, std::int64_t time, End how) {
  std::vector<EndedCall> over;
  const Key key{place.thread, place.stack};
  close_below(key, place.frame, time, End::unknown, over);
  seen(place.thread);
  Stack& stack = stacks_[key];
  if (!stack.empty() && stack.back().frame == place.frame) {
    close_last(stack, time, how, over);
  }
  return over;
}

std::vector<EndedCall> CallStacks::unwind(const Place& place, std::int64_t time, End how) {
  std::vector<EndedCall> over;
  unwinding_.erase(place.thread);
  close_below({place.thread, place.stack}, place.frame + 1, time, how, over);
  return over;
}

void CallStacks::unwinding(std::uint64_t thread, std::int64_t time, End how) {
  unwinding_.insert_or_assign(thread, Unwinding{time, how});
}

std::vector<EndedCall> CallStacks::end_thread(std::uint64_t thread, std::int64_t time, End how) {
  std::vector<EndedCall> over;
  const auto first = stacks_.lower_bound({thread, 0});
  auto last = first;
  for (; last != stacks_.end() && last->first.first == thread; ++last) {
    close_below(last->first, k_every_frame, time, how, over);
  }
  stacks_.erase(first, last);
  unwinding_.erase(thread);
  return over;
}

std::vector<EndedCall> CallStacks::end_all(std::int64_t time, End how) {
  std::vector<EndedCall> over;
  for (const auto& [key, stack] : stacks_) {
    // A thread that was on its way out when last seen did not live until the end.
    const auto drop = unwinding_.find(key.first);
    const bool ended = drop != unwinding_.end() && drop->second.how == End::thread_end;
    close_below(key, k_every_frame, time, ended ? End::unknown : how, over);
  }
  stacks_.clear();
  unwinding_.clear();
  return over;
}

std::size_t CallStacks::open_calls() const {
  std::size_t n = 0;
  for (const auto& [key, stack] : stacks_) {
    n += stack.size();
  }
  return n;
}

}  // namespace pysheeet::trace
