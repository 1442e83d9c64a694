#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <vector>

#include "core/backing_file.h"
#include "core/file_descriptor.h"
#include "core/memory_map.h"
#include "core/memory_reader.h"
#include "core/page_map.h"

namespace pysheeet {

// The memory of a live process on this machine. Whoever reads must be allowed to ptrace it.
//
// Only pages that are in the process's page tables are read of it: to read another makes the kernel
// put it there, and allocate it in shared memory. What the process never touched of private
// anonymous memory is a hole; of mapped files and shared memory it is read of the file itself.
class ProcessMemory : public MemoryReader {
 public:
  // id: a process or one of its threads; a thread still serves when the first thread has ended.
  // mappings: those of the process, by ascending address.
  ProcessMemory(pid_t id, std::shared_ptr<const std::vector<Mapping>> mappings);

  Stretch read(std::uint64_t address, std::span<std::byte> buffer) override;
  // Those in the process's page tables, in memory or in swap.
  std::optional<std::uint64_t> resident(std::uint64_t start, std::uint64_t end) override;

 private:
  Stretch read_present(std::uint64_t address, std::span<std::byte> buffer);
  Stretch read_absent(const Mapping& mapping, std::uint64_t address, std::uint64_t end,
                      std::span<std::byte> buffer);
  Stretch read_through_proc(std::uint64_t address, std::span<std::byte> buffer);
  std::uint64_t next_mapping(std::uint64_t address) const;
  void need_alive() const;
  [[noreturn]] void throw_gone() const;

  pid_t id_;
  std::shared_ptr<const std::vector<Mapping>> mappings_;
  std::uint64_t page_size_;
  FileDescriptor mem_;  // empty if it may not be opened
  PageMap pages_;
  std::optional<BackingFile> file_;  // of the mapping at file_start_
  std::uint64_t file_start_ = 0;
};

}  // namespace pysheeet
