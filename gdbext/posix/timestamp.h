#pragma once

#include <optional>
#include <string>

#include "posix/integer.h"

namespace pysheeet::posix {

enum class Zone { k_utc, k_local };

// A point in time as struct timespec or timeval has it; some old structs have whole seconds only.
struct Timestamp {
  Integer seconds;                  // since 1970-01-01 00:00:00 UTC
  std::optional<Integer> fraction;  // of a second, in units of 10^-digits
  unsigned digits = 9;              // 9: tv_nsec, 6: tv_usec
};

// "2019-12-28 15:53:17.123456789 +0000", as stat(1) writes it; k_local is the zone of this process
// (TZ, /etc/localtime). Outside the years 0 to 9999 the seconds stay a number, and a fraction that
// is negative or not below a second is told apart: "… +0000 (tv_nsec -1)".
std::string timestamp_text(const Timestamp& time, Zone zone);

// " +0000" of seconds east of UTC.
std::string utc_offset_text(long seconds);

// What struct timespec or timeval holds, a length of time or a point in it. Which one, they do not
// tell, so the number is always there: "1.5 s", "-0.5 s", and from March 1973 (100,000,000 s) on,
// which few lengths reach, the date before it: "2019-12-28 15:53:17.123456789 +0000
// (1577548397.123456789 s)".
std::string time_text(const Timestamp& time, Zone zone);

// The number alone.
std::string seconds_text(const Timestamp& time);

}  // namespace pysheeet::posix
