#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pysheeet {

// Text from the program made safe to show on a terminal, as one line: C0 and C1 control characters
// and DEL become \n, \t, \e or \xHH, bytes that are no valid UTF-8 become \xHH, and the characters
// that reorder text (Unicode bidirectional controls) become \u{XXXX}. All else stays as it is, a
// backslash too: this is for reading, not for reading back.
std::string escape(std::string_view text);

// In lower-case hexadecimal digits, as few as it takes.
std::string hex(std::uint64_t value);

// The length in bytes of the valid UTF-8 sequence that text starts with; 0 if it starts with none
// (RFC 3629: no surrogates, no overlong forms, nothing above U+10FFFF) or is empty.
std::size_t utf8_sequence_length(std::string_view text);

// The code point of one valid UTF-8 sequence.
std::uint32_t code_point(std::string_view sequence);

// Whether a terminal would act on the character instead of showing it: C0 and C1 controls, DEL,
// Unicode's Bidi_Control characters, and the line and paragraph separators.
bool controls_terminal(std::uint32_t code);

}  // namespace pysheeet
