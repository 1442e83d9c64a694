"""Whether Enter repeats a command, which then goes on instead."""

import os
import re
from collections import namedtuple

import gdb

from pysheeet import inferior

# What a command was asked by: all that follows its name, the line that was typed, how many prompts there had been.
Typed = namedtuple("Typed", "operand line prompts")


def is_enter(typed, last):
    """Whether the user pressed Enter to repeat, which gdb tells no Python command.

    Only the last line itself is repeated so: under `with` or `pipe`, gdb's own commands begin anew, too.
    Where that can't be told, a command does the same again rather than the wrong thing.
    """
    if typed.operand != last.operand or typed.prompts <= last.prompts or not os.isatty(0):
        return False
    if inferior.is_called_by_script():
        return False
    line = inferior.typed_line()
    if line is None:
        # gdb's history has got no new line, and shows so: it numbers them.
        is_repeated = typed.line == last.line and gdb.parameter("history remove-duplicates") == 0
    else:
        is_repeated = not line.strip()
    itself = rf"\s*(?:\d+\s+)?[\w.-]+\s*{re.escape(last.operand)}\s*"
    return is_repeated and re.fullmatch(itself, last.line) is not None


def last_typed():
    """The line that the user typed last; as gdb's history has it, numbered, where only that does."""
    line = inferior.typed_line()
    return inferior.output("show commands").rstrip("\n").rpartition("\n")[2] if line is None else line
