#include "posix/integer.h"

#include <limits>

namespace pysheeet::posix {

std::optional<std::int64_t> Integer::as_signed() const {
  if (!negative && bits > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(bits);
}

std::optional<std::uint32_t> Integer::as_unsigned_32() const {
  if (negative || bits > std::numeric_limits<std::uint32_t>::max()) {
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(bits);
}

std::string Integer::decimal() const {
  return negative ? std::to_string(static_cast<std::int64_t>(bits)) : std::to_string(bits);
}

}  // namespace pysheeet::posix
