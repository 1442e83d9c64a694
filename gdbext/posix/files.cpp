#include "posix/files.h"

#include <dirent.h>
#include <fcntl.h>

#include <array>
#include <cstdio>

#include "posix/block.h"
#include "posix/line.h"
#include "posix/symbols.h"

namespace pysheeet::posix {

namespace {

constexpr Symbol k_lock_types[] = {
    {F_RDLCK, "F_RDLCK"}, {F_WRLCK, "F_WRLCK"}, {F_UNLCK, "F_UNLCK"}};
constexpr Symbol k_whences[] = {{0, "SEEK_SET"}, {1, "SEEK_CUR"}, {2, "SEEK_END"}};

constexpr Symbol k_entry_types[] = {
    {0, "DT_UNKNOWN"}, {1, "DT_FIFO"}, {2, "DT_CHR"},   {4, "DT_DIR"},  {6, "DT_BLK"},
    {8, "DT_REG"},     {10, "DT_LNK"}, {12, "DT_SOCK"}, {14, "DT_WHT"},
};

// statvfs(3) and bits/statvfs.h.
constexpr Symbol k_mount_flags[] = {
    {1, "ST_RDONLY"},       {2, "ST_NOSUID"},     {4, "ST_NODEV"},         {8, "ST_NOEXEC"},
    {16, "ST_SYNCHRONOUS"}, {64, "ST_MANDLOCK"},  {128, "ST_WRITE"},       {256, "ST_APPEND"},
    {512, "ST_IMMUTABLE"},  {1024, "ST_NOATIME"}, {2048, "ST_NODIRATIME"}, {4096, "ST_RELATIME"},
};

std::string decimal(const Fields& fields, std::string_view path) {
  return integer(fields, path).value_or(Integer{}).decimal();
}

// "12.5 GiB", of blocks of that size.
std::string size_text(std::uint64_t blocks, std::uint64_t block_size) {
  constexpr const char* k_units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double size = static_cast<double>(blocks) * static_cast<double>(block_size);
  std::size_t unit = 0;
  while (size >= 1024 && unit + 1 < std::size(k_units)) {
    size /= 1024;
    ++unit;
  }
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", size, k_units[unit]);
  return text.data();
}

}  // namespace

std::string flock_text(const Fields& fields, const Format&) {
  const auto symbol = [&fields](std::string_view path, std::span<const Symbol> symbols) {
    return symbol_text(integer(fields, path).value_or(Integer{}), symbols);
  };
  Line line;
  line.member("l_type", symbol("l_type", k_lock_types));
  line.member("l_whence", symbol("l_whence", k_whences)).number(fields, "l_start");
  const std::string length = decimal(fields, "l_len");
  line.member("l_len", length == "0" ? "0 (to the end)" : length);
  return line.number(fields, "l_pid").text();
}

std::string dirent_text(const Fields& fields, const Format&) {
  Line line;
  line.number(fields, "d_ino").number(fields, "d_off").number(fields, "d_reclen");
  line.member("d_type", symbol_text(integer(fields, "d_type").value_or(Integer{}), k_entry_types));
  return line.member("d_name", quoted(until_nul(bytes(fields, "d_name").value_or("")), 255)).text();
}

std::string statvfs_text(const Fields& fields, const Format&) {
  // statvfs(3): counts are of fragments.
  const std::uint64_t unit = bits(fields, "f_frsize");
  const auto sized = [&](std::string_view path) {
    return decimal(fields, path) + " (" + size_text(bits(fields, path), unit) + ")";
  };
  Block block;
  block.row().cell("Blocks", sized("f_blocks"), 24);
  block.cell("Free", sized("f_bfree"), 24).cell("Available", sized("f_bavail"));
  block.row().cell("Inodes", decimal(fields, "f_files"), 24);
  block.cell("Free", decimal(fields, "f_ffree"), 24).cell("Available", decimal(fields, "f_favail"));
  block.row().cell("Block size", decimal(fields, "f_bsize"), 8);
  block.cell("Fragment size", decimal(fields, "f_frsize"), 8);
  block.cell("Name length", decimal(fields, "f_namemax"), 8);
  block.cell("ID", hex_text(bits(fields, "f_fsid")));
  block.row().cell("Flags", flags_text(bits(fields, "f_flag"), k_mount_flags));
  return block.text();
}

}  // namespace pysheeet::posix
