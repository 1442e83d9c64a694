#include "core/file_descriptor.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "core/error.h"

namespace pysheeet {

FileDescriptor FileDescriptor::open(const std::string& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC);
  if (fd < 0) {
    throw_errno(path);
  }
  return FileDescriptor(fd);
}

void FileDescriptor::reset() noexcept {
  if (fd_ >= 0) {
    ::close(fd_);
    fd_ = -1;
  }
}

std::string read_file(const std::string& path) {
  const FileDescriptor file = FileDescriptor::open(path, O_RDONLY);
  std::string text;
  std::array<char, 1 << 16> chunk{};
  for (;;) {
    const ssize_t n = ::read(file.get(), chunk.data(), chunk.size());
    if (n > 0) {
      text.append(chunk.data(), static_cast<std::size_t>(n));
    } else if (n == 0) {
      return text;
    } else if (errno != EINTR) {
      throw_errno(path);
    }
  }
}

void read_lines(const std::string& path, const std::function<void(std::string_view line)>& take) {
  const FileDescriptor file = FileDescriptor::open(path, O_RDONLY);
  std::string text;  // what is read and no whole line yet, then the next chunk
  std::array<char, 1 << 16> chunk{};
  for (;;) {
    const ssize_t n = ::read(file.get(), chunk.data(), chunk.size());
    if (n < 0 && errno != EINTR) {
      throw_errno(path);
    }
    if (n == 0) {
      break;
    }
    text.append(chunk.data(), n > 0 ? static_cast<std::size_t>(n) : 0);
    std::size_t begin = 0;
    for (std::size_t end = text.find('\n'); end != std::string::npos;
         end = text.find('\n', begin)) {
      take(std::string_view(text).substr(begin, end - begin));
      begin = end + 1;
    }
    text.erase(0, begin);
  }
  if (!text.empty()) {
    take(text);
  }
}

}  // namespace pysheeet
