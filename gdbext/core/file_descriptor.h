#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace pysheeet {

// Owns one file descriptor; empty when it holds none.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() { reset(); }

  // open(2) with O_CLOEXEC added. Throws SystemError that names the path.
  static FileDescriptor open(const std::string& path, int flags);

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  void reset() noexcept;

 private:
  int fd_ = -1;
};

// The whole of a file whose size is not known beforehand, as those under /proc.
// Throws SystemError that names the path.
std::string read_file(const std::string& path);

// Each line of such a file, without its newline; takes no more memory than the longest needs.
// Throws SystemError that names the path.
void read_lines(const std::string& path, const std::function<void(std::string_view line)>& take);

}  // namespace pysheeet
