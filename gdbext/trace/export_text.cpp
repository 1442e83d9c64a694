#include "trace/export_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/text.h"

namespace pysheeet::trace {

std::string json_string(std::string_view text) {
  return nlohmann::json(escape(text)).dump();
}

std::string frame_name(const Function& function) {
  return function.name.empty() ? "??" : escape(function.name);
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
