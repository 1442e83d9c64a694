#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace pysheeet::dump {

// zstd's seekable format (contrib/seekable_format/zstd_seekable_compression_format.md): behind the
// frames a skippable one with an entry each, and a footer.
constexpr std::uint32_t k_skippable_magic = 0x184D2A5E;
constexpr std::uint32_t k_seekable_magic = 0x8F92EAB1;
constexpr std::size_t k_most_frames = 0x8000000;

struct FrameSizes {
  std::uint32_t compressed = 0;
  std::uint32_t plain = 0;
};
static_assert(sizeof(FrameSizes) == 8);

class SeekTableFooter {
 public:
  SeekTableFooter() = default;
  explicit SeekTableFooter(std::uint32_t frames) {
    put(0, frames);
    put(5, k_seekable_magic);
  }

  std::size_t frames() const { return get(0); }
  bool has_checksums() const { return (bytes_[4] & 0x80) != 0; }
  bool is_valid() const { return get(5) == k_seekable_magic && frames() <= k_most_frames; }

 private:
  std::uint32_t get(std::size_t at) const {
    std::uint32_t value = 0;
    std::memcpy(&value, bytes_ + at, sizeof value);
    return value;
  }
  void put(std::size_t at, std::uint32_t value) { std::memcpy(bytes_ + at, &value, sizeof value); }

  unsigned char bytes_[9]{};
};
static_assert(sizeof(SeekTableFooter) == 9);

}  // namespace pysheeet::dump
