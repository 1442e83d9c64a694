#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dump/manifest.h"
#include "dump/range.h"

namespace pysheeet::dump {

// A mapping as a manifest tells it.
struct DumpedMapping {
  Mapping mapping;
  std::string file;  // relative to the manifest; empty if nothing is captured
  std::string encoding;
  std::uint64_t hash = 0;
  std::vector<Range> ranges;  // by ascending address, without gaps, from start to end
};

struct Manifest {
  std::string path;
  Target target;
  std::string time;
  std::vector<DumpedMapping> mappings;
};

// Nothing in the file is trusted: throws Error that says what is wrong with it.
Manifest read_manifest(const std::string& path);

}  // namespace pysheeet::dump
