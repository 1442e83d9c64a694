#include "dump/search.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <memory>
#include <utility>

#include "core/error.h"

namespace pysheeet::dump {

namespace {

// With the text around it, within a second-level cache.
constexpr std::size_t k_chunk = std::size_t{1} << 18;

constexpr auto k_progress_interval = std::chrono::milliseconds(20);

// How common a byte is in memory, roughly: zeros most, then all ones, then the rest.
int frequency(char c) {
  return c == 0 ? 2 : c == '\xff' || c == 1 ? 1 : 0;
}

}  // namespace

Finder::Finder(std::string needle) : needle_(std::move(needle)) {
  const auto rarer = [this](std::size_t a, std::size_t b) {
    return frequency(needle_[a]) < frequency(needle_[b]);
  };
  for (std::size_t i = 1; i < needle_.size(); ++i) {
    first_ = rarer(i, first_) ? i : first_;
  }
  second_ = first_ == 0 ? needle_.size() - 1 : 0;
  for (std::size_t i = 0; i < needle_.size(); ++i) {
    const bool is_better = rarer(i, second_) || needle_[second_] == needle_[first_];
    second_ = i != first_ && needle_[i] != needle_[first_] && is_better ? i : second_;
  }
}

bool Finder::is_at(std::string_view bytes, std::size_t at) const {
  return std::memcmp(bytes.data() + at, needle_.data(), needle_.size()) == 0;
}

std::size_t Finder::find(std::string_view bytes, std::size_t from) const {
  if (bytes.size() < needle_.size()) {
    return npos;
  }
  const std::size_t end = bytes.size() - needle_.size() + 1;
  const char* first = bytes.data() + first_;
  const char* second = bytes.data() + second_;
  const char a = needle_[first_];
  const char b = needle_[second_];
  // Compilers make a few wide instructions of a loop like this one.
  constexpr std::size_t k_block = 128;
  std::size_t at = from;
  while (at < end) {
    if (at + k_block <= end) {
      unsigned char any = 0;
      for (std::size_t i = 0; i < k_block; ++i) {
        any |= static_cast<unsigned char>((first[at + i] == a) & (second[at + i] == b));
      }
      if (any == 0) {
        at += k_block;
        continue;
      }
    }
    const std::size_t stop = std::min(at + k_block, end);
    for (; at < stop; ++at) {
      if (first[at] == a && second[at] == b && is_at(bytes, at)) {
        return at;
      }
    }
  }
  return npos;
}

namespace {

// The bytes of memory as they come, with the end of those before.
class Window {
 public:
  Window(const std::vector<std::string>& needles, const std::function<void(std::uint64_t)>& found)
      : found_(found) {
    for (const std::string& needle : needles) {
      finders_.emplace_back(needle);
      overlap_ = std::max(overlap_, needle.size() - 1);
    }
    bytes_ = std::make_unique_for_overwrite<char[]>(overlap_ + k_chunk);
  }

  // Where to put what is at the address, at most k_chunk bytes of it.
  std::span<std::byte> room() {
    return std::as_writable_bytes(std::span(bytes_.get() + kept_, k_chunk));
  }

  // So many bytes are there.
  void add(std::uint64_t address, std::size_t size) {
    tell_matches(address, size, kept_ + size);
    keep(kept_ + size, kept_ + size);
  }

  // They are zeros that nothing holds: what is only in them is no match.
  void add_zeros(std::uint64_t address, std::uint64_t size) {
    const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(size, overlap_));
    std::memset(bytes_.get() + kept_, 0, taken);
    tell_matches(address, taken, known_);
    keep(kept_ + taken, size > overlap_ ? 0 : known_);
  }

  // What follows does not adjoin.
  void cut() { kept_ = known_ = 0; }

 private:
  // Those that end in the last size bytes and begin before limit, which are at address.
  void tell_matches(std::uint64_t address, std::size_t size, std::size_t limit) {
    const std::string_view all(bytes_.get(), kept_ + size);
    matches_.clear();
    for (const Finder& finder : finders_) {
      const std::size_t length = finder.needle().size();
      std::size_t at = kept_ + 1 > length ? kept_ + 1 - length : 0;
      for (at = finder.find(all, at); at != Finder::npos && at < limit;
           at = finder.find(all, at + 1)) {
        tell(address + at - kept_);
      }
    }
    flush();
  }

  // Several needles: by address. One: as they come, however many.
  void tell(std::uint64_t address) {
    if (finders_.size() == 1) {
      found_(address);
    } else {
      matches_.push_back(address);
    }
  }

  void flush() {
    std::sort(matches_.begin(), matches_.end());
    matches_.erase(std::unique(matches_.begin(), matches_.end()), matches_.end());
    for (const std::uint64_t address : matches_) {
      found_(address);
    }
  }

  // Of size bytes the last ones; known: how many of them there are before only zeros of a hole.
  void keep(std::size_t size, std::size_t known) {
    const std::size_t dropped = size - std::min(size, overlap_);
    std::memmove(bytes_.get(), bytes_.get() + dropped, size - dropped);
    kept_ = size - dropped;
    known_ = known - std::min(known, dropped);
  }

  const std::function<void(std::uint64_t)>& found_;
  std::vector<Finder> finders_;
  std::size_t overlap_ = 0;
  std::unique_ptr<char[]> bytes_;
  std::size_t kept_ = 0;   // bytes of before
  std::size_t known_ = 0;  // of them, those up to the last that is in no hole
  std::vector<std::uint64_t> matches_;
};

}  // namespace

void search(MemoryReader& reader, const Mapping& mapping, const std::vector<std::string>& needles,
            const std::function<void(std::uint64_t address)>& found,
            const std::function<void(std::uint64_t done)>& progress) {
  for (const std::string& needle : needles) {
    if (needle.empty() || needle.size() > k_longest_needle) {
      throw Error("what is sought has " + std::to_string(needle.size()) + " bytes, not 1 to " +
                  std::to_string(k_longest_needle));
    }
  }
  Window window(needles, found);
  auto last = std::chrono::steady_clock::now();
  std::uint64_t address = mapping.start;
  while (address < mapping.end) {
    const std::uint64_t left = mapping.end - address;
    const std::span<std::byte> room = window.room();
    const Stretch stretch = reader.read(
        address, room.first(static_cast<std::size_t>(std::min<std::uint64_t>(left, room.size()))));
    const std::uint64_t size = std::min(stretch.size, left);
    if (stretch.kind == Stretch::Kind::data) {
      window.add(address, static_cast<std::size_t>(size));
    } else if (stretch.kind == Stretch::Kind::hole) {
      window.add_zeros(address, size);
    } else {
      window.cut();
    }
    address += size;
    const auto now = std::chrono::steady_clock::now();
    if (progress && now - last >= k_progress_interval) {
      last = now;
      progress(address - mapping.start);
    }
  }
}

}  // namespace pysheeet::dump
