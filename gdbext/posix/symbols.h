#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "posix/integer.h"

namespace pysheeet::posix {

// A constant of a header. The mask tells which bits it is a value of; without one, its own.
struct Symbol {
  std::uint64_t value = 0;
  std::string_view name;
  std::uint64_t mask = 0;
};

// The constant's name, or the number if none has it.
std::string symbol_text(const Integer& number, std::span<const Symbol> symbols);

// The names of the bits that are set, what is left in hexadecimal: "O_RDWR|O_APPEND|0x40000000"; 0
// if there are none. A symbol of several bits is shown if all of its mask are as in its value.
std::string flags_text(std::uint64_t flags, std::span<const Symbol> symbols);

}  // namespace pysheeet::posix
