#include "trace/call_tree.h"

#include "catch.h"
#include "trace/totals.h"

using pysheeet::trace::callees_of;
using pysheeet::trace::callers_of;
using pysheeet::trace::CallTree;
using pysheeet::trace::End;
using pysheeet::trace::function_totals;
using pysheeet::trace::Order;
using pysheeet::trace::root_time;

namespace {

constexpr std::uint32_t k_main = 0;
constexpr std::uint32_t k_even = 1;
constexpr std::uint32_t k_odd = 2;

// main 100: even 60: odd 40: even 25, in each of these threads.
CallTree recursion(std::initializer_list<std::uint32_t> threads) {
  CallTree tree;
  for (const std::uint32_t thread : threads) {
    const std::uint32_t main = tree.child(tree.root(thread), k_main);
    const std::uint32_t even = tree.child(main, k_even);
    const std::uint32_t odd = tree.child(even, k_odd);
    const std::uint32_t inner = tree.child(odd, k_even);
    tree.add(inner, 25, 25, End::returned);
    tree.add(odd, 40, 15, End::exception);
    tree.add(even, 60, 20, End::returned);
    tree.add(main, 100, 40, End::exit);
  }
  return tree;
}

}  // namespace

TEST_CASE("a path is one node, and a recursive one says so") {
  const CallTree tree = recursion({0});
  REQUIRE(tree.nodes().size() == 5);
  CHECK(tree.nodes()[0].is_root());
  CHECK(tree.nodes()[4].recursive);
  CHECK_FALSE(tree.nodes()[3].recursive);
  CHECK(tree.children(1) == std::vector<std::uint32_t>{2});
}

TEST_CASE("thousands of callees are found again, in the order of their first calls") {
  constexpr std::uint32_t k_callees = 5000;
  CallTree tree;
  std::vector<std::uint32_t> paths;
  for (const std::uint32_t thread : {0U, 1U}) {
    const std::uint32_t main = tree.child(tree.root(thread), k_main);
    for (std::uint32_t i = 0; i < k_callees; ++i) {
      paths.push_back(tree.child(main, k_callees - i));
    }
    CHECK(tree.children(main) == std::vector(paths.end() - k_callees, paths.end()));
  }
  const std::size_t nodes = tree.nodes().size();
  CHECK(nodes == 2 * (k_callees + 2));
  for (const std::uint32_t path : paths) {
    CHECK(tree.child(tree.nodes()[path].parent, tree.nodes()[path].function) == path);
  }
  CHECK(tree.nodes().size() == nodes);
}

TEST_CASE("totals count recursion once and self times add up to the root's time") {
  const CallTree tree = recursion({0, 1});
  std::int64_t self = 0;
  for (const auto& row : function_totals(tree, Order::self)) {
    self += row.self;
  }
  CHECK(self == 200);
  CHECK(root_time(tree) == 200);
  const auto rows = function_totals(tree, Order::total);
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].function == k_main);
  CHECK(rows[1].function == k_even);
  CHECK(rows[1].total == 120);
  CHECK(rows[1].self == 90);
  CHECK(rows[1].calls() == 4);
  CHECK(rows[2].ends[static_cast<std::size_t>(End::exception)] == 2);
}

TEST_CASE("merging adds threads up path by path") {
  CallTree tree = recursion({1, 3}).merged();
  REQUIRE(tree.nodes().size() == 5);
  CHECK(tree.nodes()[2].durations.sum() == 120);
  CHECK(tree.nodes()[2].self == 40);
  tree.add(recursion({0}));
  CHECK(tree.nodes().size() == 5);
  CHECK(tree.nodes()[2].durations.calls() == 3);
}

TEST_CASE("callers and callees, their recursion counted once") {
  CallTree tree = recursion({0});
  const std::uint32_t deep = tree.child(4, k_odd);
  tree.add(deep, 10, 10, End::returned);
  const auto callers = callers_of(tree, k_odd);
  REQUIRE(callers.size() == 1);
  CHECK(callers[0].function == k_even);
  CHECK(callers[0].calls == 2);
  CHECK(callers[0].total == 40);
  const auto top = callers_of(tree, k_main);
  REQUIRE(top.size() == 1);
  CHECK(top[0].function == CallTree::k_none);
  const auto callees = callees_of(tree, k_main);
  REQUIRE(callees.size() == 1);
  CHECK(callees[0].function == k_even);
  CHECK(callees[0].total == 60);
}
