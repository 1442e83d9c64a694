"""sf: the frame at a glance."""

import re

import gdb

from pysheeet import inferior, native, variables
from pysheeet.command import Command, one_line

_DEFAULT_COUNT = 20
_MOST_COLOURED = 1000  # lines of a backtrace: its colours cost a second one


class ShowFrame(Command):
    """Show where the program is, and the selected frame's arguments and locals.
Usage: sf [COUNT]

The first part is `backtrace COUNT': the innermost COUNT frames, the outermost
ones if COUNT is negative, all if it is 0; without it, at most 20.  Then come the
arguments and the variables of every block around the frame's line, innermost
first.  What another one of the same name hides is marked, and so is, as far as
that can be told from the lines, what the program has not set yet: it holds what
happened to be in its place.  What can't be read says why.

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
            raise gdb.GdbError(_why_no_frame(error)) from None
        _show_backtrace(int(operand or _DEFAULT_COUNT), frame)
        scope = variables.scope_of(frame)
        name = inferior.frame_name(frame)
        gdb.write(f"Frame {frame.level()}: {name} at {inferior.frame_place(frame)}\n")
        if not scope:
            gdb.write("No debug information here: arguments and locals are not known.\n")
            return
        found = variables.locals_in(scope)
        _list("Arguments", variables.arguments(scope), frame, hidden_by_local={v.name for v in found})
        _list("Locals", found, frame)


def _why_no_frame(error):
    """What `backtrace` says."""
    thread = gdb.selected_thread()
    if thread is None:
        return "No stack."
    return "Selected thread is running." if thread.is_running() else str(error)


def _show_backtrace(count, selected):
    command = f"backtrace {count or ''}"
    try:
        # As if typed, for gdb then tells when more frames follow.
        plain = inferior.output(command, True)
    except KeyboardInterrupt:
        # gdb would keep where it was interrupted for the end of the stack.
        gdb.invalidate_cached_frames()
        selected.select()
        raise
    except gdb.error as error:
        # What gdb had shown before is lost with the error.
        readable = _readable_frames(abs(count) or None)
        plain = inferior.output(f"backtrace {readable}") if readable else ""
        plain += f"{one_line(error)}\n"
    lines = plain.rstrip("\n").split("\n")
    # gdb itself would send what control characters a function's name has to the terminal.
    safe = [native.escape(line) for line in lines]
    if safe == lines and len(lines) <= _MOST_COLOURED and inferior.is_styled():
        gdb.execute(command, True)
    else:
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


def _list(title, shown, frame, hidden_by_local=()):
    if not shown:
        gdb.write(f"{title}: none\n")
        return
    gdb.write(f"{title}:\n")
    named = set()
    for variable, (first, *more) in _without_copies(shown, frame):
        notes = ["hidden by a local"] if variable.name in hidden_by_local else []
        notes += ["hidden by the one above"] if variable.name in named else []
        notes += [variable.reach(frame)]
        note = "; ".join(filter(None, notes))
        named.add(variable.name)
        name = inferior.styled(variable.name, "variable")
        gdb.write(f"  {name} = {first}{f'  ({note})' if note else ''}\n")
        for line in more:
            gdb.write(f"  {line}\n")


def _without_copies(shown, frame):
    """(variable, its lines) of each declaration: compilers describe optimised blocks more than once."""
    found = [(v, v.value_lines(frame)) for v in shown]
    known = {v.declaration for v, lines in found if lines != [variables.OPTIMIZED_OUT]}
    for variable, lines in found:
        if lines != [variables.OPTIMIZED_OUT] or variable.declaration not in known:
            known.add(variable.declaration)
            yield variable, lines


def register():
    ShowFrame()
