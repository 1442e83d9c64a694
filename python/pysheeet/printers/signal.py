"""Sets of signals, what is done at one, and what is told of one."""

import gdb

from pysheeet.printers import memory
from pysheeet.printers.struct import StructPrinter

_SIGNALS = (1 << 64) - 1


def _set(value):
    """The first 64 signals of a sigset_t, or None if it is some other struct."""
    # glibc's and musl's.
    for name in ("__val", "__bits"):
        member = memory.member(value, name)
        bits = None if member is None else memory.words(member)
        if bits is not None:
            return bits & _SIGNALS
    return None


class Sigset(StructPrinter):
    name = "sigset_t"
    tags = ("__sigset_t",)
    typedefs = ("sigset_t", "__sigset_t")

    @classmethod
    def of(cls, value):
        return super().of(value) if _set(value) is not None else None

    def add(self, value, members):
        members["set"] = _set(value)


class Sigaction(StructPrinter):
    name = "sigaction"
    tags = ("sigaction",)
    required = {"sa_flags": ()}
    # glibc's, musl's.
    pointers = {"sa_handler": ("__sigaction_handler.sa_handler", "__sa_handler.sa_handler")}

    @classmethod
    def of(cls, value):
        mask = memory.member(value, "sa_mask")
        return super().of(value) if mask is not None and _set(mask) is not None else None

    def add(self, value, members):
        members["sa_mask"] = _set(value["sa_mask"])
        function = gdb.Value(members["sa_handler"]).cast(gdb.lookup_type("void").pointer())
        try:
            members["handler"] = function.format_string(symbols=True).encode("utf-8", "surrogateescape")
        except (gdb.error, UnicodeError):
            pass  # then it is the address


class Siginfo(StructPrinter):
    name = "siginfo_t"
    # The second one is gdb's own, of $_siginfo.
    tags = ("siginfo_t", "siginfo")
    typedefs = ("siginfo_t",)
    required = {
        **dict.fromkeys(("si_signo", "si_errno", "si_code", "_sifields._kill.si_pid", "_sifields._kill.si_uid"), ()),
        "_sifields._rt.si_sigval.sival_int": (),
    }
    optional = {
        f"_sifields.{path}": ()
        for path in (
            *("_rt.si_pid", "_rt.si_uid", "_timer.si_tid", "_timer.si_overrun", "_timer.si_sigval.sival_int"),
            *(f"_sigchld.{name}" for name in ("si_pid", "si_uid", "si_status", "si_utime", "si_stime")),
            *("_sigpoll.si_band", "_sigpoll.si_fd", "_sigsys._syscall", "_sigsys._arch"),
            "_sigfault._bounds._pkey",
        )
    }
    optional_pointers = {
        "_sifields._sigfault.si_addr": (),
        "_sifields._rt.si_sigval.sival_ptr": (),
        "_sifields._timer.si_sigval.sival_ptr": (),
        "_sifields._sigfault._bounds._addr_bnd._lower": ("_sifields._sigfault._addr_bnd._lower",),
        "_sifields._sigfault._bounds._addr_bnd._upper": ("_sifields._sigfault._addr_bnd._upper",),
        "_sifields._sigsys._call_addr": (),
    }


PRINTERS = [Sigset, Sigaction, Siginfo]
