#include "trace/stack_regions.h"

#include <unistd.h>

#include <memory>

#include "catch.h"

TEST_CASE("addresses of one stack share its end, others do not") {
  pysheeet::trace::StackRegions regions(getpid());
  int here = 0;
  int there = 0;
  const auto on_heap = std::make_unique<int>(0);
  const auto address = [](const int* p) { return reinterpret_cast<std::uintptr_t>(p); };
  const std::uint64_t stack = regions.stack_of(address(&here));
  CHECK(stack > address(&here));
  CHECK(regions.stack_of(address(&there)) == stack);
  CHECK(regions.stack_of(address(on_heap.get())) != stack);
}

TEST_CASE("what can't be told is stack 0") {
  CHECK(pysheeet::trace::StackRegions(getpid()).stack_of(8) == 0);
  CHECK(pysheeet::trace::StackRegions(-1).stack_of(0x7000) == 0);
}
