"""sf: the frame at a glance."""

import re

import gdb

from pysheeet import inferior, native, variables
from pysheeet.command import Command, one_line

_DEFAULT_COUNT = 20
# gdb's colours cost a second backtrace, after the one that is looked through for hostile names.
_MOST_STYLED_LINES = 200


class ShowFrame(Command):
    """Show where the program is, and the selected frame's arguments and locals.
Usage: sf [COUNT]

The first part is `backtrace COUNT': the innermost COUNT frames, the outermost
ones if COUNT is negative, all if it is 0, and 20 without it.  Then come the
arguments and the variables of every block around the frame's line, innermost
first; one that hides another of the same name comes before it, and one that the
program has not reached yet is marked: it holds what happens to lie there.  What
can't be read says why.

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
        _show_backtrace(int(operand) if operand else _DEFAULT_COUNT, frame)
        scope = variables.scope_of(frame)
        name = inferior.frame_name(frame)
        gdb.write(f"Frame {frame.level()}: {name} at {inferior.frame_place(frame)}\n")
        if not scope:
            gdb.write("No debug information here: arguments and locals are not known.\n")
            return
        _list("Arguments", variables.arguments(scope), frame)
        _list("Locals", variables.locals_in(scope), frame)


def _show_backtrace(count, selected):
    command = f"backtrace {count or ''}"
    try:
        # As from a terminal, so that gdb says if more frames follow.
        shown = inferior.output(command, True)
    except KeyboardInterrupt:
        # gdb takes for the end of the stack where it was interrupted.
        level = selected.level()
        gdb.invalidate_cached_frames()
        gdb.execute(f"frame level {level}", to_string=True)
        raise
    except gdb.error as error:
        # What gdb had shown before is lost with the error.
        readable = _readable_frames(abs(count) or None)
        shown = inferior.output(f"backtrace {readable}") if readable else ""
        shown += f"{one_line(error)}\n"
    lines = shown.rstrip("\n").split("\n")
    safe = [native.escape(line) for line in lines]
    if inferior.is_styled() and safe == lines and len(lines) <= _MOST_STYLED_LINES:
        gdb.execute(command, True)  # in gdb's own colours
    else:
        # gdb would send what control characters a function's name has to the terminal.
        gdb.write("\n".join(safe) + "\n")


def _readable_frames(most):
    """How many frames gdb can unwind to before an error, at most that many."""
    readable = 0
    try:
        frame = gdb.newest_frame()
        while frame is not None and readable != most:
            readable += 1
            frame = frame.older()
    except gdb.error:
        pass
    return readable


def _list(title, shown, frame):
    if not shown:
        gdb.write(f"{title}: none\n")
        return
    gdb.write(f"{title}:\n")
    named = set()
    for variable in shown:
        notes = ["hidden by the one above"] if variable.name in named else []
        if not variable.is_reached(frame):
            notes.append(f"not reached yet: declared at line {variable.symbol.line}")
        named.add(variable.name)
        lines = variable.value_lines(frame)
        lines[-1] += f"  ({', '.join(notes)})" if notes else ""
        gdb.write("\n  ".join([f"  {variable.name} = {lines[0]}", *lines[1:]]) + "\n")


def register():
    ShowFrame()
