#pragma once

#include <cmath>
#include <cstddef>
#include <functional>
#include <nlohmann/json.hpp>
#include <string_view>

namespace pysheeet::json {

// What nlohmann stores a number with a fraction or exponent in. Its parser refuses what is not
// finite as a double, such as 1e400, though JSON allows it; callbacks get the spelling anyway.
struct Number {
  Number() = default;
  Number(double number) : value(number) {}
  operator double&() { return value; }
  operator double() const { return std::isfinite(value) ? value : 0; }

  double value;
};

using Value = nlohmann::basic_json<std::map, std::vector, std::string, bool, std::int64_t,
                                   std::uint64_t, Number>;
using Events = nlohmann::json_sax<Value>;

// Throws JsonError unless the whole text is one JSON value (RFC 8259) of at most max_depth arrays
// and objects inside each other. checkpoint is called every few thousand tokens and may throw.
void check(std::string_view text, std::size_t max_depth, const std::function<void()>& checkpoint);

// Calls events for a text that has passed check(). An integer of zero is spelled -0.
void parse(std::string_view text, Events& events);

}  // namespace pysheeet::json
