#include "core/memory_map.h"

#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>

#include "catch.h"
#include "core/error.h"

using pysheeet::Mapping;
using pysheeet::parse_maps;

TEST_CASE("parse_maps reads the kernel's lines") {
  const auto maps = parse_maps(
      "555555554000-555555555000 r--p 00001000 fe:00 1234                       /usr/bin/a b\n"
      "7ffff7fc9000-7ffff7fcb000 rw-s 00000000 00:00 0 \n"
      "7ffffffde000-7ffffffff000 rw-p 00000000 00:00 0                          [stack]\n");
  REQUIRE(maps.size() == 3);
  CHECK(maps[0] == Mapping{0x555555554000, 0x555555555000, "r--p", 0x1000, "/usr/bin/a b",
                           makedev(0xfe, 0), 1234});
  CHECK(maps[0].size() == 0x1000);
  CHECK(maps[1].name.empty());
  CHECK(maps[2].name == "[stack]");
}

TEST_CASE("parse_maps takes an empty file and a last line without its newline") {
  CHECK(parse_maps("").empty());
  CHECK(parse_maps("1000-2000 r--p 00000000 00:00 0").size() == 1);
}

TEST_CASE("parse_maps refuses what is no line of a maps file") {
  for (const char* text : {"nonsense\n", "1000-2000\n", "2000-1000 r--p 0 00:00 0\n",
                           "1000-2000 r-p 0 00:00 0\n", "1000-2000 r--p 0 0000 0\n",
                           "1000-2000 r--p 0 00:00 x\n", "1000-xyz0 r--p 0 00:00 0\n", "\n"}) {
    CHECK_THROWS_AS(parse_maps(text), pysheeet::Error);
  }
}

TEST_CASE("read_maps finds this process's own stack") {
  const auto maps = pysheeet::read_maps(getpid());
  // Not the address of a local: AddressSanitizer of gcc 14 keeps those on a heap of its own.
  const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  bool found = false;
  for (const Mapping& mapping : maps) {
    found = found || (mapping.start <= here && here < mapping.end && mapping.name == "[stack]");
  }
  CHECK(found);
}

TEST_CASE("read_maps of no process says so") {
  CHECK_THROWS_AS(pysheeet::read_maps(-1), pysheeet::SystemError);
}

TEST_CASE("parse_device_mappings finds the flags io and pf") {
  CHECK(pysheeet::parse_device_mappings("1000-2000 r--p 00000000 00:00 0 [vvar]\n"
                                        "Size:                  4 kB\n"
                                        "VmFlags: rd mr pf io de dd \n"
                                        "2000-3000 rw-p 00000000 00:00 0 \n"
                                        "VmFlags: rd wr mr mw me ac \n"
                                        "3000-4000 rw-s 00000000 00:05 9 /dev/x\n"
                                        "VmFlags: rd wr io\n") ==
        std::vector<std::uint64_t>{0x1000, 0x3000});
  CHECK(pysheeet::parse_device_mappings("").empty());
  CHECK(pysheeet::parse_device_mappings("VmFlags:").empty());
}

TEST_CASE("this process's own [vvar] is a device mapping") {
  const auto devices = pysheeet::read_device_mappings(getpid());
  for (const Mapping& mapping : pysheeet::read_maps(getpid())) {
    const bool is_device =
        std::find(devices.begin(), devices.end(), mapping.start) != devices.end();
    CHECK(is_device == mapping.name.starts_with("[vvar"));
  }
}
