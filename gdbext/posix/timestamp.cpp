#include "posix/timestamp.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace pysheeet::posix {

namespace {

constexpr std::uint64_t k_first_date = 100'000'000;
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

std::uint64_t units_per_second(const Timestamp& time) {
  std::uint64_t units = 1;
  for (unsigned i = 0; i < time.digits; ++i) {
    units *= 10;
  }
  return units;
}

bool has_odd_fraction(const Timestamp& time) {
  return time.fraction &&
         (time.fraction->negative || time.fraction->bits >= units_per_second(time));
}

// " (tv_nsec -1)" of a fraction that is none.
std::string odd_fraction_text(const Timestamp& time) {
  return has_odd_fraction(time)
             ? (time.digits == 9 ? " (tv_nsec " : " (tv_usec ") + time.fraction->decimal() + ")"
             : "";
}

// ".000000005", or nothing.
std::string fraction_text(const Timestamp& time) {
  if (!time.fraction || has_odd_fraction(time)) {
    return "";
  }
  const std::string digits = time.fraction->decimal();
  return "." + std::string(time.digits - digits.size(), '0') + digits;
}

}  // namespace

std::string timestamp_text(const Timestamp& time, Zone zone) {
  const auto parts = broken_down(time.seconds, zone);
  if (!parts) {
    return time.seconds.decimal() + fraction_text(time) + odd_fraction_text(time);
  }
  std::array<char, 64> date{};
  std::snprintf(date.data(), date.size(), "%04d-%02d-%02d %02d:%02d:%02d",
                parts->tm_year + k_tm_year_zero, parts->tm_mon + 1, parts->tm_mday, parts->tm_hour,
                parts->tm_min, parts->tm_sec);
  return date.data() + fraction_text(time) + utc_offset_text(parts->tm_gmtoff) +
         odd_fraction_text(time);
}

std::string utc_offset_text(long seconds) {
  const long minutes = (seconds < 0 ? -seconds : seconds) / 60;
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), " %c%02ld%02ld", seconds < 0 ? '-' : '+',
                minutes / 60 % 100, minutes % 60);
  return text.data();
}

std::string seconds_text(const Timestamp& time) {
  Timestamp shown = time;
  std::string sign;
  if (time.seconds.negative && !has_odd_fraction(time) && time.fraction) {
    // -1 s and 500,000,000 ns are half a second before zero.
    sign = "-";
    shown.seconds = Integer::of_unsigned(0 - time.seconds.bits);
    if (time.fraction->bits != 0) {
      shown.seconds.bits -= 1;
      shown.fraction->bits = units_per_second(time) - time.fraction->bits;
    }
  }
  std::string fraction = fraction_text(shown);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return sign + shown.seconds.decimal() + (fraction == "." ? "" : fraction) + " s" +
         odd_fraction_text(time);
}

std::string time_text(const Timestamp& time, Zone zone) {
  const bool is_date = !time.seconds.negative && time.seconds.bits >= k_first_date &&
                       broken_down(time.seconds, zone);
  return is_date ? timestamp_text(time, zone) + " (" + seconds_text(time) + ")"
                 : seconds_text(time);
}

}  // namespace pysheeet::posix
