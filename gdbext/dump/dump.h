#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/memory_map.h"
#include "core/memory_reader.h"

namespace pysheeet::dump {

// Called about every 20 ms of long work with the bytes of the mapping that are behind it. May throw
// to end the work.
using Progress = std::function<void(std::uint64_t done)>;

// A range that is not in the file, and why.
struct Gap {
  std::uint64_t start = 0;
  std::uint64_t end = 0;
  std::string reason;
};

struct DumpReport {
  bool written = false;          // whether there is a file; none if nothing could be read
  std::uint64_t size = 0;        // of the mapping and of its file, bytes
  std::uint64_t holes = 0;       // bytes never touched: zeros that take no room in the file
  std::uint64_t unreadable = 0;  // bytes in all gaps
  std::vector<Gap> gaps;         // the first of them, by ascending address
  std::uint64_t more_gaps = 0;   // how many are not in gaps
};

// How many gaps a report lists.
constexpr std::size_t k_listed_gaps = 16;

// Writes what can be read of mapping into a new file, in which a byte's offset is its address less
// mapping.start. Takes a fixed amount of memory. Throws Error if the source or the file fails, or
// what progress throws; no file is left then.
DumpReport dump_mapping(MemoryReader& reader, const Mapping& mapping, const std::string& path,
                        bool replace, const Progress& progress);

}  // namespace pysheeet::dump
