"""What a function returns, read where the calling convention puts it (System V AMD64 ABI 3.2.3)."""

import re

import gdb

from pysheeet import inferior

_INTEGERS = (
    gdb.TYPE_CODE_INT,
    gdb.TYPE_CODE_CHAR,
    gdb.TYPE_CODE_BOOL,
    gdb.TYPE_CODE_ENUM,
    gdb.TYPE_CODE_PTR,
    gdb.TYPE_CODE_REF,
    gdb.TYPE_CODE_RVALUE_REF,
    gdb.TYPE_CODE_MEMBERPTR,
    gdb.TYPE_CODE_METHODPTR,
    gdb.TYPE_CODE_RANGE,
)
_AGGREGATES = (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION)
_EIGHTBYTE = 8
_SPECIMEN = "_pysheeet_specimen"


class Unknown(Exception):
    """Where such a value is returned can't be told."""


def reader(type_):
    """A function that reads the value of this type which a function returns, while its thread
    stands at the return instruction; None where nothing is returned. Raises Unknown."""
    plain = type_.strip_typedefs()
    if plain.code == gdb.TYPE_CODE_VOID:
        return None
    if plain.code in (gdb.TYPE_CODE_REF, gdb.TYPE_CODE_RVALUE_REF):
        return lambda: _at(_register("$rax"), plain.target())
    if plain.code == gdb.TYPE_CODE_FLT and plain.sizeof == 16:
        if plain.name == "long double":
            return lambda: gdb.parse_and_eval("$st0").cast(type_)
        return lambda: gdb.Value(_sse_bytes(0, 16), type_)  # _Float128
    if plain.code in _AGGREGATES and _is_in_memory(plain):
        return lambda: _at(_register("$rax"), type_)
    sources = _sources(plain)
    return lambda: gdb.Value(b"".join(read() for read in sources)[: plain.sizeof], type_)


def _sources(type_):
    """What to read for each eightbyte of the value, in order: functions that give 8 bytes."""
    if not 0 < type_.sizeof <= 2 * _EIGHTBYTE:
        raise Unknown(f"{type_} is returned in a way that is not known")
    classes = [None] * ((type_.sizeof + _EIGHTBYTE - 1) // _EIGHTBYTE)
    _classify(type_, 0, classes)
    integers, vectors = iter(("$rax", "$rdx")), iter((0, 1))
    sources = []
    for kind in classes:
        if kind == "SSE":
            number = next(vectors)
            sources.append(lambda number=number: _sse_bytes(number, _EIGHTBYTE))
        else:
            name = next(integers)
            sources.append(lambda name=name: _register(name).to_bytes(_EIGHTBYTE, "little"))
    return sources


def _classify(type_, offset, classes):
    """Merge the classes of what lies at this offset into those of the eightbytes."""
    type_ = type_.strip_typedefs()
    if type_.code in _AGGREGATES:
        for field in type_.fields():
            if not hasattr(field, "bitpos"):
                continue  # static
            begin = offset * 8 + field.bitpos
            if field.bitsize:
                _merge(classes, begin // 64, (begin + field.bitsize - 1) // 64, "INTEGER")
            else:
                _classify(field.type, begin // 8, classes)
    elif type_.code == gdb.TYPE_CODE_ARRAY:
        element = type_.target()
        for i in range(type_.sizeof // element.sizeof if element.sizeof else 0):
            _classify(element, offset + i * element.sizeof, classes)
    elif type_.code in _INTEGERS:
        _merge(classes, offset // 8, (offset + type_.sizeof - 1) // 8, "INTEGER")
    elif type_.code in (gdb.TYPE_CODE_FLT, gdb.TYPE_CODE_COMPLEX) and type_.name != "long double":
        _merge(classes, offset // 8, (offset + type_.sizeof - 1) // 8, "SSE")
    else:
        raise Unknown(f"where {type_} is returned is not known")


def _merge(classes, first, last, kind):
    for i in range(first, min(last + 1, len(classes))):
        classes[i] = "INTEGER" if "INTEGER" in (classes[i], kind) else kind


def _is_in_memory(type_):
    """Whether the caller has provided the room for it."""
    return type_.sizeof > 2 * _EIGHTBYTE or type_.sizeof == 0 or _has_own_copying(type_)


def _has_own_copying(type_):
    """Whether copying or destroying such a value runs code: then it is never in registers."""
    if type_.code != gdb.TYPE_CODE_STRUCT or not type_.tag:
        return False
    text, shown = _printed(type_)
    told = re.search(r"^calling_convention ([45])$", text, re.M)  # clang's DW_AT_calling_convention
    if told:
        return told[1] == "4"
    kinds = {kind for name, kind in _methods(text) if _copies_or_destroys(name, shown)}
    if "written" in kinds or kinds == {"deleted"}:
        return True
    fields = [field for field in type_.fields() if hasattr(field, "bitpos")]
    if any((field.name or "").startswith("_vptr") for field in fields):
        return True
    return any(_has_own_copying(field.type.strip_typedefs()) for field in fields)


def _printed(type_):
    """(what `maint print type` tells, what ptype does). gdb's Python has no methods of a class; the
    one command does not tell those that are implicit, the other those that are defaulted."""
    # By a value: names of C, of anonymous namespaces and of lambdas can't be looked up as written,
    # and a command that fails while gdb handles a stop ends the user's `run`.
    gdb.set_convenience_variable(_SPECIMEN, gdb.Value(bytes(type_.sizeof), type_))
    try:
        return tuple(
            inferior.output(f"with language c++ -- {command} ${_SPECIMEN}")
            for command in ("maint print type", "ptype/M")
        )
    finally:
        gdb.set_convenience_variable(_SPECIMEN, None)


def _methods(text):
    """[(name, "written", "defaulted" or "deleted")] of a class; text: of maint print type."""
    name, kind = None, "written"
    for line in text.split("\n"):
        if line.startswith("    [") and "] physname '" in line:
            name = line.partition("] physname '")[2].rpartition("' (0x")[0]
        elif name is not None and line.startswith("        defaulted "):
            kind = "defaulted" if line.endswith(" 1") else "written"  # DW_DEFAULTED_in_class
        elif name is not None and line.startswith("        is_deleted "):
            yield name, "deleted" if line.endswith(" 1") else kind
            name = None


def _copies_or_destroys(method, shown):
    """Whether a method, `A::A(A const&)`, is the destructor, or copies or moves, and is the user's.

    shown: the class as ptype shows it, without the implicit ones that gcc tells of.
    """
    told = re.match(r"(.+?)::(~?)(\w+)\((.*)\)", method)
    if not told:
        return False
    owner, destroys, name, parameters = told.groups()
    if destroys:
        return re.search(rf"^ +(?:virtual )?~{name}\(", shown, re.M) is not None
    if not re.search(rf"(?:^|::){name}(?:<.*>)?$", owner):
        return False
    takes_another = parameters in (f"{owner} const&", f"{owner}&", f"{owner}&&")
    declared = rf"^ +{name}\((?:const )?.*\b{name}(?:<.*>)? &&?\);$"
    return takes_another and re.search(declared, shown, re.M) is not None


def _register(name):
    return int(gdb.parse_and_eval(name)) & (2**64 - 1)


def _sse_bytes(number, count):
    lanes = gdb.parse_and_eval(f"$xmm{number}.v2_int64")
    whole = b"".join((int(lanes[i]) & (2**64 - 1)).to_bytes(8, "little") for i in (0, 1))
    return whole[:count]


def _at(address, type_):
    return gdb.Value(address).cast(type_.pointer()).dereference()
