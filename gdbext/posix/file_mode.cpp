#include "posix/file_mode.h"

#include <sys/stat.h>

namespace pysheeet::posix {

namespace {

struct FileType {
  mode_t mode;
  char letter;
  std::string_view name;
};

constexpr FileType k_file_types[] = {
    {S_IFREG, '-', "regular file"},
    {S_IFDIR, 'd', "directory"},
    {S_IFLNK, 'l', "symbolic link"},
    {S_IFIFO, 'p', "fifo"},
    {S_IFSOCK, 's', "socket"},
    {S_IFCHR, 'c', "character special file"},
    {S_IFBLK, 'b', "block special file"},
};
constexpr FileType k_unknown_type = {0, '?', "unknown"};

const FileType& file_type(std::uint64_t mode) {
  for (const FileType& type : k_file_types) {
    if ((mode & S_IFMT) == type.mode) {
      return type;
    }
  }
  return k_unknown_type;
}

// special is what setuid, setgid or sticky makes of a set x.
char execute_letter(bool executable, bool is_special, char special) {
  if (!is_special) {
    return executable ? 'x' : '-';
  }
  return executable ? special : static_cast<char>(special - 'a' + 'A');
}

}  // namespace

char file_type_letter(std::uint64_t mode) {
  return file_type(mode).letter;
}

std::string_view file_type_name(std::uint64_t mode) {
  return file_type(mode).name;
}

std::string permission_text(std::uint64_t mode) {
  const auto letter = [mode](mode_t bit, char shown) { return (mode & bit) != 0 ? shown : '-'; };
  const auto execute = [mode](mode_t bit, mode_t special_bit, char special) {
    return execute_letter((mode & bit) != 0, (mode & special_bit) != 0, special);
  };
  return {letter(S_IRUSR, 'r'), letter(S_IWUSR, 'w'), execute(S_IXUSR, S_ISUID, 's'),
          letter(S_IRGRP, 'r'), letter(S_IWGRP, 'w'), execute(S_IXGRP, S_ISGID, 's'),
          letter(S_IROTH, 'r'), letter(S_IWOTH, 'w'), execute(S_IXOTH, S_ISVTX, 't')};
}

}  // namespace pysheeet::posix
