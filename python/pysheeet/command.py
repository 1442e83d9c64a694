"""What every command has: options, completion, one-line errors."""

import re
from collections import namedtuple

import gdb

from pysheeet import native

class Option(namedtuple("Option", "name argument kind completer help", defaults=(None, str, None, ""))):
    """An option `-name`, or `-name VALUE` if it has an argument; `-name` or `-name=VALUE` if that is
    "[=VALUE]". kind turns the value's text into what the command gets and raises ValueError where it
    can't; completer is one of gdb.COMPLETE_…, or the values there are.
    """

    @property
    def is_flag(self):
        """Whether it stands alone, its value being none or behind an equals sign."""
        return not self.argument or self.argument.startswith("[=")


class Command(gdb.Command):
    """A command whose text is `[-option [VALUE]]... [--] OPERAND`.

    Subclasses give `name`, `command_class` and run(); their docstring is the help text. Options may
    be shortened as far as they stay unambiguous, as gdb's own. The operand is passed as typed.
    """

    options = ()
    completer = gdb.COMPLETE_NONE  # of the operand
    # Whether `-x` that is no option begins the operand, as in gdb's print: for expressions and
    # locations (`-function fib`). Else it is an error.
    unknown_is_operand = False
    argument = ""  # all that was typed behind the name

    def __init__(self):
        super().__init__(self.name, self.command_class)

    def run(self, options, operand, from_tty):
        """Do it. options: dict by option name (True or its value); operand: str, stripped."""
        raise NotImplementedError

    def candidates(self, text):
        """What may stand in place of the operand text, or None to leave it to the completer."""
        return None

    def invoke(self, argument, from_tty):
        self.argument = argument
        try:
            self.run(*self._parse(argument), from_tty)
        except native.Error as error:
            raise gdb.GdbError(in_host_charset(f"{self.name}: {one_line(error)}")) from None
        except gdb.error as error:
            raise gdb.GdbError(in_host_charset(one_line(error))) from None
        except gdb.GdbError as error:
            raise gdb.GdbError(in_host_charset(str(error))) from None
        except UnicodeDecodeError as error:
            raise gdb.GdbError(
                f"{self.name}: a name is no {error.encoding}: {native.escape(error.object)}."
            ) from None

    def complete(self, text, word):
        given, rest, token_start = self._completion_state(text)
        # gdb breaks words at '-' and others: it wants what replaces `word`, not what replaces `rest`.
        cut = max(len(text) - len(word) - token_start, 0) if word is not None else 0
        if given is not None and isinstance(given.completer, tuple):
            return [value[cut:] for value in given.completer if value.startswith(rest)]
        if given is not None and given.argument:
            return _complete_with(given.completer, rest, cut)
        if rest.startswith("-") and not any(c.isspace() for c in rest):
            names = ["-" + option.name for option in self.options]
            found = [name[cut:] for name in names if name.startswith(rest)]
            if found or not self.unknown_is_operand:
                return found
        found = self.candidates(rest)
        if found is not None:
            return [candidate[cut:] for candidate in found]
        if token_start == 0:
            return self.completer
        return _complete_with(self.completer, rest, cut)

    def _find_option(self, token):
        """The option that token (`-na`) means, or None; GdbError if it could be several."""
        matches = [o for o in self.options if o.name.startswith(token[1:])] if len(token) > 1 else []
        exact = [o for o in matches if o.name == token[1:]]
        if len(matches) > 1 and not exact:
            names = ", ".join("-" + o.name for o in matches)
            raise gdb.GdbError(f"{self.name}: {native.escape(token)} is ambiguous: {names}.")
        return (exact or matches or [None])[0]

    def _find_option_with_value(self, token):
        """(option, value) of `-name=value`; (None, None) if there is no such that takes one so."""
        name, _, value = token.partition("=")
        option = self._find_option(name)
        takes_it = option is not None and option.argument and option.is_flag
        return (option, value) if takes_it else (None, None)

    def _parse(self, text):
        options = {}
        rest = text.strip()
        while rest.startswith("-"):
            token, after = split_token(rest)
            if token == "--":
                rest = after
                break
            option, given = self._find_option(token), None
            if option is None and "=" in token:
                option, given = self._find_option_with_value(token)
            if option is None:
                if self.unknown_is_operand or token == "-":
                    break
                known = ", ".join("-" + o.name for o in self.options) or "none"
                raise gdb.GdbError(
                    f"{self.name}: unknown option {native.escape(token)}; its options: {known}."
                )
            rest = after
            if option.is_flag and given is None:
                options[option.name] = True
                continue
            if given is None and not rest:
                raise gdb.GdbError(f"{self.name}: -{option.name} needs {option.argument}.")
            value, rest = (given, rest) if given is not None else split_token(rest)
            try:
                options[option.name] = option.kind(value)
            except ValueError:
                argument = option.argument.strip("[=]")
                raise gdb.GdbError(
                    f"{self.name}: -{option.name} takes {argument}, not '{native.escape(value)}'."
                ) from None
        return options, rest

    def _completion_state(self, text):
        """(option whose value is being typed or None, the text to complete, where it starts)."""
        start = len(text) - len(text.lstrip())
        rest = text[start:]
        given = None
        while rest.startswith("-") and any(c.isspace() for c in rest):
            token, after = split_token(rest)
            try:
                option = None if token == "--" else self._find_option(token)
            except gdb.GdbError:
                option = None
            if option is None and token != "--":
                break
            start, rest, given = len(text) - len(after), after, None
            if token == "--":
                return None, rest, start
            if not option.is_flag:
                if not any(c.isspace() for c in rest):
                    return option, rest, start
                _, after = split_token(rest)
                start, rest = len(text) - len(after), after
        return given, rest, start


def one_line(error):
    """The message of an exception as one line."""
    return " ".join(str(error).split("\n")).strip()


def in_host_charset(message):
    """message with what gdb can't show in its locale as \\xNN or \\uNNNN: it would lose all of it."""
    try:
        return message.encode(gdb.host_charset(), "backslashreplace").decode(gdb.host_charset())
    except LookupError:
        return message.encode("ascii", "backslashreplace").decode("ascii")


def split_token(text):
    """The first word of text (quotes '…' or "…" keep blanks) and what follows it."""
    if text[:1] in ("'", '"'):
        end = text.find(text[0], 1)
        if end > 0:
            return text[1:end], text[end + 1 :].lstrip()
    parts = text.split(None, 1)
    return parts[0], parts[1] if len(parts) > 1 else ""


# The command whose own completion stands for each kind of operand.
_COMPLETED_BY = {
    gdb.COMPLETE_LOCATION: "break ",
    gdb.COMPLETE_EXPRESSION: "print -- ",
    gdb.COMPLETE_FILENAME: "file ",
    gdb.COMPLETE_SYMBOL: "info scope ",
}
# The same, and a text behind which a word begins.
_BEGUN = {gdb.COMPLETE_EXPRESSION: ("print ", "("), gdb.COMPLETE_FILENAME: ("file ", "./")}


def _complete_with(completer, text, cut):
    """What may stand in place of text[cut:], text being the part behind the options.

    A completer returned from complete() would be given the whole line, options included; so gdb is
    asked what it would complete behind a command of its own.
    """
    prefix = _COMPLETED_BY.get(completer)
    # gdb takes blanks off the end of a command: what follows a name is not that name once more.
    asked = text.rstrip()
    if prefix is None or asked != text and re.search(r"\w$", asked):
        return []
    if not asked:
        prefix, asked = _BEGUN.get(completer, (prefix, ""))
        cut = len(asked)
    cut = len(prefix) + min(cut, len(asked))
    lines = gdb.execute(f"complete {prefix}{asked}", to_string=True).splitlines()
    return [line[cut:] for line in lines if line.startswith(prefix)]


class Function(gdb.Function):
    """A convenience function of one argument, the text `takes`; subclasses give value_of(text)."""

    takes = ""

    def __init__(self, name):
        super().__init__(name)
        self._name = name

    def invoke(self, *arguments):
        try:
            (argument,) = arguments
            text = argument.string()
        except (ValueError, gdb.error):
            raise gdb.GdbError(f'${self._name} takes {self.takes} as text, as in ${self._name}("fib").') from None
        return self.value_of(text)
