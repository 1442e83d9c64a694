#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "core/file_descriptor.h"
#include "core/memory_map.h"
#include "core/memory_reader.h"

namespace pysheeet {

// The memory of a live process on this machine. Whoever reads must be allowed to ptrace it.
//
// Private anonymous pages that the process never touched are holes: they are told from
// /proc/PID/pagemap and not read, because reading one makes the kernel map a page of zeros, and the
// page tables for it, into the process.
class ProcessMemory : public MemoryReader {
 public:
  // id: a process or one of its threads; a thread still serves when the first thread has ended.
  // mappings: those of the process, by ascending address.
  ProcessMemory(pid_t id, std::vector<Mapping> mappings);

  Stretch read(std::uint64_t address, std::span<std::byte> buffer) override;

 private:
  bool has_holes(std::uint64_t address) const;
  Stretch page_run(std::uint64_t address);
  bool is_untouched(std::uint64_t page) const;
  Stretch read_through_proc(std::uint64_t address, std::span<std::byte> buffer);
  [[noreturn]] void throw_gone() const;

  pid_t id_;
  std::vector<Mapping> mappings_;
  std::uint64_t page_size_;
  FileDescriptor mem_;                // empty if it may not be opened
  FileDescriptor pagemap_;            // empty if it may not be opened
  std::vector<std::uint64_t> pages_;  // pagemap's entries from first_page_ on
  std::uint64_t first_page_ = 0;
};

}  // namespace pysheeet
