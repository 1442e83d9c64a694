"""Engines put probes in place and tell what happens at them.

A probe, as an engine sees it, has these attributes:

    location, condition   text as gdb takes it; condition is None or an expression
    verb, noun, number    what it is to the user: `tp', "tracepoint" and 3
    name, text            what is at the location; that with the condition, safe for a terminal
    wants_exit            whether the ends of its calls are wanted, too
    wants_place           whether visits are to have a place where that costs more
    wants_leaving         whether leaving() is to be called
    is_inside             whether the location lies within a function, not at its entry

and these methods, called while the thread in question has stopped in the program:

    entered(visit)        its location was reached and its condition holds
    failed(text)          its condition could not be evaluated, and why
    leaving(function, thread)  a call returns; function: functions.Function

An engine has these methods, and `listeners`, which are told of what belongs to no single probe:

    place(probe)            a note for the user or None; gdb.GdbError where it can't be placed
    check_exits(probe)      gdb.GdbError if the ends of its calls can't be watched
    settle()                after any number of changes to probes: make them so
    remove(probe), set_enabled(probe, on), is_enabled(probe)
    is_placed(probe)        False if the user has deleted it behind the engine's back
    locations(probe)        [(address, file or None, line)]
    time_of(thread)         the program's time in that thread, ns
    cost()                  (ns that a call was held up by; ns by which its duration may be off for
                            that, None if not known)
"""

import gdb


class Visit:
    """A probe was reached, and the thread stands there as long as entered() looks.

    pc: address; line: of the source that the location stands for, 0 if unknown; place: (thread,
    stack, frame address), None where it can't be told or nobody asked; thread: gdb's global number
    of it; time: the program's, in ns; is_inlined: whether the location is an inlined copy; is_fixed:
    whether the frame is laid out alike in every call that gets to pc.
    """

    __slots__ = ("pc", "line", "place", "thread", "time", "is_inlined", "is_fixed")

    def __init__(self, pc, line, place, thread, time, is_inlined, is_fixed):
        self.pc, self.line, self.place, self.thread = pc, line, place, thread
        self.time, self.is_inlined, self.is_fixed = time, is_inlined, is_fixed

    @property
    def frame(self):
        """The frame, which takes gdb longer than all else here: only for who needs it."""
        gdb.selected_frame()  # so that the language is that of the frame
        return gdb.newest_frame()


class Listener:
    """What an engine tells, each unless overridden to nobody's interest.

    thread: gdb's global number of it.
    """

    def run_began(self):
        """The program runs for the first time since the last run ended."""

    def run_ended(self, how):
        """It is over: native.End.EXIT, or OPEN where gdb has killed it or let it go."""

    def replaced(self):
        """It goes on as another program, by exec."""

    def stopped(self, event):
        """The user has it, until it runs on; event: gdb.StopEvent."""

    def resumed(self):
        """It runs on."""

    def passed(self, kind, place, time, how, verbs=None):
        """A thread was seen somewhere that tells of its calls.

        kind: native.RecordKind; place: (thread, stack, frame address); verbs: those of the probes
        that have such a call end, if it is of a single one.
        """


def current():
    """The engine that serves probes."""
    from pysheeet.engines import breakpoint as only

    return only.engine()
