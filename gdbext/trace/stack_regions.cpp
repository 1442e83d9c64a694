#include "trace/stack_regions.h"

#include "core/error.h"
#include "core/memory_map.h"

namespace pysheeet::trace {

std::uint64_t StackRegions::stack_of(std::uint64_t address) {
  for (const bool fresh : {false, true}) {
    if (fresh) {
      start_by_end_.clear();
      try {
        for (const Mapping& mapping : read_maps(pid_)) {
          start_by_end_.emplace(mapping.end, mapping.start);
        }
      } catch (const Error&) {
        // The process is gone, or not ours to read: then all is one stack.
        return 0;
      }
    }
    const auto found = start_by_end_.upper_bound(address);
    if (found != start_by_end_.end() && found->second <= address) {
      return found->first;
    }
  }
  return 0;
}

}  // namespace pysheeet::trace
