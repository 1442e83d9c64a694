"""Stops that gdb reports twice."""

import os
import re
import struct
import time
from collections import defaultdict

import gdb

from pysheeet.engines.places import evaluate

# What the C library catches for itself: SIGCANCEL and SIGSETXID (nptl(7)).
_INTERNAL = 1 << 31 | 1 << 32
_CAUGHT, _CAUGHT_DIGITS = b"\nSigCgt:\t", 16
_LOOK_EVERY = 0.004  # seconds: at every stop it would be a fortieth of what that takes
# After what may have set a handler, so many stops look: other threads may be faster than its call.
_EAGER = 16
# gdb 16 has the thread in a line of its own.
_RESUMED = re.compile(
    r"^0\s+high-priority step resume\s.*?\b(0x[0-9a-f]+)\b.*(?:\n\tstop only in)? thread (?:\d+\.)?(\d+)$",
    re.M,
)
# Where x86-64 Linux puts what a handler returns to: below the red zone and the vector registers.
_RED_ZONE, _SIGNAL_FRAME = 128, 4096


class Repeats:
    """Tells whether a thread stands at a breakpoint for the first time, or still.

    A signal that comes while gdb steps over a breakpoint is handled first; then the thread is at the
    breakpoint again, and gdb reports that as another hit. Until it has stepped gdb keeps an internal
    breakpoint there, for that thread. To ask for that takes long: it is done only where the program
    handles signals, the thread was there before with the same stack pointer, and a handler has left
    on the stack that this is where it returned to. Of handlers that run on a stack of their own
    (sigaltstack(2)) that can't be seen.
    """

    def __init__(self):
        self.drop()

    def adopt(self, pid):
        """A process of this machine: on x86-64, and with /proc, or nothing is told."""
        self.drop()
        try:
            self._status = os.open(f"/proc/{pid}/status", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            pass  # its hits are counted as gdb tells them

    def drop(self):
        if getattr(self, "_status", None) is not None:
            os.close(self._status)
        self._status = None
        self._handles_signals, self._looked, self._eager = False, 0.0, 0
        # By gdb's global number of the thread: (pc, stack pointer) of stops, of descending stack pointers.
        self._stood = defaultdict(list)

    @property
    def awaits_handlers(self):
        """Whether to be told of calls of what sets handlers is of use."""
        return self._status is not None and not self._handles_signals

    def handler_is_set(self):
        """The program is about to set a signal handler, or to ignore a signal."""
        self._eager = _EAGER

    def has(self, thread):
        """Whether the gdb.InferiorThread, which has just stopped at a breakpoint, still stands there."""
        if self._status is None or not self._has_handlers():
            return False
        here = pc, sp = evaluate("$pc"), evaluate("$sp")
        # Handlers that ran meanwhile were below.
        stood = self._stood[thread.global_num]
        while stood and (stood[-1][1] < sp or stood[-1][1] == sp and stood[-1] != here):
            stood.pop()
        if not stood or stood[-1] != here:
            stood.append(here)
            return False
        return _is_in_signal_frame(pc, sp) and _is_stepping(thread, pc)

    def _has_handlers(self):
        now = time.monotonic()
        if not self._handles_signals and (self._eager or now - self._looked > _LOOK_EVERY):
            self._looked = now
            self._eager = max(0, self._eager - 1)
            try:
                _, _, caught = os.pread(self._status, 4096, 0).partition(_CAUGHT)
                self._handles_signals = bool(int(caught[:_CAUGHT_DIGITS], 16) & ~_INTERNAL)
            except (OSError, ValueError):  # it is about to end
                return False
        return self._handles_signals


def _is_in_signal_frame(pc, sp):
    """Whether below the stack pointer there is a signal's frame that returns to pc and sp."""
    top = sp - _RED_ZONE
    try:
        held = gdb.selected_inferior().read_memory(top - _SIGNAL_FRAME, _SIGNAL_FRAME)
    except gdb.MemoryError:  # the stack does not reach that far
        return False
    # They are neighbours in struct sigcontext.
    return struct.pack("<QQ", sp, pc) in bytes(held)


def _is_stepping(thread, pc):
    address = "" if gdb.parameter("print address") else "with print address on -- "
    text = gdb.execute(f"{address}maint info breakpoints 0", to_string=True)
    return (pc, thread.num) in ((int(a, 16), int(n)) for a, n in _RESUMED.findall(text))
