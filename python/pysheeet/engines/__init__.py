"""Engines put probes in place and report what happens at them.

A probe, as an engine sees it, has these attributes:

    location, condition   text as the user typed it; condition is None or an expression
    wants_exit            whether the ends of its calls are wanted, too

and these methods, called while the thread in question has stopped in the program:

    entered(visit)        its location was reached and its condition holds
    failed(text)          its condition could not be evaluated, and why

An engine has these methods, and `listeners`, which are told of what belongs to no single probe:

    place(probe)            a note for the user or None; gdb.GdbError where it can't be placed
    remove(probe), set_enabled(probe, on), is_enabled(probe)
    is_placed(probe)        False if the user has deleted it behind the engine's back
    locations(probe)        [(address, file or None, line)]
"""

import gdb


class Visit:
    """A probe was reached, and the thread stands there as long as entered() looks.

    pc: address; line: of the source that the location stands for, 0 if unknown; place: (thread,
    stack, frame address), None where it can't be told or nobody asked; time: the program's, in ns;
    is_fixed: whether the frame is laid out alike in every call that gets to pc.
    """

    __slots__ = ("pc", "line", "place", "time", "is_fixed")

    def __init__(self, pc, line, place, time, is_fixed):
        self.pc, self.line, self.place, self.time = pc, line, place, time
        self.is_fixed = is_fixed

    @property
    def frame(self):
        """The frame, which takes gdb longer than all else here: only for who needs it."""
        gdb.selected_frame()  # so that the language is that of the frame
        return gdb.newest_frame()


class Listener:
    """What an engine tells, each unless overridden to nobody's interest."""

    def run_began(self):
        """The program runs for the first time since the last run ended."""

    def run_ended(self, how):
        """It is over: native.End.EXIT, or OPEN where gdb has killed it or let it go."""

    def replaced(self):
        """It goes on as another program, by exec."""

    def arrived(self, place, time):
        """A function was entered whose call is not wanted."""

    def left(self, place, time, how):
        """A call ended at this place; how is a native.End."""

    def unwound(self, place, time, how):
        """The thread has dropped the frames below this place."""

    def unwinding(self, thread, time, how):
        """The thread is about to drop frames."""


def current():
    """The engine that serves probes."""
    from pysheeet.engines import breakpoint as only

    return only.engine()
