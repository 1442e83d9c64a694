#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pysheeet::trace {

// A value of the program as it is told: an argument, a variable, or, without a name, a result.
struct Argument {
  std::string name;
  std::string type;
  std::string value;
  std::uint64_t size = 0;  // bytes
};

// The text of a recording that holds them, and back: a line each, its parts apart by tabs. Control
// characters within a part are escaped (core/text.h); lines that are not of this form are left out.
std::string pack(const std::vector<Argument>& arguments);
std::vector<Argument> unpack(std::string_view text);

}  // namespace pysheeet::trace
