#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/file_descriptor.h"

namespace pysheeet {

// What a process's own page tables say of its pages. To ask does not change them.
class PageMap {
 public:
  enum class Pages : std::uint8_t {
    absent,   // not in the page tables: reading would make the kernel put them there
    zero,     // the kernel's one page of zeros: read, never written
    file,     // those of the mapped file, or of shared memory
    own,      // the process's own, in memory or in swap; all that is there, where no more is told
    unknown,  // the kernel does not tell
  };
  // Pages of one kind up to end, which is never below the address that was asked for. What follows
  // may be of the same kind.
  struct Run {
    Pages pages = Pages::unknown;
    std::uint64_t end = 0;
  };

  // id: a process or one of its threads. Which call the kernel has for it, the first run finds out.
  enum class Method { scan_if_possible, entries };
  explicit PageMap(pid_t id, Method method = Method::scan_if_possible);

  // The run that address is in, at most up to end, the end of the mapping. Neighbouring addresses
  // are told from one call of the kernel.
  Run run(std::uint64_t address, std::uint64_t end);

 private:
  bool scan(std::uint64_t start, std::uint64_t end);
  void read_entries(std::uint64_t start, std::uint64_t end);
  void add(Pages pages, std::uint64_t end);

  FileDescriptor file_;  // empty if it may not be opened
  bool can_scan_;
  std::uint64_t page_size_;
  std::vector<std::byte> buffer_;
  std::uint64_t known_from_ = 0;  // runs_ are of this address on, without gaps
  std::vector<Run> runs_;
  std::size_t last_ = 0;  // the run that was told last: the next one often follows
};

}  // namespace pysheeet
