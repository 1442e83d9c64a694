#include "posix/file_status.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <array>
#include <cstdio>
#include <utility>

#include "core/text.h"
#include "posix/block.h"
#include "posix/file_mode.h"

namespace pysheeet::posix {

namespace {

// From statx(2) and linux/stat.h: glibc's header, and that of an older kernel, has not all of them.
constexpr std::uint64_t k_statx_mnt_id = 0x1000;
constexpr std::uint64_t k_statx_mnt_id_unique = 0x4000;
constexpr std::pair<std::uint64_t, std::string_view> k_attributes[] = {
    {0x4, "compressed"},  {0x10, "immutable"},        {0x20, "append-only"},  {0x40, "nodump"},
    {0x800, "encrypted"}, {0x1000, "automount"},      {0x2000, "mount-root"}, {0x100000, "verity"},
    {0x200000, "dax"},    {0x400000, "write-atomic"},
};

std::optional<Timestamp> timestamp(const Fields& fields, const std::string& member) {
  const auto seconds = integer(fields, member + ".tv_sec");
  if (!seconds) {
    return std::nullopt;
  }
  return Timestamp{*seconds, integer(fields, member + ".tv_nsec")};
}

std::optional<DeviceNumber> device_number(const std::optional<Integer>& number) {
  if (!number) {
    return std::nullopt;
  }
  return DeviceNumber{Integer::of_unsigned(gnu_dev_major(number->bits)),
                      Integer::of_unsigned(gnu_dev_minor(number->bits))};
}

std::optional<DeviceNumber> device_number(const std::optional<Integer>& major,
                                          const std::optional<Integer>& minor) {
  return major && minor ? std::optional(DeviceNumber{*major, *minor}) : std::nullopt;
}

std::string device_text(const DeviceNumber& device) {
  return device.major.decimal() + ":" + device.minor.decimal();
}

std::string owner_text(const Integer& id, const Accounts::Lookup& name_of) {
  const auto number = id.as_unsigned_32();
  const auto name = number && name_of ? name_of(*number) : std::nullopt;
  return "(" + right_aligned(id.decimal(), 5) + "/" +
         right_aligned(name ? escape(*name) : "UNKNOWN", 8) + ")";
}

std::string access_text(const FileStatus& status) {
  std::array<char, 32> octal{};
  std::snprintf(octal.data(), octal.size(), "%04llo",
                static_cast<unsigned long long>(*status.permissions));
  const char letter = status.type ? file_type_letter(*status.type) : '?';
  return "(" + std::string(octal.data()) + "/" + letter + permission_text(*status.permissions) +
         ")";
}

std::string type_text(const FileStatus& status) {
  if (S_ISREG(*status.type) && status.size == Integer{}) {
    return "regular empty file";
  }
  std::string text(file_type_name(*status.type));
  if (file_type_letter(*status.type) == '?') {
    std::array<char, 32> octal{};
    std::snprintf(octal.data(), octal.size(), " (%07llo)",
                  static_cast<unsigned long long>(*status.type));
    text += octal.data();
  }
  return text;
}

bool is_device(const FileStatus& status) {
  return status.type && (S_ISCHR(*status.type) || S_ISBLK(*status.type));
}

std::string attributes_text(std::uint64_t attributes) {
  std::string text;
  for (const auto& [bit, name] : k_attributes) {
    if ((attributes & bit) != 0) {
      text += text.empty() ? "" : ", ";
      text += name;
      attributes &= ~bit;
    }
  }
  if (attributes != 0) {
    std::array<char, 32> rest{};
    std::snprintf(rest.data(), rest.size(), "0x%llx", static_cast<unsigned long long>(attributes));
    text += text.empty() ? "" : ", ";
    text += rest.data();
  }
  return text.empty() ? "none" : text;
}

void add_cell(Block& block, std::string_view label, const std::optional<Integer>& value,
              std::size_t width = 0) {
  if (value) {
    block.cell(label, value->decimal(), width);
  }
}

void add_time(Block& block, std::string_view label, const std::optional<Timestamp>& time,
              Zone zone) {
  if (time) {
    block.row().cell(label, timestamp_text(*time, zone));
  }
}

void add_statx_row(Block& block, const FileStatus& status) {
  if (!status.mask) {
    return;
  }
  std::array<char, 32> mask{};
  std::snprintf(mask.data(), mask.size(), "0x%llx",
                static_cast<unsigned long long>(status.mask->bits));
  block.row().cell("Mask", mask.data(), 10);
  add_cell(block, "Mount ID", status.mount, 8);
  if (status.attributes) {
    block.cell("Attributes", attributes_text(*status.attributes));
  }
}

}  // namespace

FileStatus file_status_of_stat(const Fields& fields) {
  FileStatus status;
  status.size = integer(fields, "st_size");
  status.blocks = integer(fields, "st_blocks");
  status.block_size = integer(fields, "st_blksize");
  if (const auto mode = integer(fields, "st_mode")) {
    status.type = mode->bits & S_IFMT;
    status.permissions = mode->bits & ~std::uint64_t{S_IFMT};
  }
  status.device = device_number(integer(fields, "st_dev"));
  status.special_device = device_number(integer(fields, "st_rdev"));
  status.inode = integer(fields, "st_ino");
  status.links = integer(fields, "st_nlink");
  status.user = integer(fields, "st_uid");
  status.group = integer(fields, "st_gid");
  status.access = timestamp(fields, "st_atim");
  status.modify = timestamp(fields, "st_mtim");
  status.change = timestamp(fields, "st_ctim");
  return status;
}

FileStatus file_status_of_statx(const Fields& fields) {
  FileStatus status;
  status.mask = integer(fields, "stx_mask");
  const std::uint64_t mask = status.mask.value_or(Integer{}).bits;
  const auto filled = [&](std::uint64_t bits, std::string_view path) {
    return (mask & bits) != 0 ? integer(fields, path) : std::nullopt;
  };
  const auto filled_time = [&](std::uint64_t bit, const char* member) {
    return (mask & bit) != 0 ? timestamp(fields, member) : std::nullopt;
  };
  status.size = filled(STATX_SIZE, "stx_size");
  status.blocks = filled(STATX_BLOCKS, "stx_blocks");
  status.block_size = integer(fields, "stx_blksize");
  if (const auto mode = filled(STATX_TYPE, "stx_mode")) {
    status.type = mode->bits & S_IFMT;
  }
  if (const auto mode = filled(STATX_MODE, "stx_mode")) {
    status.permissions = mode->bits & ~std::uint64_t{S_IFMT};
  }
  status.device = device_number(integer(fields, "stx_dev_major"), integer(fields, "stx_dev_minor"));
  status.special_device =
      device_number(integer(fields, "stx_rdev_major"), integer(fields, "stx_rdev_minor"));
  status.inode = filled(STATX_INO, "stx_ino");
  status.links = filled(STATX_NLINK, "stx_nlink");
  status.user = filled(STATX_UID, "stx_uid");
  status.group = filled(STATX_GID, "stx_gid");
  status.access = filled_time(STATX_ATIME, "stx_atime");
  status.modify = filled_time(STATX_MTIME, "stx_mtime");
  status.change = filled_time(STATX_CTIME, "stx_ctime");
  status.birth = filled_time(STATX_BTIME, "stx_btime");
  if (const auto attributes = integer(fields, "stx_attributes")) {
    // The kernel may leave set what the file system does not support.
    const auto supported = integer(fields, "stx_attributes_mask");
    status.attributes = attributes->bits & (supported ? supported->bits : ~std::uint64_t{0});
  }
  status.mount = filled(k_statx_mnt_id | k_statx_mnt_id_unique, "stx_mnt_id");
  return status;
}

std::string file_status_text(const FileStatus& status, const Format& format) {
  Block block;
  block.row();
  add_cell(block, "Size", status.size, 10);
  add_cell(block, "Blocks", status.blocks, 8);
  add_cell(block, "IO Block", status.block_size, 6);
  if (status.type) {
    block.cell("File Type", type_text(status));
  }
  block.row();
  if (status.device) {
    block.cell("Device", device_text(*status.device), 10);
  }
  add_cell(block, "Inode", status.inode, 9);
  add_cell(block, "Links", status.links, 6);
  if (status.special_device && is_device(status)) {
    block.cell("Device type", device_text(*status.special_device));
  }
  block.row();
  if (status.permissions) {
    block.cell("Access", access_text(status), 18);
  }
  if (status.user) {
    block.cell("Uid", owner_text(*status.user, format.accounts.user), 17);
  }
  if (status.group) {
    block.cell("Gid", owner_text(*status.group, format.accounts.group));
  }
  add_time(block, "Access", status.access, format.zone);
  add_time(block, "Modify", status.modify, format.zone);
  add_time(block, "Change", status.change, format.zone);
  add_time(block, "Birth", status.birth, format.zone);
  add_statx_row(block, status);
  return block.text();
}

}  // namespace pysheeet::posix
