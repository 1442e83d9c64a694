"""prof: what each call of a function costs."""

import gdb

from pysheeet import engines, inferior, native, probes, variables
from pysheeet.command import Command

_profiles = None
_recorder = None


class Recorder(engines.Listener):
    """Prints each call as it ends, and keeps what they add up to."""

    def __init__(self):
        self.log = native.CallLog()

    def begin(self, visit, function, text):
        if visit.place is None:
            _tell(f"{text}\tCost: unknown (its frame or the time can't be told here)\n")
        else:
            _tell(self.log.begin(visit.place, function, text, visit.time))

    def replaced(self):
        _tell(self.log.finish(native.End.EXEC))

    def arrived(self, place, time):
        _tell(self.log.arrived(place, time))

    def left(self, place, time, how):
        _tell(self.log.left(place, time, how))

    def unwound(self, place, time, how):
        _tell(self.log.unwound(place, time, how))

    def unwinding(self, thread, time, how):
        self.log.unwinding(thread, time, how)

    def run_began(self):
        self.log = native.CallLog()

    def run_ended(self, how):
        _tell(self.log.finish(how))
        _tell(self.log.table())


def _tell(text):
    if text:
        inferior.write_unpaged(text)


class Profiled(probes.Probe):
    """Times the calls of a function."""

    wants_exit = True

    def __init__(self, number, location, condition):
        super().__init__(number, location, condition)
        self._called = set()  # names of the functions it met

    def retired(self):
        """Nobody watches any longer how its open calls end."""
        for function in self._called:
            _tell(_recorder.log.abandon(function, native.End.OPEN))

    def entered(self, visit):
        site = self.site(visit)
        self.count += 1
        self._called.add(site.function)
        lines = [site.header]
        for v, value in zip(site.shown, self._values(site, visit)):
            lines.append(f"\t{v.name}: {value} [{v.type}]\n")
        _recorder.begin(visit, site.function, "".join(lines))

    def _values(self, site, visit):
        """The arguments' values as text, read from where they were before if that can't change."""
        caller_frame = visit.place and visit.place[2]
        if visit.is_fixed and site.distances is not None:
            return [v.text_at(caller_frame + d) for v, d in zip(site.shown, site.distances)]
        frame = visit.frame if site.shown else None
        if visit.is_fixed:
            distances = [v.distance_from(caller_frame, frame) for v in site.shown]
            site.distances = None if None in distances else distances
        return [v.value_text(frame) for v in site.shown]

    def make_site(self, visit):
        frame = visit.frame
        try:
            symbol = frame.function()
            function = native.escape(symbol.print_name) if symbol else inferior.frame_name(frame)
        except UnicodeDecodeError:
            function = inferior.frame_name(frame)
        header = f"{function} @ {inferior.frame_place(frame)}\n"
        shown = variables.arguments(variables.scope_of(frame))
        site = probes.Site(header, shown, frame.find_sal().symtab)
        site.function = function
        site.distances = None  # of the arguments from the caller's frame, once known
        return site


class ProfileList(probes.ProbeList):
    def run_ended(self, how):
        for probe in self.probes.values():
            _tell(probe.failure_line())


class Prof(Command):
    """Time each call of a function, with its arguments, without stopping the program.
Usage: prof LOCATION [if COND]

LOCATION names functions as `break' takes them; COND is evaluated at the entry.
Each call is printed when it ends, with its cost in seconds.  A call that ended
by an exception, longjmp or the end of the program is said to, and not timed.
When the program ends, a table adds the calls up by function: total (recursion
counted once), self (without the calls of other profiled functions), mean,
minimum and maximum of a call.  Counts start anew with each run.

gdb stops the program twice a call for this.  What that takes is subtracted as
far as it is known; the rest is about 100 microseconds, so trust costs from a
millisecond up.  Threads that hit probes at the same time wait for each other,
and their waiting is in the cost.

`info prof', `delete prof', `enable prof' and `disable prof' work on what is set.

Example:
  (gdb) prof fib
  Profile 1 at 0x1135: file fib.cpp, line 3.
  (gdb) run
  fib(int) @ fib.cpp:3
          n: 1 [int]
          Cost: 0.000021376"""

    name = "prof"
    command_class = gdb.COMMAND_BREAKPOINTS
    completer = gdb.COMPLETE_LOCATION
    unknown_is_operand = True

    def run(self, options, operand, from_tty):
        _profiles.add(operand)


class InfoProf(Command):
    """List what prof has set, and the calls so far by function.
Usage: info prof"""

    name = "info prof"
    command_class = gdb.COMMAND_STATUS

    def run(self, options, operand, from_tty):
        gdb.write(_profiles.table())
        table = _recorder.log.table()
        if table:
            gdb.write("\n" + table)


def register():
    global _profiles, _recorder
    if _profiles is None:
        _recorder = Recorder()
        engines.current().listeners.append(_recorder)
        _profiles = ProfileList("prof", "profile", Profiled)
        Prof()
        InfoProf()
