#include "dump/compare.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <vector>

namespace pysheeet::dump {

namespace {

constexpr std::size_t k_chunk = std::size_t{1} << 18;
constexpr std::uint64_t k_largest_joint = 16;
constexpr auto k_progress_interval = std::chrono::milliseconds(20);

// One side: what it has from where the comparison is.
class Side {
 public:
  explicit Side(MemoryReader& reader) : reader_(reader), buffer_(k_chunk) {}

  // Makes something known of what is at the address.
  void need(std::uint64_t address, std::uint64_t end) {
    if (address < end_) {
      return;
    }
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(end - address, k_chunk));
    const Stretch stretch = reader_.read(address, std::span(buffer_).first(wanted));
    start_ = address;
    end_ = address + std::min(stretch.size, end - address);
    kind_ = stretch.kind;
  }

  std::uint64_t end() const { return end_; }
  Stretch::Kind kind() const { return kind_; }
  // Of data.
  const std::byte* at(std::uint64_t address) const { return buffer_.data() + (address - start_); }

 private:
  MemoryReader& reader_;
  std::vector<std::byte> buffer_;
  std::uint64_t start_ = 0;
  std::uint64_t end_ = 0;
  Stretch::Kind kind_ = Stretch::Kind::hole;
};

// Joins ranges that are close.
class Differences {
 public:
  using Found = std::function<void(std::uint64_t, std::uint64_t, Difference)>;
  explicit Differences(const Found& found) : found_(found) {}

  void add(std::uint64_t start, std::uint64_t end, Difference kind) {
    const std::uint64_t joint = kind == Difference::changed ? k_largest_joint : 0;
    if (end_ > start_ && kind == kind_ && start - end_ <= joint) {
      end_ = end;
      return;
    }
    flush();
    start_ = start;
    end_ = end;
    kind_ = kind;
  }

  void flush() {
    if (end_ > start_) {
      found_(start_, end_, kind_);
    }
    start_ = end_ = 0;
  }

 private:
  const Found& found_;
  std::uint64_t start_ = 0;
  std::uint64_t end_ = 0;
  Difference kind_ = Difference::changed;
};

void compare_bytes(const std::byte* a, const std::byte* b, std::uint64_t address, std::size_t size,
                   Differences& differences) {
  constexpr std::size_t k_block = 4096;
  for (std::size_t i = 0; i < size; i += k_block) {
    const std::size_t length = std::min(k_block, size - i);
    if (std::memcmp(a + i, b + i, length) == 0) {
      continue;
    }
    for (std::size_t j = i; j < i + length; ++j) {
      if (a[j] != b[j]) {
        differences.add(address + j, address + j + 1, Difference::changed);
      }
    }
  }
}

}  // namespace

void compare(MemoryReader& before, MemoryReader& after, std::uint64_t start, std::uint64_t end,
             const std::function<void(std::uint64_t start, std::uint64_t end, Difference)>& found,
             const std::function<void(std::uint64_t done)>& progress) {
  const std::vector<std::byte> zeros(k_chunk);
  Side a(before);
  Side b(after);
  Differences differences(found);
  auto last = std::chrono::steady_clock::now();
  for (std::uint64_t at = start; at < end;) {
    a.need(at, end);
    b.need(at, end);
    std::uint64_t next = std::min(a.end(), b.end());
    const bool has_a = a.kind() != Stretch::Kind::unreadable;
    const bool has_b = b.kind() != Stretch::Kind::unreadable;
    const bool is_data = a.kind() == Stretch::Kind::data || b.kind() == Stretch::Kind::data;
    if (has_a != has_b) {
      differences.add(at, next, has_a ? Difference::lost : Difference::gained);
    } else if (has_a && is_data) {
      next = std::min<std::uint64_t>(next, at + k_chunk);
      compare_bytes(a.kind() == Stretch::Kind::data ? a.at(at) : zeros.data(),
                    b.kind() == Stretch::Kind::data ? b.at(at) : zeros.data(), at,
                    static_cast<std::size_t>(next - at), differences);
    }
    at = next;
    const auto now = std::chrono::steady_clock::now();
    if (progress && now - last >= k_progress_interval) {
      last = now;
      progress(at - start);
    }
  }
  differences.flush();
}

}  // namespace pysheeet::dump
