#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <vector>

#include "trace/record.h"

// Records as an engine passes them: a header, then one after the other.
class RecordBytes {
 public:
  RecordBytes() { append(pysheeet::trace::RecordHeader()); }

  RecordBytes& operator<<(const pysheeet::trace::Record& record) {
    append(record);
    return *this;
  }
  std::span<const std::byte> bytes() const { return bytes_; }
  std::vector<std::byte>& raw() { return bytes_; }

 private:
  template <typename T>
  void append(const T& what) {
    const std::size_t at = bytes_.size();
    bytes_.resize(at + sizeof what);
    std::memcpy(bytes_.data() + at, &what, sizeof what);
  }

  std::vector<std::byte> bytes_;
};
