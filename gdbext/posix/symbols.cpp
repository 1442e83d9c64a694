#include "posix/symbols.h"

#include "posix/line.h"

namespace pysheeet::posix {

std::string symbol_text(const Integer& number, std::span<const Symbol> symbols) {
  for (const Symbol& symbol : symbols) {
    if (Integer::of_unsigned(symbol.value) == number) {
      return std::string(symbol.name);
    }
  }
  return number.decimal();
}

std::string flags_text(std::uint64_t flags, std::span<const Symbol> symbols) {
  std::string text;
  std::uint64_t rest = flags;
  const auto add = [&text](std::string_view name) {
    text += text.empty() ? "" : "|";
    text += name;
  };
  for (const Symbol& symbol : symbols) {
    const std::uint64_t mask = symbol.mask != 0 ? symbol.mask : symbol.value;
    if ((flags & mask) == symbol.value) {
      add(symbol.name);
      rest &= ~mask;
    }
  }
  if (rest != 0) {
    add(hex_text(rest));
  }
  return text.empty() ? "0" : text;
}

}  // namespace pysheeet::posix
