"""dm: a look into memory: hex views and search."""

import ast
import re
import struct

import gdb

from pysheeet import inferior, native
from pysheeet.dump.expression import address_of, evaluated, parse_place
from pysheeet.dump.text import Progress, counted, human, shown_name

_SHOWN = 256  # bytes of a hex view, unless a length is given
_MOST_SHOWN = 1 << 20  # at a time
_CONTEXT = 16

_INTEGER = re.compile(r"u?int(8|16|32|64)(?:_t)?$")


class HexView:
    """A hex view, and where the next one goes on."""

    def __init__(self, operand):
        self.address, length = parse_place(operand)
        self.size = _SHOWN if length is None else length
        if not 0 < self.size <= (1 << 64) - self.address:
            raise gdb.GdbError(f"dm: {self.size} is no length of memory at 0x{self.address:x}.")

    def show(self, source, has_symbols):
        left = min(self.size, (1 << 64) - self.address)
        while left > 0:
            size = min(left, _MOST_SHOWN)
            lines = native.hex_lines(source.reader, self.address, size)
            for number, line in enumerate(lines):
                here = self.address + 16 * number
                gdb.write(f"{line}{_symbols(here) if has_symbols else ''}\n")
            self.address += size
            left -= size


def _symbols(address):
    """What the two words at an address point to, for the end of a line."""
    try:
        data = bytes(gdb.selected_inferior().read_memory(address, 16))
    except gdb.error:
        return ""
    found = [_symbol(word) for word in struct.unpack("<2Q", data)]
    return "  " + ", ".join(filter(None, found)) if any(found) else ""


def _symbol(address):
    """<NAME+OFFSET> of an address in a symbol, else nothing."""
    said = inferior.output(f"info symbol {address:#x}") if address else ""
    match = re.match(r"(.+?)(?: \+ (\d+))? in section ", said)
    if match is None:
        return ""
    offset = f"+{match[2]}" if match[2] else ""
    return f"<{native.escape(match[1])}{offset}>"


def find(source, chosen, needles):
    """Print each place of chosen mappings where one of needles is; $_ is the last, $numfound how many."""
    untouchable = source.untouchable(chosen)
    searched = [m for m in chosen if m.start not in untouchable]
    progress = Progress(sum(m.size for m in searched))
    count = last = 0

    for mapping in searched:

        def tell(address):
            nonlocal count, last
            count, last = count + 1, address
            progress.clear()
            size = min(_CONTEXT, mapping.end - address)
            (line,) = native.hex_lines(source.reader, address, size)
            place, _, shown = line.partition(" ")
            gdb.write(f"{place} <{shown_name(mapping)}+{address - mapping.start:#x}> {shown}\n")

        with progress:
            native.search(source.reader, mapping, needles, tell, progress.show)
        progress.finished += mapping.size
    gdb.set_convenience_variable("numfound", count)
    if count:
        gdb.set_convenience_variable("_", last)
    matches = "1 match" if count == 1 else f"{count} matches"
    total = human(sum(m.size for m in searched))
    gdb.write(f"{matches} in {counted(len(searched), 'mapping')}, {total}.\n")


def split_pattern(operand):
    """(what, pattern or "") of `WHAT [in PATTERN]'."""
    quoted = re.match(r'"(?:\\.|[^"\\])*"', operand)
    begin = quoted.end() if quoted else 0
    found = re.search(r"\s+in\s+(\S.*)$", operand[begin:])
    if found is None:
        return operand, ""
    return operand[: begin + found.start()].strip(), found[1]


def needles_of(what, options):
    """The bytes that are sought, in each form that they may have."""
    if "type" in options:
        return [_typed(what, options["type"])]
    if what.startswith('"'):
        return _text(what, "wide" in options)
    if "wide" in options:
        raise gdb.GdbError(f'dm: -wide is for text in quotes: dm -find -wide "{native.escape(what)}".')
    if re.fullmatch(r"0x(?:[0-9a-fA-F]{2})+", what):
        return [bytes.fromhex(what[2:])]
    return [_bytes_of(evaluated(what), what)]


def _text(what, is_wide):
    try:
        text = ast.literal_eval(what)
        # An escaped byte of a narrow text is that byte, and all else UTF-8.
        narrow = what.encode("utf-8", "surrogateescape").decode("latin-1")
        data = ast.literal_eval(narrow).encode("latin-1") if not is_wide else b""
    except (ValueError, SyntaxError):
        raise gdb.GdbError(f"dm: not a text in quotes: {native.escape(what)}.") from None
    # char16_t and Windows' strings, or wchar_t and char32_t.
    return [text.encode(c, "surrogatepass") for c in ("utf-32-le", "utf-16-le")] if is_wide else [data]


def _typed(what, name):
    integer = _INTEGER.match(name)
    value = evaluated(what)
    if integer:
        return _integer(value, int(integer[1]) // 8, what)
    try:
        kind = gdb.lookup_type(name)
    except gdb.error as error:
        raise gdb.GdbError(f"dm: {error}") from None
    return _bytes_of(value.cast(kind), what)


def _bytes_of(value, what):
    kind = value.type.strip_typedefs()
    if kind.code == gdb.TYPE_CODE_FLT and kind.sizeof in (4, 8):
        return struct.pack("<f" if kind.sizeof == 4 else "<d", float(value))
    if kind.code in (gdb.TYPE_CODE_ARRAY, gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION):
        if value.address is None:
            raise gdb.GdbError(f"dm: {native.escape(what)} is in no memory.")
        return bytes(gdb.selected_inferior().read_memory(address_of(value, what), kind.sizeof))
    return _integer(value, kind.sizeof, what)


def _integer(value, size, what):
    try:
        number = int(value)
        return number.to_bytes(size, "little", signed=number < 0)
    except (gdb.error, OverflowError, TypeError):
        raise gdb.GdbError(f"dm: {native.escape(what)} is no integer of {counted(size, 'byte')}.") from None
