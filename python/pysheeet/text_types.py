"""Types that text is made of: characters and arrays of them."""

import gdb

from pysheeet.text_memory import NoText, Text, byte_order

_WIDE = ("wchar_t", "char8_t", "char16_t", "char32_t")


def plain_type(kind):
    """A type without its typedefs, const and volatile."""
    kind = kind.unqualified()
    while kind.code == gdb.TYPE_CODE_TYPEDEF:
        kind = kind.target().unqualified()
    return kind


def character_size(kind):
    """Bytes of a character type, any integer of one byte among them; None for other types."""
    kind = kind.unqualified()
    # In C the wide ones are typedefs of integers.
    while kind.code == gdb.TYPE_CODE_TYPEDEF and kind.name not in _WIDE:
        kind = kind.target().unqualified()
    if kind.name in _WIDE:
        return kind.sizeof
    is_byte = kind.code == gdb.TYPE_CODE_ENUM and kind.name == "std::byte"
    is_small = kind.code in (gdb.TYPE_CODE_INT, gdb.TYPE_CODE_CHAR) and kind.sizeof == 1
    return 1 if is_byte or is_small else None


def address_of(value):
    """Where a value is in memory; None if it is not."""
    plain = plain_type(value.type)
    if plain.code == gdb.TYPE_CODE_ARRAY:
        # For an array that is in no memory, gdb would allocate some in the program.
        try:
            value = value[plain.range()[0]]
        except gdb.error:
            return None
    address = value.address
    return None if address is None else int(address)


def is_synthetic(pointer):
    """Whether the compiler left a pointer out and tells only what it would point to."""
    return int(pointer) == 0 and "synthetic pointer" in pointer.format_string(raw=True)


def pointed_address(pointer):
    """The address in a pointer. Raises NoText if it is a synthetic one."""
    if is_synthetic(pointer):
        raise NoText("what it points to is optimized out")
    return int(pointer)


def array_text(value):
    """The Text of an array of characters; None if its elements are none."""
    plain = plain_type(value.type)
    unit = character_size(plain.target())
    if unit is None:
        return None
    low, high = plain.range()
    address = address_of(value)
    if plain.sizeof == 0 and address is not None:
        # A flexible array member: only a NUL ends it.
        return Text(unit, address)
    count = high - low + 1
    if address is not None:
        return Text(unit, address, count, is_array=True)
    return Text(unit, None, count, elements(value, count, unit), is_array=True)


def elements(array, count, unit):
    """The bytes of the first elements of an array that is in no memory: gdb holds them itself."""
    order = byte_order()
    mask = (1 << 8 * unit) - 1
    low = plain_type(array.type).range()[0]
    units = (int(array[i]) & mask for i in range(low, low + count))
    return b"".join(code.to_bytes(unit, order) for code in units)
