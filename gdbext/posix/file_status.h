#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "posix/format.h"

namespace pysheeet::posix {

struct DeviceNumber {
  Integer major;
  Integer minor;
};

// What stat(2) and statx(2) tell of a file. What they did not tell is empty.
struct FileStatus {
  std::optional<Integer> size;               // bytes
  std::optional<Integer> blocks;             // of 512 bytes
  std::optional<Integer> block_size;         // preferred for I/O, bytes
  std::optional<std::uint64_t> type;         // st_mode, its S_IFMT bits
  std::optional<std::uint64_t> permissions;  // st_mode, all others
  std::optional<DeviceNumber> device;
  std::optional<DeviceNumber> special_device;  // what a character or block special file stands for
  std::optional<Integer> inode;
  std::optional<Integer> links;
  std::optional<Integer> user;
  std::optional<Integer> group;
  std::optional<Timestamp> access;
  std::optional<Timestamp> modify;
  std::optional<Timestamp> change;
  std::optional<Timestamp> birth;
  // Of struct statx alone.
  std::optional<Integer> mask;
  std::optional<std::uint64_t> attributes;
  std::optional<Integer> mount;
};

// struct stat and struct stat64. Times are st_Xtim.tv_sec and st_Xtim.tv_nsec.
FileStatus file_status_of_stat(const Fields& fields);

// struct statx: the members that its stx_mask says are filled.
FileStatus file_status_of_statx(const Fields& fields);

// Its lines in braces, as stat(1) writes them.
std::string file_status_text(const FileStatus& status, const Format& format);

}  // namespace pysheeet::posix
