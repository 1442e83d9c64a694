#include "posix/timestamp.h"

#include <cstdlib>
#include <limits>
#include <string>

#include "catch.h"

using pysheeet::posix::Integer;
using pysheeet::posix::Timestamp;
using pysheeet::posix::timestamp_text;
using pysheeet::posix::Zone;

namespace {

std::string utc(std::int64_t seconds, std::int64_t nanoseconds) {
  return timestamp_text({Integer::of_signed(seconds), Integer::of_signed(nanoseconds)},
                        Zone::k_utc);
}

// Sets TZ as long as it lives.
class TimeZone {
 public:
  explicit TimeZone(const char* name) {
    if (const char* before = std::getenv("TZ")) {
      before_ = before;
      was_set_ = true;
    }
    ::setenv("TZ", name, 1);
  }
  TimeZone(const TimeZone&) = delete;
  TimeZone& operator=(const TimeZone&) = delete;
  ~TimeZone() { was_set_ ? ::setenv("TZ", before_.c_str(), 1) : ::unsetenv("TZ"); }

 private:
  std::string before_;
  bool was_set_ = false;
};

}  // namespace

TEST_CASE("timestamp_text in UTC") {
  CHECK(utc(1577548397, 123456789) == "2019-12-28 15:53:17.123456789 +0000");
  CHECK(utc(0, 0) == "1970-01-01 00:00:00.000000000 +0000");
  CHECK(utc(0, 7) == "1970-01-01 00:00:00.000000007 +0000");
  CHECK(utc(-1, 999999999) == "1969-12-31 23:59:59.999999999 +0000");
  CHECK(utc(951782400, 0) == "2000-02-29 00:00:00.000000000 +0000");
}

TEST_CASE("timestamp_text of whole seconds") {
  CHECK(timestamp_text({Integer::of_signed(1), std::nullopt}, Zone::k_utc) ==
        "1970-01-01 00:00:01 +0000");
}

TEST_CASE("timestamp_text at the ends of the calendar") {
  CHECK(utc(253402300799, 0) == "9999-12-31 23:59:59.000000000 +0000");
  CHECK(utc(253402300800, 5) == "253402300800.000000005");
  CHECK(utc(-62167219200, 0) == "0000-01-01 00:00:00.000000000 +0000");
  CHECK(utc(-62167219201, 0) == "-62167219201.000000000");
  CHECK(utc(std::numeric_limits<std::int64_t>::max(), 1) == "9223372036854775807.000000001");
  CHECK(utc(std::numeric_limits<std::int64_t>::min(), 0) == "-9223372036854775808.000000000");
  CHECK(timestamp_text({Integer::of_unsigned(std::numeric_limits<std::uint64_t>::max()),
                        Integer::of_signed(0)},
                       Zone::k_utc) == "18446744073709551615.000000000");
}

TEST_CASE("timestamp_text of nanoseconds that are none") {
  CHECK(utc(0, 1000000000) == "1970-01-01 00:00:00 +0000 (tv_nsec 1000000000)");
  CHECK(utc(0, -1) == "1970-01-01 00:00:00 +0000 (tv_nsec -1)");
  CHECK(utc(std::numeric_limits<std::int64_t>::max(), -1) == "9223372036854775807 (tv_nsec -1)");
}

TEST_CASE("timestamp_text in the local zone") {
  const Timestamp summer{Integer::of_signed(1561939200), Integer::of_signed(5)};
  {
    const TimeZone zone("NST3:30NDT2:30,M3.2.0,M11.1.0");
    CHECK(timestamp_text(summer, Zone::k_local) == "2019-06-30 21:30:00.000000005 -0230");
    CHECK(timestamp_text(summer, Zone::k_utc) == "2019-07-01 00:00:00.000000005 +0000");
  }
  const TimeZone zone("IST-5:30");
  CHECK(timestamp_text(summer, Zone::k_local) == "2019-07-01 05:30:00.000000005 +0530");
}
