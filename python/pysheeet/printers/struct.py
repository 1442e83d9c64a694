"""What the printers of POSIX structs share: members to values, text from the compiled module."""

import gdb

from pysheeet import native, settings
from pysheeet.printers import memory


class TimeZone(settings.Setting):
    """Times are shown with their offset from UTC: `local' in the zone of this gdb (its environment
variable TZ, else that of its host), `utc' in UTC."""

    name = "pysheeet time-zone"
    kind = gdb.PARAM_ENUM
    values = ["local", "utc"]
    default = "local"
    what = "the time zone of the times that printers show"


_time_zone = settings.add(TimeZone)


# With gdb.ValuePrinter as its base, gdb 14 and later use num_children and child.
class TextPrinter(getattr(gdb, "ValuePrinter", object)):
    """A value as a text of the compiled module.

    Subclasses give `name` (of the subprinter and of the text: native.struct_text), `tags` and
    `typedefs` (of the structs it may be; one without a tag has a typedef's name), and the members to
    read as {path: other paths it may have}, by their kinds. A value that lacks one that is not
    optional is some other struct of that name.
    """

    tags = ()
    typedefs = ()
    required = {}  # integers
    optional = {}  # integers
    pointers = {}  # addresses
    optional_pointers = {}
    strings = {}  # pointers to char: to the text the bytes of the string, if it can be read
    buffers = {}  # arrays of characters: bytes

    @classmethod
    def of(cls, value):
        """The printer of value, or None if it is no such struct, or can't be read."""
        try:
            value.fetch_lazy()
        except (gdb.error, RuntimeError):
            return None
        members = {"sizeof": value.type.sizeof}
        for paths, read, is_required in cls._kinds():
            for path, others in paths.items():
                found = _first(value, (path, *others), read)
                if found is not None:
                    members[path] = found
                elif is_required:
                    return None
        return cls(value, members)

    @classmethod
    def _kinds(cls):
        return (
            (cls.required, memory.integer, True),
            (cls.pointers, memory.pointer, True),
            (cls.strings, memory.pointer, True),
            (cls.buffers, memory.buffer, True),
            (cls.optional, memory.integer, False),
            (cls.optional_pointers, memory.pointer, False),
        )

    def __init__(self, value, members):
        self._value = value
        self._members = members

    def to_string(self):
        members = dict(self._members)
        for path in self.strings:
            text = memory.string(members[path])
            if text is not None:
                members[path] = text
        self.add(self._value, members)
        text = native.struct_text(self.name, members, utc=_time_zone.value == "utc")
        return text if text.isascii() else _encodable(text)

    def add(self, value, members):
        """Add to members what the text needs besides."""


class StructPrinter(TextPrinter):
    """A struct as its text on the command line, as its members to MI and DAP."""

    def __init__(self, value, members):
        super().__init__(value, members)
        self._is_shown = False

    def to_string(self):
        if gdb.print_options().get("format"):
            return None  # as of print/x: that is about the members
        self._is_shown = True
        return super().to_string()

    # The command line prints what children() yields behind the text of to_string(), so that it must
    # be empty then. MI wants the members: gdb 13 without asking for the text, later ones with both.
    # What tells them apart is the order. The command line calls display_hint(), to_string(),
    # children(); MI to_string(), display_hint(), children(). DAP uses num_children() and child().

    def display_hint(self):
        self._is_shown = False

    def children(self):
        return iter(()) if self._is_shown else map(self.child, range(self.num_children()))

    def num_children(self):
        return len(self._value.type.fields())

    def child(self, number):
        field = self._value.type.fields()[number]
        # MI wants one name of each child; this is what it calls such a one without a printer.
        return field.name or f"{number}_anonymous", self._value[field]


def _first(value, paths, read):
    """What read() makes of the first of the members that is there and of its kind, or None."""
    for path in paths:
        member = memory.member(value, path)
        found = None if member is None else read(member)
        if found is not None:
            return found
    return None


def _encodable(text):
    """text with what gdb can't convert to the program's character set escaped."""
    try:
        charset = gdb.target_charset()
        return text.encode(charset, "backslashreplace").decode(charset)
    except (LookupError, UnicodeError):  # iconv knows more character sets than Python
        return text.encode("ascii", "backslashreplace").decode("ascii")
