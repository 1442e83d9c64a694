#include "dump/dump_memory.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>

#include "core/error.h"
#include "core/text.h"
#include "dump/hash.h"

namespace pysheeet::dump {

namespace {

constexpr auto k_progress_interval = std::chrono::milliseconds(20);

std::string beside(const std::string& path, const std::string& file) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? file : path.substr(0, slash + 1) + file;
}

constexpr const char* k_filled = "where nothing was captured its file has data";

// Whether the file has anything but zeros there. Its end counts as zeros.
bool holds_data(DataSource& source, std::uint64_t offset, std::uint64_t end,
                std::span<std::byte> buffer) {
  while (offset < end) {
    offset = source.next_data(offset, end);
    const std::uint64_t left = end - offset;
    const std::size_t n = source.read(
        offset,
        buffer.first(static_cast<std::size_t>(std::min<std::uint64_t>(left, buffer.size()))));
    if (n == 0) {
      return false;
    }
    const auto bytes = buffer.first(n);
    if (std::any_of(bytes.begin(), bytes.end(), [](std::byte b) { return b != std::byte{0}; })) {
      return true;
    }
    offset += n;
  }
  return false;
}

}  // namespace

DumpMemory::DumpMemory(const std::string& path) : manifest_(read_manifest(path)) {}

std::vector<Mapping> DumpMemory::mappings() const {
  std::vector<Mapping> all;
  for (const DumpedMapping& dumped : manifest_.mappings) {
    all.push_back(dumped.mapping);
  }
  return all;
}

DataSource& DumpMemory::data_of(const DumpedMapping& mapping) {
  const std::string path = beside(manifest_.path, mapping.file);
  if (!data_ || path != open_path_) {
    data_ = open_data(path, mapping.encoding);
    open_path_ = path;
  }
  return *data_;
}

Stretch DumpMemory::read(std::uint64_t address, std::span<std::byte> buffer) {
  const auto& all = manifest_.mappings;
  const auto next = std::upper_bound(
      all.begin(), all.end(), address,
      [](std::uint64_t value, const DumpedMapping& d) { return value < d.mapping.start; });
  if (next == all.begin() || std::prev(next)->mapping.end <= address) {
    const std::uint64_t end =
        next == all.end() ? std::numeric_limits<std::uint64_t>::max() : next->mapping.start;
    return {Stretch::Kind::unreadable, std::max<std::uint64_t>(end - address, 1), "not dumped"};
  }
  const DumpedMapping& dumped = *std::prev(next);
  const Range& range = *std::prev(
      std::upper_bound(dumped.ranges.begin(), dumped.ranges.end(), address,
                       [](std::uint64_t value, const Range& r) { return value < r.start; }));
  const std::uint64_t left = range.end - address;
  switch (range.kind) {
    case RangeKind::captured:
      break;
    case RangeKind::zero:
    case RangeKind::untouched:
      return {Stretch::Kind::hole, left};
    case RangeKind::unreadable:
      return {Stretch::Kind::unreadable, left, range.reason};
    case RangeKind::in_file:
      return {Stretch::Kind::unreadable, left, "left to its file when it was dumped"};
  }
  const std::size_t n = data_of(dumped).read(
      range.offset + (address - range.start),
      buffer.first(static_cast<std::size_t>(std::min<std::uint64_t>(left, buffer.size()))));
  return n > 0 ? Stretch{Stretch::Kind::data, n}
               : Stretch{Stretch::Kind::unreadable, left, "the dump's file is truncated"};
}

bool DumpMemory::has_raw_file_alone(const DumpedMapping& mapping) {
  if (!shared_files_) {
    shared_files_.emplace();
    std::set<std::string_view> seen;
    for (const DumpedMapping& each : manifest_.mappings) {
      if (!seen.insert(each.file).second) {
        shared_files_->insert(each.file);
      }
    }
  }
  return mapping.encoding == "raw" && !shared_files_->contains(mapping.file);
}

std::string DumpMemory::verify(std::size_t i,
                               const std::function<void(std::uint64_t done)>& progress) {
  const DumpedMapping& dumped = manifest_.mappings.at(i);
  if (dumped.file.empty()) {
    return "";
  }
  const bool is_alone = has_raw_file_alone(dumped);
  std::vector<std::byte> buffer(std::size_t{1} << 18);
  Xxh64 hash;
  auto last = std::chrono::steady_clock::now();
  // Where in the file what was captured ends; before the first of it other mappings may lie.
  std::optional<std::uint64_t> filled;
  if (is_alone) {
    filled = 0;
  }
  for (const Range& range : dumped.ranges) {
    if (range.kind != RangeKind::captured) {
      continue;
    }
    if (filled && holds_data(data_of(dumped), *filled, range.offset, buffer)) {
      return k_filled;
    }
    for (std::uint64_t at = range.start; at < range.end;) {
      const Stretch stretch = read(at, buffer);
      if (stretch.kind != Stretch::Kind::data) {
        return stretch.reason;
      }
      hash.add(std::span(buffer).first(static_cast<std::size_t>(stretch.size)));
      at += stretch.size;
      const auto now = std::chrono::steady_clock::now();
      if (progress && now - last >= k_progress_interval) {
        last = now;
        progress(at - dumped.mapping.start);
      }
    }
    filled = range.offset + range.size();
  }
  if (hash.value() != dumped.hash) {
    return "its bytes are not those that were captured";
  }
  const bool is_filled =
      is_alone && holds_data(data_of(dumped), *filled, dumped.mapping.size() + 1, buffer);
  return is_filled ? k_filled : "";
}

}  // namespace pysheeet::dump
