#include "trace/arguments.h"

#include "catch.h"

using pysheeet::trace::Argument;
using pysheeet::trace::pack;
using pysheeet::trace::unpack;

TEST_CASE("arguments come back as they were packed") {
  const auto back =
      unpack(pack({{"n", "int", "3", 4}, {"text", "const char *", "0x1 \"a, b\"", 8}}));
  REQUIRE(back.size() == 2);
  CHECK(back[0].name == "n");
  CHECK(back[0].type == "int");
  CHECK(back[0].value == "3");
  CHECK(back[0].size == 4);
  CHECK(back[1].value == "0x1 \"a, b\"");
  CHECK(unpack("").empty());
}

TEST_CASE("tabs and newlines in a value do not tear it apart") {
  const auto back = unpack(pack({{"n", "int", "a\tb\nc", 4}}));
  REQUIRE(back.size() == 1);
  CHECK(back[0].value == "a\\tb\\nc");
}

TEST_CASE("lines that are no argument are left out") {
  CHECK(unpack("n\tint\t3\n").empty());
  CHECK(unpack("n\tint\t3\tx\n\n\t\t\t-1").empty());
  CHECK(unpack("n\tint\t3\t4").size() == 1);
}
