#include "trace/profile.h"

#include "catch.h"
#include "trace/call_log.h"

using pysheeet::trace::CallLog;
using pysheeet::trace::duration_text;
using pysheeet::trace::End;
using pysheeet::trace::EndedCall;
using pysheeet::trace::Profile;

namespace {

EndedCall call(std::uint32_t function, std::int64_t duration, std::int64_t in_callees,
               bool recursive) {
  return {.id = 0,
          .function = function,
          .begin = 1000,
          .end = 1000 + duration,
          .in_callees = in_callees,
          .recursive = recursive,
          .how = End::returned};
}

}  // namespace

TEST_CASE("totals count recursion once and self without callees") {
  Profile profile;
  profile.add(call(1, 100, 0, true));
  profile.add(call(1, 400, 100, false));
  profile.add(call(2, 50, 0, false));
  const auto totals = profile.totals();
  REQUIRE(totals.size() == 2);
  CHECK(totals[0].function == 1);
  CHECK(totals[0].calls == 2);
  CHECK(totals[0].total == 400);
  CHECK(totals[0].self == 400);
  CHECK(totals[0].mean() == 250.0);
  CHECK(totals[0].minimum == 100);
  CHECK(totals[0].maximum == 400);
}

TEST_CASE("calls without a known duration count, and nothing else") {
  Profile profile;
  EndedCall lost = call(1, 100, 0, false);
  lost.how = End::exception;
  profile.add(lost);
  const auto totals = profile.totals();
  REQUIRE(totals.size() == 1);
  CHECK(totals[0].calls == 1);
  CHECK(totals[0].timed == 0);
  CHECK(totals[0].total == 0);
  CHECK(profile.untimed_text() == "1 ended by an exception");
  CHECK(profile.table({"?", "f()"}) ==
        "Calls  Total  Self  Mean  Min  Max  Function\n"
        "    1      -     -     -    -    -  f()\n");
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

TEST_CASE("a call log tells each call when it ends, and the table") {
  CallLog log;
  CHECK(log.table().empty());
  CHECK(log.begin({1, 0, 0x7000}, "f()", "f() @ a.c:1\n", 1000).empty());
  CHECK(log.begin({1, 0, 0x6000}, "g()", "g() @ a.c:9\n", 2000).empty());
  CHECK(log.left({1, 0, 0x6000}, 3500, End::tail_call) ==
        "g() @ a.c:9\n\tCost: 0.000001500 (ended by a tail call)\n");
  CHECK(log.finish(End::exit) == "f() @ a.c:1\n\tCost: unknown (ended by program exit)\n");
  CHECK(log.table() ==
        "Calls    Total     Self     Mean      Min      Max  Function\n"
        "    1  1.50 us  1.50 us  1.50 us  1.50 us  1.50 us  g()\n"
        "    1        -        -        -        -        -  f()\n"
        "Not timed: 1 ended by program exit.\n");
}
