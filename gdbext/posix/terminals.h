#pragma once

#include <string>

#include "posix/format.h"

namespace pysheeet::posix {

// struct termios, its flags by name; c_cc is bytes.
std::string termios_text(const Fields& fields, const Format& format);

// struct winsize.
std::string winsize_text(const Fields& fields, const Format& format);

}  // namespace pysheeet::posix
