"""gdb's state as plain values."""

import os
import re

import gdb

from pysheeet import native


def target_kind():
    """What the selected inferior is: "none", "native", "core", "remote", or "replay"."""
    connection = getattr(gdb.selected_inferior(), "connection", None)
    if connection is None:
        return "none"
    if connection.type == "native":
        return "native" if gdb.selected_inferior().pid else "none"
    if connection.type == "core":
        return "core"
    if connection.type in ("remote", "extended-remote"):
        return "remote" if gdb.selected_inferior().pid else "none"
    return "replay"


def core_path():
    """The path of the core file that is debugged; gdb.error if gdb doesn't tell."""
    # Only the text of `info files` has it, absolute, whatever directory gdb has changed to since.
    text = gdb.execute("info files", to_string=True)
    found = re.search(
        r"^Local core dump file:\n\t`(.*?)', file type [\w-]+\.$", text, re.MULTILINE | re.DOTALL
    )
    if found is None:
        raise gdb.error("gdb does not tell where the core file is")
    return found.group(1)


def is_styled():
    """Whether output may carry colour: a terminal, `style enabled`, and no NO_COLOR."""
    return os.isatty(1) and bool(gdb.parameter("style enabled")) and not os.environ.get("NO_COLOR")


def format_value(value, **options):
    """value as `print` shows it, on one line; `<error: …>` where it can't be read."""
    try:
        return value.format_string(pretty_structs=False, pretty_arrays=False, **options)
    except (gdb.error, RuntimeError, ValueError, UnicodeError) as error:
        return f"<error: {native.escape(str(error))}>"
