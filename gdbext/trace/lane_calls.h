#pragma once

#include <cstdint>
#include <vector>

#include "trace/trace.h"

namespace pysheeet::trace {

// The begins and ends of a Trace's calls, lane by lane.
class LaneCalls {
 public:
  struct Event {
    std::uint32_t call;  // number in Trace::calls
    bool begins;
  };

  // The trace outlives it.
  explicit LaneCalls(const Trace& trace);

  // Of one lane, in the order that nests them.
  std::vector<Event> events(std::uint32_t lane) const;

  // The first call of a lane, in the order of events, that does not nest: it ends before it begins,
  // or an event before it is later. CallTree::k_none if all of them nest.
  std::uint32_t misplaced(std::uint32_t lane) const;

 private:
  const Trace& trace_;
  std::vector<std::uint32_t> depths_;              // by node
  std::vector<std::vector<std::uint32_t>> lanes_;  // their calls, by their ends
};

}  // namespace pysheeet::trace
