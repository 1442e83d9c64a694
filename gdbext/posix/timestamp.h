#pragma once

#include <optional>
#include <string>

#include "posix/integer.h"

namespace pysheeet::posix {

enum class Zone { k_utc, k_local };

// A point in time as struct timespec has it; some old structs have whole seconds only.
struct Timestamp {
  Integer seconds;  // since 1970-01-01 00:00:00 UTC
  std::optional<Integer> nanoseconds;
};

// "2019-12-28 15:53:17.123456789 +0000", as stat(1) writes it; k_local is the zone of this process
// (TZ, /etc/localtime). Outside the years 0 to 9999 the seconds stay a number, and nanoseconds
// outside 0 to 999,999,999 are told apart: "… +0000 (tv_nsec -1)".
std::string timestamp_text(const Timestamp& time, Zone zone);

}  // namespace pysheeet::posix
