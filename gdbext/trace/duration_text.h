#pragma once

#include <string>

namespace pysheeet::trace {

// Nanoseconds as people read them, three to four digits: "17 ns", "1.24 us", "353 ms", "2.50 s",
// "1234 s".
std::string duration_text(double nanoseconds);

}  // namespace pysheeet::trace
