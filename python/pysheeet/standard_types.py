"""The C++ library's strings and what holds them, by the fields of libstdc++ and libc++."""

import re

import gdb

from pysheeet import inferior, native
from pysheeet.text_memory import NoText, Text, byte_order, read_word, type_name
from pysheeet.text_types import (
    address_of,
    array_text,
    character_size,
    elements,
    plain_type,
    pointed_address,
)

# The inline namespaces of libstdc++, its debug mode and libc++ begin with an underscore.
_NAME = re.compile(
    r"^std::((?:_\w+::)*)"
    r"(basic_string|basic_string_view|vector|array|unique_ptr|shared_ptr|weak_ptr|optional)<"
)


class _UnknownLayout(Exception):
    """A type has the fields of neither library."""


def is_known(plain):
    """Whether a type is one of those that step() reads."""
    name = inferior.text_of(lambda: plain.name) or ""
    found = _NAME.match(name)
    return found is not None and _ends_with_template(name, found.end() - 1)


def _ends_with_template(name, start):
    """Whether the template arguments from start end the name: else it is of what is in that type."""
    depth = 0
    for place, character in enumerate(name[start:], start):
        depth += {"<": 1, ">": -1}.get(character, 0)
        if depth == 0:
            return place == len(name) - 1
    return True


def step(value, plain):
    """The Text in a value of a known type, or the value that it leads to."""
    namespace, name = _NAME.match(plain.name).groups()
    try:
        if name == "basic_string" and not _is_described(value, plain):
            return _declared_string(value, plain, namespace)
        return _READERS[name](value)
    except _UnknownLayout:
        names = ", ".join(field.name for field in plain.fields() if field.name)
        raise NoText(
            f"the fields of {type_name(plain)} are not those of a known library: {native.escape(names)}"
        ) from None


def _member(value, *names):
    """The first of the members that value has, in itself or in its bases."""
    for name in names:
        if _has(value, name):
            return value[name]
    raise _UnknownLayout


def _has(value, name):
    return _has_field(plain_type(value.type), name)


def _has_field(plain, name):
    if plain.code not in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION):
        return False
    for field in plain.fields():
        if field.name == name:
            return True
        is_part = field.is_base_class or not field.name
        if is_part and _has_field(plain_type(field.type), name):
            return True
    return False


def _bases(value):
    return [field for field in plain_type(value.type).fields() if field.is_base_class]


def _unit(pointer):
    plain = plain_type(pointer.type)
    unit = character_size(plain.target()) if plain.code == gdb.TYPE_CODE_PTR else None
    if unit is None:
        raise NoText(f"its elements are reached by {type_name(pointer.type)}: no characters")
    return unit


def _sized(unit, address, length, capacity):
    if not 0 <= length <= capacity:
        raise NoText(f"corrupt or not initialised: length {length}, capacity {capacity}")
    return Text(unit, address, length)


def _string(value):
    if _has(value, "_M_dataplus"):
        return _gnu_string(value)
    return _llvm_string(value)


def _gnu_string(value):
    pointer = value["_M_dataplus"]["_M_p"]
    unit = _unit(pointer)
    address = pointed_address(pointer)
    if not _has(value, "_M_string_length"):
        return _counted_string(unit, address, pointer.type.sizeof)
    length = int(value["_M_string_length"])
    buffer = value["_M_local_buf"]
    room = buffer.type.range()[1]
    own = address_of(buffer)
    if own is None and length <= room and _was_inside(address, 2 * pointer.type.sizeof):
        return Text(unit, None, length, elements(buffer, length, unit))
    if address == own:
        return _sized(unit, address, length, room)
    return _sized(unit, address, length, int(value["_M_allocated_capacity"]))


def _was_inside(address, offset):
    """Whether a string that gdb copied had its text inside: then that is not where it points now.

    What a call returned was on the stack, and is below its end since.
    """
    try:
        if address < int(gdb.newest_frame().read_register("sp")) < address + (1 << 24):
            return True
        return read_word(address - offset, offset // 2) == address
    except (gdb.error, NoText):
        return False


def _counted_string(unit, address, size):
    """libstdc++ before the C++11 ABI: length, capacity and count of owners before the text."""
    if address < 3 * size:
        raise NoText(f"corrupt or not initialised: its text is at {address:#x}")
    length = read_word(address - 3 * size, size)
    return _sized(unit, address, length, read_word(address - 2 * size, size))


def _llvm_string(value):
    rep = value["__rep_"] if _has(value, "__rep_") else _first_of_pair(_member(value, "__r_"))
    short = _member(rep, "__s")
    long = _member(rep, "__l")
    data = short["__data_"]
    unit = character_size(data.type.target())
    if unit is None:
        raise NoText(f"its elements are {type_name(data.type.target())}: no characters")
    size = int(short["__size_"])
    cap_factor = 1
    if _has(short, "__is_long_"):
        is_long = bool(int(short["__is_long_"]))
        cap_factor = 2
    else:
        # Before LLVM 15 the flag is a bit of the size: the one that is in the capacity's lowest.
        is_data_first = plain_type(short.type)["__data_"].bitpos == 0
        in_lowest_bit = (byte_order() == "little") != is_data_first
        is_long = bool(size & (0x01 if in_lowest_bit else 0x80))
        size = size >> 1 if in_lowest_bit else size
    if is_long:
        capacity = cap_factor * int(long["__cap_"])
        return _sized(unit, pointed_address(long["__data_"]), int(long["__size_"]), capacity)
    if address_of(data) is None:
        return Text(unit, None, size, elements(data, size, unit))
    return _sized(unit, address_of(data), size, data.type.range()[1])


def _first_of_pair(pair):
    """libc++ keeps the two of a compressed pair in base classes, each with a __value_."""
    bases = _bases(pair)
    if not bases:
        raise _UnknownLayout
    return _member(pair[bases[0]], "__value_")


def _is_described(value, plain):
    """Whether the debug information has the string's fields, and those of the field with the pointer.

    clang only declares classes that the library instantiates, unless given -fstandalone-debug.
    """
    if not _has(value, "_M_dataplus"):
        return bool(plain.fields())
    return _has_field(plain_type(plain["_M_dataplus"].type), "_M_p")


def _declared_string(value, plain, namespace):
    """A string of which only the name is known: its namespace names the ABI, that its layout."""
    here = address_of(value)
    if here is None and value.is_optimized_out:
        raise NoText("it is optimized out")
    try:
        unit = character_size(plain.template_argument(0))
    except (gdb.error, RuntimeError):
        unit = None
    is_llvm = namespace == "__1::" and byte_order() == "little"
    if here is None or unit is None or not (is_llvm or namespace in ("", "__cxx11::")):
        raise NoText(f"the debug information only declares its type, {type_name(plain)}")
    size = plain.pointer().sizeof
    first = read_word(here, size)
    if namespace == "":
        return _counted_string(unit, first, size)
    second, third = (read_word(here + i * size, size) for i in (1, 2))
    if not is_llvm:
        is_inside = first == here + 2 * size
        return _sized(unit, first, second, 15 // unit if is_inside else third)
    if first & 1:
        return _sized(unit, third, second, first)
    return _sized(unit, here + unit, (first & 0xFF) >> 1, 3 * size // unit - 2)


def _view(value):
    length = int(_member(value, "_M_len", "__size_", "__size"))
    pointer = _member(value, "_M_str", "__data_", "__data")
    return Text(_unit(pointer), pointed_address(pointer), length)


def _vector(value):
    holder = value["_M_impl"] if _has(value, "_M_impl") else value
    begin = _member(holder, "_M_start", "__begin_")
    end = _member(holder, "_M_finish", "__end_")
    unit = _unit(begin)
    first, last = pointed_address(begin), pointed_address(end)
    size = last - first
    if size < 0 or size % unit:
        raise NoText(f"corrupt or not initialised: it begins at {first:#x}, ends at {last:#x}")
    return Text(unit, first, size // unit)


def _array(value):
    data = _member(value, "_M_elems", "__elems_")
    if plain_type(data.type).code != gdb.TYPE_CODE_ARRAY:
        raise NoText("it has no elements")
    text = array_text(data)
    if text is None:
        raise NoText(f"its elements are {type_name(plain_type(data.type).target())}: no characters")
    return text


def _unique_pointer(value):
    if not _has(value, "_M_t"):
        pointer = _member(value, "__ptr_")
        is_plain = plain_type(pointer.type).code == gdb.TYPE_CODE_PTR
        return pointer if is_plain else _first_of_pair(pointer)
    held = value["_M_t"]
    while _has(held, "_M_t"):
        held = held["_M_t"]
    # A tuple: the head of the pointer is a base of the base; a deleter with state has one, too.
    for outer in _bases(held):
        for inner in _bases(held[outer]):
            if "_Head_base<0" in inner.name:
                return _member(held[outer][inner], "_M_head_impl")
    raise _UnknownLayout


def _shared_pointer(value):
    return _member(value, "_M_ptr", "__ptr_")


def _weak_pointer(value):
    is_gnu = _has(value, "_M_refcount")
    block = value["_M_refcount"]["_M_pi"] if is_gnu else _member(value, "__cntrl_")
    address = pointed_address(block)
    # Behind the pointer to the virtual table, of an int and of a long: clang may only declare the
    # block's type. libc++ counts from -1.
    size = block.type.sizeof
    owners = address and read_word(address + size, 4 if is_gnu else size)
    if address == 0 or owners == (0 if is_gnu else (1 << 8 * size) - 1):
        raise NoText("the std::weak_ptr is empty or has expired")
    return _shared_pointer(value)


def _optional(value):
    holder = value["_M_payload"] if _has(value, "_M_payload") else value
    if not int(_member(holder, "_M_engaged", "__engaged_")):
        raise NoText("the std::optional is empty")
    return holder["_M_payload"]["_M_value"] if _has(holder, "_M_payload") else holder["__val_"]


_READERS = {
    "basic_string": _string,
    "basic_string_view": _view,
    "vector": _vector,
    "array": _array,
    "unique_ptr": _unique_pointer,
    "shared_ptr": _shared_pointer,
    "weak_ptr": _weak_pointer,
    "optional": _optional,
}
