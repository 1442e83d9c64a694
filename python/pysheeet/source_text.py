"""Source files as coloured lines: read, decoded and tokenised once, as far as was asked for."""

import bisect
import functools
import os
import re

import gdb

from pysheeet import native

# gdb's name of a language: Pygments' name of its lexer.
_LEXERS = {
    "ada": "ada",
    "asm": "gas",
    "c": "c",
    "c++": "cpp",
    "d": "d",
    "fortran": "fortran",
    "go": "go",
    "modula-2": "modula2",
    "objective-c": "objective-c",
    "opencl": "c",
    "pascal": "delphi",
    "rust": "rust",
}

# Pygments takes a tenth of a millisecond a line; within so many lines no place to begin is looked for.
_FAR = 500
# So many lines further up lexing begins: Pygments takes some for what it calls a function's name.
_MARGIN = 100
_MOST_RUNS = 8

# What hides the beginning of a line from the rules of C and C++, and a `}` in the first column.
_HIDING = re.compile(
    r"""//(?:[^\\\n]|\\.)*
    |/\*(?:.*?\*/|.*)
    |\b(?:u8|[LuU])?R"(?P<mark>[^()\\\s]{0,16})\((?:.*?\)(?P=mark)"|.*)
    |"(?:[^"\\\n]|\\.)*"?
    |'(?:[^'\\\n]|\\[^\n][0-9a-fA-F]{0,3})'
    |(?P<if0>^[ \t]*\#[ \t]*if[ \t]+0\b)
    |(?P<end>^\}[^\n\\"'/]*\n)""",
    re.DOTALL | re.MULTILINE | re.VERBOSE,
)
_CONDITIONAL = re.compile(r"^[ \t]*#[ \t]*(if|el|endif)", re.MULTILINE)

_files = {}  # (path, language): (modification time, size, SourceFile)


def source_file(path, language):
    """The SourceFile of a path, read anew if the file has changed; None if it can't be read."""
    try:
        status = os.stat(path)
        version = status.st_mtime_ns, status.st_size
        known = _files.get((path, language))
        if known is None or known[0] != version:
            with open(path, "rb") as file:
                known = version, SourceFile(path, language, decode(file.read()))
            _files[path, language] = known
    except OSError:
        return None
    return known[1]


class SourceFile:
    """The lines of one file, as tokens of Pygments as far as they were asked for."""

    def __init__(self, path, language, text):
        self._path = path
        self._language = language
        self._lines = text.replace("\r\n", "\n").split("\n")
        self._text = "\n".join(self._lines)
        self._lexer = None
        self._runs = []
        self._restarts = None

    def text(self, number):
        """Line `number`, from 1, as it is in the file; None beyond its end."""
        return self._lines[number - 1] if number <= len(self._lines) else None

    def tokens(self, number):
        """[(token type, text)] of a line; comments and strings begun above are known.

        Raises ImportError without Pygments.
        """
        if self._lexer is None:
            self._lexer = _lexer(self._path, self._language, self._text)
        run = max((r for r in self._runs if r.first <= number), key=_Run.reached, default=None)
        if run is None or number - run.reached() > _FAR:
            first, offset = self._restart_before(number)
            if run is None or first > run.reached():
                run = _Run(self._lexer, self._text[offset:], first)
                self._runs = [*self._runs[1 - _MOST_RUNS :], run]
        try:
            return run.tokens(number)
        except BaseException:
            self._runs.remove(run)  # an interrupted generator can't go on
            raise

    def _restart_before(self, number):
        """(line, its offset) of a place from which to lex for that line."""
        if number <= _FAR or self._lexer.name not in ("C", "C++"):
            return 1, 0
        if self._restarts is None:
            self._restarts = list(restarts(self._text))
        latest = number - _MARGIN, len(self._text)
        return self._restarts[bisect.bisect_right(self._restarts, latest) - 1]


class _Run:
    """Lexing from the beginning of one line on."""

    def __init__(self, lexer, text, first):
        self.first = first
        self._tokens = lexer.get_tokens_unprocessed(text)
        self._lines = [[]]  # of (token type, text); the last one is not whole yet

    def reached(self):
        """The number of the first line that is not whole yet."""
        return self.first + len(self._lines) - 1

    def tokens(self, number):
        while self.reached() <= number:
            token = next(self._tokens, None)
            if token is None:
                self._lines.append([])  # the last line has no newline
                continue
            begun, *more = token[2].split("\n")
            self._lines[-1].append((token[1], begun))
            self._lines += [[(token[1], part)] for part in more]
        return self._lines[number - self.first]


def restarts(text):
    """(line, offset) of where code of C or C++ begins anew, in order: line 1, and behind each `}`
    in the first column that no comment, string or `#if 0` hides."""
    yield 1, 0
    position, line, counted = 0, 1, 0
    while found := _HIDING.search(text, position):
        position = max(found.end(), position + 1)
        if found["if0"]:
            position = _end_of_if0(text, position)
        elif found["end"]:
            line, counted = line + text.count("\n", counted, position), position
            yield line, position


def _end_of_if0(text, position):
    """Where the lines end that an `#if 0` before position takes out."""
    depth = 1
    for found in _CONDITIONAL.finditer(text, position):
        depth += {"if": 1, "endif": -1}.get(found[1], -1 if depth == 1 else 0)
        if depth == 0:
            return found.end()
    return len(text)


def decode(source):
    """Source bytes as text: by `host-charset`; line by line, if not, else as Latin-1."""
    named = gdb.parameter("host-charset")
    for charset in ("utf-8" if named == "auto" else named, "utf-8"):
        try:
            return source.decode(charset)
        except (UnicodeError, LookupError):
            pass
    if b"\n" in source:
        return "\n".join(map(decode, source.split(b"\n")))
    return source.decode("latin-1")


def decode_output(text):
    """What gdb has printed of a source, with the bytes that it could not decode."""
    try:
        text.encode("utf-8")
        return text
    except UnicodeEncodeError:
        return decode(text.encode("utf-8", "surrogateescape"))


def visible(text):
    """A piece of a source line safe for a terminal: only tabs stay of its control characters."""
    return "\t".join(native.escape(part) for part in text.split("\t"))


def paint(tokens):
    """Tokens as text with colours for this terminal."""
    import pygments

    shown = [(kind, visible(text)) for kind, text in tokens]
    return pygments.format(shown, _formatter()).rstrip("\n")


@functools.lru_cache(maxsize=1)
def _formatter():
    from pygments.formatters import Terminal256Formatter, TerminalFormatter

    colours = os.environ.get("TERM", "") + os.environ.get("COLORTERM", "")
    return Terminal256Formatter() if re.search("256|truecolor|24bit", colours) else TerminalFormatter()


def _lexer(path, language, text):
    from pygments import lexers
    from pygments.util import ClassNotFound

    try:
        if language in _LEXERS:
            return lexers.get_lexer_by_name(_LEXERS[language])
        return lexers.get_lexer_for_filename(path, text)
    except ClassNotFound:
        return lexers.get_lexer_by_name("text")
