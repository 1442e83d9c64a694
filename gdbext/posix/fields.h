#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "posix/integer.h"

namespace pysheeet::posix {

// A member's value: an integer, or bytes of an array or of what a pointer points to.
using Value = std::variant<Integer, std::string>;

// The members of one struct by the path of each from it: "st_size", "st_atim.tv_sec". What a
// printer adds to them has names of its own, which the struct's text tells.
using Fields = std::map<std::string, Value, std::less<>>;

// The member, if it is there and of that kind.
std::optional<Integer> integer(const Fields& fields, std::string_view path);
std::optional<std::string_view> bytes(const Fields& fields, std::string_view path);

// The bits of an integer member, 0 if there is none.
std::uint64_t bits(const Fields& fields, std::string_view path);

}  // namespace pysheeet::posix
