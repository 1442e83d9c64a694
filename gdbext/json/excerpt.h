#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pysheeet::json {

struct ExcerptOptions {
  std::size_t columns = 76;  // of the terminal, at most
  bool ascii = false;        // spell other characters as \u{XXXX}
};

// Two lines, without a newline at the end: the part of the text's line around offset, made safe for
// a terminal, and a caret under the character there. … stands for what is cut off.
std::string excerpt(std::string_view text, std::size_t offset, const ExcerptOptions& options);

}  // namespace pysheeet::json
