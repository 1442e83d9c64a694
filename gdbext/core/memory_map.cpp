#include "core/memory_map.h"

#include <sys/sysmacros.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <utility>

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

bool parse_number(std::string_view field, std::uint64_t& value, int base) {
  const char* end = field.data() + field.size();
  const auto [stop, error] = std::from_chars(field.data(), end, value, base);
  return error == std::errc{} && stop == end;
}

bool parse_hex(std::optional<std::string_view> field, std::uint64_t& value) {
  return field && parse_number(*field, value, 16);
}

// major:minor, both in hexadecimal
bool parse_device(std::optional<std::string_view> field, std::uint64_t& device) {
  std::uint64_t major = 0;
  std::uint64_t minor = 0;
  if (!field || !parse_hex(take_field(*field, ':'), major) || !parse_hex(field, minor) ||
      std::max(major, minor) > std::numeric_limits<unsigned>::max()) {
    return false;
  }
  device = makedev(static_cast<unsigned>(major), static_cast<unsigned>(minor));
  return true;
}

// start-end perms offset dev inode [spaces name]
bool parse_line(std::string_view line, Mapping& mapping) {
  const bool range = parse_hex(take_field(line, '-'), mapping.start) &&
                     parse_hex(take_field(line, ' '), mapping.end);
  const auto permissions = take_field(line, ' ');
  if (!range || mapping.start > mapping.end || !permissions || permissions->size() != 4 ||
      !parse_hex(take_field(line, ' '), mapping.offset) ||
      !parse_device(take_field(line, ' '), mapping.device)) {
    return false;
  }
  mapping.permissions = *permissions;
  const std::size_t inode_end = line.find(' ');
  if (!parse_number(line.substr(0, inode_end), mapping.inode, 10)) {
    return false;
  }
  if (inode_end != std::string_view::npos) {
    line.remove_prefix(inode_end);
    const std::size_t name = line.find_first_not_of(' ');
    mapping.name = name == std::string_view::npos ? "" : line.substr(name);
  }
  return true;
}

// Told the lines of a smaps file in their order.
class DeviceMappings {
 public:
  void add_line(std::string_view line) {
    constexpr std::string_view k_flags = "VmFlags:";
    if (!line.starts_with(k_flags)) {
      parse_line(line, mapping_);
      return;
    }
    const std::string flags = std::string(line.substr(k_flags.size())) + ' ';
    if (flags.find(" io ") != std::string::npos || flags.find(" pf ") != std::string::npos) {
      starts_.push_back(mapping_.start);
    }
  }

  std::vector<std::uint64_t> starts() && { return std::move(starts_); }

 private:
  Mapping mapping_;  // the one that the lines are about
  std::vector<std::uint64_t> starts_;
};

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

const Mapping* find_mapping(const std::vector<Mapping>& mappings, std::uint64_t address) {
  const auto next =
      std::upper_bound(mappings.begin(), mappings.end(), address,
                       [](std::uint64_t value, const Mapping& m) { return value < m.start; });
  const bool is_inside = next != mappings.begin() && address < std::prev(next)->end;
  return is_inside ? &*std::prev(next) : nullptr;
}

bool Mapping::is_private_anonymous() const {
  // A private mapping of /dev/zero is as anonymous as any other (drivers/char/mem.c).
  return permissions.ends_with('p') &&
         (name.empty() || name == "[heap]" || name.starts_with("[stack") ||
          name.starts_with("[anon:") || name == "/dev/zero");
}

bool Mapping::is_of_lasting_file() const {
  return name.starts_with('/') && !name.ends_with(" (deleted)");
}

std::vector<std::uint64_t> parse_device_mappings(std::string_view smaps) {
  DeviceMappings devices;
  while (!smaps.empty()) {
    devices.add_line(take_line(smaps));
  }
  return std::move(devices).starts();
}

std::vector<std::uint64_t> read_device_mappings(pid_t pid) {
  // Of 100,000 mappings the text has some 70 MB.
  DeviceMappings devices;
  read_lines("/proc/" + std::to_string(pid) + "/smaps",
             [&](std::string_view line) { devices.add_line(line); });
  return std::move(devices).starts();
}

}  // namespace pysheeet
