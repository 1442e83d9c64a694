"""The arguments and variables of a frame."""

import itertools
import re
import sys

import gdb

from pysheeet import inferior, native
from pysheeet.command import one_line


_PLAIN = (
    gdb.TYPE_CODE_INT,
    gdb.TYPE_CODE_CHAR,
    gdb.TYPE_CODE_BOOL,
    gdb.TYPE_CODE_ENUM,
    gdb.TYPE_CODE_FLT,
    gdb.TYPE_CODE_PTR,
)
OPTIMIZED_OUT = "<optimized out>"
_MOST_ELEMENTS = 200  # where `print elements' sets no limit
_C_ENDINGS = (".c", ".cc", ".cpp", ".cxx", ".c++", ".C", ".h", ".hh", ".hpp", ".hxx")


_is_decimal = True


def note_settings():
    """To be called when the user may have changed settings: text_at() goes by what they are now."""
    global _is_decimal
    _is_decimal = gdb.parameter("output-radix") == 10


class Variable:
    """A symbol as a frame sees it: name, type and size as text, its value read on demand."""

    def __init__(self, symbol):
        self.symbol = symbol
        self.name = native.escape(inferior.text_of(lambda: symbol.print_name))
        type_ = symbol.type
        self.type = native.escape(inferior.text_of(lambda: str(type_)))
        self.declaration = self.name, symbol.line
        self._code = type_.strip_typedefs().code
        self._pointer = type_.pointer() if self._code in _PLAIN else None
        # A typedef may have a printer, and characters are shown as such.
        is_number = type_.unqualified().code == gdb.TYPE_CODE_INT and type_.sizeof in (2, 4, 8)
        self._is_signed = is_number and int(gdb.Value(-1).cast(type_)) < 0
        self._is_number = is_number
        self._reference = self._code in (gdb.TYPE_CODE_REF, gdb.TYPE_CODE_RVALUE_REF)
        self.size = (type_.strip_typedefs().target() if self._reference else type_).sizeof

    def size_in(self, frame):
        """Bytes of the value; of a variable-length array those it has in this frame."""
        if self.size:
            return self.size
        try:
            return self.symbol.value(frame).type.sizeof
        except (gdb.error, RuntimeError):
            return 0

    def value_text(self, frame):
        """The value, a reference's target's, on one line safe for a terminal; never raises."""
        return native.escape(self._format(frame, pretty_structs=False, pretty_arrays=False))

    def distance_from(self, caller_frame, frame):
        """How far above the caller's frame the value lies, the same in each call; None if that varies.

        So it is for plain values in C and C++, whose arguments have one place while they are in memory;
        elsewhere the place may be kept in a register.
        """
        file = inferior.text_of(lambda: self.symbol.symtab.filename)
        if self._code not in _PLAIN or not file.endswith(_C_ENDINGS):
            return None
        try:
            address = self.symbol.value(frame).address
        except (gdb.error, RuntimeError):
            return None
        return None if address is None else int(address) - caller_frame

    def text_at(self, address):
        """value_text() of what lies at an address, at a third of the time: gdb need not unwind."""
        try:
            if self._is_number and _is_decimal:
                held = gdb.selected_inferior().read_memory(address, self.size)
                return str(int.from_bytes(held, sys.byteorder, signed=self._is_signed))
            value = gdb.Value(address).cast(self._pointer).dereference()
            return native.escape(inferior.format_value(value))
        except (gdb.error, RuntimeError) as error:
            return f"<error: {native.escape(str(error))}>"

    def value_lines(self, frame):
        """The same as the print settings want it, in lines."""
        lines = self._format(frame).split("\n")
        return ["\t".join(map(native.escape, line.split("\t"))) for line in lines]

    def reach(self, frame):
        """That the program has not set a local yet, as a phrase; "" if it has, or nothing tells."""
        symbol, sal = self.symbol, frame.find_sal()
        if symbol.is_argument or symbol.addr_class == gdb.SYMBOL_LOC_STATIC or sal.symtab is None:
            return ""
        if not _is_same_file(symbol.symtab, sal.symtab) or symbol.line < sal.line:
            return ""
        if not self._is_in_memory(frame):
            return ""  # what is kept elsewhere is optimized out until it is set
        if symbol.line > sal.line:
            return f"declared below, in line {symbol.line}"
        newer = frame.newer()
        if newer is not None and newer.type() == gdb.NORMAL_FRAME:
            # The call may be what gives the value, or a loop's condition.
            return "declared in this line"
        return "not set yet" if frame.pc() <= _first_pc(frame, sal) else ""

    def _is_in_memory(self, frame):
        try:
            return self.symbol.value(frame).address is not None
        except (gdb.error, RuntimeError):
            return False

    def _format(self, frame, **options):
        try:
            value = self.symbol.value(frame)
            if self._reference:
                value = value.referenced_value()
            if self._code not in _PLAIN:
                if _is_too_large(value):
                    return _format_large(value, options)
                if value.is_optimized_out:
                    return _format_optimized(value, options)
        except (gdb.error, RuntimeError) as error:
            is_optimized_out = "optimized out" in str(error)
            return OPTIMIZED_OUT if is_optimized_out else f"<error: {one_line(error)}>"
        except UnicodeDecodeError:
            pass  # of a member's name: the text has it, too
        return inferior.format_value(value, **options)


def _first_pc(frame, sal):
    """Where the code of the frame's line begins: a loop comes back to its line, but not to there."""
    function = _up_to_function(frame.block())[-1]
    entries = sal.symtab.linetable().line(sal.line) or ()
    begins = sorted({e.pc for e in entries if function.start <= e.pc < function.end})
    if len(begins) > 1 and begins[0] == function.start:
        begins = begins[1:]  # behind the prologue
    return begins[0] if begins else 0


def _is_too_large(value):
    """Whether it is an array that gdb does not read as a whole."""
    kind = value.type.strip_typedefs()
    if kind.code != gdb.TYPE_CODE_ARRAY:
        return False
    limit = gdb.parameter("max-value-size")
    return limit is not None and 0 <= limit < kind.sizeof


def _format_large(value, options):
    """As many elements of a large array as are printed of any."""
    try:
        if value.address is None and value.is_optimized_out:
            return OPTIMIZED_OUT
        first = value[value.type.strip_typedefs().range()[0]]
        count = min(_most_elements(), gdb.parameter("max-value-size") // first.type.sizeof)
        head = first.address.cast(first.type.array(count - 1).pointer()).dereference()
        return inferior.format_value(head, **options) + "..."
    except (gdb.error, RuntimeError, ValueError, AttributeError):
        return inferior.format_value(value, **options)  # gdb's error


def _format_optimized(value, options):
    """A value of which some or all is optimized out."""
    if not _is_partly_known(value):
        return OPTIMIZED_OUT
    return inferior.format_value(value, raw=not _printer_copes(value), **options)


def _is_partly_known(value):
    kind = value.type.strip_typedefs()
    if kind.code in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION):
        parts = (value[field] for field in kind.fields() if hasattr(field, "bitpos"))
    elif kind.code == gdb.TYPE_CODE_ARRAY and kind.sizeof > 0:  # else its length is optimized out
        first, last = kind.range()
        parts = (value[i] for i in range(first, min(last, first + _most_elements() - 1) + 1))
    else:
        return not value.is_optimized_out
    return any(map(_is_partly_known, parts))


def _printer_copes(value):
    """Whether the pretty-printer, if there is one, gets along without what is optimized out.

    gdb would print nothing but what it raised, and that beside the block.
    """
    try:
        printer = gdb.default_visualizer(value)
        if hasattr(printer, "to_string"):
            printer.to_string()
        if hasattr(printer, "children"):
            for _ in itertools.islice(printer.children(), _most_elements()):
                pass
    except Exception:  # a pretty-printer may raise anything
        return False
    return True


def _most_elements():
    return gdb.parameter("print elements") or _MOST_ELEMENTS


def _is_same_file(one, other):
    return inferior.text_of(lambda: one.filename) == inferior.text_of(lambda: other.filename)


def scope_of(frame):
    """The frame's blocks, innermost first, its function's last; none without debug information."""
    try:
        return _up_to_function(frame.block())
    except RuntimeError:
        return []


def inlined_scope(pc, names):
    """(the blocks around pc of the function that is inlined there and has one of these names, the line
    where it calls another that is inlined there, too, or None).

    Where none has such a name: of the innermost.
    """
    first = scope = _up_to_function(gdb.block_for_pc(pc))
    called_in = None
    while scope:
        function = scope[-1].function
        bare = re.sub(r"\(.*", "", function.print_name)
        if not {function.linkage_name, function.print_name, bare, bare.split("::")[-1]}.isdisjoint(names):
            return scope, called_in
        called_in = function.line  # gdb has the line of the call for what is inlined
        scope = _up_to_function(scope[-1].superblock)
    return first, None


def arguments(scope):
    """The arguments of the function whose scope this is."""
    return [Variable(symbol) for block in scope[-1:] for symbol in block if symbol.is_argument]


def locals_in(scope):
    """All variables of a scope, innermost first, as `info locals` lists them; no arguments."""
    return [Variable(symbol) for block in scope for symbol in filter(_is_local, block)]


def _is_local(symbol):
    """Whether it is a variable; one that the compiler made a constant is one, an enumerator is not."""
    if symbol.is_argument or not symbol.is_constant:
        return symbol.is_variable and not symbol.is_argument
    kind = symbol.type.strip_typedefs()
    if kind.code != gdb.TYPE_CODE_ENUM:
        return True
    return inferior.text_of(lambda: symbol.name) not in inferior.field_names(kind)


def locals_declared(scope, symtab, line):
    """The variables of a scope that its source line can name, outer blocks first; no arguments.

    What is declared at or after the line is not there yet, though gdb's block holds it.
    """
    found = {}
    for block in scope:
        for symbol in reversed(list(block)):
            elsewhere = symtab is None or not _is_same_file(symbol.symtab, symtab)
            if _is_local(symbol) and (elsewhere or symbol.line < line):
                # An inner one hides the outer.
                found.setdefault(inferior.text_of(lambda: symbol.name), symbol)
    return [Variable(symbol) for symbol in reversed(found.values())]


def _up_to_function(block):
    blocks = []
    while block is not None and not block.is_static and not block.is_global:
        blocks.append(block)
        if block.function is not None:
            return blocks
        block = block.superblock
    return []
