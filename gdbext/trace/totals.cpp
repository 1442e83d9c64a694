#include "trace/totals.h"

#include <algorithm>
#include <map>

namespace pysheeet::trace {

namespace {

using Node = CallTree::Node;

// Whether the step from the node's parent to it was already taken further up its path.
bool is_repeated(const std::vector<Node>& nodes, const Node& node) {
  if (!node.recursive) {
    return false;
  }
  const std::uint32_t caller = nodes[node.parent].function;
  for (std::uint32_t i = node.parent; nodes[i].parent != CallTree::k_none; i = nodes[i].parent) {
    if (nodes[i].function == node.function && nodes[nodes[i].parent].function == caller) {
      return true;
    }
  }
  return false;
}

std::vector<Edge> sorted(const std::map<std::uint32_t, Edge>& by_function) {
  std::vector<Edge> edges;
  edges.reserve(by_function.size());
  for (const auto& [function, edge] : by_function) {
    edges.push_back(edge);
  }
  std::stable_sort(edges.begin(), edges.end(),
                   [](const Edge& a, const Edge& b) { return a.total > b.total; });
  return edges;
}

void add_step(std::map<std::uint32_t, Edge>& edges, std::uint32_t function,
              const std::vector<Node>& nodes, const Node& node) {
  Edge& edge = edges.try_emplace(function, Edge{.function = function}).first->second;
  edge.calls += node.durations.calls();
  edge.total += is_repeated(nodes, node) ? 0 : node.durations.sum();
}

}  // namespace

std::vector<FunctionTotals> function_totals(const CallTree& tree, Order order) {
  std::map<std::uint32_t, FunctionTotals> by_function;
  for (const Node& node : tree.nodes()) {
    if (node.is_root() || node.durations.calls() == 0) {
      continue;
    }
    FunctionTotals& totals = by_function[node.function];
    totals.function = node.function;
    totals.self += node.self;
    totals.total += node.recursive ? 0 : node.durations.sum();
    totals.durations.add(node.durations);
    for (std::size_t i = 0; i < k_ends; ++i) {
      totals.ends[i] += node.ends[i];
    }
  }
  std::vector<FunctionTotals> rows;
  rows.reserve(by_function.size());
  for (auto& [function, totals] : by_function) {
    rows.push_back(std::move(totals));
  }
  const auto key = [order](const FunctionTotals& row) {
    switch (order) {
      case Order::total:
        return row.total;
      case Order::calls:
        return static_cast<std::int64_t>(row.calls());
      case Order::maximum:
        return row.durations.maximum();
      case Order::self:
        break;
    }
    return row.self;
  };
  std::stable_sort(
      rows.begin(), rows.end(),
      [&key](const FunctionTotals& a, const FunctionTotals& b) { return key(a) > key(b); });
  return rows;
}

std::int64_t root_time(const CallTree& tree) {
  std::int64_t sum = 0;
  for (const Node& node : tree.nodes()) {
    if (!node.is_root() && tree.nodes()[node.parent].is_root()) {
      sum += node.durations.sum();
    }
  }
  return sum;
}

std::vector<Edge> callers_of(const CallTree& tree, std::uint32_t function) {
  std::map<std::uint32_t, Edge> edges;
  for (const Node& node : tree.nodes()) {
    if (node.function == function && node.durations.calls() != 0) {
      add_step(edges, tree.nodes()[node.parent].function, tree.nodes(), node);
    }
  }
  return sorted(edges);
}

std::vector<Edge> callees_of(const CallTree& tree, std::uint32_t function) {
  std::map<std::uint32_t, Edge> edges;
  for (const Node& node : tree.nodes()) {
    const bool is_callee = !node.is_root() && tree.nodes()[node.parent].function == function;
    if (is_callee && node.durations.calls() != 0) {
      add_step(edges, node.function, tree.nodes(), node);
    }
  }
  return sorted(edges);
}

}  // namespace pysheeet::trace
