"""What the printers of POSIX structs share: members to integers, text from the compiled module."""

import gdb

from pysheeet import native, settings


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
class StructPrinter(getattr(gdb, "ValuePrinter", object)):
    """A struct as a block of lines on the command line, as its members to MI and DAP.

    Subclasses give `name` (of the subprinter and of the text: native.struct_text), `tags` (of the
    structs it may be), and the members to read as {path: other paths it may have}: a value that
    lacks one in `required` is some other struct of that tag.
    """

    optional = {}

    @classmethod
    def of(cls, value):
        """The printer of value, or None if it is no such struct, or can't be read."""
        try:
            value.fetch_lazy()
        except (gdb.error, RuntimeError):
            return None
        numbers = {}
        for path, others in cls.required.items():
            numbers[path] = _first_integer(value, path, others)
            if numbers[path] is None:
                return None
        for path, others in cls.optional.items():
            number = _first_integer(value, path, others)
            if number is not None:
                numbers[path] = number
        return cls(value, numbers)

    def __init__(self, value, numbers):
        self._value = value
        self._numbers = numbers
        self._is_shown = False

    def to_string(self):
        if gdb.print_options().get("format"):
            return None  # as of print/x: that is about the members
        self._is_shown = True
        text = native.struct_text(self.name, self._numbers, utc=_time_zone.value == "utc")
        return text if text.isascii() else _encodable(text)

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
        return field.name or "", self._value[field]


def _first_integer(value, path, others):
    number = _integer(value, path)
    for other in others:
        if number is not None:
            break
        number = _integer(value, other)
    return number


def _integer(value, path):
    """The integer member at path as an int, or None."""
    try:
        for name in path.split("."):
            value = value[name]
        type_ = value.type.strip_typedefs()
        if type_.code == gdb.TYPE_CODE_INT and type_.sizeof <= 8:
            return int(value)
    except (gdb.error, RuntimeError, TypeError, ValueError):
        pass
    return None


def _encodable(text):
    """text with what gdb can't convert to the program's character set escaped."""
    try:
        charset = gdb.target_charset()
        return text.encode(charset, "backslashreplace").decode(charset)
    except (LookupError, UnicodeError):  # iconv knows more character sets than Python
        return text.encode("ascii", "backslashreplace").decode("ascii")
