#include "dump/dump.h"

#include <sys/stat.h>

#include <cstring>
#include <thread>

#include "catch.h"
#include "core/error.h"
#include "core/file_descriptor.h"
#include "scratch_directory.h"

using pysheeet::Mapping;
using pysheeet::Stretch;
using pysheeet::dump::dump_mapping;
using pysheeet::dump::DumpReport;

namespace {

constexpr std::uint64_t k_base = 0x7f0000000000;

// Memory from k_base on, a character a page: its bytes, '.' for a hole, '!' and '?' for what can't
// be read, '*' for a source that fails.
class FakeMemory : public pysheeet::MemoryReader {
 public:
  static constexpr std::uint64_t k_page = 4096;

  explicit FakeMemory(std::string pages) : pages_(std::move(pages)) {}

  Mapping mapping() const { return {k_base, k_base + pages_.size() * k_page, "rw-p", 0, ""}; }

  Stretch read(std::uint64_t address, std::span<std::byte> buffer) override {
    largest_ = std::max(largest_, buffer.size());
    const char page = pages_.at((address - k_base) / k_page);
    const std::uint64_t left = k_page - (address - k_base) % k_page;
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
    std::memset(buffer.data(), page, size);
    return {Stretch::Kind::data, size};
  }

  std::size_t largest_read() const { return largest_; }

 private:
  std::string pages_;
  std::size_t largest_ = 0;
};

DumpReport dump(FakeMemory& memory, const std::string& path) {
  return dump_mapping(memory, memory.mapping(), path, false, {});
}

std::string gaps_of(const DumpReport& report) {
  std::string text;
  for (const pysheeet::dump::Gap& gap : report.gaps) {
    text += std::to_string((gap.start - k_base) / FakeMemory::k_page) + "-" +
            std::to_string((gap.end - k_base) / FakeMemory::k_page) + " " + gap.reason + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("a byte's offset in the file is its address less the start") {
  const ScratchDirectory scratch;
  FakeMemory memory("ab.c!d");
  const DumpReport report = dump(memory, scratch / "m");
  CHECK(report.written);
  CHECK(report.size == 6 * FakeMemory::k_page);
  CHECK(report.holes == FakeMemory::k_page);
  std::string expected;
  for (const char c : {'a', 'b', '\0', 'c', '\0', 'd'}) {
    expected += std::string(FakeMemory::k_page, c);
  }
  CHECK(pysheeet::read_file(scratch / "m") == expected);
}

TEST_CASE("what can't be read is told by range and reason") {
  const ScratchDirectory scratch;
  FakeMemory memory("!!a!??b.!");
  const DumpReport report = dump(memory, scratch / "m");
  CHECK(gaps_of(report) == "0-2 forbidden\n3-4 forbidden\n4-6 unknown\n8-9 forbidden\n");
  CHECK(report.unreadable == 6 * FakeMemory::k_page);
  CHECK(std::filesystem::file_size(scratch / "m") == report.size);
}

TEST_CASE("a report stays small however many gaps there are") {
  const ScratchDirectory scratch;
  std::string pages;
  for (int i = 0; i < 100; ++i) {
    pages += "a!!";
  }
  FakeMemory memory(pages);
  const DumpReport report = dump(memory, scratch / "m");
  CHECK(report.gaps.size() == pysheeet::dump::k_listed_gaps);
  CHECK(report.more_gaps == 100 - pysheeet::dump::k_listed_gaps);
  CHECK(report.unreadable == 200 * FakeMemory::k_page);
}

TEST_CASE("nothing readable makes no file") {
  const ScratchDirectory scratch;
  FakeMemory memory("!!");
  const DumpReport report = dump(memory, scratch / "m");
  CHECK_FALSE(report.written);
  CHECK(gaps_of(report) == "0-2 forbidden\n");
  CHECK(scratch.names().empty());
}

TEST_CASE("holes take no room") {
  const ScratchDirectory scratch;
  FakeMemory memory(std::string(1000, '.') + "a" + std::string(1000, '.'));
  dump(memory, scratch / "m");
  struct stat status {};
  REQUIRE(::stat((scratch / "m").c_str(), &status) == 0);
  CHECK(status.st_size == 2001 * 4096);
  CHECK(status.st_blocks * 512 < 100 * 4096);
}

TEST_CASE("the buffer's size does not depend on the mapping's") {
  const ScratchDirectory scratch;
  FakeMemory memory(std::string(5000, 'a'));
  dump(memory, scratch / "m");
  CHECK(memory.largest_read() <= std::size_t{1} << 20);
}

TEST_CASE("a source that fails leaves no file") {
  const ScratchDirectory scratch;
  FakeMemory memory("aaa*");
  CHECK_THROWS_WITH(dump(memory, scratch / "m"), "the source failed");
  CHECK(scratch.names().empty());
}

TEST_CASE("progress may end the work, and no file is left") {
  const ScratchDirectory scratch;
  FakeMemory memory(std::string(1 << 20, 'a'));
  std::uint64_t last = 0;
  int calls = 0;
  const auto progress = [&](std::uint64_t done) {
    CHECK(done > last);
    last = done;
    if (++calls == 3) {
      throw pysheeet::Error("enough");
    }
  };
  CHECK_THROWS_WITH(dump_mapping(memory, memory.mapping(), scratch / "m", false, progress),
                    "enough");
  CHECK(last < memory.mapping().size());
  CHECK(scratch.names().empty());
}
