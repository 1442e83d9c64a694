#include "json/json_error.h"

#include <algorithm>

#include "core/text.h"

namespace pysheeet::json {

namespace {

std::string message(std::string_view text, std::size_t offset, std::string_view reason) {
  std::string_view before = text.substr(0, offset);
  const auto newlines = std::count(before.begin(), before.end(), '\n');
  before.remove_prefix(before.rfind('\n') + 1);
  std::size_t characters = 0;
  for (; !before.empty(); ++characters) {
    before.remove_prefix(std::max<std::size_t>(utf8_sequence_length(before), 1));
  }
  return "line " + std::to_string(newlines + 1) + ", column " + std::to_string(characters + 1) +
         ": " + std::string(reason);
}

}  // namespace

JsonError::JsonError(std::string_view text, std::size_t offset, std::string_view reason)
    : Error(message(text, offset, reason)), offset_(offset) {}

}  // namespace pysheeet::json
