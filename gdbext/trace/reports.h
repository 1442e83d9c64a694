#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "trace/totals.h"
#include "trace/trace.h"

namespace pysheeet::trace {

// What is told of a Trace on a terminal: lines with their newlines, everything from the program
// escaped. Empty if there are no calls.

// A row a function. rows: at most so many, 0 for all. by_thread: a table for each thread.
// Behind it, what is not in the numbers: calls whose end was not seen, losses, the tracing's cost.
std::string table(const Trace& trace, Order order, std::size_t rows, bool by_thread);

// The call paths, each with its part of the time in all calls; what calls itself is one line.
std::string tree_text(const Trace& trace, bool by_thread);

// One function: its row, who called it, what it called, and how its durations are distributed.
// Throws Error if there is none of that name.
std::string function_text(const Trace& trace, std::string_view name);

struct CallsAndTime {
  std::uint64_t calls = 0;  // those of unknown place, which no time has, included
  std::int64_t time = 0;    // nanoseconds, recursion counted once
};

// What the calls of the functions of a name add up to. Throws Error if there is none of that name.
CallsAndTime totals_of(const Trace& trace, std::string_view name);

// The numbers of the functions that a name stands for: "fib" for fib(int) and fib(double), too.
// Throws Error if there is none.
std::vector<std::uint32_t> functions_named(const Trace& trace, std::string_view name);

// The notes that stand behind the table.
std::string notes(const Trace& trace);

// "12.3%"
std::string percent_text(std::int64_t part, std::int64_t whole);

}  // namespace pysheeet::trace
