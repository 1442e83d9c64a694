#include <zstd.h>

#include <algorithm>
#include <array>
#include <thread>
#include <vector>

#include "core/error.h"
#include "core/new_file.h"
#include "dump/data_file.h"
#include "dump/seekable.h"

namespace pysheeet::dump {

namespace {

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};
using Context = std::unique_ptr<ZSTD_CCtx, FreeContext>;

class ZstdFile final : public DataFile {
 public:
  ZstdFile(const std::string& path, bool replace, int level, std::size_t workers)
      : file_(path, replace), level_(level), contexts_(workers) {}

  void prepare(Block& block, std::size_t worker) override {
    compress({block.bytes.get(), block.size}, contexts_[worker], block.prepared);
  }

  void write(const Block& block) override {
    append_zeros(block.offset - end_);
    append(block.prepared, block.size);
  }

  std::uint64_t commit(std::uint64_t size) override {
    append_zeros(size - end_);
    append_seek_table();
    file_.commit();
    return written_;
  }

 private:
  void compress(std::span<const std::byte> bytes, Context& context, std::vector<std::byte>& out) {
    if (!context) {
      context.reset(ZSTD_createCCtx());
    }
    out.resize(ZSTD_compressBound(bytes.size()));
    const std::size_t size = ZSTD_compressCCtx(context.get(), out.data(), out.size(), bytes.data(),
                                               bytes.size(), level_);
    if (ZSTD_isError(size) != 0) {
      throw Error(std::string("zstd: ") + ZSTD_getErrorName(size));
    }
    out.resize(size);
  }

  void append(std::span<const std::byte> frame, std::size_t plain) {
    if (frames_.size() == k_most_frames) {
      throw Error("more frames than the seekable format has");
    }
    append_bytes(frame);
    frames_.push_back(
        {static_cast<std::uint32_t>(frame.size()), static_cast<std::uint32_t>(plain)});
    end_ += plain;
  }

  void append_bytes(std::span<const std::byte> bytes) {
    file_.need_room(written_ + bytes.size());
    file_.write_at(written_, bytes);
    written_ += bytes.size();
  }

  // A run of zeros is the same frame many times.
  void append_zeros(std::uint64_t count) {
    std::vector<std::byte> frame;
    std::size_t plain = 0;
    while (count > 0) {
      const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(count, Block::k_room));
      if (wanted != plain) {
        compress(std::vector<std::byte>(wanted), zeros_context_, frame);
        plain = wanted;
      }
      append(frame, plain);
      count -= plain;
    }
  }

  void append_seek_table() {
    const std::size_t size = frames_.size() * sizeof(FrameSizes) + sizeof(SeekTableFooter);
    const std::array<std::uint32_t, 2> header{k_skippable_magic, static_cast<std::uint32_t>(size)};
    append_bytes(std::as_bytes(std::span(header)));
    append_bytes(std::as_bytes(std::span(frames_)));
    const SeekTableFooter footer(static_cast<std::uint32_t>(frames_.size()));
    append_bytes(std::as_bytes(std::span(&footer, 1)));
  }

  NewFile file_;
  int level_;
  std::vector<Context> contexts_;
  Context zeros_context_;
  std::vector<FrameSizes> frames_;
  std::uint64_t end_ = 0;      // of the uncompressed file
  std::uint64_t written_ = 0;  // bytes of the file
};

}  // namespace

std::unique_ptr<DataFile> make_zstd_file(const std::string& path, bool replace, int level,
                                         std::size_t workers) {
  return std::make_unique<ZstdFile>(path, replace, level, workers);
}

std::size_t zstd_workers(int level) {
  constexpr int k_last_small = 12;  // above, a context takes more than 10 MiB
  const std::size_t processors = std::max(1U, std::thread::hardware_concurrency());
  return level > k_last_small ? 1 : std::min<std::size_t>(processors, 4);
}

}  // namespace pysheeet::dump
