#include "trace/call_tree.h"

#include <algorithm>
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

std::size_t CallTree::place_of(std::uint32_t parent, std::uint32_t function) const {
  constexpr std::uint64_t k_golden_ratio = 0x9e3779b97f4a7c15;
  const std::uint64_t key = (std::uint64_t{parent} << 32) | function;
  const std::size_t mask = places_.size() - 1;
  std::size_t place = ((key * k_golden_ratio) >> 32) & mask;
  while (places_[place] != k_none) {
    const Node& node = nodes_[places_[place]];
    if (node.parent == parent && node.function == function) {
      break;
    }
    place = (place + 1) & mask;
  }
  return place;
}

void CallTree::grow_places() {
  constexpr std::size_t k_least = 16;
  if (places_.size() > 2 * (nodes_.size() + 1)) {
    return;
  }
  places_.assign(std::max(k_least, 2 * places_.size()), k_none);
  for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
    if (!nodes_[i].is_root()) {
      places_[place_of(nodes_[i].parent, nodes_[i].function)] = i;
    }
  }
}

std::uint32_t CallTree::child(std::uint32_t parent, std::uint32_t function) {
  // A loop makes the same call again and again.
  const std::uint32_t last = links_[parent].last_taken;
  if (last != k_none && nodes_[last].function == function) {
    return last;
  }
  grow_places();
  const std::size_t place = place_of(parent, function);
  if (places_[place] == k_none) {
    places_[place] = append_child(parent, function);
  }
  links_[parent].last_taken = places_[place];
  return places_[place];
}

std::uint32_t CallTree::append_child(std::uint32_t parent, std::uint32_t function) {
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

CallTree CallTree::of_thread(std::uint32_t thread) const {
  CallTree one;
  std::vector<std::uint32_t> places(nodes_.size());
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    if (node.thread == thread) {
      places[i] = node.is_root() ? one.root(thread) : one.child(places[node.parent], node.function);
      one.add_sums(places[i], node);
    }
  }
  return one;
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
