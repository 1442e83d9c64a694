"""dm: mappings of the program into files."""

import os
import re
import time

import gdb

from pysheeet import inferior, native
from pysheeet.command import Command, Option

_ANONYMOUS = "[anon]"
_DEVICE = "not RAM (a device, or the kernel's own page): never read"
_LISTED_NAMES = 20
_LONGEST_NAME = 200


class DumpMappings(Command):
    """Write each mapping whose name contains PATTERN into a file of its own.
Usage: dm [-r] [-o DIR] [-force] [--] PATTERN
       dm -n [-r] [PATTERN]

  -r       PATTERN is a regular expression (Python's), searched for in the name.
  -n       Only list the mappings; without PATTERN, all of them.
  -o DIR   Write into DIR instead of the current directory.
  -force   Replace files that exist.

The name of a mapping is the path of its file, or [stack], [heap], [vdso]; that
of one without a name is [anon].  A file is called
PROGRAM.PID.NAME.START-END.bin; a byte's offset in it is its address less START,
so that gdb's `restore FILE binary 0xSTART' puts it back.  What can't be read is
reported and left out, and what the program never touched of its private memory
is not read: both are holes in the file, which read as zeros.  Nothing is read
of mappings of devices.

Works on a live process of this machine and on core files.  In a core [stack]
is the segment that holds the program's arguments, and [heap] the first
anonymous one above the program's bss.  Memory is written as it is, with the
breakpoints that gdb has inserted at that moment.

Example: dm stack"""

    name = "dm"
    command_class = gdb.COMMAND_DATA
    options = (
        Option("r", help="PATTERN is a regular expression"),
        Option("n", help="only list"),
        Option("o", "DIR", str, gdb.COMPLETE_FILENAME, "where to write"),
        Option("force", help="replace files that exist"),
    )

    def run(self, options, operand, from_tty):
        self.dont_repeat()
        pattern = _unquote(operand)
        if not pattern and "n" not in options:
            raise gdb.GdbError(
                "dm: which mappings? Give a part of their name: dm stack. dm -n lists them."
            )
        matches = _matcher(pattern, "r" in options)
        source = _Source()
        chosen = [m for m in source.mappings if matches(_name(m))]
        if not chosen:
            raise gdb.GdbError(_nothing_matched(pattern, "r" in options, source.mappings))
        if "n" in options:
            for mapping in chosen:
                place = f"{_range(mapping)} {mapping.permissions}"
                gdb.write(f"{place} {_size(mapping.size)} {_shown(mapping)}\n")
            return
        if source.damage:
            gdb.write(f"{source.damage}\n")
        if options.get("o") == "":
            raise gdb.GdbError("dm: -o needs the name of a directory.")
        _Dump(source, chosen, options.get("o"), "force" in options).run()

    def candidates(self, text):
        try:
            mappings = _Source().mappings
        except (gdb.GdbError, gdb.error, native.Error):
            return []
        names = {_name(m) for m in mappings}
        if not text.startswith("/"):
            names = {n[n.rfind("/") + 1 :] if n.startswith("/") else n for n in names}
        if not text.startswith("["):
            names = {n.strip("[]") for n in names}
        return sorted(n for n in names if n.startswith(text) and native.escape(n) == n)


class _Source:
    """Where the memory comes from: mappings, reader, and what can be said of both."""

    def __init__(self):
        kind = inferior.target_kind()
        if kind == "native":
            self._open_process()
        elif kind == "core":
            self.reader = native.CoreFile(inferior.core_path())
            self.mappings = self.reader.mappings()
            self.damage = self.reader.damage
            self._id = None
        else:
            what = {"none": "there is no program", "remote": "this one is remote"}
            what = what.get(kind, "this is a replay")
            raise gdb.GdbError(f"dm: needs a live process of this machine or a core file; {what}.")
        self.pid = gdb.selected_inferior().pid

    def _open_process(self):
        # Any thread has the memory; the first one's entry in /proc is empty once it has ended.
        thread = gdb.selected_thread()
        self._id = (thread and thread.ptid[1]) or gdb.selected_inferior().pid
        self.mappings = native.read_maps(self._id)
        self.reader = native.ProcessMemory(self._id, self.mappings)
        self.damage = ""

    def program(self):
        path = gdb.current_progspace().filename
        return path or ("core" if self._id is None else "program")

    def untouchable(self, chosen):
        """Start addresses of those mappings that must not be read."""
        starts = {m.start for m in chosen if m.name == "[vsyscall]"}
        # Telling devices makes the kernel walk all of the program's pages: only if one may be there.
        plain = ("", "[stack]", "[heap]")
        if self._id is not None and any(m.name not in plain for m in chosen):
            starts.update(native.read_device_mappings(self._id))
        return starts


class _Dump:
    """One run of the command: its files, lines and totals."""

    def __init__(self, source, chosen, directory, replace):
        self._source = source
        self._untouchable = source.untouchable(chosen)
        self._directory = os.path.expanduser(directory) if directory else ""
        self._replace = replace
        self._files = [(m, self._path(m)) for m in chosen]
        self._progress = _Progress(sum(m.size for m in chosen if m.start not in self._untouchable))
        self._count = self._bytes = 0

    def _path(self, mapping):
        name = native.dump_file_name(self._source.program(), self._source.pid, mapping)
        return os.path.join(self._directory, name)

    def run(self):
        if not os.path.isdir(self._directory or "."):
            raise gdb.GdbError(f"dm: no such directory: {native.escape(self._directory or '.')}.")
        if not self._replace:
            there = [path for _, path in self._files if os.path.lexists(path)]
            if there:
                raise gdb.GdbError(
                    f"dm: {native.escape(there[0])} exists; -force replaces it, "
                    "-o DIR writes elsewhere."
                )
        for mapping, path in self._files:
            self._dump(mapping, path)
        gdb.write(f"{self._count} file{'' if self._count == 1 else 's'}, {_size(self._bytes)}.\n")

    def _dump(self, mapping, path):
        if mapping.start in self._untouchable:
            gdb.write(f"{_shown(mapping)} {_range(mapping)} skipped: {_DEVICE}\n")
            return
        with self._progress:
            report = native.dump_mapping(
                self._source.reader, mapping, path, self._replace, self._progress.show
            )
        self._progress.finished += mapping.size
        if not report.written:
            reason = report.gaps[0].reason if report.gaps else "it is empty"
            gdb.write(f"{_shown(mapping)} {_range(mapping)} skipped: {reason}\n")
            return
        self._count += 1
        self._bytes += report.size
        line = f"{native.escape(path)}: {_size(report.size)} of {_shown(mapping)}"
        if report.holes:
            line += f", {_size(report.holes)} of it never touched"
        gdb.write(line + "\n")
        for gap in report.gaps:
            gdb.write(f"  {_range(gap)} left out, {_size(gap.end - gap.start)}: {gap.reason}\n")
        if report.more_gaps:
            gdb.write(f"  and {report.more_gaps} more ranges; {_size(report.unreadable)} in all\n")


class _Progress:
    """A line that shows how far the work is, after half a second and on a terminal only."""

    def __init__(self, total):
        self.finished = 0
        self._total = total
        self._shown = ""
        self._begun = self._last = time.monotonic()
        self._wanted = os.isatty(1)

    def show(self, done):
        now = time.monotonic()
        if not self._wanted or now - self._begun < 0.5 or now - self._last < 0.1:
            return
        self._last = now
        done += self.finished
        text = f"{_human(done)} of {_human(self._total)} ({100 * done // max(self._total, 1)}%)"
        self._replace(text)

    def _replace(self, text):
        gdb.write(f"\r{text}{' ' * (len(self._shown) - len(text))}")
        gdb.flush()
        self._shown = text

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        if self._shown:
            self._replace("")
            gdb.write("\r")


def _matcher(pattern, is_expression):
    if not is_expression:
        return lambda name: pattern in name
    try:
        expression = re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        pattern = native.escape(pattern)
        raise gdb.GdbError(f"dm: not a regular expression: {pattern}: {error}.") from None
    return lambda name: expression.search(name) is not None


def _nothing_matched(pattern, is_expression, mappings):
    names = list(dict.fromkeys(_clip(_shown(m)) for m in mappings))
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


def _name(mapping):
    return mapping.name or _ANONYMOUS


def _shown(mapping):
    return native.escape(_name(mapping))


def _range(place):
    return f"0x{place.start:x}-0x{place.end:x}"


def _human(size):
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if round(size, 1) < 1024:
            return f"{size} bytes" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} TiB"


def _size(size):
    return _human(size) if size < 1024 else f"{_human(size)} ({size} bytes)"


def register():
    DumpMappings()
