#include "dump/dump.h"

#include <elf.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <xxhash.h>
#include <zstd.h>

#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "catch.h"
#include "core/core_file.h"
#include "core/file_descriptor.h"
#include "dump/fake_memory.h"
#include "scratch_directory.h"

using pysheeet::read_file;
using pysheeet::dump::Dump;
using pysheeet::dump::DumpOptions;
using pysheeet::dump::DumpReport;
using pysheeet::dump::Encoding;

namespace {

DumpOptions into(const ScratchDirectory& scratch, Encoding encoding = Encoding::raw) {
  DumpOptions options;
  options.encoding = encoding;
  options.path = scratch / "";
  options.manifest = scratch / "manifest";
  return options;
}

DumpOptions into_one(const ScratchDirectory& scratch, Encoding encoding = Encoding::raw) {
  DumpOptions options = into(scratch, encoding);
  options.is_single = true;
  options.path = scratch / "m";
  return options;
}

// The one mapping, which is all that is dumped.
DumpReport dump(FakeMemory& memory, const DumpOptions& options,
                const pysheeet::dump::Progress& progress = {}) {
  Dump run(memory, {"process", "/bin/prog", 42}, options, {{"/bin/prog", "0123abcd"}});
  DumpReport report = run.write(memory.mapping(), progress);
  run.finish("", 62);
  return report;
}

nlohmann::json manifest_of(const ScratchDirectory& scratch) {
  return nlohmann::json::parse(read_file(scratch / "manifest"));
}

// "captured 0-3 @0, untouched 3-4": the ranges in pages, an offset in bytes.
std::string ranges_of(const nlohmann::json& mapping) {
  std::string text;
  for (const nlohmann::json& range : mapping["ranges"]) {
    const auto page = [&](int i) {
      const std::uint64_t address = std::stoull(range[i].get<std::string>(), nullptr, 16);
      return std::to_string((address - FakeMemory::k_base) / FakeMemory::k_page);
    };
    text +=
        (text.empty() ? "" : ", ") + range[0].get<std::string>() + ' ' + page(1) + '-' + page(2);
    if (range.size() > 3) {
      text += range[3].is_string() ? ' ' + range[3].get<std::string>()
                                   : " @" + std::to_string(range[3].get<std::uint64_t>());
    }
  }
  return text;
}

std::string unpacked(const std::string& path) {
  const std::string packed = read_file(path);
  std::string plain(std::size_t{1} << 24, '\0');
  const std::size_t size =
      ZSTD_decompress(plain.data(), plain.size(), packed.data(), packed.size());
  REQUIRE_FALSE(ZSTD_isError(size));
  plain.resize(size);
  return plain;
}

std::string gaps_of(const DumpReport& report) {
  std::string text;
  for (const pysheeet::dump::Gap& gap : report.gaps) {
    text += std::to_string((gap.start - FakeMemory::k_base) / FakeMemory::k_page) + "-" +
            std::to_string((gap.end - FakeMemory::k_base) / FakeMemory::k_page) + " " + gap.reason +
            "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("a byte's offset in a raw file is its address less the start") {
  const ScratchDirectory scratch;
  FakeMemory memory("ab.c!d" + std::string(40, '0') + "e");
  const DumpReport report = dump(memory, into(scratch));
  REQUIRE(report.files == std::vector{scratch / "prog.42.anon.7f0000000000-7f000002f000.bin"});
  CHECK(report.size == 47 * FakeMemory::k_page);
  CHECK(report.captured == 13 * FakeMemory::k_page);
  CHECK(report.holes == FakeMemory::k_page);
  CHECK(read_file(report.files[0]) == memory.bytes());
}

TEST_CASE("a manifest tells all ranges, where their bytes are, and their hash") {
  const ScratchDirectory scratch;
  FakeMemory memory("ab.c!?d" + std::string(40, '0') + "e");
  dump(memory, into(scratch));
  const nlohmann::json manifest = manifest_of(scratch);
  CHECK(manifest["format"] == "pysheeet memory dump");
  CHECK(manifest["target"] == R"({"kind": "process", "program": "/bin/prog", "pid": 42})"_json);
  CHECK(manifest["build_ids"] == R"({"/bin/prog": "0123abcd"})"_json);
  REQUIRE(manifest["mappings"].size() == 1);
  const nlohmann::json& mapping = manifest["mappings"][0];
  CHECK(mapping["start"] == "0x7f0000000000");
  CHECK(mapping["file"] == "prog.42.anon.7f0000000000-7f0000030000.bin");
  // Only whole blocks of 64 KiB are told as zero.
  CHECK(ranges_of(mapping) ==
        "captured 0-2 @0, untouched 2-3, captured 3-4 @12288, unreadable 4-5 forbidden, "
        "unreadable 5-6 unknown, captured 6-7 @24576, zero 7-39, captured 39-48 @159744");
  std::string captured;
  for (const char page : {'a', 'b', 'c', 'd'}) {
    captured += std::string(FakeMemory::k_page, page);
  }
  captured += std::string(8 * FakeMemory::k_page, '\0') + std::string(FakeMemory::k_page, 'e');
  const std::string hash = mapping["xxh64"];
  CHECK(std::stoull(hash, nullptr, 16) == XXH64(captured.data(), captured.size(), 0));
}

TEST_CASE("packed, the file is the same once it is unpacked, and frames can be found") {
  const ScratchDirectory scratch;
  FakeMemory memory("ab.c!d" + std::string(1000, 'e') + std::string(300, '.') + "f");
  const DumpReport report = dump(memory, into(scratch, Encoding::zstd));
  REQUIRE(report.files.size() == 1);
  CHECK(report.files[0].ends_with(".bin.zst"));
  CHECK(unpacked(report.files[0]) == memory.bytes());
  // The seek table's sizes add up to the file.
  const std::string packed = read_file(report.files[0]);
  const auto word_at = [&](std::size_t at) {
    std::uint32_t word = 0;
    std::memcpy(&word, packed.data() + at, sizeof word);
    return word;
  };
  CHECK(word_at(packed.size() - 4) == 0x8F92EAB1);
  const std::size_t frames = word_at(packed.size() - 9);
  const std::size_t table = packed.size() - 9 - 8 * frames;
  CHECK(word_at(table - 8) == 0x184D2A5E);
  CHECK(word_at(table - 4) == 8 * frames + 9);
  std::size_t compressed = 0;
  std::size_t plain = 0;
  for (std::size_t i = 0; i < frames; ++i) {
    compressed += word_at(table + 8 * i);
    plain += word_at(table + 8 * i + 4);
  }
  CHECK(compressed == table - 8);
  CHECK(plain == memory.bytes().size());
}

TEST_CASE("several mappings go into one file, each at a page of its own") {
  const ScratchDirectory scratch;
  FakeMemory memory("ab.c!d");
  for (const Encoding encoding : {Encoding::raw, Encoding::zstd}) {
    DumpOptions options = into_one(scratch, encoding);
    options.replace = true;
    Dump run(memory, {"process", "/bin/prog", 42}, options, {});
    run.write(memory.mapping(0, 2), {});
    run.skip(memory.mapping(2, 3), "a device");
    run.write(memory.mapping(4, 5), {});
    run.write(memory.mapping(3, 6), {});
    run.finish("", 62);
    const nlohmann::json mappings = manifest_of(scratch)["mappings"];
    REQUIRE(mappings.size() == 4);
    CHECK(mappings[0]["file"] == "m");
    CHECK(ranges_of(mappings[0]) == "captured 0-2 @0");
    CHECK(ranges_of(mappings[1]) == "unreadable 2-3 a device");
    CHECK(mappings[1].count("file") == 0);
    CHECK(mappings[2].count("file") == 0);
    CHECK(ranges_of(mappings[3]) ==
          "captured 3-4 @12288, unreadable 4-5 forbidden, captured 5-6 @20480");
    const std::string all =
        encoding == Encoding::zstd ? unpacked(scratch / "m") : read_file(scratch / "m");
    CHECK(all.substr(12288, 4096) == std::string(4096, 'c'));
    CHECK(all.size() == 24576);
  }
}

TEST_CASE("a long hole has no place in a packed file") {
  const ScratchDirectory scratch;
  FakeMemory memory("a" + std::string(1 << 15, '.') + "b");
  for (DumpOptions options : {into_one(scratch, Encoding::zstd), into(scratch, Encoding::zstd)}) {
    options.replace = true;
    const DumpReport report = dump(memory, options);
    CHECK(unpacked(report.files.at(0)) == std::string(4096, 'a') + std::string(4096, 'b'));
  }
  CHECK(ranges_of(manifest_of(scratch)["mappings"][0]) ==
        "captured 0-1 @0, untouched 1-32769, captured 32769-32770 @4096");
}

TEST_CASE("a core holds the memory at its addresses") {
  const ScratchDirectory scratch;
  FakeMemory memory("ab.c!Ed" + std::string(1 << 15, '.') + "f");
  DumpOptions options = into_one(scratch, Encoding::core);
  options.leaves_file_pages = true;
  Dump run(memory, {"process", "/bin/prog", 42}, options, {});
  run.write(memory.mapping(), {});
  run.finish(pysheeet::dump::note("CORE", NT_AUXV, std::string(16, 'x')), EM_X86_64);
  pysheeet::CoreFile core(scratch / "m");
  CHECK(core.damage().empty());
  CHECK(core.machine() == EM_X86_64);
  CHECK(core.auxiliary(0x7878787878787878) == 0x7878787878787878);
  std::string kinds;
  std::vector<std::byte> buffer(FakeMemory::k_page);
  for (std::size_t page = 0; page < 7; ++page) {
    const auto stretch = core.read(FakeMemory::k_base + page * FakeMemory::k_page, buffer);
    const bool is_data = stretch.kind == pysheeet::Stretch::Kind::data;
    kinds += is_data ? static_cast<char>(buffer[0]) : stretch.reason != nullptr ? '!' : '.';
  }
  // A hole that is as good as data for the file system may read as zeros.
  CHECK((kinds == "ab.c!!d" || kinds == std::string("ab\0c!!d", 7)));
  core.read(FakeMemory::k_base + 32775 * FakeMemory::k_page, buffer);
  CHECK(static_cast<char>(buffer[0]) == 'f');
  CHECK(std::filesystem::file_size(scratch / "m") < (1 << 16));
}

TEST_CASE("a core of more segments than its header can count") {
  std::vector<pysheeet::dump::LoadSegment> segments;
  for (std::uint64_t i = 1; i <= 70000; ++i) {
    segments.push_back({i << 13, (i << 13) + 4096, 4096, 4096, "r--p"});
  }
  const ScratchDirectory scratch;
  const auto image = pysheeet::dump::core_image(segments, "", EM_X86_64, 8192);
  std::ofstream(scratch / "c") << image.head << std::string(8192 - image.head.size(), 'm')
                               << image.tail;
  const pysheeet::CoreFile core(scratch / "c");
  CHECK(core.segments().size() == 70000);
  CHECK(core.segments().back().start == std::uint64_t{70000} << 13);
}

TEST_CASE("what can't be read is told by range and reason") {
  const ScratchDirectory scratch;
  FakeMemory memory("!!a!??b.!");
  const DumpReport report = dump(memory, into(scratch));
  CHECK(gaps_of(report) == "0-2 forbidden\n3-4 forbidden\n4-6 unknown\n8-9 forbidden\n");
  CHECK(report.unreadable == 6 * FakeMemory::k_page);
  CHECK(std::filesystem::file_size(report.files.at(0)) == report.size);
}

TEST_CASE("a report stays small however many gaps there are") {
  const ScratchDirectory scratch;
  std::string pages;
  for (int i = 0; i < 100; ++i) {
    pages += "a!!";
  }
  FakeMemory memory(pages);
  const DumpReport report = dump(memory, into(scratch));
  CHECK(report.gaps.size() == pysheeet::dump::k_listed_gaps);
  CHECK(report.more_gaps == 100 - pysheeet::dump::k_listed_gaps);
  CHECK(report.unreadable == 200 * FakeMemory::k_page);
}

TEST_CASE("nothing readable makes no file") {
  const ScratchDirectory scratch;
  FakeMemory memory("!!");
  Dump run(memory, {"process", "/bin/prog", 42}, into(scratch), {});
  const DumpReport report = run.write(memory.mapping(), {});
  CHECK(report.files.empty());
  CHECK(gaps_of(report) == "0-2 forbidden\n");
  CHECK(scratch.names().empty());
}

TEST_CASE("holes and zeros take no room") {
  const ScratchDirectory scratch;
  FakeMemory memory(std::string(1000, '.') + "a" + std::string(1000, '0'));
  const DumpReport report = dump(memory, into(scratch));
  struct stat status {};
  REQUIRE(::stat(report.files.at(0).c_str(), &status) == 0);
  CHECK(status.st_size == 2001 * 4096);
  CHECK(status.st_blocks * 512 < 100 * 4096);
}

TEST_CASE("the buffer's size does not depend on the mapping's") {
  const ScratchDirectory scratch;
  FakeMemory memory(std::string(5000, 'a'));
  dump(memory, into(scratch));
  CHECK(memory.largest_read() <= std::size_t{1} << 20);
}

TEST_CASE("a source that fails leaves no file") {
  const ScratchDirectory scratch;
  FakeMemory memory("aaa*");
  CHECK_THROWS_WITH(dump(memory, into(scratch)), "the source failed");
  CHECK_THROWS_WITH(dump(memory, into_one(scratch, Encoding::zstd)), "the source failed");
  CHECK(scratch.names().empty());
}

TEST_CASE("a file that fails ends the dump with its reason") {
  const ScratchDirectory scratch;
  FakeMemory memory(std::string(5000, 'a'));
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const rlimit small{1 << 20, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  CHECK_THROWS_WITH(dump(memory, into(scratch)), Catch::Matchers::EndsWith("File too large"));
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  CHECK(scratch.names().empty());
}

TEST_CASE("a name that JSON does not have is refused before anything is written") {
  const ScratchDirectory scratch;
  FakeMemory memory("a");
  DumpOptions options = into_one(scratch);
  options.path = scratch / "\xe9.bin";
  CHECK_THROWS_WITH(dump(memory, options), ContainsSubstring("\\xe9.bin: that is no UTF-8"));
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
  CHECK_THROWS_WITH(dump(memory, into(scratch), progress), "enough");
  CHECK(last < memory.mapping().size());
  CHECK(scratch.names().empty());
}
