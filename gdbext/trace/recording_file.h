#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "trace/exports.h"
#include "trace/trace.h"

namespace pysheeet::trace {

// Our own file format (.psr): a Trace as it is, to be told and exported again without the program.
//
// A header, then one part after the other: program, command, engine, began, duration, functions,
// threads, lanes, texts, nodes, calls, unplaced, losses, cost. Numbers are little-endian; a list is
// its length (8 bytes) and its elements, a string its length (4 bytes) and its bytes.
struct RecordingHeader {
  std::array<char, 8> magic{'p', 's', 'h', 't', 'r', 'a', 'c', 'e'};
  std::uint32_t version = 2;
  std::uint32_t header_size = 32;
  std::uint64_t body_size = 0;  // of what follows the header
  std::uint64_t checksum = 0;   // of the same: FNV-1a, 64 bits
};
static_assert(sizeof(RecordingHeader) == 32);
static_assert(offsetof(RecordingHeader, version) == 8);
static_assert(offsetof(RecordingHeader, header_size) == 12);
static_assert(offsetof(RecordingHeader, body_size) == 16);
static_assert(offsetof(RecordingHeader, checksum) == 24);

// A call path; behind it stand the calls in each of its buckets, 8 bytes each.
struct RecordedNode {
  std::uint32_t parent;
  std::uint32_t thread;
  std::uint32_t function;
  std::uint32_t first_bucket;
  std::uint32_t buckets;
  std::uint32_t reserved;
  std::int64_t self;
  std::int64_t sum;
  std::int64_t minimum;
  std::int64_t maximum;
  std::array<std::uint64_t, k_ends> ends;
};
static_assert(sizeof(RecordedNode) == 56 + 8 * k_ends);
static_assert(offsetof(RecordedNode, self) == 24);
static_assert(offsetof(RecordedNode, ends) == 56);

struct RecordedCall {
  std::uint32_t lane;
  std::uint32_t function;
  std::uint32_t node;
  std::uint32_t arguments;
  std::uint32_t result;
  std::uint32_t how;
  std::int64_t begin;
  std::int64_t end;
  std::int64_t in_callees;
};
static_assert(sizeof(RecordedCall) == 48);
static_assert(offsetof(RecordedCall, begin) == 24);

// The largest file that is read, or written.
inline constexpr std::uint64_t k_most_recording_bytes = std::uint64_t{1} << 30;

// Throws Error for a recording that would be larger.
void write_recording(const Trace& trace, Sink& sink);

// Throws Error that tells the offset of what is wrong. What it returns is as a Recorder makes it:
// numbers name what is there, calls nest, self times are what callees leave of a call's, and no sum
// of times or calls overflows. It takes memory in proportion to the bytes.
Trace read_recording(std::span<const std::byte> bytes);

// The same for a file; errors name its path. Throws SystemError, too.
Trace load_recording(const std::string& path);

}  // namespace pysheeet::trace
