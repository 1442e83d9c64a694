#include "dump/search.h"

#include <random>

#include "catch.h"
#include "core/error.h"
#include "dump/fake_memory.h"
#include "dump/hex_view.h"

using pysheeet::dump::Finder;

namespace {

constexpr std::uint64_t k_page = FakeMemory::k_page;

// All matches by a search that can't be wrong.
std::vector<std::size_t> every(std::string_view bytes, std::string_view needle) {
  std::vector<std::size_t> all;
  for (std::size_t at = bytes.find(needle); at != std::string_view::npos;
       at = bytes.find(needle, at + 1)) {
    all.push_back(at);
  }
  return all;
}

std::vector<std::size_t> search(FakeMemory& memory, const std::vector<std::string>& needles) {
  std::vector<std::size_t> found;
  pysheeet::dump::search(
      memory, memory.mapping(), needles,
      [&](std::uint64_t address) { found.push_back(address - FakeMemory::k_base); }, {});
  return found;
}

}  // namespace

TEST_CASE("a finder finds what std::string finds") {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes(random() % 700, '\0');
    for (char& c : bytes) {
      c = static_cast<char>(random() % 3 == 0 ? random() % 4 : 0);
    }
    std::string needle(1 + random() % 6, '\0');
    for (char& c : needle) {
      c = static_cast<char>(random() % 3);
    }
    const Finder finder(needle);
    std::vector<std::size_t> found;
    for (std::size_t at = finder.find(bytes, 0); at != Finder::npos;
         at = finder.find(bytes, at + 1)) {
      found.push_back(at);
    }
    REQUIRE(found == every(bytes, needle));
  }
}

TEST_CASE("a match may lie across pieces of memory, and holes, but not across gaps") {
  FakeMemory memory(std::string(70, 'a') + "b" + std::string(100, '.') + "!a!" + "ab");
  CHECK(search(memory, {"ab"}) ==
        std::vector<std::size_t>{70 * k_page - 1, 174 * k_page - 1 + k_page});
  CHECK(search(memory, {std::string("b\0\0", 3)}) == std::vector<std::size_t>{71 * k_page - 1});
  CHECK(search(memory, {"ba"}).empty());
}

TEST_CASE("what was never touched is no match by itself") {
  FakeMemory memory("..a..");
  const std::string zeros(2, '\0');
  CHECK(search(memory, {zeros}).empty());
  CHECK(search(memory, {zeros + "a"}) == std::vector<std::size_t>{2 * k_page - 2});
  CHECK(search(memory, {"a" + zeros}) == std::vector<std::size_t>{3 * k_page - 1});
}

TEST_CASE("matches that overlap are all told, and of several needles by address") {
  FakeMemory memory("a.b");
  CHECK(search(memory, {std::string(k_page - 2, 'a')}) == std::vector<std::size_t>{0, 1, 2});
  const auto both = search(memory, {"bbb", "aaa"});
  CHECK(both.size() == 2 * (k_page - 2));
  CHECK(std::is_sorted(both.begin(), both.end()));
}

TEST_CASE("a needle is neither empty nor too long") {
  FakeMemory memory("a");
  CHECK_THROWS_AS(search(memory, {""}), pysheeet::Error);
  CHECK_THROWS_AS(search(memory, {std::string(pysheeet::dump::k_longest_needle + 1, 'a')}),
                  pysheeet::Error);
}

TEST_CASE("a hex view shows bytes, text and what is not known") {
  FakeMemory memory("a.!");
  const auto at = [&](std::uint64_t offset, std::size_t size) {
    return pysheeet::dump::hex_lines(memory, FakeMemory::k_base + offset, size);
  };
  CHECK(at(k_page - 2, 4) ==
        std::vector<std::string>{
            "0x7f0000000ffe  61 61 00 00                                       |aa..|"});
  CHECK(at(2 * k_page - 1, 17) ==
        std::vector<std::string>{
            "0x7f0000001fff  00 ?? ?? ?? ?? ?? ?? ??  ?? ?? ?? ?? ?? ?? ?? ??  |.???????????????|",
            "0x7f000000200f  ??                                                |?|"});
}
