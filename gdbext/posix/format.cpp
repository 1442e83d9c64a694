#include "posix/format.h"

#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "posix/events.h"
#include "posix/file_status.h"
#include "posix/files.h"
#include "posix/resources.h"
#include "posix/signals.h"
#include "posix/sockets.h"
#include "posix/system.h"
#include "posix/terminals.h"
#include "posix/threads.h"
#include "posix/times.h"

namespace pysheeet::posix {

namespace {

using Formatter = std::string (*)(const Fields&, const Format&);

constexpr std::pair<std::string_view, Formatter> k_formatters[] = {
    {"stat",
     [](const Fields& fields, const Format& format) {
       return file_status_text(file_status_of_stat(fields), format);
     }},
    {"statx",
     [](const Fields& fields, const Format& format) {
       return file_status_text(file_status_of_statx(fields), format);
     }},
    {"timespec", timespec_text},
    {"timeval", timeval_text},
    {"itimerval", timer_text},
    {"itimerspec", timer_text},
    {"tm", tm_text},
    {"sockaddr", sockaddr_text},
    {"sockaddr_in", sockaddr_text},
    {"sockaddr_in6", sockaddr_text},
    {"sockaddr_un", sockaddr_text},
    {"sockaddr_nl", sockaddr_text},
    {"sockaddr_storage", sockaddr_text},
    {"in_addr", internet_address_text},
    {"in6_addr", internet_address_text},
    {"addrinfo", addrinfo_text},
    {"iovec", iovec_text},
    {"msghdr", msghdr_text},
    {"sigset_t", sigset_text},
    {"sigaction", sigaction_text},
    {"siginfo_t", siginfo_text},
    {"pollfd", pollfd_text},
    {"epoll_event", epoll_event_text},
    {"rlimit", rlimit_text},
    {"rusage", rusage_text},
    {"flock", flock_text},
    {"dirent", dirent_text},
    {"statvfs", statvfs_text},
    {"termios", termios_text},
    {"winsize", winsize_text},
    {"utsname", utsname_text},
    {"passwd", passwd_text},
    {"group", group_text},
    {"pthread_mutex_t", mutex_text},
    {"pthread_rwlock_t", rwlock_text},
    {"pthread_cond_t", cond_text},
    {"pthread_once_t", once_text},
};

}  // namespace

std::string struct_text(std::string_view name, const Fields& fields, const Format& format) {
  for (const auto& [known, formatter] : k_formatters) {
    if (known == name) {
      return formatter(fields, format);
    }
  }
  throw Error("no text for struct " + escape(name));
}

}  // namespace pysheeet::posix
