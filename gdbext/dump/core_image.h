#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pysheeet::dump {

// A range of memory in a core file.
struct LoadSegment {
  std::uint64_t start = 0;
  std::uint64_t end = 0;
  std::uint64_t offset = 0;     // of its bytes in the file
  std::uint64_t file_size = 0;  // all of it or 0: not in the file
  std::string permissions;      // "rwxp", '?' for what is not known
};

// Where the memory of a core begins: the ELF header comes before, and all else behind.
constexpr std::uint64_t k_core_memory_offset = 4096;

// One note as it stands in a core (elf(5), Notes): owner with its NUL, both padded.
std::string note(std::string_view owner, std::uint32_t type, std::string_view contents);

// The parts of a 64-bit little-endian ELF core that are not memory.
struct CoreImage {
  std::string head;  // at offset 0
  std::string tail;  // at the offset that was asked for: notes, program headers
};
// machine: EM_… of elf.h. tail_offset: a multiple of 8 at or behind the last byte of memory.
CoreImage core_image(std::span<const LoadSegment> segments, std::string_view notes,
                     std::uint16_t machine, std::uint64_t tail_offset);

}  // namespace pysheeet::dump
