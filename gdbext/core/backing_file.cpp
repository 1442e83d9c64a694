#include "core/backing_file.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "core/text.h"

namespace pysheeet {

namespace {

// The kernel writes a newline of a path as \012 (proc(5)).
std::string unescape_newlines(std::string path) {
  constexpr std::string_view k_newline = "\\012";
  for (std::size_t at = path.find(k_newline); at != std::string::npos;
       at = path.find(k_newline, at + 1)) {
    path.replace(at, k_newline.size(), "\n");
  }
  return path;
}

// Whether what handle refers to is the file of the mapping, and one that can be read without side
// effects: files of sysfs may be a device's memory.
bool is_ordinary(const FileDescriptor& handle, const Mapping& mapping, bool is_certain) {
  struct stat status {};
  struct statfs system {};
  if (!handle || ::fstat(handle.get(), &status) != 0 || ::fstatfs(handle.get(), &system) != 0) {
    return false;
  }
  const bool is_same = status.st_dev == mapping.device && status.st_ino == mapping.inode;
  constexpr std::array k_no_files{SYSFS_MAGIC, PROC_SUPER_MAGIC, DEBUGFS_MAGIC, TRACEFS_MAGIC};
  return (is_certain || is_same) && S_ISREG(status.st_mode) &&
         std::find(k_no_files.begin(), k_no_files.end(), system.f_type) == k_no_files.end();
}

FileDescriptor open_ordinary(const std::string& path, const Mapping& mapping, bool is_certain) {
  // O_PATH asks no device driver.
  const FileDescriptor handle(::open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!is_ordinary(handle, mapping, is_certain)) {
    return {};
  }
  const std::string there = "/proc/self/fd/" + std::to_string(handle.get());
  return FileDescriptor(::open(there.c_str(), O_RDONLY | O_CLOEXEC));
}

FileDescriptor open_backing(pid_t id, const Mapping& mapping) {
  const std::string process = "/proc/" + std::to_string(id);
  // The one way to a deleted file; proc_pid_map_files(5): only for the privileged.
  FileDescriptor file = open_ordinary(
      process + "/map_files/" + hex(mapping.start) + '-' + hex(mapping.end), mapping, true);
  if (!file && mapping.name.starts_with('/')) {
    file = open_ordinary(process + "/root" + unescape_newlines(mapping.name), mapping, false);
  }
  if (!file) {
    file = open_ordinary(process + "/exe", mapping, false);
  }
  return file;
}

}  // namespace

BackingFile::BackingFile(pid_t id, const Mapping& mapping)
    : start_(mapping.start),
      offset_(mapping.offset),
      page_size_(static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE))),
      file_(open_backing(id, mapping)) {}

Stretch BackingFile::read(std::uint64_t address, std::uint64_t end,
                          std::span<std::byte> buffer) const {
  if (!file_) {
    return {Stretch::Kind::unreadable, end - address,
            "not in the program's memory yet, and its file can't be opened"};
  }
  const std::uint64_t offset = offset_ + (address - start_);
  const std::uint64_t page_left = page_size_ - address % page_size_;
  const off_t data = ::lseek(file_.get(), static_cast<off_t>(offset), SEEK_DATA);
  if (data > static_cast<off_t>(offset)) {
    return {Stretch::Kind::hole,
            std::min(end - address, static_cast<std::uint64_t>(data) - offset)};
  }
  struct stat status {};
  if (data < 0 && errno == ENXIO && ::fstat(file_.get(), &status) == 0 &&
      static_cast<std::uint64_t>(status.st_size) > offset) {
    const std::uint64_t left = static_cast<std::uint64_t>(status.st_size) - offset;
    return {Stretch::Kind::hole, std::min(left, end - address)};
  }
  const auto wanted =
      static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), end - address));
  const ssize_t n = ::pread(file_.get(), buffer.data(), wanted, static_cast<off_t>(offset));
  if (n > 0) {
    return {Stretch::Kind::data, static_cast<std::uint64_t>(n)};
  }
  if (n < 0) {
    return {Stretch::Kind::unreadable, std::min(end - address, page_left),
            "the file system can't read it"};
  }
  // mmap(2): the rest of the file's last page is zero.
  if (page_left < page_size_) {
    return {Stretch::Kind::hole, page_left};
  }
  return {Stretch::Kind::unreadable, end - address, "beyond the end of its file"};
}

}  // namespace pysheeet
