#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "trace/durations.h"
#include "trace/record.h"

namespace pysheeet::trace {

// The calls of every thread, added up by call path. Its size depends on the number of paths, not of
// calls. All times are nanoseconds.
class CallTree {
 public:
  static constexpr std::uint32_t k_none = std::numeric_limits<std::uint32_t>::max();

  // A call path, or, with function k_none, the root of a thread: its children are the calls that no
  // recorded call made.
  struct Node {
    std::uint32_t parent = k_none;  // its index, always lower than the node's own
    std::uint32_t thread = 0;       // number of a Thread
    std::uint32_t function = k_none;
    bool recursive = false;  // the same function is further up the path
    std::int64_t self = 0;   // of all its calls, without the recorded calls made from them
    Durations durations{};   // from begin to end, those that ended unseen included
    std::array<std::uint64_t, k_ends> ends{};  // its calls by how they ended

    bool is_root() const { return function == k_none; }
  };

  // The root of a thread, made if there is none.
  std::uint32_t root(std::uint32_t thread);

  // The path that goes on from parent by a call of function, made if there is none.
  std::uint32_t child(std::uint32_t parent, std::uint32_t function);

  // A call of this path is over. self: duration less that of the recorded calls made from it.
  void add(std::uint32_t node, std::int64_t duration, std::int64_t self, End end);

  // Parents before children.
  const std::vector<Node>& nodes() const { return nodes_; }
  // In the order in which the paths were first taken.
  std::vector<std::uint32_t> children(std::uint32_t node) const;

  // One thread alone, under its number.
  CallTree of_thread(std::uint32_t thread) const;

  // All threads as one, of number 0.
  CallTree merged() const;

  // Adds the calls of another tree, whose functions and threads have the same numbers.
  void add(const CallTree& other);

  // For restoring: the node's sums, as they were.
  Node& at(std::uint32_t node) { return nodes_[node]; }

 private:
  struct Links {
    std::uint32_t first_child = k_none;
    std::uint32_t last_child = k_none;
    std::uint32_t next_sibling = k_none;
    std::uint32_t last_taken = k_none;
  };

  std::uint32_t append(Node node);
  std::uint32_t append_child(std::uint32_t parent, std::uint32_t function);
  // Where in places_ the child of parent by function is, or would be.
  std::size_t place_of(std::uint32_t parent, std::uint32_t function) const;
  void grow_places();
  void add_sums(std::uint32_t node, const Node& other);

  std::vector<Node> nodes_;
  std::vector<Links> links_;           // of the same node
  std::vector<std::uint32_t> roots_;   // by thread
  std::vector<std::uint32_t> places_;  // nodes by hash of parent and function, half of it k_none
};

}  // namespace pysheeet::trace
