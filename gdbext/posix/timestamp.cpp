#include "posix/timestamp.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace pysheeet::posix {

namespace {

constexpr std::uint64_t k_nanoseconds_per_second = 1'000'000'000;
constexpr int k_tm_year_zero = 1900;

std::optional<std::tm> broken_down(const Integer& seconds, Zone zone) {
  const auto value = seconds.as_signed();
  if (!value) {
    return std::nullopt;
  }
  const std::time_t time = *value;
  std::tm parts{};
  if (zone == Zone::k_local) {
    // localtime_r need not look at TZ, and the user may have changed it in this session.
    ::tzset();
  }
  const bool fits = zone == Zone::k_utc ? ::gmtime_r(&time, &parts) != nullptr
                                        : ::localtime_r(&time, &parts) != nullptr;
  if (!fits || parts.tm_year < -k_tm_year_zero || parts.tm_year > 9999 - k_tm_year_zero) {
    return std::nullopt;
  }
  return parts;
}

}  // namespace

std::string timestamp_text(const Timestamp& time, Zone zone) {
  std::string fraction;
  std::string raw_nanoseconds;
  if (const auto& nanoseconds = time.nanoseconds) {
    if (nanoseconds->negative || nanoseconds->bits >= k_nanoseconds_per_second) {
      raw_nanoseconds = " (tv_nsec " + nanoseconds->decimal() + ")";
    } else {
      const std::string digits = nanoseconds->decimal();
      fraction = "." + std::string(9 - digits.size(), '0') + digits;
    }
  }
  const auto parts = broken_down(time.seconds, zone);
  if (!parts) {
    return time.seconds.decimal() + fraction + raw_nanoseconds;
  }
  const long offset = parts->tm_gmtoff / 60;
  const long minutes = offset < 0 ? -offset : offset;
  std::array<char, 64> date{};
  std::array<char, 16> zone_text{};
  std::snprintf(date.data(), date.size(), "%04d-%02d-%02d %02d:%02d:%02d",
                parts->tm_year + k_tm_year_zero, parts->tm_mon + 1, parts->tm_mday, parts->tm_hour,
                parts->tm_min, parts->tm_sec);
  std::snprintf(zone_text.data(), zone_text.size(), " %c%02ld%02ld", offset < 0 ? '-' : '+',
                minutes / 60 % 100, minutes % 60);
  return date.data() + fraction + zone_text.data() + raw_nanoseconds;
}

}  // namespace pysheeet::posix
