#include <limits>

#include "catch.h"
#include "posix/fields_of.h"

using pysheeet::test::text_of;

TEST_CASE("a timespec is a length of time, and from 1973 on a date too") {
  const auto text = [](long long seconds, long long nanoseconds) {
    return text_of("timespec", {{"tv_sec", seconds}, {"tv_nsec", nanoseconds}});
  };
  CHECK(text(0, 0) == "0 s");
  CHECK(text(1, 500'000'000) == "1.5 s");
  CHECK(text(0, 1) == "0.000000001 s");
  CHECK(text(10, 0) == "10 s");
  CHECK(text(99'999'999, 0) == "99999999 s");
  CHECK(text(100'000'000, 0) == "1973-03-03 09:46:40.000000000 +0000 (100000000 s)");
  CHECK(text(1577548397, 123456789) ==
        "2019-12-28 15:53:17.123456789 +0000 (1577548397.123456789 s)");
  // Beyond the calendar.
  CHECK(text(253402300800, 5) == "253402300800.000000005 s");
  CHECK(text(std::numeric_limits<long long>::max(), 0) == "9223372036854775807 s");
}

TEST_CASE("a timespec before zero") {
  const auto text = [](long long seconds, long long nanoseconds) {
    return text_of("timespec", {{"tv_sec", seconds}, {"tv_nsec", nanoseconds}});
  };
  CHECK(text(-1, 500'000'000) == "-0.5 s");
  CHECK(text(-1, 0) == "-1 s");
  CHECK(text(-2, 999'999'999) == "-1.000000001 s");
  CHECK(text(std::numeric_limits<long long>::min(), 0) == "-9223372036854775808 s");
  CHECK(text(std::numeric_limits<long long>::min(), 1) == "-9223372036854775807.999999999 s");
}

TEST_CASE("a timespec whose nanoseconds are none") {
  const auto text = [](long long seconds, long long nanoseconds) {
    return text_of("timespec", {{"tv_sec", seconds}, {"tv_nsec", nanoseconds}});
  };
  CHECK(text(1, -1) == "1 s (tv_nsec -1)");
  CHECK(text(-1, 1'000'000'000) == "-1 s (tv_nsec 1000000000)");
  CHECK(text(1577548397, -1) ==
        "2019-12-28 15:53:17 +0000 (tv_nsec -1) (1577548397 s (tv_nsec -1))");
  CHECK(text(7, 0x3fffffff) == "UTIME_NOW");
  CHECK(text(7, 0x3ffffffe) == "UTIME_OMIT");
}

TEST_CASE("a timeval has microseconds") {
  const auto text = [](long long seconds, long long microseconds) {
    return text_of("timeval", {{"tv_sec", seconds}, {"tv_usec", microseconds}});
  };
  CHECK(text(1, 500'000) == "1.5 s");
  CHECK(text(0, 1) == "0.000001 s");
  CHECK(text(-1, 999'999) == "-0.000001 s");
  CHECK(text(1577548397, 123456) == "2019-12-28 15:53:17.123456 +0000 (1577548397.123456 s)");
  CHECK(text(1, 1'000'000) == "1 s (tv_usec 1000000)");
}

TEST_CASE("a timer tells whether it is armed") {
  CHECK(text_of("itimerval", {{"it_value.tv_sec", 1},
                              {"it_value.tv_usec", 250'000},
                              {"it_interval.tv_sec", 2},
                              {"it_interval.tv_usec", 0}}) ==
        "{it_value = 1.25 s, it_interval = 2 s}");
  CHECK(text_of("itimerspec", {{"it_value.tv_sec", 0},
                               {"it_value.tv_nsec", 0},
                               {"it_interval.tv_sec", 0},
                               {"it_interval.tv_nsec", 1}}) ==
        "{it_value = 0 s (disarmed), it_interval = 0.000000001 s}");
}

TEST_CASE("a tm is a date") {
  const auto text = [](long long month, long long day, long long weekday, long long offset,
                       const pysheeet::test::Written& zone) {
    return text_of("tm", {{"tm_year", 126},
                          {"tm_mon", month},
                          {"tm_mday", day},
                          {"tm_hour", 16},
                          {"tm_min", 4},
                          {"tm_sec", 5},
                          {"tm_wday", weekday},
                          {"tm_yday", 328},
                          {"tm_isdst", 0},
                          {"tm_gmtoff", offset},
                          {"tm_zone", zone}});
  };
  CHECK(text(10, 25, 3, 3600, std::string("CET")) ==
        "{2026-11-25 16:04:05 +0100 CET, Wed, tm_yday = 328, tm_isdst = 0}");
  CHECK(text(10, 25, 3, 0, std::string("GMT")) ==
        "{2026-11-25 16:04:05 +0000 GMT, Wed, tm_yday = 328, tm_isdst = 0}");
  // Filled by hand: no zone, a day that mktime(3) is to bring into its month.
  CHECK(text(1, 31, 7, 0, 0) == "{2026-02-31 16:04:05, tm_wday = 7, tm_yday = 328, tm_isdst = 0}");
  CHECK(text(1, 3, 0, 86'400, 0) == "{2026-02-03 16:04:05, Sun, tm_yday = 328, tm_isdst = 0}");
  CHECK(text(1, 3, 0, -5400, std::string("\x1b[m")) ==
        "{2026-02-03 16:04:05 -0130 \\e[m, Sun, tm_yday = 328, tm_isdst = 0}");
  CHECK(text(12, 25, -1, 0, 7) ==
        "{tm_year = 126, tm_mon = 12, tm_mday = 25, tm_hour = 16, tm_min = 4, tm_sec = 5, "
        "tm_wday = -1, tm_yday = 328, tm_isdst = 0}");
  CHECK(text(1, -1, 3, 0, 0).substr(0, 14) == "{tm_year = 126");
  CHECK(text_of("tm", {{"tm_year", -1900}, {"tm_mday", 1}}) == "{0000-01-01 00:00:00, Sun}");
  CHECK(text_of("tm", {{"tm_year", 8100}}).substr(0, 15) == "{tm_year = 8100");
  CHECK(text_of("tm", {{"tm_year", std::numeric_limits<long long>::max()}}).substr(0, 9) ==
        "{tm_year ");
}
