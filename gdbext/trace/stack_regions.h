#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>

namespace pysheeet::trace {

// Tells which stack of a live process an address lies on, by the mapping that holds it. The map is
// read when an address is met that no known mapping holds: a new stack, or one that has grown.
class StackRegions {
 public:
  explicit StackRegions(pid_t pid) : pid_(pid) {}

  // The end of the mapping, which stays as a stack grows; 0 if that can't be told.
  std::uint64_t stack_of(std::uint64_t address);

 private:
  pid_t pid_;
  std::map<std::uint64_t, std::uint64_t> start_by_end_;
};

}  // namespace pysheeet::trace
