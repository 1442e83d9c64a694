#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "core/memory_map.h"

namespace pysheeet::dump {

// Which mappings are meant, apart from their names.
struct Selection {
  enum class Backing : std::uint8_t { any, anonymous, file };

  std::string permissions{};  // as is_permitted() takes them
  std::uint64_t smallest = 0;
  std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();
  std::optional<std::uint64_t> address{};  // that the mapping holds
  Backing backing = Backing::any;

  bool selects(const Mapping& mapping) const;
};

// wanted: letters of rwxps that permissions must have ("rw"), or, if it has a dash, all of the
// first ones at their places ("r-x", "r--p"). Throws Error if it is neither.
void check_permissions(std::string_view wanted);
bool is_permitted(std::string_view permissions, std::string_view wanted);

struct SizeRange {
  std::uint64_t smallest = 0;
  std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();
};
// "MIN..MAX" in bytes or with K, M, G or T for powers of 1024; either may be missing, and "SIZE"
// alone is just that size. Throws Error.
SizeRange parse_size_range(std::string_view text);

}  // namespace pysheeet::dump
