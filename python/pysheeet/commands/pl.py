"""pl: the listing, coloured."""

import os
import re

import gdb

from pysheeet import inferior, source_text
from pysheeet.command import Command

# How gdb itself colours source lines; it keeps them coloured once it has shown one on a terminal.
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_LINE = re.compile(r"(\d+)\t(.*)")
# gdb's heading where a name stands for several places.
_HEADING = re.compile(r'file: "(.*)", line number: \d+, symbol: ".*"$')


class PrettyList(Command):
    """List source lines in colour, the current one marked.
Usage: pl [LIST-ARGUMENTS]

The lines are those that `list' would print with the same arguments, and Enter
goes on as it does after `list'.  The selected frame's line is marked with =>.
Colours come from Pygments; there are none in a pipe, with `set style enabled
off', `set style sources off', or with NO_COLOR in the environment.  Control
characters in the source are shown, not sent to the terminal.

Example: pl fib"""

    name = "pl"
    command_class = gdb.COMMAND_FILES
    completer = gdb.COMPLETE_LOCATION
    unknown_is_operand = True

    def __init__(self):
        super().__init__()
        self._has_pygments = True
        self._repeated = None  # the operand that Enter would repeat

    def run(self, options, operand, from_tty):
        repeated, self._repeated = self._repeated, _typed_behind_name(operand, self._repeated, from_tty)
        # What `list` repeats as it is, it goes on with, too.
        is_enter = repeated == operand and from_tty and _typed_line() == "" and operand not in ("-", "+")
        try:
            self._list("" if is_enter else operand, from_tty)
        except BaseException:
            self._repeated = None  # after an error Enter tries the same again
            raise

    def _list(self, operand, from_tty):
        listed = source_text.readable(inferior.output(f"list {operand}", from_tty))
        styled = inferior.is_styled() and gdb.parameter("style sources")
        is_coloured = inferior.is_styling() and _COLOUR.search(listed) is not None
        if is_coloured:
            listed = _COLOUR.sub("", listed)
        path, language = _listed_source()
        places = _places(operand) if _HEADING.search(listed) else {}
        current = _current_place()
        for line in listed.rstrip("\n").split("\n"):
            heading, numbered = _HEADING.match(line), _LINE.match(line)
            if heading:
                path = places.get(heading[1])
            if not numbered:
                gdb.write(source_text.visible(line) + "\n")
                continue
            number = int(numbered[1])
            mark = "=> " if (path, number) == current else ""
            text = numbered[2]
            if path is not None and (styled or is_coloured):
                text = self._from_file(path, language, number, text, styled)
            else:
                text = source_text.visible(text)
            gdb.write(f"{mark}{number}\t{text}\n")
        if inferior.is_styling() and gdb.parameter("style sources") and not is_coloured:
            # It keeps a text that it read while its output was captured, without colours.
            gdb.execute("maint flush source-cache", to_string=True)

    def _from_file(self, path, language, number, plain, styled):
        """The text of a line as its file has it, coloured if that is wanted and can be had."""
        file = source_text.source_file(path, language)
        # gdb shows control characters as ^X; what else differs is not this file's line.
        if file is None or not _looks_alike(file.text(number), plain):
            return source_text.visible(plain)
        if styled and self._has_pygments:
            try:
                return source_text.paint(file.tokens(number))
            except ImportError:
                self._has_pygments = False
                gdb.write("pl: no colour, Pygments is not installed (Debian: python3-pygments).\n")
        return source_text.visible(file.text(number))


def _typed_behind_name(operand, before, from_tty):
    """The operand if the user has typed just a command's name and it, or Enter to repeat that."""
    line = _typed_line() if from_tty else None
    if line == "":
        return before if before == operand else None
    # `with`, `pipe` and Python code name pl further on; repeated, they do the same again.
    is_plain = line is not None and re.fullmatch(rf"\S+\s*{re.escape(operand)}\s*", line.strip())
    return operand if is_plain else None


def _typed_line():
    """The line that gdb's prompt was given last, "" if just Enter; None if that can't be told.

    gdb tells no Python command whether Enter repeats it, but readline still has what was typed.
    """
    import ctypes

    try:
        symbols = ctypes.CDLL(None)
        reader = ctypes.c_char_p.in_dll(symbols, "rl_readline_name").value
        line = ctypes.c_char_p.in_dll(symbols, "rl_line_buffer").value
    except ValueError:
        return None  # a gdb with a readline of its own
    if reader != b"gdb" or line is None or not os.isatty(0):
        return None
    return line.decode("utf-8", "surrogateescape").strip()


def _listed_source():
    """(path, language) of the file that gdb lists now."""
    about = inferior.output("info source")
    path = re.search(r"^Located in (.*)$", about, re.M)
    language = re.search(r"^Source language is (.*)\.$", about, re.M)
    return path and path[1], language and language[1]


def _places(operand):
    """{file name: path} of the places that a location stands for."""
    try:
        sals = gdb.decode_line(operand.rstrip(", "))[1] or ()
    except gdb.error:
        return {}
    return {sal.symtab.filename: sal.symtab.fullname() for sal in sals if sal.symtab}


def _current_place():
    try:
        sal = gdb.selected_frame().find_sal()
    except gdb.error:
        return None
    return (sal.symtab.fullname(), sal.line) if sal.symtab else None


def _looks_alike(text, shown):
    if text is None:
        return False
    if _COLOUR.sub("", text) == shown:
        return True
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", text) == re.sub(r"\^[@-_?]|\r", "", shown) or (
        text.rstrip("\r") == shown
    )


def register():
    PrettyList()
