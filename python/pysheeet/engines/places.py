"""Where calls are: the stack they are on, and the address of their frame."""

import gdb

from pysheeet import functions, native
from pysheeet.engines import locations


class Places:
    """The places of the calls of one process: (thread, stack, frame address).

    The frame address is the CFA: what the stack pointer was before the call.
    """

    def __init__(self, inferior):
        self.stack_pointer, self._slot_size = functions.CALLS.get(locations.architecture(), (None, 0))
        is_native = inferior.connection.type == "native"
        self._regions = native.StackRegions(inferior.pid) if is_native else None

    def at_call(self, thread):
        """The place of a call while the stack pointer is at its return address."""
        return self._place(thread, evaluate(self.stack_pointer) + self._slot_size)

    def of_visit(self, placed, pc, thread):
        """That of the call whose callee stopped in its first statements; None if it can't be told."""
        if pc in placed.entries:
            return self.at_call(thread)
        here = evaluate(self.stack_pointer)
        distance = placed.distances.get(pc)
        if distance is None:
            address = _caller_frame(here, placed.arrived[thread])
            if address is None:
                return None
            if placed.is_fixed(pc):
                placed.distances[pc] = address - here
        else:
            address = here + distance
        return self._place(thread, address)

    def _place(self, thread, address):
        stack = self._regions.stack_of(address - 1) if self._regions else 0
        return (thread, stack, address)


def evaluate(register):
    # A gdb.Frame would have its identity worked out first, at five times the time.
    return int(gdb.parse_and_eval(register))


def _caller_frame(here, arrived):
    """The address of the caller's frame (the CFA); None if gdb can't unwind to it."""
    try:
        frame = gdb.newest_frame()
        while frame.type() == gdb.INLINE_FRAME:
            frame = frame.older()
        older = frame.older()
        # Of a caller that is gone by a tail call gdb 16 shows the stack pointer of its callee.
        while older is not None and older.type() == gdb.TAILCALL_FRAME:
            older = older.older()
    except gdb.error:
        return None
    if older is not None:
        return int(older.read_register("sp"))
    # `backtrace past-main' is off: main's frame is the innermost that arrived above here.
    return min((address for address in arrived if address > here), default=None)
