#include "dump/selection.h"

#include "catch.h"
#include "core/error.h"

using pysheeet::Mapping;
using pysheeet::dump::check_permissions;
using pysheeet::dump::is_permitted;
using pysheeet::dump::parse_size_range;
using pysheeet::dump::Selection;

TEST_CASE("permissions are letters to have, or places") {
  CHECK(is_permitted("rw-p", "rw"));
  CHECK(is_permitted("rwxp", "xr"));
  CHECK_FALSE(is_permitted("r--p", "rw"));
  CHECK(is_permitted("rw-s", "s"));
  CHECK(is_permitted("r-xp", "r-x"));
  CHECK_FALSE(is_permitted("rwxp", "r-x"));
  CHECK(is_permitted("---p", "---"));
  CHECK(is_permitted("r--p", "r--p"));
  CHECK_FALSE(is_permitted("r--s", "r--p"));
}

TEST_CASE("what is no permissions is refused") {
  for (const char* text : {"", "q", "r-xq", "--r", "rw-pp", "rwxpsr"}) {
    CHECK_THROWS_AS(check_permissions(text), pysheeet::Error);
  }
  for (const char* text : {"r", "rwx", "--x", "r-", "rw-s", "p"}) {
    CHECK_NOTHROW(check_permissions(text));
  }
}

TEST_CASE("sizes have units, and ranges an open end") {
  const auto range = [](const char* text) {
    const auto sizes = parse_size_range(text);
    return std::pair(sizes.smallest, sizes.largest);
  };
  constexpr std::uint64_t k_most = std::numeric_limits<std::uint64_t>::max();
  CHECK(range("4096") == std::pair<std::uint64_t, std::uint64_t>(4096, 4096));
  CHECK(range("0x1000..1m") == std::pair<std::uint64_t, std::uint64_t>(4096, 1 << 20));
  CHECK(range("1G..") == std::pair<std::uint64_t, std::uint64_t>(1 << 30, k_most));
  CHECK(range("..64K") == std::pair<std::uint64_t, std::uint64_t>(0, 65536));
  for (const char* text : {"..", "1Q", "x", "1..2..3", "-1..", "99999999T", "1KK", ""}) {
    CHECK_THROWS_AS(parse_size_range(text), pysheeet::Error);
  }
}

TEST_CASE("a selection takes all of its conditions") {
  const Mapping heap{0x1000, 0x3000, "rw-p", 0, "[heap]"};
  const Mapping file{0x5000, 0x6000, "r-xp", 0, "/bin/prog"};
  CHECK(Selection{}.selects(heap));
  CHECK(Selection{.address = 0x2fff}.selects(heap));
  CHECK_FALSE(Selection{.address = 0x3000}.selects(heap));
  CHECK(Selection{.backing = Selection::Backing::anonymous}.selects(heap));
  CHECK_FALSE(Selection{.backing = Selection::Backing::anonymous}.selects(file));
  CHECK(Selection{.permissions = "x", .backing = Selection::Backing::file}.selects(file));
  CHECK_FALSE(Selection{.smallest = 0x1001}.selects(file));
  CHECK_FALSE(Selection{.largest = 0x1fff}.selects(heap));
}
