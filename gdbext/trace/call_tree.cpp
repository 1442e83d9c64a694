#include "trace/call_tree.h"

#include <utility>

namespace pysheeet::trace {

std::uint32_t CallTree::append(Node node) {
  const auto index = static_cast<std::uint32_t>(nodes_.size());
  nodes_.push_back(std::move(node));
  links_.emplace_back();
  return index;
}

std::uint32_t CallTree::root(std::uint32_t thread) {
  if (thread >= roots_.size()) {
    roots_.resize(thread + std::size_t{1}, k_none);
  }
  if (roots_[thread] == k_none) {
    roots_[thread] = append({.thread = thread});
  }
  return roots_[thread];
}

std::uint32_t CallTree::child(std::uint32_t parent, std::uint32_t function) {
  std::uint32_t found = links_[parent].first_child;
  while (found != k_none && nodes_[found].function != function) {
    found = links_[found].next_sibling;
  }
  if (found != k_none) {
    return found;
  }
  Node node{.parent = parent, .thread = nodes_[parent].thread, .function = function};
  for (std::uint32_t up = parent; up != k_none && !node.recursive; up = nodes_[up].parent) {
    node.recursive = nodes_[up].function == function;
  }
  const std::uint32_t added = append(std::move(node));
  Links& links = links_[parent];
  (links.last_child == k_none ? links.first_child : links_[links.last_child].next_sibling) = added;
  links.last_child = added;
  return added;
}

void CallTree::add(std::uint32_t node, std::int64_t duration, std::int64_t self, End end) {
  Node& sums = nodes_[node];
  sums.durations.add(duration);
  sums.self += self;
  ++sums.ends[static_cast<std::size_t>(end)];
}

std::vector<std::uint32_t> CallTree::children(std::uint32_t node) const {
  std::vector<std::uint32_t> found;
  for (std::uint32_t c = links_[node].first_child; c != k_none; c = links_[c].next_sibling) {
    found.push_back(c);
  }
  return found;
}

void CallTree::add_sums(std::uint32_t node, const Node& other) {
  Node& sums = nodes_[node];
  sums.self += other.self;
  sums.durations.add(other.durations);
  for (std::size_t i = 0; i < k_ends; ++i) {
    sums.ends[i] += other.ends[i];
  }
}

CallTree CallTree::merged() const {
  CallTree all;
  std::vector<std::uint32_t> places(nodes_.size());
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    places[i] = node.is_root() ? all.root(0) : all.child(places[node.parent], node.function);
    all.add_sums(places[i], node);
  }
  return all;
}

void CallTree::add(const CallTree& other) {
  std::vector<std::uint32_t> places(other.nodes_.size());
  for (std::size_t i = 0; i < other.nodes_.size(); ++i) {
    const Node& node = other.nodes_[i];
    places[i] = node.is_root() ? root(node.thread) : child(places[node.parent], node.function);
    add_sums(places[i], node);
  }
}

}  // namespace pysheeet::trace
