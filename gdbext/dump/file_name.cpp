#include "dump/file_name.h"

#include "core/text.h"

namespace pysheeet::dump {

namespace {

// Together with the numbers they stay below 255 bytes, the limit of a name (NAME_MAX).
constexpr std::size_t k_longest_program = 64;
constexpr std::size_t k_longest_mapping = 120;

bool is_plain(char c) {
  constexpr std::string_view k_others = "._+-";
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         k_others.find(c) != std::string_view::npos;
}

// text as part of a file name: letters of any script stay, all that means something elsewhere
// becomes '_'.
std::string sanitise(std::string_view text, std::size_t longest) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = utf8_sequence_length(text);
    const std::string_view piece = text.substr(0, length == 0 ? 1 : length);
    const bool kept = length == 1 ? is_plain(piece[0]) : length > 1 && escape(piece) == piece;
    const std::string_view taken = kept ? piece : "_";
    if (out.size() + taken.size() > longest) {
      break;
    }
    out += taken;
    text.remove_prefix(piece.size());
  }
  return out;
}

std::string_view last_part(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

std::string_view without_brackets(std::string_view name) {
  if (name.starts_with('[')) {
    name.remove_prefix(1);
    name.remove_suffix(name.ends_with(']') ? 1 : 0);
  }
  return name;
}

}  // namespace

std::string dump_file_name(std::string_view program, long pid, const Mapping& mapping) {
  std::string first = sanitise(last_part(program), k_longest_program);
  // Neither a hidden file nor an option of the next command.
  if (first.starts_with('.') || first.starts_with('-')) {
    first[0] = '_';
  }
  const std::string_view name =
      mapping.name.starts_with('/') ? last_part(mapping.name) : without_brackets(mapping.name);
  return (first.empty() ? "program" : first) + '.' + std::to_string(pid) + '.' +
         (name.empty() ? "anon" : sanitise(name, k_longest_mapping)) + '.' + hex(mapping.start) +
         '-' + hex(mapping.end) + ".bin";
}

}  // namespace pysheeet::dump
