#include "trace/duration_text.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace pysheeet::trace {

std::string duration_text(double nanoseconds) {
  struct Unit {
    double size;
    const char* name;
  };
  static constexpr std::array<Unit, 4> k_units{{{1, "ns"}, {1e3, "us"}, {1e6, "ms"}, {1e9, "s"}}};
  const Unit* unit = k_units.data();
  // 999.5 would be shown as 1000: it belongs to the next unit.
  while (unit != &k_units.back() && std::abs(nanoseconds) / unit->size >= 999.5) {
    ++unit;
  }
  const double value = nanoseconds / unit->size;
  const double magnitude = std::abs(value);
  int decimals = 0;
  if (unit->size > 1) {
    decimals = magnitude < 9.995 ? 2 : magnitude < 99.95 ? 1 : 0;
  }
  std::array<char, 400> text{};
  std::snprintf(text.data(), text.size(), "%.*f %s", decimals, value, unit->name);
  return text.data();
}

}  // namespace pysheeet::trace
