#pragma once

#include <sys/types.h>

#include <cstdint>
#include <span>

#include "core/file_descriptor.h"
#include "core/memory_map.h"
#include "core/memory_reader.h"

namespace pysheeet {

// The file behind a mapping of a live process, deleted or in another mount namespace as it may be:
// what the pages of the mapping hold that the process has not got in its page tables. To read them
// there leaves the process as it is.
class BackingFile {
 public:
  // Only an ordinary file is opened, never a device.
  BackingFile(pid_t id, const Mapping& mapping);

  // As MemoryReader::read(), of absent pages of the mapping, up to end.
  Stretch read(std::uint64_t address, std::uint64_t end, std::span<std::byte> buffer) const;

 private:
  std::uint64_t start_;
  std::uint64_t offset_;
  std::uint64_t page_size_;
  FileDescriptor file_;  // empty if there is none that may be opened
};

}  // namespace pysheeet
