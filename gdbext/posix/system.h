#pragma once

#include <string>

#include "posix/format.h"

namespace pysheeet::posix {

// struct utsname: arrays of characters.
std::string utsname_text(const Fields& fields, const Format& format);

// struct passwd and struct group, as a line of passwd(5) and group(5). Strings are the bytes that
// the pointers point to; a group's members are "gr_mem.0" and so on, and "gr_mem" the pointer.
std::string passwd_text(const Fields& fields, const Format& format);
std::string group_text(const Fields& fields, const Format& format);

}  // namespace pysheeet::posix
