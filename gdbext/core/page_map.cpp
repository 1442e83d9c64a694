#include "core/page_map.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

namespace pysheeet {

namespace {

// Linux Documentation/admin-guide/mm/pagemap.rst. The headers of Debian 12 lack the call, which the
// kernel has since 6.7.
struct PageRegion {
  std::uint64_t start;
  std::uint64_t end;
  std::uint64_t categories;
};
struct ScanArguments {
  std::uint64_t size;
  std::uint64_t flags;
  std::uint64_t start;
  std::uint64_t end;
  std::uint64_t walk_end;
  std::uint64_t vec;
  std::uint64_t vec_len;
  std::uint64_t max_pages;
  std::uint64_t category_inverted;
  std::uint64_t category_mask;
  std::uint64_t category_anyof_mask;
  std::uint64_t return_mask;
};
static_assert(sizeof(PageRegion) == 24 && sizeof(ScanArguments) == 96);
constexpr unsigned long k_pagemap_scan = _IOWR('f', 16, ScanArguments);
constexpr std::uint64_t k_page_is_file = 1 << 2;
constexpr std::uint64_t k_page_is_present = 1 << 3;
constexpr std::uint64_t k_page_is_swapped = 1 << 4;
constexpr std::uint64_t k_page_is_zero = 1 << 5;

// The same in an entry of /proc/PID/pagemap, which does not tell the page of zeros.
constexpr std::uint64_t k_entry_present_or_swapped = std::uint64_t{1} << 63 | std::uint64_t{1}
                                                                                  << 62;
constexpr std::uint64_t k_entry_file = std::uint64_t{1} << 61;

// As entries they describe 32 MiB of memory.
constexpr std::size_t k_buffer_size = std::size_t{1} << 16;

PageMap::Pages kind_of(std::uint64_t categories) {
  if ((categories & k_page_is_zero) != 0) {
    return PageMap::Pages::zero;
  }
  return (categories & k_page_is_file) != 0 ? PageMap::Pages::file : PageMap::Pages::own;
}

PageMap::Pages kind_of_entry(std::uint64_t entry) {
  if ((entry & k_entry_present_or_swapped) == 0) {
    return PageMap::Pages::absent;
  }
  return (entry & k_entry_file) != 0 ? PageMap::Pages::file : PageMap::Pages::own;
}

}  // namespace

PageMap::PageMap(pid_t id, Method method)
    : file_(::open(("/proc/" + std::to_string(id) + "/pagemap").c_str(), O_RDONLY | O_CLOEXEC)),
      can_scan_(method == Method::scan_if_possible),
      page_size_(static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE))),
      buffer_(k_buffer_size) {}

PageMap::Run PageMap::run(std::uint64_t address, std::uint64_t end) {
  if (runs_.empty() || address < known_from_ || address >= runs_.back().end) {
    const std::uint64_t start = address - address % page_size_;
    runs_.clear();
    known_from_ = start;
    last_ = 0;
    if (!file_ || (can_scan_ && scan(start, end))) {
      // known, as far as it can be
    } else {
      read_entries(start, end);
    }
    if (runs_.empty()) {
      return {Pages::unknown, end};
    }
  }
  const bool is_behind = last_ > 0 && address < runs_[last_ - 1].end;
  const auto from = runs_.begin() + static_cast<std::ptrdiff_t>(is_behind ? 0 : last_);
  const auto found =
      address < from->end
          ? from
          : std::upper_bound(from, runs_.end(), address,
                             [](std::uint64_t value, const Run& run) { return value < run.end; });
  last_ = static_cast<std::size_t>(found - runs_.begin());
  return {found->pages, std::min(found->end, end)};
}

void PageMap::add(Pages pages, std::uint64_t end) {
  if (!runs_.empty() && runs_.back().pages == pages) {
    runs_.back().end = end;
  } else {
    runs_.push_back({pages, end});
  }
}

// Whether the kernel has the call.
bool PageMap::scan(std::uint64_t start, std::uint64_t end) {
  constexpr std::size_t k_regions = k_buffer_size / sizeof(PageRegion);
  ScanArguments arguments{};
  arguments.size = sizeof arguments;
  arguments.start = start;
  arguments.end = end;
  arguments.vec = reinterpret_cast<std::uintptr_t>(buffer_.data());
  arguments.vec_len = k_regions;
  arguments.category_anyof_mask = k_page_is_present | k_page_is_swapped;
  arguments.return_mask = k_page_is_zero | k_page_is_file | k_page_is_present | k_page_is_swapped;
  const int count = ::ioctl(file_.get(), k_pagemap_scan, &arguments);
  if (count < 0) {
    can_scan_ = errno == EINTR;
    return false;
  }
  std::uint64_t at = start;
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    PageRegion region{};
    std::memcpy(&region, buffer_.data() + i * sizeof region, sizeof region);
    if (region.start > at) {
      add(Pages::absent, region.start);
    }
    add(kind_of(region.categories), region.end);
    at = region.end;
  }
  if (arguments.walk_end > at) {
    add(Pages::absent, std::min<std::uint64_t>(arguments.walk_end, end));
  }
  return true;
}

void PageMap::read_entries(std::uint64_t start, std::uint64_t end) {
  const std::uint64_t pages = (end - start + page_size_ - 1) / page_size_;
  const auto wanted = static_cast<std::size_t>(
      std::min<std::uint64_t>(pages * sizeof(std::uint64_t), buffer_.size()));
  const ssize_t n = ::pread(file_.get(), buffer_.data(), wanted,
                            static_cast<off_t>(start / page_size_ * sizeof(std::uint64_t)));
  const std::size_t count = n > 0 ? static_cast<std::size_t>(n) / sizeof(std::uint64_t) : 0;
  for (std::size_t i = 0; i < count; ++i) {
    std::uint64_t entry = 0;
    std::memcpy(&entry, buffer_.data() + i * sizeof entry, sizeof entry);
    add(kind_of_entry(entry), start + (i + 1) * page_size_);
  }
}

}  // namespace pysheeet
