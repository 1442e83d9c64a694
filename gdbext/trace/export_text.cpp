#include "trace/export_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/text.h"

namespace pysheeet::trace {

std::string json_string(std::string_view text) {
  return nlohmann::json(escape(text)).dump();
}

std::string thread_text(const Thread& thread) {
  const std::string number = std::to_string(thread.id);
  return thread.name.empty() ? "thread " + number : escape(thread.name) + " " + number;
}

std::string lane_text(const Trace& trace, std::uint32_t lane) {
  const Lane& each = trace.lanes[lane];
  const std::string text = thread_text(trace.threads[each.thread]);
  return each.number == 0 ? text : text + ", stack " + std::to_string(each.number + 1);
}

Paths::Paths(const CallTree& tree) : tree_(tree), ends_(tree.nodes().size()) {
  constexpr std::uint32_t k_deepest = 500;
  const auto& nodes = tree.nodes();
  std::vector<std::uint32_t> depths(nodes.size());
  for (std::uint32_t i = 0; i < nodes.size(); ++i) {
    depths[i] = nodes[i].is_root() ? 0 : depths[nodes[i].parent] + 1;
    ends_[i] = depths[i] <= k_deepest ? i : ends_[nodes[i].parent];
  }
}

std::vector<std::uint32_t> Paths::operator()(std::uint32_t node) const {
  const auto& nodes = tree_.nodes();
  std::vector<std::uint32_t> path;
  for (std::uint32_t at = ends_[node]; !nodes[at].is_root(); at = nodes[at].parent) {
    path.push_back(nodes[at].function);
  }
  std::reverse(path.begin(), path.end());
  return path;
}

std::vector<LaneEvent> lane_events(const Trace& trace, std::uint32_t lane) {
  constexpr std::uint32_t k_none = CallTree::k_none;
  const auto& nodes = trace.tree.nodes();
  std::vector<std::uint32_t> depths(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    depths[i] = nodes[i].is_root() ? 0 : depths[nodes[i].parent] + 1;
  }
  // Calls are in order of their ends, so what a call made stands before it.
  struct List {
    std::uint32_t first = CallTree::k_none;
    std::uint32_t last = CallTree::k_none;
  };
  std::vector<std::uint32_t> first_child(trace.calls.size(), k_none);
  std::vector<std::uint32_t> next(trace.calls.size(), k_none);
  std::vector<List> waiting(1);  // by depth, for the call that made them
  for (std::uint32_t i = 0; i < trace.calls.size(); ++i) {
    if (trace.calls[i].lane != lane) {
      continue;
    }
    const std::size_t depth = depths[trace.calls[i].node];
    waiting.resize(std::max(waiting.size(), depth + 2));
    first_child[i] = waiting[depth + 1].first;
    waiting[depth + 1] = {};
    List& siblings = waiting[depth];
    (siblings.first == k_none ? siblings.first : next[siblings.last]) = i;
    siblings.last = i;
  }
  std::vector<LaneEvent> events;
  std::vector<LaneEvent> todo;
  for (const List& outermost : waiting) {
    for (std::uint32_t i = outermost.first; i != k_none; i = next[i]) {
      todo.push_back({i, true});
      while (!todo.empty()) {
        const LaneEvent event = todo.back();
        todo.pop_back();
        events.push_back(event);
        if (event.opens) {
          todo.push_back({event.call, false});
          const std::size_t behind = todo.size();
          for (std::uint32_t c = first_child[event.call]; c != k_none; c = next[c]) {
            todo.push_back({c, true});
          }
          std::reverse(todo.begin() + static_cast<std::ptrdiff_t>(behind), todo.end());
        }
      }
    }
  }
  return events;
}

std::vector<Laid> flame_chart(const CallTree& tree) {
  const auto& nodes = tree.nodes();
  std::vector<Laid> laid(nodes.size());
  std::vector<std::int64_t> used(nodes.size());  // where the next path below begins
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (!nodes[i].is_root()) {
      std::int64_t& begin = used[nodes[i].parent];
      laid[i] = {begin, begin + nodes[i].durations.sum()};
      used[i] = begin;
      begin = laid[i].end;
    }
  }
  return laid;
}

}  // namespace pysheeet::trace
