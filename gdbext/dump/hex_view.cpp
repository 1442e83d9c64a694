#include "dump/hex_view.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <span>
#include <string_view>

namespace pysheeet::dump {

namespace {

constexpr std::size_t k_line = 16;

// Bytes that may be known or not.
struct Bytes {
  std::vector<std::byte> values;
  std::vector<bool> known;
};

Bytes read_bytes(MemoryReader& reader, std::uint64_t address, std::size_t size) {
  Bytes bytes{std::vector<std::byte>(size), std::vector<bool>(size)};
  std::size_t done = 0;
  while (done < size) {
    const std::span<std::byte> rest(bytes.values.data() + done, size - done);
    const Stretch stretch = reader.read(address + done, rest);
    const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(stretch.size, rest.size()));
    if (stretch.kind != Stretch::Kind::data) {
      std::memset(rest.data(), 0, taken);
    }
    const auto first = bytes.known.begin() + static_cast<std::ptrdiff_t>(done);
    std::fill_n(first, taken, stretch.kind != Stretch::Kind::unreadable);
    done += taken;
  }
  return bytes;
}

std::string line_of(std::uint64_t address, const Bytes& bytes, std::size_t begin) {
  std::array<char, 20> text{};
  std::snprintf(text.data(), text.size(), "0x%012llx ", static_cast<unsigned long long>(address));
  std::string line = text.data();
  std::string shown;
  for (std::size_t i = 0; i < k_line; ++i) {
    line += i == k_line / 2 ? "  " : " ";
    if (begin + i >= bytes.values.size()) {
      line += "  ";
      continue;
    }
    const auto value = static_cast<unsigned char>(bytes.values[begin + i]);
    if (!bytes.known[begin + i]) {
      line += "??";
      shown += '?';
      continue;
    }
    constexpr std::string_view k_digits = "0123456789abcdef";
    line += k_digits[value >> 4];
    line += k_digits[value & 0xf];
    shown += value >= 0x20 && value < 0x7f ? static_cast<char>(value) : '.';
  }
  return line + "  |" + shown + '|';
}

}  // namespace

std::vector<std::string> hex_lines(MemoryReader& reader, std::uint64_t address, std::size_t size) {
  const Bytes bytes = read_bytes(reader, address, size);
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin < size; begin += k_line) {
    lines.push_back(line_of(address + begin, bytes, begin));
  }
  return lines;
}

}  // namespace pysheeet::dump
