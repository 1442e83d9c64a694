"""dm: dumps checked, and compared with each other or with the program."""

import gdb

from pysheeet import native
from pysheeet.dump.source import Source
from pysheeet.dump.text import Progress, counted, human, range_text, shown_name, size_text

_LISTED = 100
_VIEWED = 64  # bytes of the first range that changed


def verify(path):
    """Check each mapping of a dump against its hash; GdbError if one is not as captured."""
    dump = native.DumpMemory(path)
    mappings = dump.mappings()
    progress = Progress(sum(m.size for m in mappings))
    wrong = 0
    for number, mapping in enumerate(mappings):
        with progress:
            fault = dump.verify(number, progress.show)
        progress.finished += mapping.size
        if fault:
            wrong += 1
            gdb.write(f"{range_text(mapping)} {shown_name(mapping)}: {fault}\n")
    if wrong:
        verb = "is" if wrong == 1 else "are"
        raise gdb.GdbError(f"dm: {wrong} of {counted(len(mappings), 'mapping')} {verb} not as captured.")
    gdb.write(f"{counted(len(mappings), 'mapping')}, all as captured.\n")


def compare(before_path, after_path):
    """Print what differs between two dumps, or between a dump and the program now."""
    before = native.DumpMemory(before_path)
    mappings = list(before.mappings())
    if after_path:
        after = native.DumpMemory(after_path)
        others = _outside(after.mappings(), mappings)
    else:
        source = Source()
        after, others = source.reader, []
        mappings = _touchable(mappings, source)
    comparison = _Comparison(before, after, bool(after_path))
    comparison.run(mappings)
    for start, end, name in others:
        gdb.write(f"0x{start:x}-0x{end:x} only in the second, {size_text(end - start)}, {name}\n")
    comparison.tell_total(len(mappings))


class _Comparison:
    """Two memories, and what has been found to differ."""

    def __init__(self, before, after, is_dump):
        self._before, self._after = before, after
        self._mapping = self._first = None  # the mapping that is compared; the first range that changed
        self._words = {
            native.Difference.CHANGED: "changed",
            native.Difference.LOST: "only in the first" if is_dump else "no longer readable",
            native.Difference.GAINED: "only in the second" if is_dump else "readable now",
        }
        self._count = self._bytes = 0

    def run(self, mappings):
        self._progress = Progress(sum(m.size for m in mappings))
        for mapping in mappings:
            self._mapping = mapping
            with self._progress:
                native.compare(
                    self._before, self._after, mapping.start, mapping.end, self._tell, self._progress.show
                )
            self._progress.finished += mapping.size

    def _tell(self, start, end, kind):
        self._count += 1
        self._bytes += end - start
        if self._first is None and kind == native.Difference.CHANGED:
            self._first = start, end
        if self._count > _LISTED:
            return
        self._progress.clear()
        mapping = self._mapping
        place = f"{shown_name(mapping)}+{start - mapping.start:#x}"
        gdb.write(f"0x{start:x}-0x{end:x} {self._words[kind]}, {size_text(end - start)}, {place}\n")

    def tell_total(self, mappings):
        if self._count > _LISTED:
            gdb.write(f"and {counted(self._count - _LISTED, 'more range')}\n")
        if self._first is not None:
            start, end = self._first
            start -= start % 16
            size = min(end - start + -end % 16, _VIEWED)
            for word, reader in (("before", self._before), ("after", self._after)):
                gdb.write(f"{word}:\n")
                for line in native.hex_lines(reader, start, size):
                    gdb.write(f"  {line}\n")
        differences = f"{counted(self._count, 'range')}, {human(self._bytes)}" if self._count else "Nothing"
        gdb.write(f"{differences} changed in {counted(mappings, 'mapping')}.\n")


def _touchable(mappings, source):
    """Those of a dump's mappings where the program now has none that must not be read."""
    untouchable = source.untouchable(source.mappings)
    never = [(m.start, m.end) for m in source.mappings if m.start in untouchable]
    return [m for m in mappings if not any(m.start < end and start < m.end for start, end in never)]


def _outside(mappings, others):
    """[(start, end, name)] of the parts of mappings that others do not hold; both by ascending address."""
    found, first = [], 0
    for mapping in mappings:
        at = mapping.start
        while first < len(others) and others[first].end <= at:
            first += 1
        number = first
        while number < len(others) and others[number].start < mapping.end:
            other = others[number]
            if other.start > at:
                found.append((at, other.start, shown_name(mapping)))
            at = max(at, other.end)
            number += 1
        if at < mapping.end:
            found.append((at, mapping.end, shown_name(mapping)))
    return found
