"""What the location of a probe stands for, and why it may be refused."""

import re
from collections import namedtuple

import gdb

from pysheeet import functions, inferior, native

# What one location of a probe resolves to. function is None inside an inlined copy, whose host, a
# functions.Function, is that which it is in; else host is None.
Site = namedtuple("Site", "pc function host")


def addresses(location):
    """Where the functions that a location names begin; () while nothing of that name is loaded."""
    try:
        return [sal.pc for sal in gdb.decode_line(location)[1] or ()]
    except gdb.error:
        return []


def source_of(location):
    """(file or None, line) of a gdb.BreakpointLocation; of the file whatever bytes its name has."""
    try:
        return location.source or (None, 0)
    except UnicodeDecodeError as error:
        name = error.object.decode("utf-8", "surrogateescape")
        return name, gdb.find_pc_line(location.address).line


def global_addresses(name):
    """The same without the members of classes and namespaces that share the name."""
    blocks = ((pc, gdb.block_for_pc(pc)) for pc in addresses(name))
    return [pc for pc, b in blocks if not (b and b.function and "::" in b.function.print_name)]


def first_addresses(count):
    """Every second of the instructions that the program begins with, which it never gets to again."""
    found = re.search(r"^\s*Entry point: (0x[0-9a-f]+)$", inferior.output("info files"), re.M)
    if found is None:
        return []
    try:
        code = gdb.selected_inferior().architecture().disassemble(int(found[1], 16), count=2 * count)
    except gdb.error:
        return []
    straight = []
    for instruction in code:
        if re.match(r"j|call|ret|bnd", instruction["asm"]):
            break
        straight.append(instruction["addr"])
    return straight[::2]


def check_returns(probe, sites):
    """Refuse what has no return to watch; a note on what of it is left out."""
    if architecture() not in functions.CALLS:
        raise gdb.GdbError(
            f"{probe.verb}: where functions return is known on x86 only, not {architecture()}."
        )
    partial = [site for site in sites if site.function is None]
    if not partial:
        return None
    inside = native.escape(", ".join(sorted({site.host.name for site in partial})))
    if len(partial) == len(sites):
        raise gdb.GdbError(
            f"{probe.verb}: {native.escape(probe.name)} is inside {inside}, inlined or not at its entry: "
            "only whole calls can be timed."
        )
    return f"{len(partial)} inlined copies have no return to time and are left out: in {inside}."


def check_condition(probe, sites):
    if probe.condition is None or not sites:
        return  # without sites, it is of a library that comes later
    copies = {site.host.name for site in sites if site.function is None}
    if copies and not probe.is_inside:
        raise gdb.GdbError(
            f"A condition can't be evaluated where {native.escape(probe.name)} is inlined: "
            f"in {native.escape(', '.join(sorted(copies)))}."
        )
    trial = gdb.Breakpoint(probe.location, internal=True)
    try:
        trial.condition = probe.condition
    finally:
        trial.delete()


def architecture():
    try:
        return gdb.selected_frame().architecture().name()
    except gdb.error:
        return gdb.selected_inferior().architecture().name()
