#include "core/memory_map.h"

#include <charconv>
#include <optional>

#include "core/error.h"
#include "core/file_descriptor.h"
#include "core/text.h"

namespace pysheeet {

namespace {

// Takes the text up to the separator, and the separator, off the front of line.
std::optional<std::string_view> take_field(std::string_view& line, char separator) {
  const std::size_t at = line.find(separator);
  if (at == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view field = line.substr(0, at);
  line.remove_prefix(at + 1);
  return field;
}

// Takes the first line off the front of text.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

bool parse_hex(std::optional<std::string_view> field, std::uint64_t& value) {
  if (!field) {
    return false;
  }
  const char* end = field->data() + field->size();
  const auto [stop, error] = std::from_chars(field->data(), end, value, 16);
  return error == std::errc{} && stop == end;
}

// start-end perms offset dev inode [spaces name]
bool parse_line(std::string_view line, Mapping& mapping) {
  const bool range = parse_hex(take_field(line, '-'), mapping.start) &&
                     parse_hex(take_field(line, ' '), mapping.end);
  const auto permissions = take_field(line, ' ');
  if (!range || mapping.start > mapping.end || !permissions || permissions->size() != 4 ||
      !parse_hex(take_field(line, ' '), mapping.offset) || !take_field(line, ' ')) {
    return false;
  }
  mapping.permissions = *permissions;
  const std::size_t inode_end = line.find(' ');
  if (inode_end != std::string_view::npos) {
    line.remove_prefix(inode_end);
    const std::size_t name = line.find_first_not_of(' ');
    mapping.name = name == std::string_view::npos ? "" : line.substr(name);
  }
  return true;
}

}  // namespace

std::vector<Mapping> parse_maps(std::string_view text) {
  std::vector<Mapping> mappings;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    Mapping mapping;
    if (!parse_line(line, mapping)) {
      throw Error("not a line of /proc/PID/maps: " + escape(line.substr(0, 80)));
    }
    mappings.push_back(std::move(mapping));
  }
  return mappings;
}

std::vector<Mapping> read_maps(pid_t pid) {
  return parse_maps(read_file("/proc/" + std::to_string(pid) + "/maps"));
}

std::vector<std::uint64_t> parse_device_mappings(std::string_view smaps) {
  std::vector<std::uint64_t> starts;
  Mapping mapping;
  while (!smaps.empty()) {
    std::string_view line = take_line(smaps);
    if (parse_line(line, mapping)) {
      continue;
    }
    constexpr std::string_view k_flags = "VmFlags:";
    if (line.starts_with(k_flags)) {
      const std::string flags = std::string(line.substr(k_flags.size())) + ' ';
      if (flags.find(" io ") != std::string::npos || flags.find(" pf ") != std::string::npos) {
        starts.push_back(mapping.start);
      }
    }
  }
  return starts;
}

std::vector<std::uint64_t> read_device_mappings(pid_t pid) {
  return parse_device_mappings(read_file("/proc/" + std::to_string(pid) + "/smaps"));
}

}  // namespace pysheeet
