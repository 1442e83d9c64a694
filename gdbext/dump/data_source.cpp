#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "core/error.h"
#include "core/file_descriptor.h"
#include "core/text.h"
#include "dump/dump_memory.h"
#include "dump/seekable.h"

namespace pysheeet::dump {

namespace {

// Ours have a megabyte at most.
constexpr std::uint32_t k_largest_frame = std::uint32_t{1} << 24;

class PlainSource final : public DataSource {
 public:
  explicit PlainSource(const std::string& path)
      : path_(path), file_(FileDescriptor::open(path, O_RDONLY | O_NONBLOCK)) {
    struct stat status {};
    if (::fstat(file_.get(), &status) != 0) {
      throw_errno(path);
    }
    if (!S_ISREG(status.st_mode)) {
      throw Error(escape(path) + ": not a regular file");
    }
    size_ = static_cast<std::uint64_t>(status.st_size);
  }

  std::size_t read(std::uint64_t offset, std::span<std::byte> buffer) override {
    if (offset >= size_) {
      return 0;
    }
    ssize_t n = 0;
    do {
      n = ::pread(file_.get(), buffer.data(), buffer.size(), static_cast<off_t>(offset));
    } while (n < 0 && errno == EINTR);
    if (n < 0) {
      throw_errno(path_);
    }
    return static_cast<std::size_t>(n);
  }

  std::uint64_t next_data(std::uint64_t offset, std::uint64_t end) override {
    const off_t data = ::lseek(file_.get(), static_cast<off_t>(offset), SEEK_DATA);
    if (data < 0) {
      return errno == ENXIO ? end : offset;  // not each file system can tell
    }
    return std::min(static_cast<std::uint64_t>(data), end);
  }

  // All of buffer, which must be there.
  void read_all(std::uint64_t offset, std::span<std::byte> buffer) {
    while (!buffer.empty()) {
      const std::size_t n = read(offset, buffer);
      if (n == 0) {
        throw Error(escape(path_) + ": it ends too soon");
      }
      offset += n;
      buffer = buffer.subspan(n);
    }
  }

  std::uint64_t size() const { return size_; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  FileDescriptor file_;
  std::uint64_t size_ = 0;
};

struct FreeContext {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

class ZstdSource final : public DataSource {
 public:
  explicit ZstdSource(const std::string& path) : file_(path), context_(ZSTD_createDCtx()) {
    read_seek_table();
  }

  std::size_t read(std::uint64_t offset, std::span<std::byte> buffer) override {
    const auto next =
        std::upper_bound(frames_.begin(), frames_.end(), offset,
                         [](std::uint64_t value, const Frame& f) { return value < f.plain; });
    if (next == frames_.begin() || next == frames_.end()) {  // the last one only tells the end
      return 0;
    }
    unpack(static_cast<std::size_t>(next - frames_.begin() - 1));
    const std::size_t skipped = offset - std::prev(next)->plain;
    const std::size_t n = std::min(buffer.size(), frame_.size() - skipped);
    std::memcpy(buffer.data(), frame_.data() + skipped, n);
    return n;
  }

 private:
  // Where a frame begins, in the file and once it is unpacked.
  struct Frame {
    std::uint64_t packed = 0;
    std::uint64_t plain = 0;
  };

  [[noreturn]] void fail() const {
    throw Error(escape(file_.path()) + ": not in zstd's seekable format");
  }

  void read_seek_table() {
    SeekTableFooter footer{};
    if (file_.size() < sizeof footer) {
      fail();
    }
    file_.read_all(file_.size() - sizeof footer, std::as_writable_bytes(std::span(&footer, 1)));
    const std::size_t entry = sizeof(FrameSizes) + (footer.has_checksums() ? 4 : 0);
    if (!footer.is_valid() || file_.size() - sizeof footer < footer.frames() * entry) {
      fail();
    }
    std::vector<std::byte> table(footer.frames() * entry);
    file_.read_all(file_.size() - sizeof footer - table.size(), table);
    frames_.resize(footer.frames() + 1);
    for (std::size_t i = 0; i + 1 < frames_.size(); ++i) {
      FrameSizes sizes{};
      std::memcpy(&sizes, table.data() + i * entry, sizeof sizes);
      if (sizes.plain == 0 || sizes.plain > k_largest_frame || sizes.compressed > k_largest_frame) {
        fail();
      }
      frames_[i + 1] = {frames_[i].packed + sizes.compressed, frames_[i].plain + sizes.plain};
    }
  }

  void unpack(std::size_t i) {
    if (i == unpacked_) {
      return;
    }
    packed_.resize(frames_[i + 1].packed - frames_[i].packed);
    file_.read_all(frames_[i].packed, packed_);
    frame_.resize(frames_[i + 1].plain - frames_[i].plain);
    unpacked_ = k_none;
    const std::size_t size = ZSTD_decompressDCtx(context_.get(), frame_.data(), frame_.size(),
                                                 packed_.data(), packed_.size());
    if (ZSTD_isError(size) != 0 || size != frame_.size()) {
      throw Error(escape(file_.path()) + ": a frame of it is damaged");
    }
    unpacked_ = i;
  }

  static constexpr std::size_t k_none = static_cast<std::size_t>(-1);

  PlainSource file_;
  std::unique_ptr<ZSTD_DCtx, FreeContext> context_;
  std::vector<Frame> frames_;
  std::vector<std::byte> packed_;
  std::vector<std::byte> frame_;
  std::size_t unpacked_ = k_none;  // which one frame_ holds
};

}  // namespace

std::unique_ptr<DataSource> open_data(const std::string& path, const std::string& encoding) {
  if (encoding == "zstd") {
    return std::make_unique<ZstdSource>(path);
  }
  if (encoding != "raw" && encoding != "core") {
    throw Error(escape(path) + ": an encoding that is not known: " + escape(encoding));
  }
  return std::make_unique<PlainSource>(path);
}

}  // namespace pysheeet::dump
