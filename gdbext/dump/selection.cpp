#include "dump/selection.h"

#include <charconv>

#include "core/error.h"
#include "core/text.h"

namespace pysheeet::dump {

namespace {

constexpr std::string_view k_letters = "rwxps";

std::uint64_t parse_size(std::string_view text) {
  constexpr std::string_view k_units = "KMGT";
  const std::string_view whole = text;
  const bool is_hexadecimal = text.starts_with("0x");
  text.remove_prefix(is_hexadecimal ? 2 : 0);
  std::uint64_t size = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, size, is_hexadecimal ? 16 : 10);
  std::string_view unit(stop, static_cast<std::size_t>(end - stop));
  unsigned shift = 0;
  if (!unit.empty()) {
    const std::size_t power = k_units.find(static_cast<char>(unit[0] & ~0x20));
    shift = power == std::string_view::npos ? 0 : 10 * static_cast<unsigned>(power + 1);
    unit.remove_prefix(shift == 0 ? 0 : 1);
  }
  if (error != std::errc{} || !unit.empty() ||
      size > std::numeric_limits<std::uint64_t>::max() >> shift) {
    throw Error("not a size: " + escape(whole) + "; sizes are as 4096, 64K, 1M, 2G");
  }
  return size << shift;
}

}  // namespace

void check_permissions(std::string_view wanted) {
  const bool has_places = wanted.find('-') != std::string_view::npos;
  bool is_right = !wanted.empty() && wanted.size() <= (has_places ? 4 : k_letters.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    constexpr std::string_view k_at[] = {"r-", "w-", "x-", "ps"};
    is_right =
        is_right && (has_places ? k_at[i] : k_letters).find(wanted[i]) != std::string_view::npos;
  }
  if (!is_right) {
    throw Error("not permissions: " + escape(wanted) +
                "; give letters of rwxps that a mapping must have, or as r-x or r--p");
  }
}

bool is_permitted(std::string_view permissions, std::string_view wanted) {
  if (wanted.find('-') != std::string_view::npos) {
    return permissions.starts_with(wanted);
  }
  for (const char letter : wanted) {
    if (permissions.find(letter) == std::string_view::npos) {
      return false;
    }
  }
  return true;
}

bool Selection::selects(const Mapping& mapping) const {
  const bool is_file = mapping.name.starts_with('/');
  return is_permitted(mapping.permissions, permissions) && mapping.size() >= smallest &&
         mapping.size() <= largest &&
         (!address || (mapping.start <= *address && *address < mapping.end)) &&
         (backing == Backing::any || is_file == (backing == Backing::file));
}

SizeRange parse_size_range(std::string_view text) {
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) {
    const std::uint64_t size = parse_size(text);
    return {size, size};
  }
  SizeRange range;
  const std::string_view smallest = text.substr(0, dots);
  const std::string_view largest = text.substr(dots + 2);
  if (smallest.empty() && largest.empty()) {
    throw Error("not a range of sizes: ..; it is MIN..MAX, of which one may be missing");
  }
  range.smallest = smallest.empty() ? range.smallest : parse_size(smallest);
  range.largest = largest.empty() ? range.largest : parse_size(largest);
  return range;
}

}  // namespace pysheeet::dump
