#include "core/memory_map.h"

#include <unistd.h>

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
  CHECK(maps[0] == Mapping{0x555555554000, 0x555555555000, "r--p", 0x1000, "/usr/bin/a b"});
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
                           "1000-2000 r-p 0 00:00 0\n", "1000-xyz0 r--p 0 00:00 0\n", "\n"}) {
    CHECK_THROWS_AS(parse_maps(text), pysheeet::Error);
  }
}

TEST_CASE("read_maps finds this process's own stack") {
  const auto maps = pysheeet::read_maps(getpid());
  const auto here = reinterpret_cast<std::uintptr_t>(&maps);
  bool found = false;
  for (const Mapping& mapping : maps) {
    found = found || (mapping.start <= here && here < mapping.end && mapping.name == "[stack]");
  }
  CHECK(found);
}

TEST_CASE("read_maps of no process says so") {
  CHECK_THROWS_AS(pysheeet::read_maps(-1), pysheeet::SystemError);
}
