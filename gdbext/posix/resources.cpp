#include "posix/resources.h"

#include "posix/block.h"
#include "posix/line.h"
#include "posix/times.h"

namespace pysheeet::posix {

namespace {

std::string decimal(const Fields& fields, std::string_view path) {
  return integer(fields, path).value_or(Integer{}).decimal();
}

}  // namespace

std::string rlimit_text(const Fields& fields, const Format&) {
  // getrlimit(2): all bits of rlim_t.
  const std::uint64_t infinity = bits(fields, "sizeof") == 8 ? 0xffffffff : ~std::uint64_t{0};
  Line line;
  for (const char* path : {"rlim_cur", "rlim_max"}) {
    line.member(path, bits(fields, path) == infinity ? "RLIM_INFINITY" : decimal(fields, path));
  }
  return line.text();
}

std::string rusage_text(const Fields& fields, const Format&) {
  Block block;
  block.row().cell("User", seconds_text(timestamp_at(fields, "ru_utime")), 12);
  block.cell("System", seconds_text(timestamp_at(fields, "ru_stime")), 12);
  block.cell("Max RSS", decimal(fields, "ru_maxrss") + " KiB");
  block.row().cell("Page faults", decimal(fields, "ru_minflt") + " minor, " +
                                      decimal(fields, "ru_majflt") + " major");
  block.row().cell(
      "Blocks", decimal(fields, "ru_inblock") + " in, " + decimal(fields, "ru_oublock") + " out");
  block.row().cell("Context switches", decimal(fields, "ru_nvcsw") + " voluntary, " +
                                           decimal(fields, "ru_nivcsw") + " involuntary");
  Line others;
  for (const char* path :
       {"ru_ixrss", "ru_idrss", "ru_isrss", "ru_nswap", "ru_msgsnd", "ru_msgrcv", "ru_nsignals"}) {
    if (integer(fields, path).value_or(Integer{}) != Integer{}) {
      others.number(fields, path);
    }
  }
  if (others.text() != Line().text()) {
    block.row().cell("Others", others.text());
  }
  return block.text();
}

}  // namespace pysheeet::posix
