#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace pysheeet {

// What memory is from an address on, for so many bytes. A stretch is all of one kind, and says
// nothing about what follows it.
struct Stretch {
  enum class Kind {
    data,        // the bytes are in the buffer
    hole,        // never written: they are zero, and nothing holds them
    unreadable,  // nothing is known of them
  };

  Kind kind = Kind::data;
  std::uint64_t size = 0;        // bytes, never 0
  const char* reason = nullptr;  // why they are unreadable, a phrase; static text
  bool is_in_file = false;       // data: the mapped file, which can be found, has the same bytes
};

// One source of a program's memory: a live process, a core file, or bytes in a test.
class MemoryReader {
 public:
  MemoryReader() = default;
  MemoryReader(const MemoryReader&) = delete;
  MemoryReader& operator=(const MemoryReader&) = delete;
  virtual ~MemoryReader() = default;

  // Reads from address on into the front of buffer, which is not empty, until the kind of memory
  // changes or the buffer is full; it may stop earlier. Holes and unreadable stretches may be
  // longer than the buffer. Reading never changes the program. Throws Error when the source itself
  // is gone.
  virtual Stretch read(std::uint64_t address, std::span<std::byte> buffer) = 0;

  // How many bytes of [start, end), which lies in one mapping, are held anywhere; none if the
  // source can't tell without reading them.
  virtual std::optional<std::uint64_t> resident(std::uint64_t start, std::uint64_t end) {
    (void)start;
    (void)end;
    return std::nullopt;
  }
};

}  // namespace pysheeet
