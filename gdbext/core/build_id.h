#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/memory_map.h"
#include "core/memory_reader.h"

namespace pysheeet {

// The GNU build id, in hexadecimal, of the ELF file whose first page is at address; empty if there
// is none, or it can't be read.
std::string build_id_at(MemoryReader& reader, std::uint64_t address);

struct BuildId {
  std::string file;
  std::string id;  // hexadecimal
};

// Those of the program and its libraries: the files of which code is mapped.
std::vector<BuildId> build_ids(MemoryReader& reader, const std::vector<Mapping>& mappings);

}  // namespace pysheeet
