"""Text in the program's memory, read as UTF-8."""

from collections import namedtuple

import gdb

from pysheeet import inferior, native

# unit: bytes in a code unit: 1 (taken as UTF-8), 2 or 4. length: in code units; None for text that
# a NUL ends. content: the bytes, if they are not in memory. is_array: a NUL may end it sooner.
Text = namedtuple("Text", "unit address length content is_array", defaults=(None, None, False))

_LIMIT = 1 << 30
_PAGE = 1 << 12
_BLOCK = 1 << 20  # small enough that a length that is a lie fails before much is allocated
# By how much a block shrinks where it can't be read whole: of a program that does not run gdb reads
# the sections, which end at any byte.
_FINER = 16


class NoText(Exception):
    """Why a value gives no text: a phrase on one line, safe for a terminal."""


def read_text(text):
    """The whole of a Text as UTF-8; lone surrogates as three bytes. Raises NoText."""
    if text.content is not None:
        data = text.content
    elif text.length is None:
        data = _read_to_nul(text.address, text.unit)
    else:
        data = _read(text.address, text.length * text.unit)
    if text.is_array:
        nul = _find_nul(data, text.unit, 0)
        data = data if nul < 0 else data[:nul]
    return data if text.unit == 1 else _to_utf8(data, text.unit)


def read_word(address, size):
    """The unsigned integer of size bytes at address. Raises NoText."""
    try:
        return int.from_bytes(_memory(address, size), byte_order())
    except (gdb.MemoryError, OverflowError):
        raise NoText(f"cannot access memory at {address:#x}") from None


def byte_order():
    """The target's: "little" or "big"."""
    return "big" if "big endian" in gdb.execute("show endian", to_string=True) else "little"


def _memory(address, size):
    return bytes(gdb.selected_inferior().read_memory(address, size))


def _read(address, size):
    if size > _LIMIT:
        raise NoText(f"its length, {size} bytes, is over the limit of 1 GiB: corrupt or not initialised")
    blocks = []
    at, end = address, address + size
    block = _BLOCK
    while at < end:
        step = min(block - at % block, end - at)
        try:
            blocks.append(_memory(at, step))
            at += step
        except (gdb.MemoryError, OverflowError):
            if block == 1:
                raise NoText(
                    f"cannot access memory at {at:#x}, behind {at - address} of {size} bytes"
                ) from None
            block = max(block // _FINER, 1)
    return b"".join(blocks)


def _read_to_nul(address, unit):
    data = bytearray()
    block = _PAGE
    may_grow = True
    while len(data) < _LIMIT:
        at = address + len(data)
        try:
            piece = _memory(at, block - at % block)
        except (gdb.MemoryError, OverflowError):
            if block == 1:
                raise NoText(
                    f"cannot access memory at {at:#x}, behind {len(data)} bytes without a NUL"
                ) from None
            block = max(block // _FINER, 1)
            may_grow = False
            continue
        searched = len(data) - len(data) % unit
        data += piece
        nul = _find_nul(data, unit, searched)
        if nul >= 0:
            return bytes(data[:nul])
        if may_grow:
            block = min(2 * block, _BLOCK)
    raise NoText("there is no NUL within 1 GiB")


def _find_nul(data, unit, start):
    nul = data.find(bytes(unit), start)
    while nul >= 0 and nul % unit:
        nul = data.find(bytes(unit), nul + 1)
    return nul


def _to_utf8(data, unit):
    encoding = f"utf-{8 * unit}-{'be' if byte_order() == 'big' else 'le'}"
    try:
        # The formatter then tells where a lone surrogate is, as of everything else.
        return data.decode(encoding, "surrogatepass").encode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        place = error.start // unit
        code = int.from_bytes(data[error.start : error.start + unit], byte_order())
        raise NoText(f"code unit {place} is {code:#x}, which is no character") from None


def type_name(kind):
    """How a type is called in a message: short and on one line."""
    name = inferior.text_of(lambda: kind.name or str(kind))
    name = native.escape(name.split("{")[0].strip())
    return name if len(name) <= 120 else name[:119] + "…"
