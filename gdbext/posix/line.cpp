#include "posix/line.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "core/text.h"

namespace pysheeet::posix {

Line& Line::member(std::string_view name, std::string_view value) {
  return part(std::string(name) + " = " + std::string(value));
}

Line& Line::number(const Fields& fields, std::string_view path) {
  if (const auto value = integer(fields, path)) {
    member(path, value->decimal());
  }
  return *this;
}

Line& Line::part(std::string_view text) {
  parts_ += parts_.empty() ? "" : ", ";
  parts_ += text;
  return *this;
}

std::string Line::text() const {
  return "{" + parts_ + "}";
}

std::string hex_text(std::uint64_t number) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "0x%llx", static_cast<unsigned long long>(number));
  return text.data();
}

std::string quoted(std::string_view text, std::size_t limit) {
  std::size_t shown = 0;
  while (shown < text.size()) {
    const std::size_t length = std::max<std::size_t>(1, utf8_sequence_length(text.substr(shown)));
    if (shown + length > limit) {
      break;
    }
    shown += length;
  }
  std::string marked;
  for (const char c : text.substr(0, shown)) {
    if (c == '"' || c == '\\') {
      marked += '\\';
    }
    marked += c;
  }
  return "\"" + escape(marked) + (shown < text.size() ? "\"..." : "\"");
}

std::string_view until_nul(std::string_view text) {
  return text.substr(0, text.find('\0'));
}

std::string string_text(const Fields& fields, std::string_view path) {
  if (const auto text = bytes(fields, path)) {
    return quoted(*text);
  }
  const std::uint64_t address = bits(fields, path);
  return address == 0 ? "NULL" : hex_text(address);
}

}  // namespace pysheeet::posix
