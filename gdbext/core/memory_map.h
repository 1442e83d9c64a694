#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pysheeet {

// One mapping of an address space, as a line of /proc/PID/maps (proc(5)) tells it.
struct Mapping {
  std::uint64_t start = 0;   // address of the first byte
  std::uint64_t end = 0;     // address after the last byte
  std::string permissions;   // "rwxp" or "rwxs", dashes for what is not allowed, '?' if not known
  std::uint64_t offset = 0;  // in the file, bytes
  std::string name;          // path, "[heap]", …; empty for an anonymous mapping
  std::uint64_t device = 0;  // of the mapped file, as stat(2) has it; 0 if none or not known
  std::uint64_t inode = 0;   // likewise

  std::uint64_t size() const { return end - start; }
  // Whether nothing but memory and swap ever held it, so that what was never touched is zero.
  bool is_private_anonymous() const;
  // Whether it is of a file that can be found under its name, now and later.
  bool is_of_lasting_file() const;
  bool operator==(const Mapping&) const = default;
};

// The lines of a maps file, in their order. The kernel writes a newline in a path as \012; it stays
// so. Throws Error that names the line that is none.
std::vector<Mapping> parse_maps(std::string_view text);

// The mapping that holds address, of those by ascending address; null if none does.
const Mapping* find_mapping(const std::vector<Mapping>& mappings, std::uint64_t address);

// The mappings of a live process, by ascending address. Throws SystemError if it can't be read.
std::vector<Mapping> read_maps(pid_t pid);

// The start addresses of the mappings of memory that is no RAM, where reading may have effects or
// hang: those with io or pf in VmFlags of /proc/PID/smaps (proc(5)). By ascending address.
std::vector<std::uint64_t> parse_device_mappings(std::string_view smaps);

// The same of a live process. The kernel walks all its pages for this: a second for some 100 GiB.
// Throws SystemError if it can't be read.
std::vector<std::uint64_t> read_device_mappings(pid_t pid);

}  // namespace pysheeet
