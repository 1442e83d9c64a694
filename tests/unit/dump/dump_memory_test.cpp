#include "dump/dump_memory.h"

#include <filesystem>
#include <fstream>

#include "catch.h"
#include "core/error.h"
#include "core/file_descriptor.h"
#include "dump/dump.h"
#include "dump/fake_memory.h"
#include "scratch_directory.h"

using pysheeet::Stretch;
using pysheeet::dump::Dump;
using pysheeet::dump::DumpMemory;
using pysheeet::dump::DumpOptions;
using pysheeet::dump::Encoding;

namespace {

constexpr const char* k_filled = "where nothing was captured its file has data";

void dump(FakeMemory& memory, const ScratchDirectory& scratch, Encoding encoding) {
  DumpOptions options;
  options.encoding = encoding;
  options.is_single = true;
  options.path = scratch / "m";
  options.manifest = scratch / "m.json";
  Dump run(memory, {"process", "/bin/prog", 42}, options, {});
  run.write(memory.mapping(0, 3), {});
  run.write(memory.mapping(3, 1400), {});
  run.finish("", 62);
}

}  // namespace

TEST_CASE("a dump reads back as the memory was") {
  for (const Encoding encoding : {Encoding::raw, Encoding::zstd, Encoding::core}) {
    const ScratchDirectory scratch;
    FakeMemory memory("ab.c!d" + std::string(600, 'e') + std::string(700, '0') + "f" +
                      std::string(93, '.'));
    dump(memory, scratch, encoding);
    DumpMemory back(scratch / "m.json");
    REQUIRE(back.mappings().size() == 2);
    CHECK(back.verify(0, {}).empty());
    CHECK(back.verify(1, {}).empty());
    std::vector<std::byte> buffer(FakeMemory::k_page);
    for (std::size_t page = 0; page < 1400; ++page) {
      const auto at = FakeMemory::k_base + page * FakeMemory::k_page;
      const Stretch was = memory.read(at, buffer);
      const std::byte expected = was.kind == Stretch::Kind::data ? buffer[5] : std::byte{0};
      const Stretch is = back.read(at + 5, buffer);
      REQUIRE((is.kind == Stretch::Kind::unreadable) == (was.kind == Stretch::Kind::unreadable));
      REQUIRE((is.kind != Stretch::Kind::data || buffer[0] == expected));
      REQUIRE((is.kind == Stretch::Kind::data || expected == std::byte{0}));
    }
    CHECK(back.read(0x1000, buffer).reason == std::string("not dumped"));
  }
}

TEST_CASE("a dump whose file has changed is found out") {
  for (const Encoding encoding : {Encoding::raw, Encoding::core}) {
    const ScratchDirectory scratch;
    FakeMemory memory("ab.c!d" + std::string(1394, 'e'));
    dump(memory, scratch, encoding);
    std::fstream(scratch / "m", std::ios::in | std::ios::out).seekp(1 << 20).put('x');
    DumpMemory back(scratch / "m.json");
    CHECK(back.verify(0, {}).empty());
    CHECK(back.verify(1, {}) == "its bytes are not those that were captured");
    std::filesystem::resize_file(scratch / "m", 1 << 20);
    CHECK(DumpMemory(scratch / "m.json").verify(1, {}) == "the dump's file is truncated");
  }
}

TEST_CASE("data where nothing was captured is found out") {
  for (const Encoding encoding : {Encoding::raw, Encoding::core}) {
    const ScratchDirectory scratch;
    FakeMemory memory("a.bcd" + std::string(1395, 'e'));
    dump(memory, scratch, encoding);
    REQUIRE(DumpMemory(scratch / "m.json").verify(0, {}).empty());
    const std::size_t head = encoding == Encoding::core ? FakeMemory::k_page : 0;
    std::fstream file(scratch / "m", std::ios::in | std::ios::out);
    file.seekp(static_cast<std::streamoff>(head + FakeMemory::k_page)).put('x').flush();
    CHECK(DumpMemory(scratch / "m.json").verify(0, {}) == k_filled);
  }
}

TEST_CASE("a raw file of its own has nothing before, behind and between what was captured") {
  const ScratchDirectory scratch;
  FakeMemory memory(".a.b.");
  DumpOptions options;
  options.path = scratch / "";
  options.manifest = scratch / "m.json";
  Dump run(memory, {"process", "/bin/prog", 42}, options, {});
  const std::string path = run.write(memory.mapping(), {}).files.at(0);
  run.finish("", 62);
  CHECK(DumpMemory(scratch / "m.json").verify(0, {}).empty());
  for (const std::size_t page : {0, 2, 4, 5}) {
    std::fstream file(path, std::ios::in | std::ios::out);
    const auto put = [&](char c) {
      file.seekp(static_cast<std::streamoff>(page * FakeMemory::k_page)).put(c).flush();
    };
    put('x');
    CHECK(DumpMemory(scratch / "m.json").verify(0, {}) == k_filled);
    put('\0');
    CHECK(DumpMemory(scratch / "m.json").verify(0, {}).empty());
  }
}

TEST_CASE("a packed file that is damaged is an error") {
  const ScratchDirectory scratch;
  FakeMemory memory("ab.c!d" + std::string(1394, 'e'));
  dump(memory, scratch, Encoding::zstd);
  const std::string whole = pysheeet::read_file(scratch / "m");
  const auto verify_of = [&](const std::string& bytes) {
    std::ofstream(scratch / "m") << bytes;
    return DumpMemory(scratch / "m.json").verify(1, {});
  };
  CHECK(verify_of(whole).empty());
  CHECK_THROWS_AS(verify_of(whole.substr(0, whole.size() - 1)), pysheeet::Error);
  CHECK_THROWS_AS(verify_of(""), pysheeet::Error);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    try {
      verify_of(damaged);  // wherever it is, nothing worse than an error
    } catch (const pysheeet::Error&) {
      continue;
    }
  }
}
