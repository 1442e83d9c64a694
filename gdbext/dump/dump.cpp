#include "dump/dump.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string_view>

#include "core/new_file.h"

namespace pysheeet::dump {

namespace {

constexpr std::size_t k_buffer_size = std::size_t{1} << 20;
constexpr auto k_progress_interval = std::chrono::milliseconds(20);

class ProgressClock {
 public:
  explicit ProgressClock(const Progress& progress) : progress_(progress) {}

  void tick(std::uint64_t done) {
    const auto now = std::chrono::steady_clock::now();
    if (progress_ && now - last_ >= k_progress_interval) {
      last_ = now;
      progress_(done);
    }
  }

 private:
  const Progress& progress_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

class GapList {
 public:
  explicit GapList(DumpReport& report) : report_(report) {}

  void add(std::uint64_t start, std::uint64_t end, const char* reason) {
    report_.unreadable += end - start;
    const bool goes_on = last_end_ == start && last_reason_ == reason;
    last_end_ = end;
    last_reason_ = reason;
    if (goes_on && report_.more_gaps == 0) {
      report_.gaps.back().end = end;
    } else if (!goes_on && report_.gaps.size() < k_listed_gaps) {
      report_.gaps.push_back({start, end, reason});
    } else if (!goes_on) {
      ++report_.more_gaps;
    }
  }

 private:
  DumpReport& report_;
  std::uint64_t last_end_ = 0;
  std::string_view last_reason_;
};

}  // namespace

DumpReport dump_mapping(MemoryReader& reader, const Mapping& mapping, const std::string& path,
                        bool replace, const Progress& progress) {
  DumpReport report;
  GapList gaps(report);
  report.size = mapping.size();
  const auto buffer = std::make_unique_for_overwrite<std::byte[]>(k_buffer_size);
  ProgressClock clock(progress);
  std::optional<NewFile> file;
  std::uint64_t address = mapping.start;
  while (address < mapping.end) {
    const std::uint64_t left = mapping.end - address;
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left, k_buffer_size));
    const Stretch stretch = reader.read(address, {buffer.get(), wanted});
    const std::uint64_t size = std::min(stretch.size, left);
    if (stretch.kind == Stretch::Kind::unreadable) {
      gaps.add(address, address + size, stretch.reason);
    } else if (!file) {
      file.emplace(path, replace);
      file->set_size(report.size);
    }
    if (stretch.kind == Stretch::Kind::data) {
      file->write_at(address - mapping.start, {buffer.get(), static_cast<std::size_t>(size)});
    } else if (stretch.kind == Stretch::Kind::hole) {
      report.holes += size;
    }
    address += size;
    clock.tick(address - mapping.start);
  }
  if (file) {
    file->commit();
    report.written = true;
  }
  return report;
}

}  // namespace pysheeet::dump
