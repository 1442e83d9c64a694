#pragma once

#include <cstdint>
#include <functional>

#include "core/memory_reader.h"

namespace pysheeet::dump {

enum class Difference : std::uint8_t {
  changed,  // other bytes
  lost,     // readable before only
  gained,   // readable after only
};

// Tells the ranges of [start, end) in which after is not as before, by ascending address. Changed
// bytes that are at most 16 apart are one range. What can't be read in either is no difference.
// progress as in dump.h. Takes a fixed amount of memory.
void compare(MemoryReader& before, MemoryReader& after, std::uint64_t start, std::uint64_t end,
             const std::function<void(std::uint64_t start, std::uint64_t end, Difference)>& found,
             const std::function<void(std::uint64_t done)>& progress);

}  // namespace pysheeet::dump
