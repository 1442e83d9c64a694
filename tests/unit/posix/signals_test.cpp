#include "posix/signals.h"

#include <csignal>
#include <cstring>

#include "catch.h"
#include "posix/fields_of.h"

using pysheeet::posix::Integer;
using pysheeet::posix::signal_set_text;
using pysheeet::posix::signal_text;
using pysheeet::test::text_of;

TEST_CASE("signals have the names of the C library") {
  for (int number = 1; number <= 31; ++number) {
    INFO(number);
    const std::string name = signal_text(Integer::of_signed(number));
    if (number == SIGIO) {
      CHECK(name == "SIGIO");  // POLL there
    } else {
      CHECK(name == std::string("SIG") + ::sigabbrev_np(number));
    }
  }
  CHECK(signal_text(Integer::of_signed(0)) == "0");
  CHECK(signal_text(Integer::of_signed(33)) == "33");
  CHECK(signal_text(Integer::of_signed(SIGRTMIN)) == "SIGRTMIN");
  CHECK(signal_text(Integer::of_signed(SIGRTMIN + 3)) == "SIGRTMIN+3");
  CHECK(signal_text(Integer::of_signed(SIGRTMAX)) == "SIGRTMAX");
  CHECK(signal_text(Integer::of_signed(65)) == "65");
  CHECK(signal_text(Integer::of_signed(-1)) == "-1");
}

TEST_CASE("sets of signals") {
  CHECK(signal_set_text(0) == "{}");
  CHECK(signal_set_text(0x4002) == "{SIGINT, SIGTERM}");
  CHECK(signal_set_text(std::uint64_t{1} << 63) == "{SIGRTMAX}");
  CHECK(signal_set_text(std::uint64_t{1} << 31) == "{32}");
  CHECK(signal_set_text(0xfffffffe7fffffff) == "~{}");  // sigfillset(3)
  CHECK(signal_set_text(~std::uint64_t{0}) == "~{}");
  CHECK(signal_set_text(0xfffffffe7ffffeff) == "~{SIGKILL}");
  CHECK(text_of("sigset_t", {{"set", 1}}) == "{SIGHUP}");
}

TEST_CASE("a sigaction") {
  CHECK(text_of("sigaction", {{"sa_handler", 0}, {"sa_mask", 0}, {"sa_flags", 0}}) ==
        "{sa_handler = SIG_DFL, sa_mask = {}, sa_flags = 0}");
  CHECK(text_of("sigaction", {{"sa_handler", 1}, {"sa_mask", 2}, {"sa_flags", 0x10000000}}) ==
        "{sa_handler = SIG_IGN, sa_mask = {SIGINT}, sa_flags = SA_RESTART}");
  CHECK(text_of("sigaction", {{"sa_handler", 0x1234},
                              {"handler", "0x1234 <on\x1b>"},
                              {"sa_mask", 0},
                              {"sa_flags", -0x7ffffffc}}) ==
        "{sa_sigaction = 0x1234 <on\\e>, sa_mask = {}, sa_flags = SA_SIGINFO|SA_RESETHAND}");
}

TEST_CASE("a siginfo_t shows what its signal and code say is filled") {
  using pysheeet::test::Written;
  const auto text = [](long long signal, long long code) {
    return text_of("siginfo_t", {{"si_signo", signal},
                                 {"si_errno", 0},
                                 {"si_code", code},
                                 {"_sifields._kill.si_pid", 11},
                                 {"_sifields._kill.si_uid", 12},
                                 {"_sifields._rt.si_pid", 11},
                                 {"_sifields._rt.si_uid", 12},
                                 {"_sifields._rt.si_sigval.sival_int", 13},
                                 {"_sifields._rt.si_sigval.sival_ptr", 13},
                                 {"_sifields._timer.si_tid", 14},
                                 {"_sifields._timer.si_overrun", 15},
                                 {"_sifields._timer.si_sigval.sival_int", -1},
                                 {"_sifields._timer.si_sigval.sival_ptr", 0xffffffff},
                                 {"_sifields._sigchld.si_pid", 16},
                                 {"_sifields._sigchld.si_uid", 17},
                                 {"_sifields._sigchld.si_status", 9},
                                 {"_sifields._sigchld.si_utime", 18},
                                 {"_sifields._sigchld.si_stime", 19},
                                 {"_sifields._sigfault.si_addr", 0x20},
                                 {"_sifields._sigfault._bounds._addr_bnd._lower", 0x30},
                                 {"_sifields._sigfault._bounds._addr_bnd._upper", 0x40},
                                 {"_sifields._sigfault._bounds._pkey", 5},
                                 {"_sifields._sigpoll.si_band", 65},
                                 {"_sifields._sigpoll.si_fd", 6},
                                 {"_sifields._sigsys._call_addr", 0x50},
                                 {"_sifields._sigsys._syscall", 60},
                                 {"_sifields._sigsys._arch", 0xc000003e}});
  };
  CHECK(text(SIGTERM, 0) == "{SIGTERM (SI_USER), si_pid = 11, si_uid = 12}");
  CHECK(text(SIGSEGV, 0) == "{SIGSEGV (SI_USER), si_pid = 11, si_uid = 12}");
  CHECK(text(SIGABRT, -6) == "{SIGABRT (SI_TKILL), si_pid = 11, si_uid = 12}");
  CHECK(text(SIGUSR1, -1) == "{SIGUSR1 (SI_QUEUE), si_pid = 11, si_uid = 12, si_value = 0xd (13)}");
  CHECK(text(SIGALRM, -2) ==
        "{SIGALRM (SI_TIMER), si_tid = 14, si_overrun = 15, si_value = 0xffffffff (-1)}");
  CHECK(text(SIGALRM, 0x80) == "{SIGALRM (SI_KERNEL)}");
  CHECK(text(SIGCHLD, 1) ==
        "{SIGCHLD (CLD_EXITED), si_pid = 16, si_uid = 17, si_status = 9, si_utime = 18, "
        "si_stime = 19}");
  CHECK(text(SIGCHLD, 2) ==
        "{SIGCHLD (CLD_KILLED), si_pid = 16, si_uid = 17, si_status = SIGKILL, si_utime = 18, "
        "si_stime = 19}");
  CHECK(text(SIGSEGV, 1) == "{SIGSEGV (SEGV_MAPERR), si_addr = 0x20}");
  CHECK(text(SIGSEGV, 3) ==
        "{SIGSEGV (SEGV_BNDERR), si_addr = 0x20, si_lower = 0x30, si_upper = 0x40}");
  CHECK(text(SIGSEGV, 4) == "{SIGSEGV (SEGV_PKUERR), si_addr = 0x20, si_pkey = 5}");
  CHECK(text(SIGFPE, 1) == "{SIGFPE (FPE_INTDIV), si_addr = 0x20}");
  CHECK(text(SIGBUS, 77) == "{SIGBUS (77), si_addr = 0x20}");
  CHECK(text(SIGIO, 1) == "{SIGIO (POLL_IN), si_band = 65, si_fd = 6}");
  CHECK(text(SIGSYS, 1) ==
        "{SIGSYS (SYS_SECCOMP), si_call_addr = 0x50, si_syscall = 60, si_arch = 0xc000003e}");
  CHECK(text(-7, -99) == "{-7 (-99), si_pid = 11, si_uid = 12}");
  CHECK(text(SIGIO, -60) == "{SIGIO (SI_ASYNCNL), si_pid = 11, si_uid = 12}");
  CHECK(text_of("siginfo_t", {{"si_signo", 1}, {"si_code", 0}, {"si_errno", 2}}) ==
        "{SIGHUP (SI_USER), si_errno = 2}");
}
