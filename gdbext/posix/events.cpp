#include "posix/events.h"

#include <poll.h>
#include <sys/epoll.h>

#include "posix/line.h"
#include "posix/symbols.h"

namespace pysheeet::posix {

namespace {

constexpr Symbol k_poll_events[] = {
    {POLLIN, "POLLIN"},    {POLLPRI, "POLLPRI"},   {POLLOUT, "POLLOUT"}, {POLLERR, "POLLERR"},
    {POLLHUP, "POLLHUP"},  {POLLNVAL, "POLLNVAL"}, {0x40, "POLLRDNORM"}, {0x80, "POLLRDBAND"},
    {0x100, "POLLWRNORM"}, {0x200, "POLLWRBAND"},  {0x400, "POLLMSG"},   {0x1000, "POLLREMOVE"},
    {0x2000, "POLLRDHUP"},
};

constexpr Symbol k_epoll_events[] = {
    {EPOLLIN, "EPOLLIN"},         {EPOLLPRI, "EPOLLPRI"},       {EPOLLOUT, "EPOLLOUT"},
    {EPOLLERR, "EPOLLERR"},       {EPOLLHUP, "EPOLLHUP"},       {0x20, "EPOLLNVAL"},
    {EPOLLRDNORM, "EPOLLRDNORM"}, {EPOLLRDBAND, "EPOLLRDBAND"}, {EPOLLWRNORM, "EPOLLWRNORM"},
    {EPOLLWRBAND, "EPOLLWRBAND"}, {EPOLLMSG, "EPOLLMSG"},       {EPOLLRDHUP, "EPOLLRDHUP"},
    {1U << 28, "EPOLLEXCLUSIVE"}, {1U << 29, "EPOLLWAKEUP"},    {1U << 30, "EPOLLONESHOT"},
    {1U << 31, "EPOLLET"},
};

// fs.nr_open, the most that a process can have unless that is raised.
constexpr std::uint64_t k_most_files = 1'048'576;

}  // namespace

std::string pollfd_text(const Fields& fields, const Format&) {
  Line line;
  line.number(fields, "fd");
  for (const char* path : {"events", "revents"}) {
    line.member(path, flags_text(bits(fields, path) & 0xffff, k_poll_events));
  }
  return line.text();
}

std::string epoll_event_text(const Fields& fields, const Format&) {
  const std::uint64_t data = bits(fields, "data.u64");
  const std::uint64_t descriptor = data & 0xffffffff;
  Line line;
  line.member("events", flags_text(bits(fields, "events") & 0xffffffff, k_epoll_events));
  return line
      .member("data",
              hex_text(data) +
                  (descriptor < k_most_files ? " (fd " + std::to_string(descriptor) + ")" : ""))
      .text();
}

}  // namespace pysheeet::posix
