#include "dump/compare.h"

#include "catch.h"
#include "dump/fake_memory.h"

namespace {

// "0-4096 changed": by offset.
std::string compare(const std::string& before, const std::string& after) {
  FakeMemory a(before);
  FakeMemory b(after);
  std::string text;
  pysheeet::dump::compare(
      a, b, a.mapping().start, a.mapping().end,
      [&](std::uint64_t start, std::uint64_t end, pysheeet::dump::Difference kind) {
        constexpr const char* k_kinds[] = {"changed", "lost", "gained"};
        text += (text.empty() ? "" : ", ") + std::to_string((start - FakeMemory::k_base) / 4096) +
                "-" + std::to_string((end - FakeMemory::k_base) / 4096) + " " +
                k_kinds[static_cast<std::size_t>(kind)];
      },
      {});
  return text;
}

}  // namespace

TEST_CASE("what is alike is no difference, a hole and zeros included") {
  CHECK(compare("ab.0!c", "ab0.?c").empty());
  CHECK(compare(std::string(300, 'a') + std::string(300, '.'),
                std::string(300, 'a') + std::string(300, '0'))
            .empty());
}

TEST_CASE("differences are told by range and kind") {
  CHECK(compare("aaaa", "abba") == "1-3 changed");
  CHECK(compare("a!.b", "aa!b") == "1-2 gained, 2-3 lost");
  CHECK(compare("..", ".x") == "1-2 changed");
  CHECK(compare(std::string(200, 'a'), std::string(100, 'a') + "b" + std::string(99, 'a')) ==
        "100-101 changed");
}
