#pragma once

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "core/error.h"
#include "core/memory_map.h"
#include "core/memory_reader.h"

// Memory from k_base on, a character a page: its bytes, '0' for bytes of zero, '.' for a hole, '!'
// and '?' for what can't be read, '*' for a source that fails. A capital is in the mapped file,
// too.
class FakeMemory : public pysheeet::MemoryReader {
 public:
  static constexpr std::uint64_t k_page = 4096;
  static constexpr std::uint64_t k_base = 0x7f0000000000;

  explicit FakeMemory(std::string pages) : pages_(std::move(pages)) {}

  pysheeet::Mapping mapping() const { return mapping(0, pages_.size()); }
  pysheeet::Mapping mapping(std::size_t first, std::size_t end) const {
    return {k_base + first * k_page, k_base + end * k_page, "rw-p", 0, ""};
  }

  // What a file of all of it has.
  std::string bytes() const {
    std::string all;
    for (const char page : pages_) {
      const bool is_zero = std::string(".!?0").find(page) != std::string::npos;
      all += std::string(k_page, is_zero ? '\0' : page);
    }
    return all;
  }

  pysheeet::Stretch read(std::uint64_t address, std::span<std::byte> buffer) override {
    using pysheeet::Stretch;
    largest_ = std::max(largest_, buffer.size());
    const std::size_t first = (address - k_base) / k_page;
    const char page = pages_.at(first);
    const std::size_t next = std::min(pages_.find_first_not_of(page, first), pages_.size());
    const std::uint64_t left = k_base + next * k_page - address;
    if (page == '*') {
      throw pysheeet::Error("the source failed");
    }
    if (page == '!' || page == '?') {
      return {Stretch::Kind::unreadable, left, page == '!' ? "forbidden" : "unknown"};
    }
    if (page == '.') {
      return {Stretch::Kind::hole, left};
    }
    const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(left, buffer.size()));
    std::memset(buffer.data(), page == '0' ? 0 : page, size);
    return {Stretch::Kind::data, size, nullptr, page >= 'A' && page <= 'Z'};
  }

  std::size_t largest_read() const { return largest_; }

 private:
  std::string pages_;
  std::size_t largest_ = 0;
};
