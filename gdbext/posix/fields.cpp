#include "posix/fields.h"

namespace pysheeet::posix {

std::optional<Integer> integer(const Fields& fields, std::string_view path) {
  const auto found = fields.find(path);
  const auto* value = found == fields.end() ? nullptr : std::get_if<Integer>(&found->second);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

std::optional<std::string_view> bytes(const Fields& fields, std::string_view path) {
  const auto found = fields.find(path);
  const auto* value = found == fields.end() ? nullptr : std::get_if<std::string>(&found->second);
  return value == nullptr ? std::nullopt : std::optional<std::string_view>(*value);
}

std::uint64_t bits(const Fields& fields, std::string_view path) {
  return integer(fields, path).value_or(Integer{}).bits;
}

}  // namespace pysheeet::posix
