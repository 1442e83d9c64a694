#include "dump/dump.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <string_view>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "dump/file_name.h"
#include "dump/zeros.h"

namespace pysheeet::dump {

namespace {

constexpr auto k_progress_interval = std::chrono::milliseconds(20);
constexpr std::uint64_t k_page_size = 4096;

// Of raw files of their own: ext4's largest is 16 TiB.
constexpr std::uint64_t k_largest_part = std::uint64_t{1} << 43;
// What is not in memory for so long has no place in a file that others unpack, copy or map.
constexpr std::uint64_t k_longest_hole = std::uint64_t{1} << 26;
// A gap of no more is filled, so that what follows goes into the same block.
constexpr std::uint64_t k_filled_gap = std::uint64_t{1} << 14;
// To read less at a time takes longer than to write two blocks.
constexpr std::size_t k_least_room = std::size_t{1} << 16;

std::uint64_t round_up(std::uint64_t value, std::uint64_t unit) {
  return (value + unit - 1) / unit * unit;
}

class Ticker {
 public:
  explicit Ticker(const Progress& progress) : progress_(progress) {}

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

  void add(const Range& range) {
    report_.unreadable += range.size();
    const bool goes_on = last_end_ == range.start && last_reason_ == range.reason;
    last_end_ = range.end;
    last_reason_ = range.reason;
    if (goes_on && report_.more_gaps == 0) {
      report_.gaps.back().end = range.end;
    } else if (!goes_on && report_.gaps.size() < k_listed_gaps) {
      report_.gaps.push_back({range.start, range.end, range.reason});
    } else if (!goes_on) {
      ++report_.more_gaps;
    }
  }

 private:
  DumpReport& report_;
  std::uint64_t last_end_ = 0;
  std::string_view last_reason_;
};

std::size_t workers_for(const DumpOptions& options) {
  return options.encoding == Encoding::zstd ? zstd_workers(options.level) : 1;
}

std::string_view encoding_name(Encoding encoding) {
  constexpr std::string_view k_names[] = {"raw", "zstd", "core"};
  return k_names[static_cast<std::size_t>(encoding)];
}

// A file's name as the manifest beside it tells it.
std::string_view last_part(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

// JSON has no other names.
void need_utf8(std::string_view path) {
  std::string_view name = last_part(path);
  while (!name.empty()) {
    const std::size_t length = utf8_sequence_length(name);
    if (length == 0) {
      throw Error("a manifest can't name " + escape(path) + ": that is no UTF-8");
    }
    name.remove_prefix(length);
  }
}

}  // namespace

// What is written in one go: a mapping, or so much of it as fits into a file of its own.
class Dump::Part {
 public:
  Part(const Mapping& mapping, DumpReport& report, GapList& gaps, ManifestWriter& manifest,
       Ticker& ticker, std::uint64_t before)
      : span(mapping),
        report_(report),
        gaps_(gaps),
        manifest_(manifest),
        ticker_(ticker),
        before_(before) {}

  void tick(std::uint64_t address) { ticker_.tick(before_ + (address - span.start)); }

  void add(const Range& range) {
    manifest_.add(range);
    switch (range.kind) {
      case RangeKind::captured:
        report_.captured += range.size();
        break;
      case RangeKind::untouched:
        report_.holes += range.size();
        break;
      case RangeKind::in_file:
        report_.in_file += range.size();
        break;
      case RangeKind::unreadable:
        gaps_.add(range);
        break;
      case RangeKind::zero:
        break;
    }
  }

  const Mapping& span;
  bool has_file = false;

 private:
  DumpReport& report_;
  GapList& gaps_;
  ManifestWriter& manifest_;
  Ticker& ticker_;
  std::uint64_t before_;  // bytes of the mapping before this part
};

Dump::Dump(MemoryReader& reader, const Target& target, DumpOptions options,
           const std::vector<BuildId>& build_ids)
    : reader_(reader),
      target_(target),
      options_(std::move(options)),
      manifest_(options_.manifest, options_.replace, target, build_ids),
      pipeline_(workers_for(options_)) {
  if (options_.is_single) {
    file_path_ = options_.path;
    need_utf8(file_path_);
    open_file({});
    end_ = options_.encoding == Encoding::core ? k_core_memory_offset : 0;
  }
}

Dump::~Dump() = default;

void Dump::open_file(const Mapping& part) {
  if (!options_.is_single) {
    const std::string separator = options_.path.empty() || options_.path.ends_with('/') ? "" : "/";
    file_path_ = options_.path + separator + dump_file_name(target_.program, target_.pid, part) +
                 (options_.encoding == Encoding::zstd ? ".zst" : "");
  }
  file_ = options_.encoding == Encoding::zstd
              ? make_zstd_file(file_path_, options_.replace, options_.level, workers_for(options_))
              : make_plain_file(file_path_, options_.replace);
}

void Dump::commit_file(std::uint64_t size) {
  send_block();
  pipeline_.drain();
  file_->commit(size);
  file_.reset();
}

DumpReport Dump::write(const Mapping& mapping, const Progress& progress) {
  DumpReport report;
  report.size = mapping.size();
  GapList gaps(report);
  Ticker ticker(progress);
  Mapping span = mapping;
  const std::uint64_t largest = options_.is_single ? mapping.size() : k_largest_part;
  try {
    do {
      span.end = span.start + std::min(largest, mapping.end - span.start);
      Part part(span, report, gaps, manifest_, ticker, span.start - mapping.start);
      capture(part);
      if (part.has_file) {
        report.files.push_back(file_path_);
      }
      span.offset += span.size();
      span.start = span.end;
    } while (span.start < mapping.end);
  } catch (...) {
    pipeline_.abandon();
    throw;
  }
  return report;
}

void Dump::begin_part(const Mapping& part) {
  manifest_.begin(part);
  hash_.reset();
  base_ = part.start;
  offset_ = options_.is_single ? round_up(end_, k_page_size) : 0;
}

void Dump::capture(Part& part) {
  begin_part(part.span);
  std::uint64_t address = part.span.start;
  while (address < part.span.end) {
    make_room(offset_of(address));
    const std::uint64_t left = part.span.end - address;
    const std::span<std::byte> room(block_->bytes.get() + block_->size,
                                    Block::k_room - block_->size);
    const Stretch stretch = reader_.read(
        address, room.first(static_cast<std::size_t>(std::min<std::uint64_t>(left, room.size()))));
    Range range{address, address + std::min(stretch.size, left), RangeKind::unreadable, 0,
                stretch.reason};
    if (stretch.kind != Stretch::Kind::unreadable && !part.has_file) {
      if (!options_.is_single) {
        open_file(part.span);
      }
      part.has_file = true;
    }
    if (stretch.kind == Stretch::Kind::data &&
        !(options_.leaves_file_pages && stretch.is_in_file)) {
      add_data(part, address, static_cast<std::size_t>(range.size()));
    } else {
      if (stretch.kind != Stretch::Kind::unreadable) {
        range.kind =
            stretch.kind == Stretch::Kind::hole ? RangeKind::untouched : RangeKind::in_file;
      }
      part.add(range);
      leave_out(part, range);
    }
    address = range.end;
    part.tick(address);
  }
  if (options_.is_single) {
    end_ = std::max(end_, offset_of(address));
  } else if (part.has_file) {
    commit_file(offset_of(address));
  }
  manifest_.end(part.has_file ? last_part(file_path_) : "", encoding_name(options_.encoding),
                hash_.value());
}

// Makes block_ one that the byte at offset of the file comes next in.
void Dump::make_room(std::uint64_t offset) {
  if (block_ && block_->size > 0) {
    const std::uint64_t gap = offset - (block_->offset + block_->size);
    if (gap > k_filled_gap || block_->size + gap + k_least_room > Block::k_room) {
      send_block();
    } else if (gap > 0) {
      std::memset(block_->bytes.get() + block_->size, 0, static_cast<std::size_t>(gap));
      block_->size += static_cast<std::size_t>(gap);
    }
  }
  if (!block_) {
    block_ = pipeline_.take();
    block_->size = 0;
  }
  if (block_->size == 0) {
    block_->offset = offset;
  }
}

void Dump::send_block() {
  if (block_ && block_->size > 0) {
    pipeline_.put(std::move(block_), *file_);
  }
}

// The bytes stand in block_, behind what is in use of it.
void Dump::add_data(Part& part, std::uint64_t address, std::size_t size) {
  extend_segment(part.span, address, address + size);
  std::span<const std::byte> bytes(block_->bytes.get() + block_->size, size);
  while (!bytes.empty()) {
    const Front front = front_of(bytes);
    const std::uint64_t end = address + front.size;
    const RangeKind kind = front.is_zero ? RangeKind::zero : RangeKind::captured;
    part.add({address, end, kind, offset_of(address)});
    if (!front.is_zero) {
      hash_.add(bytes.first(front.size));
      block_->size += front.size;
    }
    bytes = bytes.subspan(front.size);
    address = end;
    if (front.is_zero && !bytes.empty()) {
      bytes = move_to_next_block(bytes, offset_of(address));
    }
  }
}

// Sends block_ without bytes, which stand behind what is in use of it. Returns where they are then.
std::span<const std::byte> Dump::move_to_next_block(std::span<const std::byte> bytes,
                                                    std::uint64_t offset) {
  std::unique_ptr<Block> next = pipeline_.take();
  next->size = 0;
  next->offset = offset;
  std::memcpy(next->bytes.get(), bytes.data(), bytes.size());
  send_block();
  if (block_) {
    pipeline_.give_back(std::move(block_));
  }
  block_ = std::move(next);
  return {block_->bytes.get(), bytes.size()};
}

// A range that takes no room in the file, and in some files no place.
void Dump::leave_out(const Part& part, const Range& range) {
  if (!is_elided(range)) {
    extend_segment(part.span, range.start, range.end);
    return;
  }
  offset_ = round_up(offset_of(range.start), k_page_size);
  base_ = range.end;
  if (options_.encoding == Encoding::core) {
    segments_.push_back({range.start, range.end, offset_, 0, part.span.permissions});
  }
}

bool Dump::is_elided(const Range& range) const {
  if (options_.encoding == Encoding::core && range.kind != RangeKind::untouched) {
    return true;
  }
  return (options_.packs || options_.encoding != Encoding::raw) && range.size() >= k_longest_hole;
}

void Dump::extend_segment(const Mapping& mapping, std::uint64_t start, std::uint64_t end) {
  if (options_.encoding != Encoding::core) {
    return;
  }
  LoadSegment* last = segments_.empty() ? nullptr : &segments_.back();
  const bool goes_on =
      last != nullptr && last->end == start && last->file_size > 0 && last->start >= mapping.start;
  if (goes_on) {
    last->end = end;
    last->file_size = end - last->start;
  } else {
    segments_.push_back({start, end, offset_of(start), end - start, mapping.permissions});
  }
}

void Dump::skip(const Mapping& mapping, const std::string& reason) {
  manifest_.begin(mapping);
  manifest_.add({mapping.start, mapping.end, RangeKind::unreadable, 0, reason.c_str()});
  manifest_.end("", "", 0);
}

void Dump::send_bytes(std::uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    send_block();
    make_room(offset);
    const std::size_t size = std::min(bytes.size(), Block::k_room);
    std::memcpy(block_->bytes.get(), bytes.data(), size);
    block_->size = size;
    bytes.remove_prefix(size);
    offset += size;
  }
}

void Dump::finish(std::string_view notes, std::uint16_t machine) {
  if (options_.encoding == Encoding::core) {
    const std::uint64_t tail = round_up(end_, k_page_size);
    const CoreImage image = core_image(segments_, notes, machine, tail);
    send_bytes(tail, image.tail);
    send_bytes(0, image.head);
    end_ = tail + image.tail.size();
  }
  if (options_.is_single) {
    commit_file(end_);
  }
  manifest_.commit();
}

}  // namespace pysheeet::dump
