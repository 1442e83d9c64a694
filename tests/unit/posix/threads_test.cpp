#include "catch.h"
#include "posix/fields_of.h"

using pysheeet::test::text_of;

TEST_CASE("a mutex tells who holds it") {
  const auto text = [](long long lock, long long owner, long long kind, long long count) {
    return text_of("pthread_mutex_t", {{"__data.__lock", lock},
                                       {"__data.__owner", owner},
                                       {"__data.__kind", kind},
                                       {"__data.__count", count},
                                       {"owner.number", 2},
                                       {"owner.name", "a\"b"}});
  };
  const std::string held = "thread 2 \"a\\\"b\" (LWP 77)";
  CHECK(text(0, 0, 0, 0) == "{unlocked, normal}");
  CHECK(text(1, 77, 0, 0) == "{locked by " + held + ", normal}");
  CHECK(text(2, 77, 1, 3) == "{locked by " + held + ", with waiters, count 3, recursive}");
  CHECK(text(1, 0, 0x103, 0) == "{locked, adaptive}");
  CHECK(text(77, 77, 0x92, 1) == "{locked by " + held + ", error-checking, robust}");
  CHECK(text(77 | 0x80000000, 77, 0xa0, 1) ==
        "{locked by " + held + ", with waiters, normal, priority inheritance, process-shared}");
  CHECK(text(0x40000000, 0, 0x10, 0) == "{its owner died, normal, robust}");
  CHECK(text(77, 0x7fffffff, 0x10, 0) == "{locked by " + held + ", inconsistent, normal, robust}");
  CHECK(text(0, 0x7ffffffe, 0x10, 0) == "{not recoverable, normal, robust}");
  CHECK(text(0x80000 * 5, 0, 0x40, 0) == "{unlocked, normal, priority protection}");
  CHECK(text(0, 0, -1, 0) == "{destroyed}");
  CHECK(text(0, 0, 0x7000, 0) == "{unlocked, normal, __kind = 0x7000}");
  CHECK(text_of("pthread_mutex_t", {{"__data.__lock", 1}, {"__data.__owner", 5}}) ==
        "{locked by LWP 5, normal}");
}

TEST_CASE("a read-write lock tells who holds it") {
  const auto text = [](long long readers, long long writers, long long writer) {
    return text_of("pthread_rwlock_t", {{"__data.__readers", readers},
                                        {"__data.__writers", writers},
                                        {"__data.__cur_writer", writer},
                                        {"__data.__flags", 0},
                                        {"__data.__shared", 0}});
  };
  CHECK(text(0, 0, 0) == "{unlocked}");
  CHECK(text(1, 0, 0) == "{unlocked}");
  CHECK(text(8, 0, 0) == "{read-locked by 1 reader}");
  CHECK(text(24, 0, 0) == "{read-locked by 3 readers}");
  CHECK(text(24 | 2, 1, 0) == "{read-locked by 3 readers, 2 writers waiting}");
  CHECK(text(3, 0, 9) == "{write-locked by LWP 9}");
  CHECK(text(8 | 4 | 3, 2, 9) == "{write-locked by LWP 9, 1 reader waiting, 2 writers waiting}");
  CHECK(text_of("pthread_rwlock_t",
                {{"__data.__readers", 0}, {"__data.__flags", 2}, {"__data.__shared", 1}}) ==
        "{unlocked, prefers writers, process-shared}");
}

TEST_CASE("a condition variable and a once") {
  const auto cond = [](long long references) {
    return text_of("pthread_cond_t", {{"__data.__wrefs", references}});
  };
  CHECK(cond(0) == "{no waiters, CLOCK_REALTIME}");
  CHECK(cond(8) == "{1 waiter, CLOCK_REALTIME}");
  CHECK(cond(16 | 2 | 1) == "{2 waiters, CLOCK_MONOTONIC, process-shared}");
  CHECK(cond(8 | 4) == "{1 waiter, being destroyed, CLOCK_REALTIME}");
  const auto once = [](long long value) { return text_of("pthread_once_t", {{"value", value}}); };
  CHECK(once(0) == "0 (not called yet)");
  CHECK(once(2) == "2 (done)");
  CHECK(once(1) == "1 (in progress)");
  CHECK(once(-1) == "-1 (in progress)");
  CHECK(once(4) == "4 (unknown)");
}
