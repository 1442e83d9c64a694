#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace pysheeet::posix {

// An integer member of a struct, of whatever width and signedness its C type has there.
struct Integer {
  std::uint64_t bits = 0;  // two's complement
  bool negative = false;

  static Integer of_signed(std::int64_t value) {
    return {static_cast<std::uint64_t>(value), value < 0};
  }
  static Integer of_unsigned(std::uint64_t value) { return {value, false}; }

  // The value, if it has one in this type.
  std::optional<std::int64_t> as_signed() const;
  std::optional<std::uint32_t> as_unsigned_32() const;
  std::string decimal() const;

  bool operator==(const Integer&) const = default;
};

}  // namespace pysheeet::posix
