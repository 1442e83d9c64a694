#include "posix/times.h"

#include <sys/stat.h>

#include <array>
#include <cstdio>

#include "core/text.h"
#include "posix/line.h"

namespace pysheeet::posix {

namespace {

constexpr std::string_view k_days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::int64_t k_seconds_per_day = 86'400;
constexpr std::int64_t k_first_year = 1900;  // that of tm_year 0
constexpr std::int64_t k_last_year = 9999 - k_first_year;
constexpr std::size_t k_longest_zone = 40;

bool is_zero(const Timestamp& time) {
  return time.seconds == Integer{} && time.fraction == Integer{};
}

std::int64_t number(const Fields& fields, std::string_view path) {
  return integer(fields, path).value_or(Integer{}).as_signed().value_or(-1);
}

// " +0100 CET". Who fills a tm by hand seldom sets these two.
std::string zone_text(const Fields& fields) {
  const std::int64_t offset = number(fields, "tm_gmtoff");
  const auto name = bytes(fields, "tm_zone");
  if (offset <= -k_seconds_per_day || offset >= k_seconds_per_day || (offset == 0 && !name)) {
    return "";
  }
  return utc_offset_text(static_cast<long>(offset)) +
         (name && !name->empty() ? " " + escape(name->substr(0, k_longest_zone)) : "");
}

// "2026-11-25 16:40:00", also of members that mktime(3) has not brought into their ranges yet;
// nothing if they are too far out.
std::string date_text(const Fields& fields) {
  const std::int64_t month = number(fields, "tm_mon");
  const std::int64_t year = number(fields, "tm_year");
  if (month < 0 || month > 11 || year < -k_first_year || year > k_last_year) {
    return "";
  }
  for (const char* path : {"tm_mday", "tm_hour", "tm_min", "tm_sec"}) {
    if (number(fields, path) < 0 || number(fields, path) > 99) {
      return "";
    }
  }
  std::array<char, 64> text{};
  std::snprintf(
      text.data(), text.size(), "%04d-%02d-%02d %02d:%02d:%02d",
      static_cast<int>(year + k_first_year), static_cast<int>(month + 1),
      static_cast<int>(number(fields, "tm_mday")), static_cast<int>(number(fields, "tm_hour")),
      static_cast<int>(number(fields, "tm_min")), static_cast<int>(number(fields, "tm_sec")));
  return text.data();
}

}  // namespace

Timestamp timestamp_at(const Fields& fields, const std::string& path) {
  const std::string prefix = path.empty() ? "" : path + ".";
  const auto seconds = integer(fields, prefix + "tv_sec").value_or(Integer{});
  if (const auto nanoseconds = integer(fields, prefix + "tv_nsec")) {
    return {.seconds = seconds, .fraction = nanoseconds, .digits = 9};
  }
  return {.seconds = seconds, .fraction = integer(fields, prefix + "tv_usec"), .digits = 6};
}

std::string timespec_text(const Fields& fields, const Format& format) {
  const Timestamp time = timestamp_at(fields, "");
  // utimensat(2): then the seconds mean nothing.
  if (time.fraction == Integer::of_signed(UTIME_NOW)) {
    return "UTIME_NOW";
  }
  if (time.fraction == Integer::of_signed(UTIME_OMIT)) {
    return "UTIME_OMIT";
  }
  return time_text(time, format.zone);
}

std::string timeval_text(const Fields& fields, const Format& format) {
  return time_text(timestamp_at(fields, ""), format.zone);
}

std::string timer_text(const Fields& fields, const Format& format) {
  const Timestamp value = timestamp_at(fields, "it_value");
  Line line;
  line.member("it_value", time_text(value, format.zone) + (is_zero(value) ? " (disarmed)" : ""));
  line.member("it_interval", time_text(timestamp_at(fields, "it_interval"), format.zone));
  return line.text();
}

std::string tm_text(const Fields& fields, const Format&) {
  Line line;
  const std::string date = date_text(fields);
  if (date.empty()) {
    for (const char* path : {"tm_year", "tm_mon", "tm_mday", "tm_hour", "tm_min", "tm_sec"}) {
      line.number(fields, path);
    }
  } else {
    line.part(date + zone_text(fields));
  }
  const std::int64_t day = number(fields, "tm_wday");
  if (day >= 0 && day < std::ssize(k_days)) {
    line.part(k_days[day]);
  } else {
    line.number(fields, "tm_wday");
  }
  return line.number(fields, "tm_yday").number(fields, "tm_isdst").text();
}

}  // namespace pysheeet::posix
