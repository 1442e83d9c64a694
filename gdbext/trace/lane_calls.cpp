#include "trace/lane_calls.h"

#include <algorithm>
#include <limits>

namespace pysheeet::trace {

namespace {

constexpr std::uint32_t k_none = CallTree::k_none;

struct List {
  std::uint32_t first = k_none;
  std::uint32_t last = k_none;
};

}  // namespace

LaneCalls::LaneCalls(const Trace& trace)
    : trace_(trace), depths_(trace.tree.nodes().size()), lanes_(trace.lanes.size()) {
  const auto& nodes = trace.tree.nodes();
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    depths_[i] = nodes[i].is_root() ? 0 : depths_[nodes[i].parent] + 1;
  }
  for (std::uint32_t i = 0; i < trace.calls.size(); ++i) {
    lanes_[trace.calls[i].lane].push_back(i);
  }
}

std::vector<LaneCalls::Event> LaneCalls::events(std::uint32_t lane) const {
  // Calls are in order of their ends, so what a call made stands before it. Below, calls are
  // numbered within the lane.
  const std::vector<std::uint32_t>& calls = lanes_[lane];
  std::vector<std::uint32_t> first_child(calls.size(), k_none);
  std::vector<std::uint32_t> next(calls.size(), k_none);
  std::vector<List> waiting(1);  // by depth, for the call that made them
  for (std::uint32_t i = 0; i < calls.size(); ++i) {
    const std::size_t depth = depths_[trace_.calls[calls[i]].node];
    waiting.resize(std::max(waiting.size(), depth + 2));
    first_child[i] = waiting[depth + 1].first;
    waiting[depth + 1] = {};
    List& siblings = waiting[depth];
    (siblings.first == k_none ? siblings.first : next[siblings.last]) = i;
    siblings.last = i;
  }
  std::vector<Event> events;
  events.reserve(2 * calls.size());
  std::vector<std::uint32_t> open;
  for (const List& outermost : waiting) {
    std::uint32_t call = outermost.first;
    while (call != k_none || !open.empty()) {
      if (call != k_none) {
        events.push_back({calls[call], true});
        open.push_back(call);
        call = first_child[call];
      } else {
        events.push_back({calls[open.back()], false});
        call = next[open.back()];
        open.pop_back();
      }
    }
  }
  return events;
}

std::uint32_t LaneCalls::misplaced(std::uint32_t lane) const {
  std::int64_t now = std::numeric_limits<std::int64_t>::min();
  for (const Event& event : events(lane)) {
    const Call& call = trace_.calls[event.call];
    const std::int64_t time = event.begins ? call.begin : call.end;
    if (time < now) {
      return event.call;
    }
    now = time;
  }
  return k_none;
}

}  // namespace pysheeet::trace
