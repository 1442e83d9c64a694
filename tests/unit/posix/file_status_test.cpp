#include "posix/file_status.h"

#include <algorithm>
#include <initializer_list>
#include <limits>
#include <random>
#include <string>
#include <utility>

#include "catch.h"
#include "core/error.h"

using namespace pysheeet::posix;  // NOLINT(google-build-using-namespace)

namespace {

Fields fields_of(std::initializer_list<std::pair<const char*, std::int64_t>> values) {
  Fields fields;
  for (const auto& [path, value] : values) {
    fields[path] = Integer::of_signed(value);
  }
  return fields;
}

Fields regular_file() {
  return fields_of({{"st_dev", 0xfe00},
                    {"st_ino", 1322071},
                    {"st_mode", 0100644},
                    {"st_nlink", 1},
                    {"st_uid", 0},
                    {"st_gid", 1000},
                    {"st_rdev", 0},
                    {"st_size", 298},
                    {"st_blksize", 4096},
                    {"st_blocks", 8},
                    {"st_atim.tv_sec", 1577548397},
                    {"st_atim.tv_nsec", 123456789},
                    {"st_mtim.tv_sec", 1577548381},
                    {"st_mtim.tv_nsec", 0},
                    {"st_ctim.tv_sec", 1577548381},
                    {"st_ctim.tv_nsec", 1}});
}

Format with_root() {
  return {
      Zone::k_utc,
      {[](std::uint32_t id) { return id == 0 ? std::optional<std::string>("root") : std::nullopt; },
       [](std::uint32_t) { return std::nullopt; }}};
}

std::string stat_text(const Fields& fields) {
  return struct_text("stat", fields, with_root());
}

bool has(const std::string& text, const std::string& part) {
  INFO(text << "\nlacks or has: " << part);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a stat reads like stat(1)") {
  CHECK(stat_text(regular_file()) == R"({
    Size: 298        Blocks: 8        IO Block: 4096   File Type: regular file
  Device: 254:0      Inode: 1322071   Links: 1
  Access: (0644/-rw-r--r--)  Uid: (    0/    root)  Gid: ( 1000/ UNKNOWN)
  Access: 2019-12-28 15:53:17.123456789 +0000
  Modify: 2019-12-28 15:53:01.000000000 +0000
  Change: 2019-12-28 15:53:01.000000001 +0000
})");
}

TEST_CASE("a stat of a device shows which") {
  Fields fields = regular_file();
  fields["st_mode"] = Integer::of_signed(0020666);
  fields["st_rdev"] = Integer::of_signed(0x103);
  CHECK(has(stat_text(fields), "Links: 1      Device type: 1:3\n"));
  CHECK(has(stat_text(fields), "(0666/crw-rw-rw-)"));
  fields["st_mode"] = Integer::of_signed(0060660);
  CHECK(has(stat_text(fields), "Device type: 1:3\n"));
  CHECK(has(stat_text(fields), "(0660/brw-rw----)"));
}

TEST_CASE("device numbers are split as makedev(3) joins them") {
  Fields fields = regular_file();
  fields["st_dev"] = Integer::of_unsigned(0x12345abc67);
  CHECK(has(stat_text(fields), "Device: 2748:19088743 "));
}

TEST_CASE("a stat of an empty file says so") {
  Fields fields = regular_file();
  fields["st_size"] = Integer::of_signed(0);
  CHECK(has(stat_text(fields), "File Type: regular empty file\n"));
}

TEST_CASE("a stat with members missing shows the others") {
  Fields fields = regular_file();
  for (const char* member : {"st_rdev", "st_blksize", "st_blocks", "st_atim.tv_nsec"}) {
    fields.erase(member);
  }
  const std::string text = stat_text(fields);
  CHECK(has(text, "    Size: 298        File Type: regular file\n"));
  CHECK(has(text, "  Access: 2019-12-28 15:53:17 +0000\n"));
  CHECK(stat_text({}) == "{\n}");
}

TEST_CASE("a stat that was never filled has a text") {
  Fields fields = regular_file();
  for (auto& [path, value] : fields) {
    value = Integer::of_signed(-1);
  }
  CHECK(stat_text(fields) == R"({
    Size: -1         Blocks: -1       IO Block: -1     File Type: unknown (0170000)
  Device: 4294967295:4294967295 Inode: -1        Links: -1
  Access: (1777777777777777607777/?rwsrwsrwt) Uid: (   -1/ UNKNOWN)  Gid: (   -1/ UNKNOWN)
  Access: 1969-12-31 23:59:59 +0000 (tv_nsec -1)
  Modify: 1969-12-31 23:59:59 +0000 (tv_nsec -1)
  Change: 1969-12-31 23:59:59 +0000 (tv_nsec -1)
})");
  std::mt19937_64 random(1);
  for (int round = 0; round < 2000; ++round) {
    for (auto& [path, value] : fields) {
      const std::uint64_t bits = random() >> (random() % 64);
      value = random() % 2 == 0 ? Integer::of_unsigned(bits)
                                : Integer::of_signed(static_cast<std::int64_t>(bits));
    }
    const std::string text = stat_text(fields);
    REQUIRE(std::count(text.begin(), text.end(), '\n') == 7);
  }
}

TEST_CASE("numbers keep the sign of their type") {
  Fields fields = regular_file();
  fields["st_ino"] = Integer::of_unsigned(std::numeric_limits<std::uint64_t>::max());
  fields["st_uid"] = Integer::of_unsigned(std::numeric_limits<std::uint32_t>::max());
  fields["st_gid"] = Integer::of_unsigned(std::uint64_t{1} << 32);
  const std::string text = stat_text(fields);
  CHECK(has(text, "Inode: 18446744073709551615 "));
  CHECK(has(text, "Uid: (4294967295/ UNKNOWN)"));
  CHECK(has(text, "Gid: (4294967296/ UNKNOWN)"));
}

TEST_CASE("an ID beyond 32 bits is not looked up") {
  Fields fields = regular_file();
  fields["st_uid"] = Integer::of_unsigned(std::uint64_t{1} << 32);  // truncated, it were root
  CHECK(has(stat_text(fields), "Uid: (4294967296/ UNKNOWN)"));
}

TEST_CASE("a name is escaped") {
  const Format format{
      Zone::k_utc, {[](std::uint32_t) { return std::optional<std::string>("\x1b[31mx\n"); }, {}}};
  const std::string text = struct_text("stat", regular_file(), format);
  CHECK(has(text, "Uid: (    0/\\e[31mx\\n)"));
  CHECK(has(text, "Gid: ( 1000/ UNKNOWN)"));
}

TEST_CASE("a statx shows what its mask says is filled") {
  Fields fields = fields_of({{"stx_mask", 0x1fff},     {"stx_blksize", 4096},
                             {"stx_attributes", 0x30}, {"stx_attributes_mask", 0x203874},
                             {"stx_nlink", 2},         {"stx_uid", 0},
                             {"stx_gid", 0},           {"stx_mode", 0041777},
                             {"stx_ino", 7},           {"stx_size", 4096},
                             {"stx_blocks", 8},        {"stx_atime.tv_sec", 1},
                             {"stx_atime.tv_nsec", 1}, {"stx_btime.tv_sec", 2},
                             {"stx_btime.tv_nsec", 2}, {"stx_ctime.tv_sec", 3},
                             {"stx_ctime.tv_nsec", 3}, {"stx_mtime.tv_sec", 4},
                             {"stx_mtime.tv_nsec", 4}, {"stx_rdev_major", 0},
                             {"stx_rdev_minor", 0},    {"stx_dev_major", 254},
                             {"stx_dev_minor", 1},     {"stx_mnt_id", 27}});
  const auto text_with = [&fields](std::int64_t mask) {
    fields["stx_mask"] = Integer::of_signed(mask);
    return struct_text("statx", fields, with_root());
  };
  CHECK(text_with(0x1fff) == R"({
    Size: 4096       Blocks: 8        IO Block: 4096   File Type: directory
  Device: 254:1      Inode: 7         Links: 2
  Access: (1777/drwxrwxrwt)  Uid: (    0/    root)  Gid: (    0/ UNKNOWN)
  Access: 1970-01-01 00:00:01.000000001 +0000
  Modify: 1970-01-01 00:00:04.000000004 +0000
  Change: 1970-01-01 00:00:03.000000003 +0000
   Birth: 1970-01-01 00:00:02.000000002 +0000
    Mask: 0x1fff     Mount ID: 27       Attributes: immutable, append-only
})");
  CHECK(text_with(0) == R"({
  IO Block: 4096
    Device: 254:1
      Mask: 0x0        Attributes: immutable, append-only
})");
  const std::pair<std::int64_t, const char*> shown_by[] = {
      {0x1, "File Type: directory\n"},
      {0x2, "Access: (1777/?rwxrwxrwt)\n"},
      {0x4, "Links: 2\n"},
      {0x8, "Uid: (    0/    root)\n"},
      {0x10, "Gid: (    0/ UNKNOWN)"},
      {0x20, "Access: 1970-01-01 00:00:01"},
      {0x40, "Modify: 1970"},
      {0x80, "Change: 1970"},
      {0x100, "Inode: 7\n"},
      {0x200, "Size: 4096 "},
      {0x400, "Blocks: 8 "},
      {0x800, "Birth: 1970"},
      {0x1000, "Mount ID: 27 "},
      {0x4000, "Mount ID: 27 "},
  };
  for (const auto& [mask, part] : shown_by) {
    CHECK(has(text_with(mask), part));
    const bool is_mount = mask == 0x1000 || mask == 0x4000;
    CHECK_FALSE(has(text_with(is_mount ? 0xfff : 0x7fffffff & ~mask), part));
  }
}

TEST_CASE("attributes of a statx are those the file system supports") {
  Fields fields = fields_of({{"stx_mask", 0}, {"stx_attributes", 0x14}});
  const auto text = [&fields] { return struct_text("statx", fields, with_root()); };
  CHECK(has(text(), "Attributes: compressed, immutable\n"));
  fields["stx_attributes_mask"] = Integer::of_signed(0x10);
  CHECK(has(text(), "Attributes: immutable\n"));
  fields["stx_attributes_mask"] = Integer::of_signed(0);
  CHECK(has(text(), "Attributes: none\n"));
  fields["stx_attributes"] = Integer::of_unsigned(0x8000000000000010);
  fields["stx_attributes_mask"] = Integer::of_signed(-1);
  CHECK(has(text(), "Attributes: immutable, 0x8000000000000000\n"));
}

TEST_CASE("a struct without a text is an error") {
  CHECK_THROWS_AS(struct_text("nosuch\x1b", {}, with_root()), pysheeet::Error);
}
