#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "trace/call_tree.h"

namespace pysheeet::trace {

// What the calls of one function add up to, over all paths that lead to it.
struct FunctionTotals {
  std::uint32_t function = 0;
  std::int64_t total = 0;  // recursion counted once: only the outermost activations
  std::int64_t self = 0;
  Durations durations;  // of every call
  std::array<std::uint64_t, k_ends> ends{};

  std::uint64_t calls() const { return durations.calls(); }
};

enum class Order : std::uint8_t { self, total, calls, maximum };

// A row for each function with a call, highest first, then by function number.
std::vector<FunctionTotals> function_totals(const CallTree& tree, Order order);

// The time inside the calls that no recorded call made: what all self times add up to.
std::int64_t root_time(const CallTree& tree);

// One caller, or callee, of a function, with the calls from one to the other.
struct Edge {
  std::uint32_t function = 0;  // CallTree::k_none: no recorded call made them
  std::uint64_t calls = 0;
  std::int64_t total = 0;  // the time in these calls, recursion counted once
};

// By descending total.
std::vector<Edge> callers_of(const CallTree& tree, std::uint32_t function);
std::vector<Edge> callees_of(const CallTree& tree, std::uint32_t function);

}  // namespace pysheeet::trace
