#pragma once

#include <string>

#include "posix/format.h"

namespace pysheeet::posix {

// The timespec or timeval at a path ("it_value"; "" for the struct itself), by which of tv_nsec and
// tv_usec it has.
Timestamp timestamp_at(const Fields& fields, const std::string& path);

std::string timespec_text(const Fields& fields, const Format& format);
std::string timeval_text(const Fields& fields, const Format& format);

// struct itimerval and itimerspec.
std::string timer_text(const Fields& fields, const Format& format);

// struct tm, with the text at tm_zone. A member out of its range is shown as it is.
std::string tm_text(const Fields& fields, const Format& format);

}  // namespace pysheeet::posix
