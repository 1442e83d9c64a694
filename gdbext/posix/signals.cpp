#include "posix/signals.h"

#include <bit>
#include <csignal>

#include "core/text.h"
#include "posix/line.h"
#include "posix/symbols.h"

namespace pysheeet::posix {

namespace {

// signal(7), the numbers of x86, ARM and most others.
constexpr std::string_view k_signals[] = {
    "0",         "SIGHUP",  "SIGINT",    "SIGQUIT", "SIGILL",   "SIGTRAP", "SIGABRT", "SIGBUS",
    "SIGFPE",    "SIGKILL", "SIGUSR1",   "SIGSEGV", "SIGUSR2",  "SIGPIPE", "SIGALRM", "SIGTERM",
    "SIGSTKFLT", "SIGCHLD", "SIGCONT",   "SIGSTOP", "SIGTSTP",  "SIGTTIN", "SIGTTOU", "SIGURG",
    "SIGXCPU",   "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO",   "SIGPWR",  "SIGSYS",
};
// The C library takes 32 and 33 for itself (nptl(7)).
constexpr unsigned k_rtmin = 34;
constexpr unsigned k_rtmax = 64;
constexpr std::uint64_t k_reserved = std::uint64_t{3} << 31;

constexpr Symbol k_action_flags[] = {
    {SA_NOCLDSTOP, "SA_NOCLDSTOP"}, {SA_NOCLDWAIT, "SA_NOCLDWAIT"}, {SA_SIGINFO, "SA_SIGINFO"},
    {0x400, "SA_UNSUPPORTED"},      {0x800, "SA_EXPOSE_TAGBITS"},   {0x04000000, "SA_RESTORER"},
    {SA_ONSTACK, "SA_ONSTACK"},     {SA_RESTART, "SA_RESTART"},     {SA_INTERRUPT, "SA_INTERRUPT"},
    {SA_NODEFER, "SA_NODEFER"},     {0x80000000, "SA_RESETHAND"},
};

// Codes that any signal may have: sigaction(2), asm-generic/siginfo.h.
constexpr Symbol k_senders[] = {{0, "SI_USER"}, {0x80, "SI_KERNEL"}};
constexpr std::string_view k_negative_senders[] = {
    "SI_QUEUE", "SI_TIMER", "SI_MESGQ", "SI_ASYNCIO", "SI_SIGIO", "SI_TKILL", "SI_DETHREAD"};
constexpr std::uint64_t k_asyncnl = 60;

constexpr Symbol k_ill_codes[] = {{1, "ILL_ILLOPC"}, {2, "ILL_ILLOPN"}, {3, "ILL_ILLADR"},
                                  {4, "ILL_ILLTRP"}, {5, "ILL_PRVOPC"}, {6, "ILL_PRVREG"},
                                  {7, "ILL_COPROC"}, {8, "ILL_BADSTK"}, {9, "ILL_BADIADDR"}};
constexpr Symbol k_fpe_codes[] = {{1, "FPE_INTDIV"},   {2, "FPE_INTOVF"}, {3, "FPE_FLTDIV"},
                                  {4, "FPE_FLTOVF"},   {5, "FPE_FLTUND"}, {6, "FPE_FLTRES"},
                                  {7, "FPE_FLTINV"},   {8, "FPE_FLTSUB"}, {14, "FPE_FLTUNK"},
                                  {15, "FPE_CONDTRAP"}};
constexpr Symbol k_segv_codes[] = {{1, "SEGV_MAPERR"},  {2, "SEGV_ACCERR"},  {3, "SEGV_BNDERR"},
                                   {4, "SEGV_PKUERR"},  {5, "SEGV_ACCADI"},  {6, "SEGV_ADIDERR"},
                                   {7, "SEGV_ADIPERR"}, {8, "SEGV_MTEAERR"}, {9, "SEGV_MTESERR"},
                                   {10, "SEGV_CPERR"}};
constexpr Symbol k_bus_codes[] = {{1, "BUS_ADRALN"},
                                  {2, "BUS_ADRERR"},
                                  {3, "BUS_OBJERR"},
                                  {4, "BUS_MCEERR_AR"},
                                  {5, "BUS_MCEERR_AO"}};
constexpr Symbol k_trap_codes[] = {{1, "TRAP_BRKPT"},  {2, "TRAP_TRACE"}, {3, "TRAP_BRANCH"},
                                   {4, "TRAP_HWBKPT"}, {5, "TRAP_UNK"},   {6, "TRAP_PERF"}};
constexpr Symbol k_chld_codes[] = {{1, "CLD_EXITED"},  {2, "CLD_KILLED"},  {3, "CLD_DUMPED"},
                                   {4, "CLD_TRAPPED"}, {5, "CLD_STOPPED"}, {6, "CLD_CONTINUED"}};
constexpr Symbol k_poll_codes[] = {{1, "POLL_IN"},  {2, "POLL_OUT"}, {3, "POLL_MSG"},
                                   {4, "POLL_ERR"}, {5, "POLL_PRI"}, {6, "POLL_HUP"}};
constexpr Symbol k_sys_codes[] = {{1, "SYS_SECCOMP"}, {2, "SYS_USER_DISPATCH"}};

// The members of the kernel's union that are filled.
enum class Part { k_kill, k_fault, k_child, k_poll, k_system, k_timer, k_queued, k_none };

struct SignalCodes {
  int signal;
  std::span<const Symbol> codes;
  Part part;
};

constexpr SignalCodes k_codes[] = {
    {SIGILL, k_ill_codes, Part::k_fault},   {SIGFPE, k_fpe_codes, Part::k_fault},
    {SIGSEGV, k_segv_codes, Part::k_fault}, {SIGBUS, k_bus_codes, Part::k_fault},
    {SIGTRAP, k_trap_codes, Part::k_fault}, {SIGCHLD, k_chld_codes, Part::k_child},
    {SIGIO, k_poll_codes, Part::k_poll},    {SIGSYS, k_sys_codes, Part::k_system},
};

constexpr std::int64_t k_segv_bnderr = 3;
constexpr std::int64_t k_segv_pkuerr = 4;
constexpr std::int64_t k_cld_exited = 1;

const SignalCodes* codes_of(std::int64_t signal) {
  for (const SignalCodes& known : k_codes) {
    if (known.signal == signal) {
      return &known;
    }
  }
  return nullptr;
}

std::string code_text(std::int64_t signal, std::int64_t code) {
  const std::int64_t index = -code - 1;
  if (code < 0) {
    return index < std::ssize(k_negative_senders)          ? std::string(k_negative_senders[index])
           : -code == static_cast<std::int64_t>(k_asyncnl) ? "SI_ASYNCNL"
                                                           : std::to_string(code);
  }
  const SignalCodes* known = codes_of(signal);
  const Integer number = Integer::of_signed(code);
  const std::string text = symbol_text(number, k_senders);
  return text != number.decimal() || known == nullptr ? text : symbol_text(number, known->codes);
}

// As the kernel's siginfo_layout() tells them apart.
Part part_of(std::int64_t signal, std::int64_t code) {
  if (code > 0 && code < 0x80) {
    const SignalCodes* known = codes_of(signal);
    return known != nullptr ? known->part : Part::k_kill;
  }
  switch (code) {
    case SI_KERNEL:
      return Part::k_none;
    case SI_TIMER:
      return Part::k_timer;
    case SI_SIGIO:
      return Part::k_poll;
    case SI_QUEUE:
    case SI_MESGQ:
    case SI_ASYNCIO:
      return Part::k_queued;
    default:
      return Part::k_kill;
  }
}

// One siginfo_t, by the short names that its macros have.
class Siginfo {
 public:
  explicit Siginfo(const Fields& fields) : fields_(fields) {}

  std::string text() {
    const std::int64_t signal = number("si_signo");
    const std::int64_t code = number("si_code");
    line_.part(signal_text(value("si_signo")) + " (" + code_text(signal, code) + ")");
    if (number("si_errno") != 0) {
      line_.member("si_errno", value("si_errno").decimal());
    }
    add(part_of(signal, code), signal, code);
    return line_.text();
  }

 private:
  void add(Part part, std::int64_t signal, std::int64_t code) {
    switch (part) {
      case Part::k_kill:
        add_decimal("_kill.", {"si_pid", "si_uid"});
        break;
      case Part::k_queued:
        add_decimal("_rt.", {"si_pid", "si_uid"});
        add_sigval("_rt.si_sigval.");
        break;
      case Part::k_timer:
        add_decimal("_timer.", {"si_tid", "si_overrun"});
        add_sigval("_timer.si_sigval.");
        break;
      case Part::k_child:
        add_child(code);
        break;
      case Part::k_fault:
        add_fault(signal, code);
        break;
      case Part::k_poll:
        add_decimal("_sigpoll.", {"si_band", "si_fd"});
        break;
      case Part::k_system:
        add_pointer("si_call_addr", "_sigsys._call_addr");
        add_as("si_syscall", "_sigsys._syscall");
        if (const auto machine = integer(fields_, "_sifields._sigsys._arch")) {
          line_.member("si_arch", hex_text(machine->bits));
        }
        break;
      case Part::k_none:
        break;
    }
  }

  void add_child(std::int64_t code) {
    add_decimal("_sigchld.", {"si_pid", "si_uid"});
    const Integer status = value("_sigchld.si_status");
    line_.member("si_status", code == k_cld_exited ? status.decimal() : signal_text(status));
    add_decimal("_sigchld.", {"si_utime", "si_stime"});
  }

  void add_fault(std::int64_t signal, std::int64_t code) {
    add_pointer("si_addr", "_sigfault.si_addr");
    if (signal == SIGSEGV && code == k_segv_bnderr) {
      add_pointer("si_lower", "_sigfault._bounds._addr_bnd._lower");
      add_pointer("si_upper", "_sigfault._bounds._addr_bnd._upper");
    } else if (signal == SIGSEGV && code == k_segv_pkuerr) {
      add_as("si_pkey", "_sigfault._bounds._pkey");
    }
  }

  // sigval_t is a union of int and pointer; which, only its sender knows.
  void add_sigval(const std::string& prefix) {
    const Integer number = value(prefix + "sival_int");
    line_.member("si_value",
                 hex_text(value(prefix + "sival_ptr").bits) + " (" + number.decimal() + ")");
  }

  void add_decimal(const std::string& prefix, std::initializer_list<const char*> names) {
    for (const char* name : names) {
      add_as(name, prefix + name);
    }
  }
  void add_as(std::string_view name, const std::string& path) {
    if (const auto number = integer(fields_, "_sifields." + path)) {
      line_.member(name, number->decimal());
    }
  }
  void add_pointer(std::string_view name, const std::string& path) {
    if (const auto number = integer(fields_, "_sifields." + path)) {
      line_.member(name, hex_text(number->bits));
    }
  }

  Integer value(const std::string& path) const {
    const auto own = integer(fields_, path);
    return own ? *own : integer(fields_, "_sifields." + path).value_or(Integer{});
  }
  std::int64_t number(const std::string& path) const {
    return value(path).as_signed().value_or(-1);
  }

  const Fields& fields_;
  Line line_;
};

}  // namespace

std::string signal_text(const Integer& number) {
  if (!number.negative && number.bits < std::size(k_signals)) {
    return std::string(k_signals[number.bits]);
  }
  if (number.negative || number.bits < k_rtmin || number.bits > k_rtmax) {
    return number.decimal();
  }
  if (number.bits == k_rtmax) {
    return "SIGRTMAX";
  }
  return "SIGRTMIN" + (number.bits == k_rtmin ? "" : "+" + std::to_string(number.bits - k_rtmin));
}

std::string signal_set_text(std::uint64_t set) {
  const bool is_most = std::popcount(set) > 32;
  const std::uint64_t shown = is_most ? ~set & ~k_reserved : set;
  Line line;
  for (unsigned i = 0; i < 64; ++i) {
    if ((shown >> i & 1) != 0) {
      line.part(signal_text(Integer::of_unsigned(i + 1)));
    }
  }
  return (is_most ? "~" : "") + line.text();
}

std::string sigset_text(const Fields& fields, const Format&) {
  return signal_set_text(bits(fields, "set"));
}

std::string sigaction_text(const Fields& fields, const Format&) {
  constexpr Symbol k_handlers[] = {{0, "SIG_DFL"}, {1, "SIG_IGN"}};
  const std::uint64_t flags = bits(fields, "sa_flags") & 0xffffffff;
  const auto shown = bytes(fields, "handler");
  const Integer address = Integer::of_unsigned(bits(fields, "sa_handler"));
  std::string handler = symbol_text(address, k_handlers);
  if (handler == address.decimal()) {
    handler = shown ? escape(*shown) : hex_text(address.bits);
  }
  Line line;
  line.member((flags & SA_SIGINFO) != 0 ? "sa_sigaction" : "sa_handler", handler);
  line.member("sa_mask", signal_set_text(bits(fields, "sa_mask")));
  return line.member("sa_flags", flags_text(flags, k_action_flags)).text();
}

std::string siginfo_text(const Fields& fields, const Format&) {
  return Siginfo(fields).text();
}

}  // namespace pysheeet::posix
