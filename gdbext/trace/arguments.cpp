#include "trace/arguments.h"

#include <array>
#include <charconv>

#include "core/text.h"

namespace pysheeet::trace {

std::string pack(const std::vector<Argument>& arguments) {
  std::string text;
  for (const Argument& argument : arguments) {
    text += escape(argument.name) + '\t' + escape(argument.type) + '\t' + escape(argument.value) +
            '\t' + std::to_string(argument.size) + '\n';
  }
  return text;
}

std::vector<Argument> unpack(std::string_view text) {
  std::vector<Argument> arguments;
  while (!text.empty()) {
    const std::size_t line_end = text.find('\n');
    std::string_view line = text.substr(0, line_end);
    text.remove_prefix(line_end == std::string_view::npos ? text.size() : line_end + 1);
    std::array<std::string_view, 3> parts;
    bool is_whole = true;
    for (std::string_view& part : parts) {
      const std::size_t end = line.find('\t');
      is_whole = is_whole && end != std::string_view::npos;
      part = line.substr(0, end);
      line.remove_prefix(is_whole ? end + 1 : line.size());
    }
    Argument argument{std::string(parts[0]), std::string(parts[1]), std::string(parts[2]), 0};
    const auto [rest, error] =
        std::from_chars(line.data(), line.data() + line.size(), argument.size);
    if (is_whole && error == std::errc() && rest == line.data() + line.size()) {
      arguments.push_back(std::move(argument));
    }
  }
  return arguments;
}

}  // namespace pysheeet::trace
