#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace pysheeet::trace {

// How a call came to its end. The numbers are stored: new ones are added at the end.
enum class End : std::uint8_t {
  returned,    // at a return instruction
  tail_call,   // by a jump to another function
  exception,   // unwound on the way to a handler
  longjmp,     // unwound by longjmp
  thread_end,  // its thread ended above it
  exit,        // the program ended above it
  exec,        // the program that made it was replaced
  open,        // nobody watched it to its end
  unknown,     // its frame was gone when its thread was seen next
  not_timed,   // only that it was reached was watched
};
inline constexpr std::size_t k_ends = 10;

// "returned", "ended by an exception", "still open"…
std::string_view name_of(End end);

// Whether the end was seen as it happened. Other calls last, in what is told of them, until their
// thread was first seen outside them.
constexpr bool is_seen(End end) {
  return end == End::returned || end == End::tail_call;
}

// What a record tells. The numbers are stored.
enum class RecordKind : std::uint8_t {
  enter = 1,   // a call of `function` begins; text: its arguments
  leave,       // the call at this frame ends, as `end` says; text: its result
  arrive,      // a call of `function` begins that is not recorded
  unwound,     // the thread is seen with its stack pointer at `frame`: calls at or below are over
  unwinding,   // the thread is about to drop frames, which ones is not known yet
  thread_end,  // everything open in the thread is over
  finish,      // everything open is over, as `end` says
  hit,   // `function`, or a place in it, was reached; its end is not watched; text: its values.
         // frame 0: not known
  seen,  // the thread has run until then; no more is known
};
inline constexpr std::size_t k_record_kinds = 9;

inline constexpr std::uint32_t k_no_text = 0;

// One thing that an engine saw, as it is stored and passed between an engine and the decoder.
struct Record {
  std::int64_t time = 0;       // ticks of the recording's clock, less what the debugger took
  std::uint64_t frame = 0;     // the caller's frame at the call (the ABI's CFA)
  std::uint64_t stack = 0;     // tells apart the stacks of one thread: frames compare within one
  std::uint32_t thread = 0;    // number of a Thread
  std::uint32_t function = 0;  // number of a Function
  std::uint32_t text = k_no_text;  // number of a text; k_no_text if there is none
  RecordKind kind = RecordKind::enter;
  End end = End::returned;
  std::uint16_t reserved = 0;
};
static_assert(sizeof(Record) == 40);
static_assert(offsetof(Record, time) == 0);
static_assert(offsetof(Record, frame) == 8);
static_assert(offsetof(Record, stack) == 16);
static_assert(offsetof(Record, thread) == 24);
static_assert(offsetof(Record, function) == 28);
static_assert(offsetof(Record, text) == 32);
static_assert(offsetof(Record, kind) == 36);
static_assert(offsetof(Record, end) == 37);
static_assert(offsetof(Record, reserved) == 38);

// What stands before records that are passed or stored as bytes; they follow without a gap, up to
// the end of the bytes. All numbers are little-endian.
struct RecordHeader {
  std::array<char, 4> magic{'p', 's', 'h', 'r'};
  std::uint16_t version = 1;
  std::uint16_t record_size = sizeof(Record);
};
static_assert(sizeof(RecordHeader) == 8);
static_assert(offsetof(RecordHeader, version) == 4);
static_assert(offsetof(RecordHeader, record_size) == 6);

// How many of each a recording has: what the numbers in its records lie below.
struct RecordLimits {
  std::size_t threads = 0;
  std::size_t functions = 0;
  std::size_t texts = 1;  // k_no_text among them
};

// What is wrong with a record, "thread 7 of 3"; empty if nothing is.
std::string fault_of(const Record& record, const RecordLimits& limits);

// Reads records from bytes that nobody has checked. An Error names the offset of what is wrong.
class RecordReader {
 public:
  // Throws Error if there is no header of this version.
  RecordReader(std::span<const std::byte> bytes, const RecordLimits& limits);

  // False at the end. Throws Error for a record that is cut off or has a fault.
  bool next(Record& record);

 private:
  std::span<const std::byte> bytes_;
  std::size_t offset_ = 0;
  RecordLimits limits_;
};

}  // namespace pysheeet::trace
