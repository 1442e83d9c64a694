#pragma once

#include <string>

#include "posix/format.h"

namespace pysheeet::posix {

// struct rlimit and rlimit64; "sizeof" tells what RLIM_INFINITY is.
std::string rlimit_text(const Fields& fields, const Format& format);

// struct rusage, as time(1) has it with -v. What Linux does not fill is shown if it is not 0.
std::string rusage_text(const Fields& fields, const Format& format);

}  // namespace pysheeet::posix
