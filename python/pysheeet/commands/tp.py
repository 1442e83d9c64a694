"""tp: every time the program gets somewhere, without stopping it."""

import gdb

from pysheeet import inferior, recording
from pysheeet.command import Command, Function, Option
from pysheeet.commands import trace_files
from pysheeet.probe_list import OPTIONS, OPTIONS_HELP, ProbeList

_tracepoints = None


class TracepointList(ProbeList):
    def run_ended(self, how):
        for probe in self.probes.values():
            if probe.count or not probe.is_one_of_many:
                inferior.write_unpaged(
                    f"Tracepoint '{probe.text}' Count: {probe.count}\n{probe.failure_line()}"
                )


class Tp(Command):
    __doc__ = f"""Print each call of a function, with arguments, without stopping the program.
Usage: tp [OPTION]... LOCATION [if COND]

LOCATION and COND are those of `break'.  At a function its arguments are shown;
at FILE:LINE or *ADDRESS the variables in scope, too.  Each line tells name,
type, value and size in bytes.  When the program ends, the number of times is
told; it starts anew with each run.

{OPTIONS_HELP}

`set pysheeet layout graph' shows calls nested, with durations and results; `set
pysheeet lines' limits how much is shown.  `info tp', `save tp', `delete tp',
`enable tp' and `disable tp' work on tracepoints that are set; $_tp_count("fib")
is the count of one.  (gdb's own command of this name is still there: `trace'.)

Example:
  (gdb) tp fib if n > 1
  Tracepoint 1 at 0x1135: file fib.cpp, line 3.
  (gdb) run
  fib @ fib.cpp:3
          n(int: 3) [4]"""

    name = "tp"
    command_class = gdb.COMMAND_BREAKPOINTS
    completer = gdb.COMPLETE_LOCATION
    unknown_is_operand = True
    options = OPTIONS

    def run(self, options, operand, from_tty):
        _tracepoints.add(options, operand)


class InfoTp(Command):
    """List the tracepoints that tp set, and how often each was reached.
Usage: info tp [-json]

  -json    print what was recorded as JSON, for programs"""

    name = "info tp"
    command_class = gdb.COMMAND_STATUS
    options = (Option("json", help="print what was recorded as JSON"),)

    def run(self, options, operand, from_tty):
        if operand:
            raise gdb.GdbError("info tp takes no argument but -json.")
        if options.get("json"):
            gdb.write(_tracepoints.json())
            return
        gdb.write(_tracepoints.table())


class TpCount(Function):
    """How often a tracepoint that tp set was reached in this run, or in the last.
Usage: $_tp_count(LOCATION)

LOCATION is as it was given to tp.  It is an error if no tracepoint has it."""

    takes = "a location"

    def __init__(self):
        super().__init__("_tp_count")

    def value_of(self, location):
        return sum(probe.count for probe in _tracepoints.named(location))


def register():
    global _tracepoints
    if _tracepoints is None:
        _tracepoints = TracepointList(recording.Recording("tp"))
        Tp()
        InfoTp()
        TpCount()
        trace_files.Save(_tracepoints.recording)
        trace_files.add_mi("-pysheeet-tp", _tracepoints)
