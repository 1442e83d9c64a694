"""Source text as lines of tokens, lexed no further than was asked for, nor from further back than needed."""

import bisect
import re
import sys

# What in C and C++ hides a line's beginning from the rules of code, and a `}` that ends something at
# the outermost level, behind which code begins anew.
_HIDING = re.compile(
    r"""//(?:[^\\\n]|\\.)*
    |/\*(?:.*?\*/|.*)
    |R"(?P<mark>[^()\\\s]{0,16})\((?:.*?\)(?P=mark)"|.*)
    |"(?:[^"\\\n]|\\.)*"?
    |'(?:[^'\\\n]|\\[^\n][0-9a-fA-F]{0,3})'
    |(?P<if0>^[ \t]*\#[ \t]*if[ \t]+0\b)
    |(?P<end>^\}[^\n\\"'/]*\n)""",
    re.DOTALL | re.MULTILINE | re.VERBOSE,
)
_CONDITIONAL = re.compile(r"^[ \t]*#[ \t]*(if|el|endif)", re.MULTILINE)

# Lines that are lexed faster than a nearer place to begin is found: Pygments takes some 70 us a line.
_FAR = 500
_RUNS_KEPT = 8


class TokenLines:
    """The (token type, text) pairs of each line of a text, by a lexer of Pygments."""

    def __init__(self, lexer, text):
        self._lexer = lexer
        self._text = text
        self._runs = []
        self._beginnings = None

    def line(self, number):
        """Those of line `number`, from 1; none beyond the end."""
        run = max((r for r in self._runs if r.first <= number), key=_Run.reached, default=None)
        if run is None or number - run.reached() > _FAR:
            first, offset = self._beginning_before(number)
            if run is None or first > run.reached():
                run = _Run(self._lexer, self._text[offset:], first)
                self._runs = [*self._runs[1 - _RUNS_KEPT :], run]
        try:
            return run.line(number)
        except BaseException:
            self._runs.remove(run)  # an interrupted generator can't go on
            raise

    def _beginning_before(self, number):
        """(line, its offset in the text) of a place from which to lex for that line."""
        if number <= _FAR or self._lexer.name not in ("C", "C++"):
            return 1, 0
        if self._beginnings is None:
            self._beginnings = list(beginnings(self._text))
        return self._beginnings[bisect.bisect_right(self._beginnings, (number, sys.maxsize)) - 1]


class _Run:
    """Lexing from one line on, as far as it was asked for."""

    def __init__(self, lexer, text, first):
        self.first = first
        self._tokens = lexer.get_tokens_unprocessed(text)
        self._lines = [[]]  # the last one is not whole yet

    def reached(self):
        """The line up to which it has come."""
        return self.first + len(self._lines) - 1

    def line(self, number):
        while self.reached() <= number:
            token = next(self._tokens, None)
            if token is None:
                self._lines.append([])
                continue
            _, kind, text = token
            first, *others = text.split("\n")
            if first:
                self._lines[-1].append((kind, first))
            self._lines += [[(kind, part)] if part else [] for part in others]
        return self._lines[number - self.first]


def beginnings(text):
    """(line, offset) of the lines of a C or C++ text at which code begins anew, in order."""
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
