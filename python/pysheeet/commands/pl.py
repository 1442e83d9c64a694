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
off', or with NO_COLOR in the environment.  Control characters in the source
are shown, not sent to the terminal.

Example: pl fib"""

    name = "pl"
    command_class = gdb.COMMAND_FILES
    completer = gdb.COMPLETE_LOCATION
    unknown_is_operand = True

    def __init__(self):
        super().__init__()
        self._has_pygments = True
        self._before = None  # what the last listing was for, and how many prompts there had been

    def run(self, options, operand, from_tty):
        before, self._before = self._before, None
        command = operand, _last_typed()
        if from_tty and operand != "-" and before is not None and _is_enter(command, *before):
            operand = ""  # `list` goes on where it was
        listed = _output(f"list {operand}", from_tty)
        self._before = command, inferior.prompts()
        if os.isatty(1) and gdb.parameter("style enabled"):
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
            gdb.write(f"{mark}{number}\t{self._shown(path, language, number, numbered[2])}\n")

    def _shown(self, path, language, number, plain):
        """The text of a line, coloured if that is wanted and can be had."""
        if path is not None and inferior.is_styled() and self._has_pygments:
            try:
                file = source_text.source_file(path, language)
                # gdb shows control characters as ^X; what else differs is not this file's line.
                if file is not None and _looks_alike(file.text(number), plain):
                    return source_text.paint(file.tokens(number))
            except ImportError:
                self._has_pygments = False
                gdb.write("pl: no colour, Pygments is not installed (Debian: python3-pygments).\n")
        return source_text.visible(plain)


def _output(command, from_tty):
    """What a command prints; bytes that are not in gdb's character set are taken for Latin-1."""
    try:
        return gdb.execute(command, from_tty, to_string=True)
    except UnicodeDecodeError as error:
        return source_text.decode(error.object)


def _is_enter(command, last_command, last_prompts):
    """Whether the user pressed Enter to repeat, which gdb tells no Python command.

    Then gdb has asked again, and its history has got no new line but still ends with this command.
    Where the history can't tell, a listing is repeated rather than the wrong lines shown.
    """
    if command != last_command or inferior.prompts() <= last_prompts or not os.isatty(0):
        return False
    operand, typed = command
    if gdb.parameter("history remove-duplicates") != 0:
        return False
    return re.fullmatch(rf"\s*\d+\s+pl\s*{re.escape(operand)}\s*", typed) is not None


def _last_typed():
    """The last line of gdb's history, with its number; empty if it keeps none."""
    return _output("show commands", False).rstrip("\n").rpartition("\n")[2]


def _listed_source():
    """(path, language) of the file that gdb lists now."""
    about = _output("info source", False)
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
