"""dj: the JSON in a string of the program."""

import gdb

from pysheeet import inferior, native
from pysheeet.command import Command, Option
from pysheeet.evaluation import SideEffect, evaluate, side_effects_off
from pysheeet.text_memory import NoText, read_text
from pysheeet.text_value import find_text

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Dj(Command):
    """Show the JSON text that a string of the program holds, indented.
Usage: dj [-call] EXPRESSION

EXPRESSION gives a std::string, std::string_view, std::vector or std::array
of characters, a character array or pointer, or a pointer, reference, smart
pointer or std::optional to one of these.  Wide characters are taken, too.
The whole text is shown, whatever "print elements" says, with keys in their
order, repeated keys, and numbers as they are spelled.  Where the text is not
JSON, the line and column are shown.

  -call
    Let EXPRESSION call functions of the program and assign, as "print" does.
    Without it, what would do so is refused.

Example: dj -call request.body()"""

    name = "dj"
    command_class = gdb.COMMAND_DATA
    completer = gdb.COMPLETE_EXPRESSION
    unknown_is_operand = True
    options = (Option("call", help="let the expression call functions and assign"),)

    def run(self, options, operand, from_tty):
        if not operand:
            raise gdb.GdbError("dj: an expression is missing: dj [-call] EXPRESSION")
        text = _text_of(operand, "call" in options)
        if text.startswith(_BYTE_ORDER_MARK):
            gdb.write("dj: the text begins with a byte order mark, left out here.\n", gdb.STDERR)
            text = text[len(_BYTE_ORDER_MARK) :]
        if not text:
            raise gdb.GdbError(f"dj: {_shown(operand)} holds an empty text, which is not JSON.")
        try:
            native.format_json(text, inferior.is_styled(), gdb.write)
        except native.JsonError as error:
            is_ascii = gdb.host_charset().upper() not in ("UTF-8", "UTF8")
            place = native.excerpt(text, error.offset, is_ascii)
            raise gdb.GdbError(f"dj: not JSON: {error}\n{place}") from None


def _text_of(expression, may_call):
    shown = _shown(expression)
    try:
        value = gdb.parse_and_eval(expression) if may_call else evaluate(expression)
        # gdb puts an array that is in no memory into the program's when asked where it is.
        with side_effects_off():
            text = find_text(value)
        return read_text(text)
    except SideEffect as effect:
        raise gdb.GdbError(f'dj: {shown} {effect}; only "dj -call {shown}" lets it.') from None
    except NoText as error:
        raise gdb.GdbError(f"dj: no text in {shown}: {error}.") from None


def _shown(expression):
    shown = native.escape(expression)
    return shown if len(shown) <= 60 else shown[:57] + "..."


def register():
    Dj()
