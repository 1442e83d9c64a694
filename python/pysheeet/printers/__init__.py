"""The collection `sp`: printers of the POSIX structs."""

import importlib

import gdb
import gdb.printing

# Each of these modules has PRINTERS, a list of StructPrinter classes.
_FAMILIES = [
    "pysheeet.printers.stat",
]

_STRUCTS = (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION)


class _Subprinter(gdb.printing.SubPrettyPrinter):
    def __init__(self, printer):
        super().__init__(printer.name)
        self.printer = printer


class _Collection(gdb.printing.PrettyPrinter):
    """Printers by the tag of the struct, so that their number does not matter to other values."""

    def __init__(self):
        super().__init__("sp", [])
        self._by_tag = {}

    def add(self, printer):
        subprinter = _Subprinter(printer)
        self.subprinters.append(subprinter)
        for tag in printer.tags:
            self._by_tag[tag] = subprinter

    def __call__(self, value):
        # gdb asks this for every value it prints: the common ones leave first.
        type_ = value.type
        if type_.code == gdb.TYPE_CODE_TYPEDEF:
            type_ = type_.strip_typedefs()
        # What a reference refers to, gdb asks for itself, behind "(struct stat &) @0x…: ".
        if type_.code not in _STRUCTS:
            return None
        subprinter = self._by_tag.get(_tag(type_))
        if subprinter is None or not subprinter.enabled:
            return None
        return subprinter.printer.of(value)


def _tag(type_):
    try:
        return type_.tag
    except UnicodeDecodeError:
        return None  # none of ours


_collection = None


def register():
    global _collection
    if _collection is None:
        _collection = _Collection()
        for family in _FAMILIES:
            for printer in importlib.import_module(family).PRINTERS:
                _collection.add(printer)
    gdb.printing.register_pretty_printer(None, _collection, replace=True)
