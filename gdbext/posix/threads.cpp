#include "posix/threads.h"

#include <limits>

#include "core/text.h"
#include "posix/line.h"

namespace pysheeet::posix {

namespace {

// glibc, sysdeps/nptl/internaltypes.h and nptl/pthreadP.h.
constexpr std::uint64_t k_kind_mask = 3;  // the standard's kinds, in k_kinds
constexpr std::uint64_t k_recursive = 1;
constexpr std::string_view k_kinds[] = {"normal", "recursive", "error-checking", "adaptive"};
constexpr std::uint64_t k_robust = 0x10;
constexpr std::uint64_t k_inherit = 0x20;
constexpr std::uint64_t k_protect = 0x40;
constexpr std::uint64_t k_shared = 0x80;
constexpr std::uint64_t k_elision = 0x300;
constexpr std::uint64_t k_known_kind =
    k_kind_mask | k_robust | k_inherit | k_protect | k_shared | k_elision;

// futex(2): the word of a robust or priority-inheriting lock is its owner's ID and these.
constexpr std::uint64_t k_waiters = 0x80000000;
constexpr std::uint64_t k_owner_died = 0x40000000;
constexpr std::uint64_t k_thread_mask = 0x3fffffff;

constexpr std::uint64_t k_inconsistent = std::numeric_limits<std::int32_t>::max();
constexpr std::uint64_t k_not_recoverable = k_inconsistent - 1;

constexpr std::uint64_t k_write_phase = 1;
constexpr std::uint64_t k_write_locked = 2;
constexpr unsigned k_reader_shift = 3;
constexpr std::uint64_t k_handover = 0x80000000;

std::uint64_t word(const Fields& fields, std::string_view path) {
  return bits(fields, path) & 0xffffffff;
}

std::string plural(std::uint64_t count, const std::string& thing) {
  return std::to_string(count) + " " + thing + (count == 1 ? "" : "s");
}

// "thread 2 "worker" (LWP 1234)".
std::string owner_text(const Fields& fields, std::uint64_t id) {
  std::string lwp = "LWP " + std::to_string(id);
  const auto number = integer(fields, "owner.number");
  if (!number) {
    return lwp;
  }
  const auto name = bytes(fields, "owner.name");
  return "thread " + number->decimal() + (name ? " " + quoted(*name) : "") + " (" + lwp + ")";
}

void add_kind(Line& line, std::uint64_t kind) {
  line.part(k_kinds[kind & k_kind_mask]);
  if ((kind & k_robust) != 0) {
    line.part("robust");
  }
  if ((kind & k_inherit) != 0) {
    line.part("priority inheritance");
  }
  if ((kind & k_protect) != 0) {
    line.part("priority protection");
  }
  // Every robust one has the flag.
  if ((kind & k_shared) != 0 && (kind & k_robust) == 0) {
    line.part("process-shared");
  }
  if ((kind & ~k_known_kind) != 0) {
    line.part("__kind = " + hex_text(kind));
  }
}

// Who holds a mutex, and whether others wait; the word means more where the kernel reads it too.
std::string mutex_state(std::uint64_t lock, std::uint64_t owner, std::uint64_t kind,
                        const Fields& fields) {
  if (owner == k_not_recoverable) {
    return "not recoverable";
  }
  if ((kind & (k_robust | k_inherit)) != 0) {
    const std::uint64_t holder = lock & k_thread_mask;
    const std::string waiters = (lock & k_waiters) != 0 ? ", with waiters" : "";
    if (holder != 0 && (lock & k_owner_died) == 0) {
      return "locked by " + owner_text(fields, holder) + waiters +
             (owner == k_inconsistent ? ", inconsistent" : "");
    }
    return (lock & k_owner_died) != 0 ? "its owner died" + waiters : "unlocked" + waiters;
  }
  // With a priority ceiling, its upper bits hold that.
  const std::uint64_t state = (kind & k_protect) != 0 ? lock & 0x7ffff : lock;
  if (state == 0) {
    return "unlocked";
  }
  return "locked" + (owner != 0 ? " by " + owner_text(fields, owner) : "") +
         (state > 1 ? ", with waiters" : "");
}

}  // namespace

std::string mutex_text(const Fields& fields, const Format&) {
  const std::uint64_t kind = word(fields, "__data.__kind");
  Line line;
  if (kind == 0xffffffff) {
    return line.part("destroyed").text();
  }
  line.part(
      mutex_state(word(fields, "__data.__lock"), word(fields, "__data.__owner"), kind, fields));
  if (const auto count = word(fields, "__data.__count"); (kind & k_kind_mask) == k_recursive) {
    line.part("count " + std::to_string(count));
  }
  add_kind(line, kind);
  return line.text();
}

std::string rwlock_text(const Fields& fields, const Format&) {
  const std::uint64_t readers = word(fields, "__data.__readers");
  const std::uint64_t count = readers >> k_reader_shift;
  const std::uint64_t writer = word(fields, "__data.__cur_writer");
  const std::uint64_t writers = word(fields, "__data.__writers") & ~k_handover;
  Line line;
  const bool is_written = (readers & k_write_phase) != 0 && (readers & k_write_locked) != 0;
  if (is_written) {
    line.part("write-locked" + (writer != 0 ? " by " + owner_text(fields, writer) : ""));
    if (count > 0) {
      line.part(plural(count, "reader") + " waiting");
    }
  } else if (count > 0) {
    line.part("read-locked by " + plural(count, "reader"));
  } else {
    line.part("unlocked");
  }
  // In a read phase the writer that is next has the flag, and is none of the count.
  const std::uint64_t waiting = writers + ((readers & k_write_locked) != 0 && !is_written ? 1 : 0);
  if (waiting > 0) {
    line.part(plural(waiting, "writer") + " waiting");
  }
  if (word(fields, "__data.__flags") == 2) {
    line.part("prefers writers");
  }
  if (word(fields, "__data.__shared") != 0) {
    line.part("process-shared");
  }
  return line.text();
}

std::string cond_text(const Fields& fields, const Format&) {
  // Three flags, and each waiter counts 8.
  const std::uint64_t references = word(fields, "__data.__wrefs");
  Line line;
  const std::uint64_t waiters = references >> 3;
  line.part(waiters == 0 ? "no waiters" : plural(waiters, "waiter"));
  if ((references & 4) != 0) {
    line.part("being destroyed");
  }
  line.part((references & 2) != 0 ? "CLOCK_MONOTONIC" : "CLOCK_REALTIME");
  if ((references & 1) != 0) {
    line.part("process-shared");
  }
  return line.text();
}

std::string once_text(const Fields& fields, const Format&) {
  // nptl/pthread_once.c: 2 is done, bit 0 in progress, the others tell before or after a fork.
  const Integer value = integer(fields, "value").value_or(Integer{});
  const std::string state = value.bits == 0         ? "not called yet"
                            : value.bits == 2       ? "done"
                            : (value.bits & 1) != 0 ? "in progress"
                                                    : "unknown";
  return value.decimal() + " (" + state + ")";
}

}  // namespace pysheeet::posix
