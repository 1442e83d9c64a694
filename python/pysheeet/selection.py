"""The functions that `-r REGEX` takes."""

import fnmatch
import os
import re
from collections import namedtuple

import gdb

from pysheeet import functions, inferior, native
from pysheeet.engines import locations

# name: as it is shown; location: what gdb finds it by.
Match = namedtuple("Match", "name location")

# A line of `maint print msymbols`: kind, address, linkage name, section, then the demangled name,
# if it is another, and the source file, if it is known.
_SYMBOL = re.compile(r"^\[ *\d+\] ([tT]) (0x[0-9a-f]+) (\S+) section (\.text\S*)((?:  .*)?)$", re.M)
# Parts of functions, not entries; and what the C runtime puts into every program.
_PART = re.compile(r"\.(?:cold|part)(?:\.\d+)?$")
# What adjusts `this` and jumps to the function proper (Itanium C++ ABI 5.1.4).
_THUNK = re.compile(r"_ZT[hvc]")
_RUNTIME = re.compile(
    r"_start|_init|_fini|_dl_relocate_static_pie|(?:de)?register_tm_clones|frame_dummy"
    r"|__do_global_[cd]tors_aux|__libc_csu_(?:init|fini)"
)


def matching(pattern, library=None, file=None):
    """The Matches of a regular expression, of one object file or of all, of source files or of any.

    Functions without debug information are taken of an object file that has none at all. Raises
    gdb.GdbError if the pattern is none, or nothing matches.
    """
    try:
        wanted = re.compile(pattern)
    except re.error as error:
        raise gdb.GdbError(f"-r: '{native.escape(pattern)}' is no regular expression: {error}.") from None
    found = {}
    for objfile in _objfiles(library):
        with_debug, without = {}, {}
        for address, linkage, name in _symbols(objfile):
            if not wanted.search(name) and not wanted.search(_bare(name)):
                continue
            symtab = _source(address)
            if file is not None and not _is_of(symtab, file):
                continue
            # A function and its aliases are one, and so are the kinds of a constructor.
            (without if symtab is None else with_debug).setdefault(address, Match(name, linkage))
        if library is not None or file is not None:
            with_debug = {address: _narrowed(match, address) for address, match in with_debug.items()}
        for match in _single(with_debug) if with_debug else _unforwarded(without):
            found.setdefault(match.location, match)
    if not found:
        where = f" in {native.escape(library)}" if library else ""
        where += f" of files like {native.escape(file)}" if file else ""
        raise gdb.GdbError(f"No function{where} matches '{native.escape(pattern)}'.")
    return sorted(found.values())


def _narrowed(match, address):
    """The same, by its source file where others have functions of that name, too."""
    if _KIND.search(match.location) or _entries(match.location) == {address}:
        return match
    file = inferior.text_of(_source(address).fullname)
    for name in (match.location, match.name):
        location = f"'{file}':{name}"
        if "'" not in file and address in _entries(location):
            return match._replace(location=location)
    return match


def _entries(location):
    """Where the functions that a location names have their entries."""
    blocks = (_function_block(pc) for pc in locations.addresses(location))
    return {block.start for block in blocks if block is not None}


def _source(address):
    """The symtab of the function at an address; None without debug information."""
    block = _function_block(address)
    # What is linked with -flto comes from a file that is none.
    if block is None or block.function.symtab.filename == "<artificial>":
        return gdb.find_pc_line(address).symtab
    return block.function.symtab


def _function_block(pc):
    """The block of the function that lies at pc, whatever is inlined there; None if unknown."""
    block = gdb.block_for_pc(pc)
    while block is not None and block.superblock and not block.superblock.is_static:
        block = block.superblock
    return block if block is not None and block.function is not None else None


def _single(matches):
    """One Match a name, if it is that of a constructor or destructor: gdb finds all kinds by any."""
    by_name = {}
    for match in matches.values():
        is_kind = _KIND.search(match.location)
        by_name.setdefault(match.name if is_kind else match.location, match)
    return by_name.values()


def _unforwarded(matches):
    """The same without debug information, where gdb finds each kind by its own linkage name."""
    kinds = [functions.at(a) for a, match in matches.items() if _KIND.search(match.location)]
    dropped = {function.entry for function in functions.forwarders(kinds)}
    return [match for address, match in matches.items() if address not in dropped]


def _objfiles(library):
    objfiles = [o for o in gdb.objfiles() if o.is_valid() and o.filename and o.owner is None]
    if library is None:
        return objfiles
    chosen = [o for o in objfiles if library in (o.filename, os.path.basename(o.filename))]
    chosen = chosen or [o for o in objfiles if os.path.basename(o.filename).startswith(library)]
    if not chosen:
        known = ", ".join(sorted(os.path.basename(o.filename) for o in objfiles)) or "none"
        raise gdb.GdbError(
            f"-lib: no object file '{native.escape(library)}' is loaded; there are: {native.escape(known)}."
        )
    return chosen


def _symbols(objfile):
    """(address, linkage name, name as it is shown) of an object file's functions."""
    quoted = '"' + objfile.filename.replace("\\", "\\\\").replace('"', '\\"') + '"'
    text = inferior.output(f"maint print msymbols -objfile {quoted}")
    for found in _SYMBOL.finditer(text):
        linkage = found[3]
        if _PART.search(linkage) or _THUNK.match(linkage) or _RUNTIME.fullmatch(linkage) or linkage.endswith("@plt"):
            continue
        parts = found[5].split("  ")[1:]
        is_mangled = linkage.startswith(("_Z", "_R", "_D")) and parts and parts[0] and len(parts) > 1
        yield int(found[2], 16), linkage, _without_result(parts[0]) if is_mangled else linkage


# In a linkage name: of the complete object, the base, or one that deletes.
_KIND = re.compile(r"[CD][0-5]E")

# What stands in names and has blanks or brackets that open nothing.
_WHOLE = re.compile(
    r"\(anonymous namespace\)|\boperator\"\" ?\w+|\boperator ?(?:\(\)|<=>|<<=?|>>=?|->\*?|<=?|>=?|[^\s\w<>(]+)"
    r"|\boperator [^(]*"
)


def _without_result(name):
    """A function template's name without the type of its result, which is part of it in C++."""
    depth, start = 0, 0
    for i, c in enumerate(_blanked(name)):
        if c == "(" and depth == 0:
            break
        depth += (c in "<({") - (c in ">)}")
        if c == " " and depth == 0 and not name.startswith("<", i + 1):
            start = i + 1
    return name if name.startswith("(*", start) else name[start:]


def _bare(name):
    """A name without its parameters, so that `fib$' matches fib(int)."""
    depth, end = 0, len(name)
    for i, c in enumerate(_blanked(name)):
        if c == "(" and depth == 0:
            end = i
        depth += (c in "<({") - (c in ">)}")
    return name[:end]


def _blanked(name):
    return _WHOLE.sub(lambda found: "_" * len(found[0]), name)


def _is_of(symtab, pattern):
    if symtab is None:
        return False
    try:
        names = symtab.filename, symtab.fullname(), os.path.basename(symtab.filename)
    except UnicodeDecodeError:
        return False
    return any(fnmatch.fnmatchcase(name, pattern) for name in names)
