#include "trace/reports.h"

#include "catch.h"
#include "core/error.h"
#include "trace/duration_text.h"
#include "trace/function_name.h"

using pysheeet::Error;
using pysheeet::trace::duration_text;
using pysheeet::trace::End;
using pysheeet::trace::function_text;
using pysheeet::trace::functions_named;
using pysheeet::trace::Order;
using pysheeet::trace::table;
using pysheeet::trace::totals_of;
using pysheeet::trace::Trace;
using pysheeet::trace::tree_text;
using pysheeet::trace::without_parameters;

namespace {

// main calls fib(2), which calls itself twice; a second thread does the same in half the time.
Trace sample() {
  Trace trace;
  trace.functions = {{.name = "main", .place = "f.c:9"}, {.name = "fib(int)", .place = "f.c:1"}};
  trace.threads = {{.id = 100, .name = "one"}, {.id = 101, .name = ""}};
  for (const std::uint32_t thread : {0U, 1U}) {
    const std::int64_t scale = thread == 0 ? 2000 : 1000;
    const std::uint32_t top = trace.tree.child(trace.tree.root(thread), 0);
    const std::uint32_t fib = trace.tree.child(top, 1);
    const std::uint32_t inner = trace.tree.child(fib, 1);
    trace.tree.add(inner, 10 * scale, 10 * scale, End::returned);
    trace.tree.add(inner, 20 * scale, 20 * scale, End::returned);
    trace.tree.add(fib, 50 * scale, 20 * scale, End::returned);
    trace.tree.add(top, 100 * scale, 50 * scale, End::returned);
  }
  return trace;
}

}  // namespace

TEST_CASE("the table adds threads up, or tells them apart") {
  CHECK(table(sample(), Order::self, 0, false) ==
        "Calls   Total    Self  Self%     Mean      Min      P50     P99     Max  Function\n"
        "    2  300 us  150 us  50.0%   150 us   100 us   100 us  200 us  200 us  main\n"
        "    6  150 us  150 us  50.0%  40.0 us  10.0 us  20.0 us  100 us  100 us  fib(int)\n");
  const std::string apart = table(sample(), Order::total, 1, true);
  CHECK(apart.find("Thread 100 \"one\"\n") == 0);
  CHECK(apart.find("Thread 101\nCalls") != std::string::npos);
  CHECK(apart.find("... 1 more function, 50.0% of the time\n") != std::string::npos);
}

TEST_CASE("what is not in the numbers stands behind the table") {
  Trace trace = sample();
  CHECK(table(Trace(), Order::self, 0, false).empty());
  trace.tree.add(1, 10, 10, End::exception);
  trace.tree.add(1, 10, 10, End::open);
  trace.losses.dropped = 3;
  trace.cost = {.per_call = 250000, .left = 9000};
  const std::string text = table(trace, Order::self, 0, false);
  CHECK(text.find("Did not return: 1 ended by an exception; their time runs until the thread was "
                  "seen outside of them.\n") != std::string::npos);
  CHECK(text.find("Still open: 1; ") != std::string::npos);
  CHECK(text.find("Not in the times: 3 records that came too fast.\n") != std::string::npos);
  CHECK(text.find("Tracing held each call up by 250 us, taken out of these times to within 9.00 us "
                  "a call.\n") != std::string::npos);
  trace.cost.left = -1;
  CHECK(table(trace, Order::self, 0, false).find("that was not calibrated.\n") !=
        std::string::npos);
}

TEST_CASE("the tree takes a function's calls of itself into one line") {
  CHECK(tree_text(sample(), false) ==
        "Total%   Total    Self  Calls  Path\n"
        "100.0%  300 us  150 us      2  main\n"
        " 50.0%  150 us  150 us      6    fib(int)  (calls itself, up to 2 deep)\n");
  CHECK(tree_text(sample(), true).find("Thread 101\nTotal%") != std::string::npos);
  CHECK(tree_text(Trace(), false).empty());
}

TEST_CASE("paths of less than a thousandth are counted only") {
  Trace trace = sample();
  trace.functions.push_back({.name = "tiny"});
  trace.tree.add(trace.tree.child(1, 2), 1, 1, End::returned);
  const std::string text = tree_text(trace, false);
  CHECK(text.find("tiny") == std::string::npos);
  CHECK(text.find("... 1 more path with less than 0.1% each\n") != std::string::npos);
}

TEST_CASE("one function has its callers, callees and durations") {
  const std::string text = function_text(sample(), "fib");
  CHECK(text.find("fib(int) at f.c:1\n6 calls, total 150 us (50.0%), self 150 us (50.0%)\n") == 0);
  CAPTURE(text);
  CHECK(text.find("    2   150 us  100.0%  main\n") != std::string::npos);
  CHECK(text.find("Callees\n    4") != std::string::npos);
  CHECK(text.find("########") != std::string::npos);
  CHECK(totals_of(sample(), "fib").calls == 6);
  CHECK(totals_of(sample(), "fib(int)").time == 150000);
  CHECK_THROWS_WITH(function_text(sample(), "ib"),
                    "no calls of 'ib' were recorded; there are: fib(int)");
  CHECK_THROWS_AS(functions_named(Trace(), "x\033"), Error);
}

TEST_CASE("names lose their parameters, and nothing else") {
  CHECK(without_parameters("fib(int)") == "fib");
  CHECK(without_parameters("main") == "main");
  CHECK(without_parameters("A<int (*)(int)>::operator()(int) const") ==
        "A<int (*)(int)>::operator()");
  CHECK(without_parameters("(anonymous namespace)::f(void (*)(int))") ==
        "(anonymous namespace)::f");
  CHECK(without_parameters(")(") == ")(");
}

TEST_CASE("duration_text keeps three digits and the unit people read") {
  CHECK(duration_text(0) == "0 ns");
  CHECK(duration_text(17) == "17 ns");
  CHECK(duration_text(999.4) == "999 ns");
  CHECK(duration_text(999.6) == "1.00 us");
  CHECK(duration_text(1240) == "1.24 us");
  CHECK(duration_text(98760) == "98.8 us");
  CHECK(duration_text(353e6) == "353 ms");
  CHECK(duration_text(2.5e9) == "2.50 s");
  CHECK(duration_text(1234e9) == "1234 s");
}
