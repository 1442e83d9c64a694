#pragma once

#include <cstdint>
#include <string_view>

namespace pysheeet::dump {

// What a range of memory was when it was dumped.
enum class RangeKind : std::uint8_t {
  captured,    // its bytes are in the file
  zero,        // zeros, which the file reads as but does not hold
  untouched,   // zeros that the program never wrote, and that nothing held
  unreadable,  // nothing is known of it
  in_file,     // left out on demand: the mapped file has the same bytes
};

constexpr std::string_view name_of(RangeKind kind) {
  constexpr std::string_view k_names[] = {"captured", "zero", "untouched", "unreadable", "in file"};
  return k_names[static_cast<std::size_t>(kind)];
}

struct Range {
  std::uint64_t start = 0;
  std::uint64_t end = 0;
  RangeKind kind = RangeKind::captured;
  std::uint64_t offset = 0;      // captured: of its first byte in the uncompressed file
  const char* reason = nullptr;  // unreadable: why, a phrase; static text

  std::uint64_t size() const { return end - start; }
};

}  // namespace pysheeet::dump
