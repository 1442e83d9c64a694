#pragma once

#include <string>
#include <string_view>

#include "posix/fields.h"

namespace pysheeet::posix {

// A small struct in one line, in gdb's own form: "{fd = 3, events = POLLIN}".
class Line {
 public:
  // Adds "name = value".
  Line& member(std::string_view name, std::string_view value);
  // Adds the integer member of that path in decimal, if there is one.
  Line& number(const Fields& fields, std::string_view path);
  // Adds text that tells by itself what it is.
  Line& part(std::string_view text);
  std::string text() const;

 private:
  std::string parts_;
};

// 0x and digits.
std::string hex_text(std::uint64_t number);

// Text of the program in quotes, with '"' and '\' behind a backslash, safe for a terminal. Beyond
// limit bytes it ends in "...", as gdb's strings do.
std::string quoted(std::string_view text, std::size_t limit = 200);

// An array of characters, up to its first NUL.
std::string_view until_nul(std::string_view text);

// A string that a pointer points to: its text in quotes, NULL, or the address if it can't be read.
std::string string_text(const Fields& fields, std::string_view path);

}  // namespace pysheeet::posix
