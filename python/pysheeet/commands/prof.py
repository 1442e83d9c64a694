"""prof: where the time goes, call by call."""

import gdb

from pysheeet import inferior, native, recording
from pysheeet.command import Command, Function, Option, in_host_charset
from pysheeet.commands import trace_files
from pysheeet.probe_list import OPTIONS, OPTIONS_HELP, ProbeList

_profiles = None

_SORTS = {
    "self": native.Order.SELF,
    "total": native.Order.TOTAL,
    "calls": native.Order.CALLS,
    "max": native.Order.MAXIMUM,
}
_ROWS_AT_EXIT = 25


class ProfileList(ProbeList):
    def run_ended(self, how):
        for probe in self.probes.values():
            inferior.write_unpaged(probe.failure_line())
        self._show_table()

    def stopped(self, event):
        if isinstance(event, gdb.SignalEvent) and event.stop_signal == "SIGINT":
            self._show_table()

    def _show_table(self):
        if self.probes:
            inferior.write_unpaged(
                native.trace_table(self.recording.trace(), native.Order.SELF, _ROWS_AT_EXIT, False)
            )


class Prof(Command):
    __doc__ = f"""Time each call of a function, with its arguments, without stopping the program.
Usage: prof [OPTION]... LOCATION [if COND]
       prof -load FILE

LOCATION names functions as `break' takes them; COND is evaluated at the entry.
Each call is printed when it ends, with its cost in seconds.  A call that ends
by an exception, longjmp or the end of the program is said to; its time runs
until the thread was seen outside of it.  When the program ends, or Ctrl-C stops
it, a table adds the calls up by function: total (recursion counted once), self
(without the calls of other profiled functions), mean, percentiles and extremes.
Counts start anew with each run.

{OPTIONS_HELP}
  -load FILE  take a recording that `save prof FILE.psr' made, for `info prof'

gdb stops the program twice a call for this.  What that takes is not in the
times: gdb's own part is measured, the rest is calibrated as a run begins, and
the table says within how much.  The number of calls is exact.  Trust times from
a tenth of a millisecond up; those of shorter calls only in sum.  Threads that
are stopped at the same time wait for each other, and that is in their times.

`set pysheeet layout graph' shows calls nested.  `info prof', `save prof',
`delete prof', `enable prof' and `disable prof' work on what is set;
$_prof_calls("fib") and $_prof_ns("fib") are for scripts.

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
    options = (*OPTIONS, Option("load", "the name of a recording", completer=gdb.COMPLETE_FILENAME))

    def run(self, options, operand, from_tty):
        if "load" in options:
            if len(options) > 1 or operand:
                raise gdb.GdbError("prof: -load takes a file, and nothing else.")
            _profiles.recording.load(trace_files.path_of(options["load"]))
            gdb.write(native.trace_table(_profiles.recording.trace(), native.Order.SELF, 0, False))
            return
        _profiles.add(options, operand)


class InfoProf(Command):
    """List what prof has set, and where the time went so far.
Usage: info prof [OPTION]...
       info prof [-threads] -tree
       info prof FUNCTION

  -sort self|total|calls|max   what the functions are sorted by
  -n ROWS                      show that many functions; 0 is all
  -threads                     tell the threads apart
  -tree                        show call paths instead
  -json                        print all of it as JSON, for programs

With FUNCTION: who called it, what it called, and how its durations are
distributed."""

    name = "info prof"
    command_class = gdb.COMMAND_STATUS
    options = (
        Option("sort", "self, total, calls or max", kind=lambda text: _sort(text), completer=tuple(_SORTS)),
        Option("n", "a number of rows", kind=lambda text: _rows(text)),
        Option("threads"),
        Option("tree"),
        Option("json"),
    )

    def candidates(self, text):
        names = _profiles.recording.recorder.function_names()
        return [name for name in names if name.startswith(text)]

    def run(self, options, operand, from_tty):
        trace = _profiles.recording.trace()
        by_thread = options.get("threads", False)
        if options.get("json"):
            gdb.write(_profiles.json())
        elif operand:
            gdb.write(native.trace_function(trace, operand))
        elif options.get("tree"):
            gdb.write(native.trace_tree(trace, by_thread))
        else:
            gdb.write(_profiles.table())
            order, rows = options.get("sort", native.Order.SELF), options.get("n", 0)
            table = native.trace_table(trace, order, rows, by_thread)
            gdb.write(f"\n{table}" if table else "")


def _sort(text):
    found = [order for name, order in _SORTS.items() if name.startswith(text) and text]
    if len(found) != 1:
        raise ValueError(text)
    return found[0]


def _rows(text):
    if not text.isdecimal():
        raise ValueError(text)
    return int(text)


class _OfFunction(Function):
    """What prof knows of the calls of a function, in this run or the last."""

    takes = "the name of a function"

    def value_of(self, function):
        try:
            return native.trace_totals(_profiles.recording.trace(), function)[self.index]
        except native.Error as error:
            if _profiles.has(function):
                return 0  # not called yet
            raise gdb.GdbError(in_host_charset(str(error))) from None


class ProfCalls(_OfFunction):
    """How many calls of a function prof has seen in this run, or in the last.
Usage: $_prof_calls(FUNCTION)

It is an error if it has seen none of a function of that name."""

    index = 0

    def __init__(self):
        super().__init__("_prof_calls")


class ProfNs(_OfFunction):
    """How long the calls of a function took in this run, or in the last, in nanoseconds.
Usage: $_prof_ns(FUNCTION)

Recursion counts once.  It is an error if prof has seen no function of that name."""

    index = 1

    def __init__(self):
        super().__init__("_prof_ns")


def register():
    global _profiles
    if _profiles is None:
        _profiles = ProfileList(recording.Recording("prof"))
        Prof()
        InfoProf()
        ProfCalls()
        ProfNs()
        trace_files.Save(_profiles.recording)
        trace_files.add_mi("-pysheeet-prof", _profiles)
