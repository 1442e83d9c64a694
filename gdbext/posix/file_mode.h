#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pysheeet::posix {

// The letter `ls -l` shows for a file's type (st_mode & S_IFMT, inode(7)); '?' for none of Linux's.
char file_type_letter(std::uint64_t mode);

// What stat(1) calls that type; "unknown" for none of Linux's.
std::string_view file_type_name(std::uint64_t mode);

// The nine permission characters of `ls -l`, with s, S, t and T for setuid, setgid and sticky.
std::string permission_text(std::uint64_t mode);

}  // namespace pysheeet::posix
