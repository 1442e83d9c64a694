"""dm: memory of the program into files."""

import os
import re

import gdb

from pysheeet import inferior, native
from pysheeet.command import Command, Option, one_line, split_token
from pysheeet.dump.compare import compare, verify
from pysheeet.dump.expression import address_of, evaluated, parse_object
from pysheeet.dump.files import DumpRun
from pysheeet.dump.look import HexView, find, needles_of, split_pattern
from pysheeet.dump.source import Source
from pysheeet.dump.text import human, name_of, range_text, shown_name, size_text
from pysheeet.typed import Typed, is_enter, last_typed

# Of each of these one may be given.
_EXCLUSIVE = (
    ("anon", "file"),
    ("core", "zstd"),
    ("wide", "type"),
    ("n", "x", "find", "verify", "diff", "core"),
    ("n", "x", "find", "verify", "diff", "o"),
)
_LISTED_NAMES = 20
_LONGEST_NAME = 200


def _level(text):
    level = int(text)
    if not 1 <= level <= 19:
        raise ValueError
    return level


class DumpMemory(Command):
    """Write mappings of the program's memory, or an object, into files.
Usage: dm [SELECTION]... [-o FILE|DIR] [-force] [-single] [-zstd[=LEVEL]] [--]
          [PATTERN | EXPRESSION [LENGTH]]
       dm -core [-clean] [SELECTION]... [-o FILE|DIR] [-force] [PATTERN]
       dm -n [SELECTION]... [PATTERN]
       dm -x [-p] EXPRESSION [LENGTH]
       dm -find [-wide | -type TYPE] WHAT [in PATTERN]
       dm -verify MANIFEST
       dm -diff MANIFEST [MANIFEST]

What is dumped: the mappings whose names contain PATTERN; if there are none,
the LENGTH bytes at the address EXPRESSION, or the object that it names.
SELECTION narrows the mappings down, and does without PATTERN:

  -r            PATTERN is a regular expression (Python's), searched for.
  -perm rw      Those with these permissions, of rwxps; r-x is just that.
  -addr EXPR    The one that holds this address.
  -size MIN..MAX  Those of so many bytes, or K, M, G, T; one may be missing.
  -anon, -file  Those of no file; of files.
  -all          All.

  -n            Only list them: range, permissions, size, what of it is in
                memory, name, and why it would be skipped.
  -o FILE|DIR   Write there instead of into the current directory.
  -force        Replace files that exist.
  -single       Write all into one file.
  -zstd[=LEVEL]  Compress, in the seekable format; LEVEL is 1 to 19.
  -core         Write an ELF core file, with all threads, which gdb opens.
  -clean        Leave out of it what the mapped files have, too.
  -x            Only show: address, 16 bytes, text; Enter goes on.
  -p            With the symbols that pointers point to.
  -find         Only search, in the mappings of PATTERN or of all.  WHAT is text
                in quotes, bytes as they stand (0xdeadbeef), or an expression:
                &x is sought as a pointer.  What was never touched is left out.
  -wide         Text of char16_t, char32_t or wchar_t.
  -type TYPE    WHAT is a value of this type: uint32, double, any of gdb's.
  -verify       Check the files of a dump against the hashes in its manifest.
  -diff         What differs between two dumps, or between one and the program.

The name of a mapping is the path of its file, or [stack], [heap], [vdso]; that
of one without a name is [anon].  A file is called
PROGRAM.PID.NAME.START-END.bin; a byte's offset in it is its address less START,
so that gdb's `restore FILE binary 0xSTART' puts it back.  Beside it a manifest,
.json, tells what was captured, zero, never touched, or unreadable and why.
What can't be read is reported and left out, and what the program never touched
is not read: both are holes in the file, which read as zeros.  Nothing is read
of mappings of devices.

Works on live processes, core files and remote targets; -core not on remote
ones.  In a core [stack] is the segment that holds the program's arguments, and
[heap] the first anonymous one above the program's bss.  Memory is written as it
is, with the breakpoints that gdb has inserted at that moment.

Example: dm stack"""

    name = "dm"
    command_class = gdb.COMMAND_DATA
    options = (
        Option("r", help="PATTERN is a regular expression"),
        Option("n", help="only list"),
        Option("perm", "PERMISSIONS", str, gdb.COMPLETE_NONE, "those that have them"),
        Option("addr", "EXPR", str, gdb.COMPLETE_EXPRESSION, "the one that holds the address"),
        Option("size", "MIN..MAX", str, gdb.COMPLETE_NONE, "those of so many bytes"),
        Option("anon", help="those of no file"),
        Option("file", help="those of files"),
        Option("all", help="all mappings"),
        Option("o", "FILE|DIR", str, gdb.COMPLETE_FILENAME, "where to write"),
        Option("force", help="replace files that exist"),
        Option("single", help="one file for all"),
        Option("zstd", "[=LEVEL]", _level, gdb.COMPLETE_NONE, "compress"),
        Option("core", help="an ELF core file"),
        Option("clean", help="leave out what mapped files have"),
        Option("x", help="a hex view"),
        Option("p", help="with symbols"),
        Option("find", help="search"),
        Option("wide", help="text of wide characters"),
        Option("type", "TYPE", str, gdb.COMPLETE_EXPRESSION, "what is sought is one"),
        Option("verify", help="check a dump"),
        Option("diff", help="compare dumps"),
    )

    def __init__(self):
        super().__init__()
        self._view = None  # (the HexView, the Typed) of what Enter goes on with

    def run(self, options, operand, from_tty):
        _check(options)
        if "x" in options:
            self._show(options, operand, from_tty)
            return
        self.dont_repeat()
        if "find" in options:
            _find(options, operand)
            return
        if "verify" in options or "diff" in options:
            _read_back(options, operand)
            return
        operand = _unquote(operand)
        selects = any(name in options for name in ("perm", "addr", "size", "anon", "file", "all"))
        if not (operand or selects or "n" in options or "core" in options):
            raise gdb.GdbError(
                "dm: which mappings? Give a part of their name: dm stack. dm -n lists them."
            )
        source = Source()
        chosen = _choose(source, options, operand)
        if "n" in options:
            _list(source, chosen)
            return
        if source.damage:
            gdb.write(f"{source.damage}\n")
        DumpRun(source, chosen, options).run()

    def _show(self, options, operand, from_tty):
        typed = Typed(self.argument, last_typed(), inferior.prompts())
        view, last = self._view or (None, None)
        if from_tty and last is not None and is_enter(typed, last):
            typed = typed._replace(line=last.line)
        elif not operand:
            raise gdb.GdbError("dm: -x needs an expression: dm -x buffer 64.")
        else:
            view = HexView(operand)
        self._view = None
        view.show(Source(), "p" in options)
        self._view = view, typed

    def complete(self, text, word):
        # Of some modes the operand is no pattern.
        kind = re.match(r"\s*-(?:(verify|diff)|(?:x|find))\s", text)
        self.completer = gdb.COMPLETE_NONE
        if kind:
            self.completer = gdb.COMPLETE_FILENAME if kind[1] else gdb.COMPLETE_EXPRESSION
        return super().complete(text, word)

    def candidates(self, text):
        if self.completer != gdb.COMPLETE_NONE:
            return None
        try:
            mappings = Source().mappings
        except (gdb.GdbError, gdb.error, native.Error):
            return []
        names = {name_of(m) for m in mappings}
        if not text.startswith("/"):
            names = {n[n.rfind("/") + 1 :] if n.startswith("/") else n for n in names}
        if not text.startswith("["):
            names = {n.strip("[]") for n in names}
        return sorted(n for n in names if n.startswith(text) and native.escape(n) == n)


def _check(options):
    """Refuse options that contradict each other or say nothing."""
    for group in _EXCLUSIVE:
        given = [name for name in group if name in options]
        if len(given) > 1:
            raise gdb.GdbError(f"dm: -{given[0]} and -{given[1]} exclude each other.")
    if "clean" in options and "core" not in options:
        raise gdb.GdbError("dm: -clean is for -core.")
    if options.get("o") == "":
        raise gdb.GdbError("dm: -o needs the name of a file or directory.")


def _read_back(options, operand):
    """-verify and -diff: the operand is manifests."""
    paths, rest = [], operand
    while rest:
        path, rest = split_token(rest)
        paths.append(os.path.expanduser(path))
    if "verify" in options:
        if len(paths) != 1:
            raise gdb.GdbError("dm: -verify needs a manifest, the .json beside a dump.")
        verify(paths[0])
        return
    if len(paths) not in (1, 2):
        raise gdb.GdbError("dm: -diff needs one or two manifests, the .json beside dumps.")
    compare(paths[0], paths[1] if len(paths) == 2 else None)


def _find(options, operand):
    what, pattern = split_pattern(operand)
    if not what:
        raise gdb.GdbError('dm: -find what? For instance: dm -find "text" in heap.')
    source = Source()
    needles = needles_of(what, options)
    find(source, _choose(source, options, pattern, objects=False), needles)


def _choose(source, options, operand, objects=True):
    """The mappings that are meant, or what an expression names as one."""
    is_regular = "r" in options
    backing = native.Backing
    selection = native.Selection(
        options.get("perm", ""),
        options.get("size", ""),
        address_of(evaluated(options["addr"]), options["addr"]) if "addr" in options else None,
        backing.ANONYMOUS if "anon" in options else backing.FILE if "file" in options else backing.ANY,
    )
    matches = _matcher(operand, is_regular)
    named = [m for m in source.mappings if matches(name_of(m))]
    chosen = [m for m in named if selection.selects(m)]
    if chosen:
        return chosen
    if objects and not named and operand and not is_regular:
        return [_object(operand, source)]
    raise gdb.GdbError(
        source.unknown or _nothing_matched(operand, is_regular, bool(named), source.mappings)
    )


def _object(operand, source):
    """The bytes that `EXPRESSION [LENGTH]' names, as a mapping."""
    try:
        expression, start, length = parse_object(operand)
    except gdb.error as error:
        reason = source.unknown or _nothing_matched(operand, False, False, source.mappings)
        raise gdb.GdbError(f"{reason[:-1]}; and as an expression: {one_line(error)}") from None
    if not 0 < length <= (1 << 64) - start:
        raise gdb.GdbError(f"dm: {length} is no length of memory at 0x{start:x}.")
    return native.Mapping(start, start + length, "????", expression)


def _list(source, chosen):
    untouchable = source.untouchable(chosen)
    for mapping in chosen:
        resident = source.reader.resident(mapping.start, mapping.end)
        line = f"{range_text(mapping)} {mapping.permissions} {size_text(mapping.size)}"
        if mapping.start in untouchable:
            line += f" {shown_name(mapping)} skipped: {untouchable[mapping.start]}"
        else:
            held = "?" if resident is None else human(resident)
            line += f", {held} in memory, {shown_name(mapping)}"
        gdb.write(line + "\n")


def _matcher(pattern, is_expression):
    if not is_expression:
        return lambda name: pattern in name
    try:
        expression = re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        pattern = native.escape(pattern)
        raise gdb.GdbError(f"dm: not a regular expression: {pattern}: {error}.") from None
    return lambda name: expression.search(name) is not None


def _nothing_matched(pattern, is_expression, is_named, mappings):
    if is_named:
        return "dm: no mapping is selected. dm -n lists them all."
    names = list(dict.fromkeys(_clip(shown_name(m)) for m in mappings))
    listed = ", ".join(names[:_LISTED_NAMES])
    more = len(names) - _LISTED_NAMES
    verb = "matches" if is_expression else "contains"
    return (
        f"dm: no mapping's name {verb} '{native.escape(pattern)}'. "
        f"Their names: {listed or 'none'}{f', and {more} more' if more > 0 else ''}."
    )


def _clip(name):
    return name if len(name) <= _LONGEST_NAME else "..." + name[3 - _LONGEST_NAME :]


def _unquote(text):
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    return text


def register():
    DumpMemory()
