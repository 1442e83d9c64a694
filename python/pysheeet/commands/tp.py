"""tp: every time the program gets somewhere, without stopping it."""

import gdb

from pysheeet import inferior, native, probes, variables
from pysheeet.command import Command

_tracepoints = None


class Tracepoint(probes.Probe):
    """Prints where the program is, and its arguments or variables there."""

    def entered(self, visit):
        self.count += 1
        site = self.site(visit)
        lines = [site.header]
        frame = visit.frame if site.shown else None
        for v in site.shown:
            lines.append(f"\t{v.name}({v.type}: {v.value_text(frame)}) [{v.size_in(frame)}]\n")
        inferior.write_unpaged("".join(lines))

    def make_site(self, visit):
        frame = visit.frame
        sal = frame.find_sal()
        name, place, line = inferior.frame_name(frame), inferior.frame_place(frame), sal.line
        scope = variables.scope_of(frame)
        if sal.symtab is not None and visit.line not in (0, line):
            # An inlined call begins here; gdb shows that only for breakpoints of the user's own.
            inlined = variables.inlined_scope(visit.pc)
            if inlined:
                scope, line = inlined, visit.line
                function = scope[-1].function
                name, place = native.escape(function.print_name), f"{inferior.displayed_file(function.symtab)}:{line}"
        shown = variables.arguments(scope)
        if self.is_inside:  # at an entry variables have no values yet
            shown += variables.locals_declared(scope, sal.symtab, line)
        return probes.Site(f"{name} @ {place}\n", shown, sal.symtab)


class TracepointList(probes.ProbeList):
    def run_ended(self, how):
        for probe in self.probes.values():
            inferior.write_unpaged(
                f"Tracepoint '{probe.text}' Count: {probe.count}\n{probe.failure_line()}"
            )


class Tp(Command):
    """Print each time the program reaches LOCATION, with the arguments, without stopping it.
Usage: tp LOCATION [if COND]

LOCATION and COND are those of `break'.  At a function its arguments are shown;
at FILE:LINE or *ADDRESS the variables in scope, too.  Each line tells name,
type, value and size in bytes.  When the program ends, the number of times is
told; it starts anew with each run.

`info tp', `delete tp', `enable tp' and `disable tp' work on tracepoints that
are set.  (gdb's own command of this name is still there as `trace'.)

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

    def run(self, options, operand, from_tty):
        _tracepoints.add(operand)


class InfoTp(Command):
    """List the tracepoints that tp set, and how often each was reached.
Usage: info tp"""

    name = "info tp"
    command_class = gdb.COMMAND_STATUS

    def run(self, options, operand, from_tty):
        gdb.write(_tracepoints.table())


def register():
    global _tracepoints
    if _tracepoints is None:
        _tracepoints = TracepointList("tp", "tracepoint", Tracepoint)
        Tp()
        InfoTp()
