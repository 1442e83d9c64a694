#pragma once

#include <initializer_list>
#include <string>
#include <utility>
#include <variant>

#include "posix/format.h"

namespace pysheeet::test {

// Members as a test writes them: numbers and texts.
using Written = std::variant<long long, std::string>;

inline posix::Fields fields_of(std::initializer_list<std::pair<const char*, Written>> values) {
  posix::Fields fields;
  for (const auto& [path, value] : values) {
    if (const auto* number = std::get_if<long long>(&value)) {
      fields[path] = posix::Integer::of_signed(*number);
    } else {
      fields[path] = std::get<std::string>(value);
    }
  }
  return fields;
}

// The text of a struct in UTC, without names of accounts.
inline std::string text_of(const char* name,
                           std::initializer_list<std::pair<const char*, Written>> values) {
  return posix::struct_text(name, fields_of(values), {posix::Zone::k_utc, {}});
}

}  // namespace pysheeet::test
