"""sf: the frame at a glance."""

import re

import gdb

from pysheeet import inferior, native, variables
from pysheeet.command import Command


class ShowFrame(Command):
    """Show where the program is, and the selected frame's arguments and locals.
Usage: sf [COUNT]

The first part is `backtrace COUNT': the innermost COUNT frames, the outermost
ones if COUNT is negative, all without it.  Then come the arguments and the
variables of every block around the frame's line, innermost first; one that
hides another of the same name comes before it.  What can't be read says why.

Example: sf 3"""

    name = "sf"
    command_class = gdb.COMMAND_STACK
    unknown_is_operand = True  # a negative COUNT

    def run(self, options, operand, from_tty):
        if operand and not re.fullmatch(r"-?\d+", operand):
            raise gdb.GdbError(
                "sf: COUNT is a number of frames, as `backtrace' takes it, "
                f"not '{native.escape(operand)}'."
            )
        try:
            frame = gdb.selected_frame()
        except gdb.error as error:
            raise gdb.GdbError("No stack." if gdb.selected_thread() is None else str(error)) from None
        # gdb itself would send what control characters a function's name has to the terminal.
        for line in inferior.output(f"backtrace {operand}", from_tty).rstrip("\n").split("\n"):
            gdb.write(native.escape(line) + "\n")
        scope = variables.scope_of(frame)
        name = inferior.frame_name(frame)
        gdb.write(f"Frame {frame.level()}: {name} at {inferior.frame_place(frame)}\n")
        if not scope:
            gdb.write("No debug information here: arguments and locals are not known.\n")
            return
        _list("Arguments", variables.arguments(scope), frame)
        _list("Locals", variables.locals_in(scope), frame)


def _list(title, shown, frame):
    if not shown:
        gdb.write(f"{title}: none\n")
        return
    gdb.write(f"{title}:\n")
    named = set()
    for variable in shown:
        note = "  (hidden by the one above)" if variable.name in named else ""
        named.add(variable.name)
        first, *more = variable.value_lines(frame)
        gdb.write(f"  {variable.name} = {first}{note}\n")
        for line in more:
            gdb.write(f"  {line}\n")


def register():
    ShowFrame()
