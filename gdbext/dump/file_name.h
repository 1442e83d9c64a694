#pragma once

#include <string>
#include <string_view>

#include "core/memory_map.h"

namespace pysheeet::dump {

// The name of the file that holds a mapping's bytes: PROGRAM.PID.NAME.START-END.bin, NAME being the
// last part of the mapping's path, its name without brackets, or "anon". Two mappings of a program
// never share a name, since they never share a range. Always a valid file name of at most 255 bytes
// that no shell or terminal stumbles over, whatever the program called its mappings.
std::string dump_file_name(std::string_view program, long pid, const Mapping& mapping);

}  // namespace pysheeet::dump
