"""Members of structs, and what they point to, as int and bytes."""

import gdb

_PAGE = 4096
_STRING_LIMIT = 256  # more than is shown
_INTEGERS = (gdb.TYPE_CODE_INT, gdb.TYPE_CODE_CHAR, gdb.TYPE_CODE_ENUM, gdb.TYPE_CODE_BOOL)
_STRUCTS = (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION)


def member(value, path):
    """The member at path ("a.b"), or None if there is none."""
    try:
        for name in path.split("."):
            value = value[name]
    except (gdb.error, RuntimeError, TypeError, ValueError):
        return None
    return value


def integer(value):
    """An integer value as an int, or None."""
    type_ = value.type.strip_typedefs()
    if type_.code != gdb.TYPE_CODE_INT or type_.sizeof > 8:
        return None
    return _number(value)


def pointer(value):
    """The address that a pointer has, or None if it is no pointer."""
    return _number(value) if value.type.strip_typedefs().code == gdb.TYPE_CODE_PTR else None


def buffer(value):
    """The bytes of an array of characters, or None if it is none."""
    type_ = value.type.strip_typedefs()
    if type_.code != gdb.TYPE_CODE_ARRAY or type_.target().strip_typedefs().sizeof != 1:
        return None
    return contents(value)


def words(value):
    """The bits of an array of integers, the first element the lowest; None if it is none."""
    type_ = value.type.strip_typedefs()
    if type_.code != gdb.TYPE_CODE_ARRAY or type_.target().strip_typedefs().code != gdb.TYPE_CODE_INT:
        return None
    width = 8 * type_.target().sizeof
    low, high = type_.range()
    numbers = [_number(value[i]) for i in range(low, high + 1)]
    if None in numbers:
        return None
    return sum((number & (1 << width) - 1) << i * width for i, number in enumerate(numbers))


def contents(value):
    """The bytes of a value, wherever it is, or None."""
    out = bytearray(value.type.sizeof)
    try:
        _copy(value, out, 0)
    except (gdb.error, RuntimeError, TypeError, ValueError, OverflowError):
        return None
    return bytes(out)


def _copy(value, out, start):
    # A value that is in no memory, as a function's result, has no other way.
    type_ = value.type.strip_typedefs()
    if type_.code in _STRUCTS:
        for field in type_.fields():
            if hasattr(field, "bitpos") and not field.bitsize:
                _copy(value[field], out, start + field.bitpos // 8)
    elif type_.code == gdb.TYPE_CODE_ARRAY:
        size = type_.target().sizeof
        low, high = type_.range()
        for i in range(high - low + 1):
            _copy(value[low + i], out, start + i * size)
    elif type_.code in _INTEGERS or type_.code == gdb.TYPE_CODE_PTR:
        number = int(value) & (1 << 8 * type_.sizeof) - 1
        out[start : start + type_.sizeof] = number.to_bytes(type_.sizeof, byte_order())


def byte_order():
    """"little" or "big", of the program."""
    return "big" if "big endian" in gdb.execute("show endian", to_string=True) else "little"


def read(address, size):
    """The size bytes at an address, fewer where memory ends, b"" if there is none."""
    inferior = gdb.selected_inferior()
    out = b""
    while size > 0:
        part = min(size, _PAGE - address % _PAGE)
        try:
            out += inferior.read_memory(address, part).tobytes()
        except (gdb.error, RuntimeError, OverflowError):
            break
        address += part
        size -= part
    return out


def string(address):
    """The bytes of a string up to its NUL or the first that are enough to show; None if unreadable."""
    text = read(address, _STRING_LIMIT) if address else b""
    return text.partition(b"\0")[0] if text else None


def pointers(address, count):
    """The pointers in the memory at an address, up to count."""
    size = gdb.lookup_type("void").pointer().sizeof
    data = read(address, size * count)
    whole = range(0, len(data) - size + 1, size)
    return [int.from_bytes(data[i : i + size], byte_order()) for i in whole]


def _number(value):
    try:
        return int(value)
    except (gdb.error, RuntimeError, TypeError, ValueError):
        return None
