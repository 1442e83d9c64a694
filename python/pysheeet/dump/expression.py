"""dm: what an expression says of memory, without side effects."""

import gdb

from pysheeet import native
from pysheeet.evaluation import SideEffect, evaluate

_IN_PLACE = (
    gdb.TYPE_CODE_ARRAY,
    gdb.TYPE_CODE_STRUCT,
    gdb.TYPE_CODE_UNION,
    gdb.TYPE_CODE_FUNC,
    gdb.TYPE_CODE_FLT,
)


def evaluated(expression):
    """The value of an expression; gdb.error if it has none."""
    try:
        return evaluate(expression)
    except SideEffect as effect:
        raise gdb.GdbError(f"dm: {native.escape(expression)} {effect}; dm changes nothing.") from None


def address_of(value, expression):
    """The address that a value is (pointers, integers) or has (all others)."""
    if value.type.strip_typedefs().code in _IN_PLACE:
        value = value.address
    if value is None:
        raise gdb.GdbError(f"dm: {native.escape(expression)} is no address, and has none.")
    return int(value.cast(gdb.lookup_type("unsigned long"))) & (1 << 64) - 1


def parse_place(operand):
    """(address, length) of `EXPRESSION [LENGTH]'; length is that of an object, or None."""
    expression, length = split_length(operand)
    value = evaluated(expression)
    address = address_of(value, expression)
    if length is None and value.type.strip_typedefs().code in _IN_PLACE:
        length = value.type.sizeof
    return address, length


def parse_object(operand):
    """(expression, address, length) of the bytes that `EXPRESSION LENGTH' or an object's name means."""
    expression, length = split_length(operand)
    value = evaluated(expression)
    if length is not None:
        return expression, address_of(value, expression), length
    if value.address is None:
        raise gdb.GdbError(
            f"dm: {native.escape(expression)} is in no memory; for what is at an address, "
            "give a length, too."
        )
    return expression, int(value.address), value.type.sizeof


def split_length(operand):
    """(expression, length or None): the last word is a length where the whole is no expression."""
    try:
        evaluated(operand)
        return operand, None
    except gdb.error:
        expression, _, last = operand.rpartition(" ")
        if not expression:
            raise
    return expression.strip(), int(evaluated(last))
