#include "core/text.h"

#include <array>
#include <charconv>
#include <cstdint>

namespace pysheeet {

namespace {

unsigned byte_at(std::string_view text, std::size_t i) {
  return static_cast<unsigned char>(text[i]);
}

void append_hex(std::string& out, unsigned value) {
  constexpr std::string_view k_digits = "0123456789abcdef";
  out += "\\x";
  out += k_digits[value >> 4 & 0xf];
  out += k_digits[value & 0xf];
}

// Unicode's Bidi_Control characters, and the line and paragraph separators.
bool rearranges_text(std::uint32_t code) {
  return code == 0x061c || code == 0x200e || code == 0x200f || (code >= 0x2028 && code <= 0x202e) ||
         (code >= 0x2066 && code <= 0x2069);
}

void append_code_point(std::string& out, std::uint32_t code) {
  constexpr std::string_view k_digits = "0123456789abcdef";
  out += "\\u{";
  for (int shift = 12; shift >= 0; shift -= 4) {
    out += k_digits[code >> shift & 0xf];
  }
  out += '}';
}

void append_control(std::string& out, unsigned byte) {
  switch (byte) {
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    case 0x1b:
      out += "\\e";
      break;
    default:
      append_hex(out, byte);
  }
}

}  // namespace

std::uint32_t code_point(std::string_view sequence) {
  constexpr std::array<unsigned, 5> k_lead_mask{0, 0x7f, 0x1f, 0x0f, 0x07};
  std::uint32_t code = byte_at(sequence, 0) & k_lead_mask[sequence.size()];
  for (std::size_t i = 1; i < sequence.size(); ++i) {
    code = code << 6 | (byte_at(sequence, i) & 0x3f);
  }
  return code;
}

bool controls_terminal(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || rearranges_text(code);
}

std::string hex(std::uint64_t value) {
  std::array<char, 16> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return {digits.data(), end};
}

std::size_t utf8_sequence_length(std::string_view text) {
  if (text.empty()) {
    return 0;
  }
  const unsigned lead = byte_at(text, 0);
  if (lead < 0x80) {
    return 1;
  }
  // RFC 3629, section 4: the second byte's range depends on the first.
  std::size_t length = 0;
  unsigned low = 0x80;
  unsigned high = 0xbf;
  if (lead >= 0xc2 && lead <= 0xdf) {
    length = 2;
  } else if (lead >= 0xe0 && lead <= 0xef) {
    length = 3;
    low = lead == 0xe0 ? 0xa0 : 0x80;
    high = lead == 0xed ? 0x9f : 0xbf;
  } else if (lead >= 0xf0 && lead <= 0xf4) {
    length = 4;
    low = lead == 0xf0 ? 0x90 : 0x80;
    high = lead == 0xf4 ? 0x8f : 0xbf;
  }
  if (length == 0 || text.size() < length || byte_at(text, 1) < low || byte_at(text, 1) > high) {
    return 0;
  }
  for (std::size_t i = 2; i < length; ++i) {
    if ((byte_at(text, i) & 0xc0) != 0x80) {
      return 0;
    }
  }
  return length;
}

std::string escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_sequence_length(text);
    const unsigned lead = byte_at(text, 0);
    if (length == 0) {
      append_hex(out, lead);
    } else if (length == 1 && (lead < 0x20 || lead == 0x7f)) {
      append_control(out, lead);
    } else if (length == 2 && lead == 0xc2 && byte_at(text, 1) < 0xa0) {
      append_hex(out, byte_at(text, 1));
    } else if (rearranges_text(code_point(text.substr(0, length)))) {
      append_code_point(out, code_point(text.substr(0, length)));
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

}  // namespace pysheeet
