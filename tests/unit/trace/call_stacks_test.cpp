#include "trace/call_stacks.h"

#include "catch.h"

using pysheeet::trace::CallStacks;
using pysheeet::trace::End;
using pysheeet::trace::EndedCall;
using pysheeet::trace::Place;

namespace {

constexpr std::uint64_t k_thread = 1;
constexpr std::uint64_t k_stack = 0x8000;

Place at(std::uint64_t frame) {
  return {k_thread, k_stack, frame};
}

std::vector<std::uint64_t> ids(const std::vector<EndedCall>& calls) {
  std::vector<std::uint64_t> found;
  for (const EndedCall& call : calls) {
    found.push_back(call.id);
  }
  return found;
}

using Ids = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("first version: nested calls pair with their own returns") {
  CallStacks stacks;
  CHECK(stacks.enter(at(0x7000), 1, 10, 100).empty());
  CHECK(stacks.enter(at(0x6000), 2, 20, 150).empty());
  const auto inner = stacks.leave(at(0x6000), 250, End::returned);
  REQUIRE(ids(inner) == Ids{2});
  CHECK(inner[0].duration() == 100);
  CHECK(inner[0].self() == 100);
  const auto outer = stacks.leave(at(0x7000), 400, End::returned);
  REQUIRE(ids(outer) == Ids{1});
  CHECK(outer[0].duration() == 300);
  CHECK(outer[0].self() == 200);
  CHECK(stacks.open_calls() == 0);
}

TEST_CASE("first version: recursion is marked on all but the outermost call") {
  CallStacks stacks;
  stacks.enter(at(0x7000), 1, 10, 0);
  stacks.enter(at(0x6000), 2, 20, 0);
  stacks.enter(at(0x5000), 3, 10, 0);
  CHECK(stacks.leave(at(0x5000), 1, End::returned)[0].recursive);
  CHECK_FALSE(stacks.leave(at(0x6000), 1, End::returned)[0].recursive);
  CHECK_FALSE(stacks.leave(at(0x7000), 1, End::returned)[0].recursive);
}

TEST_CASE("first version: threads and stacks do not mix") {
  CallStacks stacks;
  stacks.enter({1, k_stack, 0x7000}, 1, 10, 0);
  stacks.enter({2, k_stack, 0x7000}, 2, 10, 0);
  // A handler on an alternate stack that lies above.
  stacks.enter({1, 0xf000, 0xe000}, 3, 20, 10);
  CHECK(ids(stacks.leave({1, 0xf000, 0xe000}, 20, End::returned)) == Ids{3});
  CHECK(ids(stacks.leave({2, k_stack, 0x7000}, 30, End::returned)) == Ids{2});
  CHECK(ids(stacks.leave({1, k_stack, 0x7000}, 40, End::returned)) == Ids{1});
}

TEST_CASE("first version: a return that belongs to no call changes nothing above it") {
  CallStacks stacks;
  stacks.enter(at(0x7000), 1, 10, 0);
  CHECK(stacks.leave(at(0x6000), 5, End::returned).empty());
  CHECK(ids(stacks.leave(at(0x7000), 9, End::returned)) == Ids{1});
  CHECK(stacks.leave(at(0x7000), 10, End::returned).empty());
}

TEST_CASE(
    "first version: frames found gone end as unknown, innermost first, and leave their time to the "
    "caller") {
  CallStacks stacks;
  stacks.enter(at(0x7000), 1, 10, 0);
  stacks.enter(at(0x6000), 2, 20, 10);
  stacks.enter(at(0x5000), 3, 30, 20);
  const auto gone = stacks.enter(at(0x6000), 4, 20, 30);
  REQUIRE(ids(gone) == Ids{3, 2});
  CHECK(gone[0].how == End::unknown);
  CHECK(gone[1].how == End::unknown);
  stacks.leave(at(0x6000), 40, End::returned);
  const auto outer = stacks.leave(at(0x7000), 100, End::returned);
  REQUIRE(ids(outer) == Ids{1});
  CHECK(outer[0].self() == 90);
}

TEST_CASE("first version: an exception ends what lies below its handler") {
  CallStacks stacks;
  stacks.enter(at(0x7000), 1, 10, 0);
  stacks.enter(at(0x6000), 2, 20, 10);
  stacks.enter(at(0x5000), 3, 30, 20);
  stacks.unwinding(k_thread, 30, End::exception);
  // A destructor runs on the way.
  CHECK(ids(stacks.enter(at(0x4f00), 4, 40, 35)).empty());
  CHECK(ids(stacks.leave(at(0x4f00), 36, End::returned)) == Ids{4});
  const auto gone = stacks.unwind(at(0x6800), 50, End::exception);
  REQUIRE(ids(gone) == Ids{3, 2});
  CHECK(gone[0].how == End::exception);
  CHECK(gone[1].end == 50);
  CHECK(stacks.open_calls() == 1);
  CHECK(ids(stacks.enter(at(0x6000), 5, 20, 60)).empty());
}

TEST_CASE(
    "first version: longjmp ends what is found gone at the next sight of its thread, at its own "
    "time") {
  CallStacks stacks;
  stacks.enter(at(0x7000), 1, 10, 0);
  stacks.enter(at(0x6000), 2, 20, 10);
  stacks.unwinding(k_thread, 30, End::longjmp);
  const auto gone = stacks.leave(at(0x7000), 500, End::returned);
  REQUIRE(ids(gone) == Ids{2, 1});
  CHECK(gone[0].how == End::longjmp);
  CHECK(gone[0].end == 30);
  CHECK(gone[1].how == End::returned);
  CHECK(gone[1].self() == 480);
  // It is used up.
  stacks.enter(at(0x6000), 3, 20, 600);
  CHECK(stacks.enter(at(0x6000), 4, 20, 610)[0].how == End::unknown);
}

TEST_CASE("first version: the end of a thread or of all ends every open call, innermost first") {
  CallStacks stacks;
  stacks.enter({1, k_stack, 0x7000}, 1, 10, 0);
  stacks.enter({1, k_stack, 0x6000}, 2, 20, 0);
  stacks.enter({2, k_stack, 0x7000}, 3, 10, 0);
  CHECK(ids(stacks.end_thread(1, 9, End::thread_end)) == Ids{2, 1});
  stacks.unwinding(2, 5, End::thread_end);
  const auto rest = stacks.end_all(9, End::exit);
  REQUIRE(ids(rest) == Ids{3});
  CHECK(rest[0].how == End::thread_end);
  CHECK(stacks.open_calls() == 0);
}

TEST_CASE("first version: a clock that runs backwards gives no negative duration") {
  CallStacks stacks;
  stacks.enter(at(0x7000), 1, 10, 100);
  CHECK(stacks.leave(at(0x7000), 90, End::returned)[0].duration() == 0);
}

TEST_CASE("first version: a call that is not recorded ends what its frame held before") {
  CallStacks stacks;
  stacks.enter(at(0x7000), 1, 10, 0);
  stacks.enter(at(0x6000), 2, 20, 10);
  stacks.unwinding(k_thread, 15, End::longjmp);
  const auto gone = stacks.arrive(at(0x6000), 20);
  REQUIRE(ids(gone) == Ids{2});
  CHECK(gone[0].how == End::longjmp);
  CHECK(stacks.leave(at(0x6000), 30, End::returned).empty());
  CHECK(stacks.open_calls() == 1);
}

TEST_CASE("first version: abandoning a function takes its open calls out from between the others") {
  CallStacks stacks;
  stacks.enter(at(0x7000), 1, 10, 0);
  stacks.enter(at(0x6000), 2, 20, 0);
  stacks.enter(at(0x5000), 3, 10, 0);
  CHECK(ids(stacks.abandon(10, End::open)) == Ids{1, 3});
  CHECK(stacks.abandon(30, End::open).empty());
  CHECK(ids(stacks.leave(at(0x6000), 9, End::returned)) == Ids{2});
  CHECK(stacks.leave(at(0x7000), 9, End::returned).empty());
}
