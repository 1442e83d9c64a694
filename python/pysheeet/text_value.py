"""Where the text is that a value holds or leads to, by the value's type."""

import gdb

from pysheeet import standard_types
from pysheeet.text_memory import NoText, Text, type_name
from pysheeet.text_types import array_text, character_size, is_synthetic, plain_type, pointed_address

_MAX_HOPS = 16
_LEADS_ON = (gdb.TYPE_CODE_PTR, gdb.TYPE_CODE_ARRAY, gdb.TYPE_CODE_STRUCT)


def find_text(value):
    """The Text that value holds, points to or refers to. Raises NoText and gdb.error."""
    asked = value.type
    for _ in range(_MAX_HOPS):
        try:
            found = _step(value)
        except gdb.error as error:
            if "optimized out" in str(error):
                raise NoText("it is optimized out") from None
            raise
        except UnicodeDecodeError:
            break  # a member's name: it is none of the types known here
        if isinstance(found, Text):
            return found
        if found is None:
            break
        value = found
    reached = "" if value.type == asked else f", which leads to {type_name(value.type)}"
    raise NoText(
        f"its type is {type_name(asked)}{reached}; what is taken are strings and arrays of characters, "
        "and what points to them"
    )


def _step(value):
    """The Text in value, else the value to go on with, else None."""
    plain = plain_type(value.type)
    if plain.code in (gdb.TYPE_CODE_REF, gdb.TYPE_CODE_RVALUE_REF):
        return value.referenced_value()
    if plain.code == gdb.TYPE_CODE_PTR:
        return _pointed(value, plain.target())
    if plain.code == gdb.TYPE_CODE_ARRAY:
        return array_text(value)
    if plain.code == gdb.TYPE_CODE_STRUCT:
        if standard_types.is_known(plain):
            return standard_types.step(value, plain)
        return _base(value, plain)
    return None


def _pointed(value, target):
    unit = character_size(target)
    if unit is None and plain_type(target).code not in _LEADS_ON:
        return None
    if unit is None and is_synthetic(value):
        return value.dereference()
    address = pointed_address(value)
    if address == 0:
        raise NoText("the pointer is null")
    return Text(unit, address) if unit else value.dereference()


def _base(value, plain):
    """The first base class that is a standard type, or has one as its base."""
    for field in plain.fields():
        if not field.is_base_class:
            continue
        base = plain_type(field.type)
        found = value[field] if standard_types.is_known(base) else _base(value[field], base)
        if found is not None:
            return found
    return None
