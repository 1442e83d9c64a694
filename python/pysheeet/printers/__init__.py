"""The collection `sp`: printers of the POSIX structs."""

import importlib

import gdb
import gdb.printing

# Each of these modules has PRINTERS, a list of StructPrinter classes.
_FAMILIES = [
    "pysheeet.printers.stat",
    "pysheeet.printers.time",
    "pysheeet.printers.socket",
    "pysheeet.printers.signal",
    "pysheeet.printers.event",
    "pysheeet.printers.resource",
    "pysheeet.printers.file",
    "pysheeet.printers.terminal",
    "pysheeet.printers.system",
    "pysheeet.printers.thread",
]

_STRUCTS = (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION)


class _Subprinter(gdb.printing.SubPrettyPrinter):
    def __init__(self, printer):
        super().__init__(printer.name)
        self.printer = printer


class _Collection(gdb.printing.PrettyPrinter):
    """Printers by the tag or a typedef of the struct: their number does not matter to other values."""

    def __init__(self):
        super().__init__("sp", [])
        self._by_tag = {}
        self._by_typedef = {}

    def add(self, printer):
        subprinter = _Subprinter(printer)
        self.subprinters.append(subprinter)
        # In C++, a struct without a tag has the name of its typedef for one.
        self._by_tag.update(dict.fromkeys((*printer.tags, *printer.typedefs), subprinter))
        self._by_typedef.update(dict.fromkeys(printer.typedefs, subprinter))

    def __call__(self, value):
        # gdb asks this for every value it prints: the common ones leave first.
        subprinter, type_ = None, value.type
        while type_.code == gdb.TYPE_CODE_TYPEDEF:
            subprinter = subprinter or self._by_typedef.get(_name(type_, "name"))
            type_ = type_.target()
        # What a reference refers to, gdb asks for itself, behind "(struct stat &) @0x…: ".
        if subprinter is None and type_.code in _STRUCTS:
            subprinter = self._by_tag.get(_name(type_, "tag"))
        if subprinter is None or not subprinter.enabled:
            return None
        return subprinter.printer.of(value)


def _name(type_, attribute):
    try:
        return getattr(type_, attribute)
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
