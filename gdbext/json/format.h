#pragma once

#include <cstddef>
#include <string_view>

#include "json/json_error.h"

namespace pysheeet::json {

struct FormatOptions {
  bool styled = false;             // jq's colours: keys, strings and null
  std::size_t max_depth = 10'000;  // arrays and objects inside each other
};

// Where formatted text goes.
class Sink {
 public:
  Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  virtual ~Sink() = default;
  // Pieces of some 64 KiB that end between characters and never within an escape sequence.
  virtual void write(std::string_view piece) = 0;
  // Called again and again while nothing is written; may throw to end the work.
  virtual void checkpoint() {}
};

// Writes a JSON text (UTF-8) in jq's layout, with a newline at its end. Order and repetition of
// keys and the spelling of numbers stay. Strings are spelled anew: characters as themselves, but
// \uXXXX where a terminal would act on them. Throws JsonError, before anything is written, if text
// is no JSON.
void format(std::string_view text, const FormatOptions& options, Sink& sink);

}  // namespace pysheeet::json
