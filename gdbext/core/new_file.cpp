#include "core/new_file.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "core/error.h"

namespace pysheeet {

namespace {

constexpr mode_t k_mode = S_IRUSR | S_IWUSR;

// It is the directory, not the file's name, that then stands in the way.
constexpr const char* k_refused = "no file can be made in ";

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) {
    return ".";
  }
  return slash == 0 ? "/" : path.substr(0, slash);
}

// A name beside path that no other NewFile of this machine takes. It does not hold path's own name,
// which may already be as long as a name can be.
std::string temporary_name(const std::string& path) {
  static std::atomic<unsigned> count{0};
  return directory_of(path) + "/.pysheeet." + std::to_string(::getpid()) + '.' +
         std::to_string(++count);
}

}  // namespace

NewFile::NewFile(std::string path, bool replace, Temporary temporary)
    : path_(std::move(path)), replace_(replace) {
  if (temporary == Temporary::unnamed_if_possible) {
    file_ = FileDescriptor(
        ::open(directory_of(path_).c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, k_mode));
    if (file_) {
      return;
    }
    if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL) {
      throw_errno(k_refused + directory_of(path_));
    }
  }
  open_named();
}

NewFile::~NewFile() {
  if (!temporary_.empty()) {
    ::unlink(temporary_.c_str());
  }
}

void NewFile::open_named() {
  do {
    temporary_ = temporary_name(path_);
    file_ = FileDescriptor(
        ::open(temporary_.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, k_mode));
  } while (!file_ && errno == EEXIST);
  if (!file_) {
    temporary_.clear();
    throw_errno(k_refused + directory_of(path_));
  }
}

void NewFile::need_room(std::uint64_t size) const {
  rlimit limit{};  // going over it raises SIGXFSZ
  if (::getrlimit(RLIMIT_FSIZE, &limit) == 0 && size > limit.rlim_cur) {
    throw SystemError(path_, EFBIG);
  }
}

void NewFile::set_size(std::uint64_t size) {
  need_room(size);
  if (::ftruncate(file_.get(), static_cast<off_t>(size)) != 0) {
    throw_errno(path_);
  }
}

void NewFile::write_at(std::uint64_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (n < 0) {
      if (errno == EINTR) continue;
      throw_errno(path_);
    }
    bytes = bytes.subspan(static_cast<std::size_t>(n));
    offset += static_cast<std::uint64_t>(n);
  }
}

bool NewFile::link_as(const std::string& name) const {
  const std::string here =
      temporary_.empty() ? "/proc/self/fd/" + std::to_string(file_.get()) : temporary_;
  return ::linkat(AT_FDCWD, here.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0;
}

void NewFile::rename_to_path(unsigned flags) {
  if (::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, path_.c_str(), flags) != 0) {
    throw_errno(path_);
  }
  temporary_.clear();
}

void NewFile::commit() {
  // A network file system may tell only now that the disk is full.
  if (!temporary_.empty() && ::fsync(file_.get()) != 0) {
    throw_errno(path_);
  }
  if (!replace_) {
    if (link_as(path_)) {
      return;
    }
    if (errno != EPERM || temporary_.empty()) {
      throw_errno(path_);
    }
    rename_to_path(RENAME_NOREPLACE);  // FAT has no links
    return;
  }
  if (temporary_.empty()) {
    const std::string name = temporary_name(path_);
    if (!link_as(name)) {
      throw_errno(path_);
    }
    temporary_ = name;
  }
  rename_to_path(0);
}

}  // namespace pysheeet
