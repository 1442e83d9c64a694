#pragma once

#include <string>

#include "posix/format.h"

namespace pysheeet::posix {

// pthread_mutex_t, pthread_rwlock_t, pthread_cond_t and pthread_once_t as glibc keeps them (nptl,
// since 2.25). "owner.number" and "owner.name" are gdb's number and the name of the thread that
// holds it, where it is one of the program's.
std::string mutex_text(const Fields& fields, const Format& format);
std::string rwlock_text(const Fields& fields, const Format& format);
std::string cond_text(const Fields& fields, const Format& format);
std::string once_text(const Fields& fields, const Format& format);

}  // namespace pysheeet::posix
