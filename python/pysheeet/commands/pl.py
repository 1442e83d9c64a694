"""pl: the listing, coloured."""

import os
import re

import gdb

from pysheeet import inferior, source_text
from pysheeet.command import Command
from pysheeet.typed import Typed, is_enter, last_typed

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
off' or `set style sources off', or with NO_COLOR in the environment.  Control
characters in the source are shown, not sent to the terminal.

Example: pl fib"""

    name = "pl"
    command_class = gdb.COMMAND_FILES
    completer = gdb.COMPLETE_LOCATION
    unknown_is_operand = True

    def __init__(self):
        super().__init__()
        self._has_pygments = True
        self._last = None  # the Typed of the last listing

    def run(self, options, operand, from_tty):
        typed = Typed(operand, last_typed(), inferior.prompts())
        repeats = from_tty and self._last is not None and is_enter(typed, self._last)
        if repeats:
            typed = typed._replace(line=self._last.line)
        # After an error Enter tries the same again.
        self._last = typed if repeats else None
        # `list` itself goes on where it was, and repeats its `-`.
        arguments = "" if repeats and operand != "-" else operand
        has_gdb_colours = False
        try:
            listed = inferior.output(f"list {arguments}", from_tty)
            self._last = typed
            has_gdb_colours = self._show(source_text.decode_output(listed), arguments)
        finally:
            # gdb keeps a text that it has read for us, without colours, for its own lists and stops.
            if not has_gdb_colours and _gdb_colours_sources():
                inferior.output("maint flush source-cache")

    def _show(self, listed, arguments):
        """Print what `list` gave; whether gdb has coloured it."""
        path, language = _listed_source()
        places = _places(arguments) if _HEADING.search(listed) else {}
        current = _current_place()
        has_gdb_colours = False
        for line in listed.rstrip("\n").split("\n") if listed else ():
            heading, numbered = _HEADING.match(line), _LINE.match(line)
            if heading:
                path = places.get(heading[1])
            if not numbered:
                gdb.write(source_text.visible(line) + "\n")
                continue
            number = int(numbered[1])
            source = _source(path, language, number, numbered[2])
            own = len(_COLOUR.findall(source.text(number))) if source else 0
            has_gdb_colours |= len(_COLOUR.findall(numbered[2])) > own
            mark = "=> " if (path, number) == current else ""
            gdb.write(f"{mark}{number}\t{self._shown(source, number, numbered[2])}\n")
        return has_gdb_colours

    def _shown(self, source, number, listed):
        """The text of a line, coloured if that is wanted and can be had."""
        if not _gdb_colours_sources():
            return source_text.visible(listed)
        if source is None:
            return source_text.visible(_COLOUR.sub("", listed))
        if inferior.is_styled() and self._has_pygments:
            try:
                return source_text.paint(source.tokens(number))
            except ImportError:
                self._has_pygments = False
                gdb.write("pl: no colour, Pygments is not installed (Debian: python3-pygments).\n")
        return source_text.visible(source.text(number))


def _source(path, language, number, listed):
    """The SourceFile whose line this is, as gdb shows it; None if it has another or can't be read."""
    source = source_text.source_file(path, language) if path is not None else None
    # gdb shows control characters as ^X; what else differs is not this file's line.
    if source is None or not _looks_alike(source.text(number), _COLOUR.sub("", listed)):
        return None
    return source


def _gdb_colours_sources():
    """Whether gdb would show source lines in colour."""
    return os.isatty(1) and gdb.parameter("style enabled") and gdb.parameter("style sources")


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
    symtabs = [sal.symtab for sal in sals if sal.symtab]
    return {inferior.text_of(lambda: s.filename): inferior.text_of(s.fullname) for s in symtabs}


def _current_place():
    try:
        sal = gdb.selected_frame().find_sal()
    except gdb.error:
        return None
    return (inferior.text_of(sal.symtab.fullname), sal.line) if sal.symtab else None


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
