#include "dump/manifest_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "core/error.h"
#include "core/file_descriptor.h"
#include "core/text.h"

namespace pysheeet::dump {

namespace {

using nlohmann::json;

// As text a range takes some 60 bytes, read 40: of more there is no room for.
constexpr off_t k_largest_manifest = off_t{48} << 20;

// How deep the parts of a manifest lie in it.
constexpr int k_mapping_depth = 2;
constexpr int k_range_depth = 4;
constexpr int k_largest_depth = 8;

constexpr const char* k_reason = "unreadable when it was dumped";

class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path) {}

  Manifest read() {
    const json document = parse();
    if (text(document, "format") != k_manifest_format) {
      fail("not a manifest of dm");
    }
    if (number(document, "version") != k_manifest_version) {
      fail("of a version that is not known: " + std::to_string(number(document, "version")));
    }
    Manifest manifest;
    manifest.path = path_;
    const json& target = member(document, "target");
    manifest.target = {text(target, "kind"), text(target, "program"),
                       static_cast<long>(number(target, "pid"))};
    manifest.time = text(document, "time");
    array(document, "mappings");
    manifest.mappings = std::move(mappings_);
    std::sort(manifest.mappings.begin(), manifest.mappings.end(),
              [](const DumpedMapping& a, const DumpedMapping& b) {
                return a.mapping.start < b.mapping.start;
              });
    return manifest;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(escape(path_) + ": " + escape(what));
  }

  // All of it but the mappings, which go into mappings_ one by one: as JSON they take ten times the
  // memory.
  json parse() {
    const FileDescriptor file = FileDescriptor::open(path_, O_RDONLY | O_NONBLOCK);
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) {
      throw_errno(path_);
    }
    if (!S_ISREG(status.st_mode)) {
      fail("not a regular file");
    }
    if (status.st_size > k_largest_manifest) {
      fail("too large for a manifest that fits into memory");
    }
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> stream(
        ::fdopen(::dup(file.get()), "r"), [](std::FILE* opened) { return std::fclose(opened); });
    if (!stream) {
      throw_errno(path_);
    }
    int deepest = 0;
    const auto take = [&](int depth, json::parse_event_t event, json& parsed) {
      deepest = std::max(deepest, depth);
      return depth < k_largest_depth && !take_part(depth, event, parsed);
    };
    json document = json::parse(stream.get(), take, false);
    if (document.is_discarded() || !document.is_object() || deepest >= k_largest_depth) {
      fail("not a manifest of dm");
    }
    return document;
  }

  // Whether what has been parsed is a mapping or a range, and has gone into mappings_ or ranges_.
  bool take_part(int depth, json::parse_event_t event, const json& parsed) {
    if (event == json::parse_event_t::array_end && depth == k_range_depth) {
      ranges_.push_back(range_of(parsed));
      return true;
    }
    if (event == json::parse_event_t::object_end && depth == k_mapping_depth) {
      mappings_.push_back(mapping_of(parsed, std::exchange(ranges_, {})));
      return true;
    }
    return false;
  }

  const json& member(const json& object, const char* name) const {
    const auto found = object.is_object() ? object.find(name) : object.end();
    if (!object.is_object() || found == object.end()) {
      fail(std::string("it lacks ") + name);
    }
    return *found;
  }

  std::string text(const json& object, const char* name) const {
    const json& value = member(object, name);
    if (!value.is_string()) {
      fail(std::string(name) + " is no text");
    }
    return value.get<std::string>();
  }

  std::uint64_t number(const json& object, const char* name) const {
    const json& value = member(object, name);
    if (!value.is_number_unsigned()) {
      fail(std::string(name) + " is no number");
    }
    return value.get<std::uint64_t>();
  }

  const json& array(const json& object, const char* name) const {
    const json& value = member(object, name);
    if (!value.is_array()) {
      fail(std::string(name) + " is no list");
    }
    return value;
  }

  std::uint64_t hexadecimal(std::string_view digits) const {
    const std::string_view whole = digits;
    digits.remove_prefix(digits.starts_with("0x") ? 2 : 0);
    std::uint64_t value = 0;
    const char* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value, 16);
    if (error != std::errc{} || stop != end) {
      fail("not a hexadecimal number: " + std::string(whole.substr(0, 40)));
    }
    return value;
  }

  DumpedMapping mapping_of(const json& item, std::vector<Range> ranges) const {
    DumpedMapping dumped;
    dumped.mapping = {hexadecimal(text(item, "start")), hexadecimal(text(item, "end")),
                      text(item, "permissions"), number(item, "offset"), text(item, "name")};
    if (item.contains("file")) {
      dumped.file = text(item, "file");
      dumped.encoding = text(item, "encoding");
      dumped.hash = hexadecimal(text(item, "xxh64"));
      // What a manifest names lies beside it.
      if (dumped.file.find('/') != std::string::npos ||
          dumped.file.find('\0') != std::string::npos) {
        fail("a file that is not beside it: " + dumped.file);
      }
    }
    array(item, "ranges");
    dumped.ranges = std::move(ranges);
    std::uint64_t at = dumped.mapping.start;
    for (const Range& range : dumped.ranges) {
      if (range.start != at || range.end <= at) {
        fail("ranges that do not follow each other");
      }
      at = range.end;
    }
    if (at != dumped.mapping.end) {
      fail("ranges that are not all of their mapping");
    }
    return dumped;
  }

  Range range_of(const json& item) const {
    if (!item.is_array() || item.size() < 3 || !item[0].is_string() || !item[1].is_string() ||
        !item[2].is_string()) {
      fail("a range that is none");
    }
    Range range;
    range.start = hexadecimal(item[1].get_ref<const std::string&>());
    range.end = hexadecimal(item[2].get_ref<const std::string&>());
    const auto& kind = item[0].get_ref<const std::string&>();
    constexpr std::array k_kinds{RangeKind::captured, RangeKind::zero, RangeKind::untouched,
                                 RangeKind::unreadable, RangeKind::in_file};
    const auto* const found = std::find_if(k_kinds.begin(), k_kinds.end(),
                                           [&](RangeKind k) { return name_of(k) == kind; });
    if (found == k_kinds.end()) {
      fail("a range of unknown kind: " + kind.substr(0, 40));
    }
    range.kind = *found;
    if (range.kind == RangeKind::captured) {
      if (item.size() < 4 || !item[3].is_number_unsigned()) {
        fail("a captured range without its offset");
      }
      range.offset = item[3].get<std::uint64_t>();
    }
    range.reason = k_reason;
    return range;
  }

  const std::string& path_;
  std::vector<DumpedMapping> mappings_;
  std::vector<Range> ranges_;  // of the mapping that is being parsed
};

}  // namespace

Manifest read_manifest(const std::string& path) {
  return Reader(path).read();
}

}  // namespace pysheeet::dump
