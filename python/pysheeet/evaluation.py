"""Expressions of the user, evaluated so that the program stays as it is."""

import contextlib
import re

import gdb

_LITERAL = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'')
# Every operator of gdb's languages that assigns: = op= := ++ --, but none that compares.
_ASSIGNMENT = re.compile(r"\+\+|--|<<=|>>=|(?<![=!<>])=(?!=)|\b(?:and|or|xor)_eq\b")


class SideEffect(Exception):
    """What an expression would do to the program: "assigns a value"."""


@contextlib.contextmanager
def side_effects_off():
    """While this lasts, gdb calls no function of the program and writes none of its memory."""
    with _switched_off("may-call-functions"), _switched_off("may-write-memory"):
        yield


@contextlib.contextmanager
def _switched_off(setting):
    was_on = gdb.parameter(setting)
    try:
        # gdb tells if that makes it an observer, or no longer one.
        gdb.execute(f"set {setting} off", to_string=True)
        yield
    finally:
        gdb.execute(f"set {setting} {'on' if was_on else 'off'}", to_string=True)


def evaluate(expression):
    """The value of expression; SideEffect, and nothing done, if that takes a side effect."""
    # gdb refuses `set may-write-registers` while there is a process, and has no such switch for
    # convenience variables: what assigns must not get as far as being evaluated.
    for text in (expression, _expanded(expression)):
        if _ASSIGNMENT.search(_LITERAL.sub("''", text)):
            raise SideEffect("assigns a value")
    with side_effects_off():
        try:
            return gdb.parse_and_eval(expression)
        except gdb.error as error:
            if "may-call-functions is off" in str(error):
                raise SideEffect("calls a function of the program") from None
            if "Writing to memory is not allowed" in str(error):
                raise SideEffect("writes to the program's memory") from None
            raise


def _expanded(expression):
    """expression with the program's macros expanded, as gdb does when it evaluates."""
    try:
        return gdb.execute(f"macro expand {expression}", to_string=True).partition(":")[2]
    except gdb.error:
        return expression
