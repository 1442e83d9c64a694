#include <array>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

#include "core/text.h"
#include "dump/manifest.h"

namespace pysheeet::dump {

namespace {

constexpr std::size_t k_buffer_size = std::size_t{1} << 16;

std::string json_text(std::string_view text) {
  return nlohmann::json(escape(text)).dump();
}

std::string hex(std::uint64_t value, int digits = 1) {
  std::array<char, 20> text{};
  std::snprintf(text.data(), text.size(), "%0*llx", digits, static_cast<unsigned long long>(value));
  return text.data();
}

std::string quoted_address(std::uint64_t address) {
  return "\"0x" + hex(address) + '"';
}

std::string now() {
  const std::time_t time = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&time, &utc);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text.data();
}

}  // namespace

ManifestWriter::ManifestWriter(const std::string& path, bool replace, const Target& target,
                               const std::vector<BuildId>& build_ids)
    : file_(path, replace) {
  write("{\"format\": " + json_text(k_manifest_format) + ", \"version\": " +
        std::to_string(k_manifest_version) + ",\n\"target\": {\"kind\": " + json_text(target.kind) +
        ", \"program\": " + json_text(target.program) + ", \"pid\": " + std::to_string(target.pid) +
        "},\n\"time\": " + json_text(now()) + ",\n\"build_ids\": {");
  const char* separator = "";
  for (const BuildId& build_id : build_ids) {
    write(separator + ("\n  " + json_text(build_id.file)) + ": " + json_text(build_id.id));
    separator = ",";
  }
  write("},\n\"mappings\": [");
}

void ManifestWriter::begin(const Mapping& mapping) {
  write(std::string(is_first_mapping_ ? "" : ",") + "\n{\"start\": " +
        quoted_address(mapping.start) + ", \"end\": " + quoted_address(mapping.end) +
        ", \"permissions\": " + json_text(mapping.permissions) +
        ", \"offset\": " + std::to_string(mapping.offset) +
        ", \"name\": " + json_text(mapping.name) + ",\n \"ranges\": [");
  is_first_mapping_ = false;
  is_first_range_ = true;
}

void ManifestWriter::add(const Range& range) {
  const bool goes_on =
      range.start == pending_.end && range.kind == pending_.kind &&
      (range.kind != RangeKind::captured || range.offset == pending_.offset + pending_.size()) &&
      (range.kind != RangeKind::unreadable || std::string_view(range.reason) == pending_.reason);
  if (goes_on && pending_.size() > 0) {
    pending_.end = range.end;
    return;
  }
  write_range();
  pending_ = range;
}

void ManifestWriter::write_range() {
  if (pending_.size() == 0) {
    return;
  }
  std::string text = std::string(is_first_range_ ? "" : ",") + "\n  [" +
                     json_text(name_of(pending_.kind)) + ", " + quoted_address(pending_.start) +
                     ", " + quoted_address(pending_.end);
  if (pending_.kind == RangeKind::captured) {
    text += ", " + std::to_string(pending_.offset);
  } else if (pending_.kind == RangeKind::unreadable) {
    text += ", " + json_text(pending_.reason);
  }
  write(text + ']');
  is_first_range_ = false;
  pending_ = {};
}

void ManifestWriter::end(std::string_view file, std::string_view encoding, std::uint64_t hash) {
  write_range();
  std::string text = "]";
  if (!file.empty()) {
    text += ",\n \"file\": " + nlohmann::json(file).dump() +
            ", \"encoding\": " + json_text(encoding) + R"(, "xxh64": ")" + hex(hash, 16) + '"';
  }
  write(text + '}');
}

void ManifestWriter::write(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() >= k_buffer_size) {
    flush();
  }
}

void ManifestWriter::flush() {
  file_.need_room(size_ + buffer_.size());
  file_.write_at(size_, std::as_bytes(std::span(buffer_)));
  size_ += buffer_.size();
  buffer_.clear();
}

void ManifestWriter::commit() {
  write("]}\n");
  flush();
  file_.commit();
}

}  // namespace pysheeet::dump
