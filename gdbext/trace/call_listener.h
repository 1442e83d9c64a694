#pragma once

#include <cstdint>

#include "trace/record.h"

namespace pysheeet::trace {

// A call that has begun. Numbers are those of the recording (trace/trace.h).
struct OpenCall {
  std::uint64_t id = 0;  // unique within the recording, in order of begin
  std::uint32_t lane = 0;
  std::uint32_t depth = 0;  // recorded calls open in its lane when it began
  std::uint32_t function = 0;
  std::uint32_t arguments = k_no_text;
  std::int64_t begin = 0;  // nanoseconds
};

// Is told of calls while they are decoded: of each one's begin, and later of its end.
class CallListener {
 public:
  virtual ~CallListener() = default;
  virtual void began(const OpenCall& call) = 0;
  virtual void ended(const OpenCall& call, std::int64_t end, End how, std::uint32_t result) = 0;

 protected:
  CallListener() = default;
  CallListener(const CallListener&) = default;
  CallListener& operator=(const CallListener&) = default;
};

}  // namespace pysheeet::trace
