#pragma once

#include <string>
#include <string_view>

#include "trace/exports.h"

namespace pysheeet::trace {

// A JSON string, quotes included, of any text from the program.
std::string json_string(std::string_view text);

// Gathers small pieces for a sink.
class Buffered {
 public:
  explicit Buffered(Sink& sink) : sink_(sink) {}
  Buffered(const Buffered&) = delete;
  Buffered& operator=(const Buffered&) = delete;

  Buffered& operator<<(std::string_view piece) {
    constexpr std::size_t k_most = std::size_t{1} << 16;
    buffer_ += piece;
    if (buffer_.size() >= k_most) {
      flush();
    }
    return *this;
  }
  Buffered& operator<<(std::int64_t number) { return *this << std::to_string(number); }
  Buffered& operator<<(std::uint64_t number) { return *this << std::to_string(number); }
  Buffered& operator<<(std::uint32_t number) { return *this << std::to_string(number); }

  // To be called at the end: a destructor could not say what went wrong.
  void flush() {
    sink_.write(buffer_);
    buffer_.clear();
  }

 private:
  Sink& sink_;
  std::string buffer_;
};

// Whether the calls one by one are all there are: formats of events tell the call paths otherwise.
inline bool has_all_calls(const Trace& trace) {
  return !trace.calls.empty() && trace.losses.unkept == 0;
}

// A function's name as a format that can't do without one has it.
std::string frame_name(const Function& function);
// A thread as people call it: its name and number.
std::string thread_text(const Thread& thread);
// A lane as people call it: its thread, and which of its stacks if there are several.
std::string lane_text(const Trace& trace, std::uint32_t lane);

// The functions of each call path, outermost first. Of paths that are deeper than 500 it has the
// outermost 500: what recursion makes of formats that spell paths out would fill a disk.
class Paths {
 public:
  explicit Paths(const CallTree& tree);
  std::vector<std::uint32_t> operator()(std::uint32_t node) const;

 private:
  const CallTree& tree_;
  std::vector<std::uint32_t> ends_;  // by node: the last of its path that is told
};

// Where the call paths lie when those of a thread are laid out as a flame chart: each begins where
// the one before it ended, and within its caller. Times are nanoseconds.
struct Laid {
  std::int64_t begin;
  std::int64_t end;
};
std::vector<Laid> flame_chart(const CallTree& tree);

}  // namespace pysheeet::trace
