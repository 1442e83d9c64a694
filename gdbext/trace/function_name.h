#pragma once

#include <string_view>

namespace pysheeet::trace {

// A function's name without its parameters: "ns::f<int>" of "ns::f<int>(int) const".
std::string_view without_parameters(std::string_view name);

}  // namespace pysheeet::trace
