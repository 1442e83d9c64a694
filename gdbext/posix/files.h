#pragma once

#include <string>

#include "posix/format.h"

namespace pysheeet::posix {

// struct flock and flock64.
std::string flock_text(const Fields& fields, const Format& format);

// struct dirent and dirent64; d_name is bytes.
std::string dirent_text(const Fields& fields, const Format& format);

// struct statvfs and statvfs64, as df(1) and stat -f count.
std::string statvfs_text(const Fields& fields, const Format& format);

}  // namespace pysheeet::posix
