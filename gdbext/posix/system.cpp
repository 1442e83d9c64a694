#include "posix/system.h"

#include "core/text.h"
#include "posix/block.h"
#include "posix/line.h"

namespace pysheeet::posix {

namespace {

constexpr std::size_t k_field_limit = 200;

// A string of such a line. What can't be read is shown as its address.
std::string field_text(const Fields& fields, std::string_view path) {
  const auto text = bytes(fields, path);
  if (!text) {
    return "<" + string_text(fields, path) + ">";
  }
  return escape(text->substr(0, k_field_limit)) + (text->size() > k_field_limit ? "..." : "");
}

std::string decimal(const Fields& fields, std::string_view path) {
  return integer(fields, path).value_or(Integer{}).decimal();
}

}  // namespace

std::string utsname_text(const Fields& fields, const Format&) {
  constexpr std::pair<const char*, const char*> k_rows[] = {
      {"System", "sysname"},  {"Node", "nodename"},   {"Release", "release"},
      {"Version", "version"}, {"Machine", "machine"}, {"Domain", "domainname"},
  };
  Block block;
  for (const auto& [label, path] : k_rows) {
    if (const auto text = bytes(fields, path)) {
      block.row().cell(label, escape(until_nul(*text)));
    }
  }
  return block.text();
}

std::string passwd_text(const Fields& fields, const Format&) {
  const auto text = [&fields](std::string_view path) { return field_text(fields, path); };
  return "{" + text("pw_name") + ":" + text("pw_passwd") + ":" + decimal(fields, "pw_uid") + ":" +
         decimal(fields, "pw_gid") + ":" + text("pw_gecos") + ":" + text("pw_dir") + ":" +
         text("pw_shell") + "}";
}

std::string group_text(const Fields& fields, const Format&) {
  std::string members;
  int shown = 0;
  for (;; ++shown) {
    const std::string path = "gr_mem." + std::to_string(shown);
    if (!fields.contains(path)) {
      break;
    }
    members += (shown > 0 ? "," : "") + field_text(fields, path);
  }
  if (bits(fields, "more members") != 0) {
    members += shown > 0 ? ",..." : field_text(fields, "gr_mem");
  }
  return "{" + field_text(fields, "gr_name") + ":" + field_text(fields, "gr_passwd") + ":" +
         decimal(fields, "gr_gid") + ":" + members + "}";
}

}  // namespace pysheeet::posix
