"""What users type behind tp and prof: LOCATION [if COND], and the questions that it leads to."""

import os
import re

import gdb

from pysheeet import native
from pysheeet.command import one_line


def count(text):
    """The number that an option's value stands for. Raises ValueError."""
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


# C++'s operator functions whose names would look like brackets.
_OPERATOR = re.compile(r"\boperator\s*(<=>|<<=?|>>=?|<=?|>=?|->\*?|\(\))")


def split_condition(text):
    """(location, condition or None) of `LOCATION [if COND]`, the `if` outside quotes and brackets."""
    depth, quote, operator_end = 0, None, 0
    for i, c in enumerate(text):
        if quote:
            quote = None if c == quote else quote
        elif c in "'\"":
            quote = c
        elif i < operator_end:
            continue
        elif operator := _OPERATOR.match(text, i):
            operator_end = operator.end()
        elif c in "([<{":
            depth += 1
        elif c in ")]>}":
            depth -= 1
        elif depth <= 0 and re.match(r"if[\s(]", text[i:]) and (i == 0 or text[i - 1].isspace()):
            condition = text[i + 2 :].strip()
            if not condition:
                break
            return text[:i].strip(), condition
    if re.search(r"(?:^|\s)if$", text.strip()):
        raise gdb.GdbError("Argument required (the condition behind `if').")
    return text.strip(), None


def check_location(verb, noun, location):
    """Refuse what gdb would not take whole, and ask about what is not loaded as gdb does."""
    if location.startswith("-"):
        raise gdb.GdbError(
            f"{verb}: unknown option {native.escape(location.split()[0])}; write a location as "
            "FUNCTION, FILE:LINE or *ADDRESS."
        )
    try:
        rest, _ = gdb.decode_line(location)
    except gdb.error as error:
        if not re.match(r'(Function ".*" not defined|No source file named|No symbol table)', str(error)):
            raise
        if not _may_be_pending(noun, str(error)):
            hint = "`set breakpoint pending on' takes it for a library that comes later."
            raise gdb.GdbError(f"{native.escape(one_line(error))} {hint}") from None
        return
    if rest:
        raise gdb.GdbError(f"{verb}: what is `{native.escape(rest)}' behind the location?")


def _may_be_pending(noun, reason):
    pending = gdb.parameter("breakpoint pending")  # None stands for auto
    if pending is not None:
        return pending
    if not os.isatty(0) or not gdb.parameter("confirm"):
        return False
    gdb.write(f"{native.escape(reason)}\n")
    return _says_yes(f"Make {noun} pending on future shared library load? (y or [n]) ")


def confirmed(question, from_tty):
    if not from_tty or not gdb.parameter("confirm") or not os.isatty(0):
        return True
    return _says_yes(f"{question}(y or n) ")


def _says_yes(question):
    try:
        return input(question).strip().lower() in ("y", "yes")
    except EOFError:
        gdb.write("\n")
        return False
