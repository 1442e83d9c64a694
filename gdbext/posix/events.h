#pragma once

#include <string>

#include "posix/format.h"

namespace pysheeet::posix {

// struct pollfd.
std::string pollfd_text(const Fields& fields, const Format& format);

// struct epoll_event. Its data is a union: the whole of it, and what it is as a file descriptor
// where that is small enough to be one.
std::string epoll_event_text(const Fields& fields, const Format& format);

}  // namespace pysheeet::posix
