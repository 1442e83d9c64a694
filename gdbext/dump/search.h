#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/memory_map.h"
#include "core/memory_reader.h"

namespace pysheeet::dump {

// Finds one text in bytes, at a few bytes a cycle whatever the bytes are.
class Finder {
 public:
  // needle is not empty.
  explicit Finder(std::string needle);

  // Where it is next in bytes, from a position on; npos if nowhere.
  std::size_t find(std::string_view bytes, std::size_t from) const;
  const std::string& needle() const { return needle_; }

  static constexpr std::size_t npos = std::string_view::npos;

 private:
  bool is_at(std::string_view bytes, std::size_t at) const;

  std::string needle_;
  std::size_t first_ = 0;  // positions in needle_ of two bytes that are seldom elsewhere
  std::size_t second_ = 0;
};

// The longest that may be sought.
constexpr std::size_t k_longest_needle = std::size_t{1} << 16;

// Tells the address of each place in mapping where one of needles is, by ascending address; those
// that overlap, too. What was never touched is not searched, except for a match that begins or ends
// in memory that was. progress as in dump.h. Takes a fixed amount of memory. Throws Error if the
// source fails or a needle is empty or too long, and what found or progress throw.
void search(MemoryReader& reader, const Mapping& mapping, const std::vector<std::string>& needles,
            const std::function<void(std::uint64_t address)>& found,
            const std::function<void(std::uint64_t done)>& progress);

}  // namespace pysheeet::dump
