#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/memory_reader.h"

namespace pysheeet::dump {

// Memory as hexdump(1) -C shows it, 16 bytes a line: address, bytes, and those that are ASCII text.
// What can't be read is ??.
std::vector<std::string> hex_lines(MemoryReader& reader, std::uint64_t address, std::size_t size);

}  // namespace pysheeet::dump
