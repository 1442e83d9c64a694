"""Source files as coloured lines: read, decoded and tokenised once, as far as was asked for."""

import functools
import os
import re

import gdb

from pysheeet import native, token_lines

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
    """The lines of one file, and their tokens, which take Pygments (ImportError where it is missing)."""

    def __init__(self, path, language, text):
        self._path, self._language = path, language
        self._lines = text.replace("\r\n", "\n").split("\n")
        self._tokens = None

    def text(self, number):
        """Line `number`, from 1, as it is in the file; None beyond its end."""
        return self._lines[number - 1] if number <= len(self._lines) else None

    def tokens(self, number):
        """[(token type, text)] of line `number`; comments and strings begun above are known."""
        if self._tokens is None:
            text = "\n".join(self._lines)
            self._tokens = token_lines.TokenLines(_lexer(self._path, self._language, text), text)
        return self._tokens.line(number)


def decode(source):
    """Source bytes as text: by `host-charset`, else as Latin-1, which knows every byte."""
    named = gdb.parameter("host-charset")
    for charset in ("utf-8" if named == "auto" else named, "utf-8"):
        try:
            return source.decode(charset)
        except (UnicodeError, LookupError):
            pass
    return source.decode("latin-1")


def readable(text):
    """What gdb has printed, where bytes that it could not decode stand as lone surrogates, decoded."""
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
