"""gdb's state as plain values."""

import os

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


def is_styled():
    """Whether output may carry colour: a terminal, `style enabled`, and no NO_COLOR."""
    # While gdb's output goes elsewhere (`pipe`, execute(to_string=True)), both of these are unlimited.
    is_redirected = gdb.parameter("width") is None and gdb.parameter("height") is None
    is_wanted = bool(gdb.parameter("style enabled")) and not os.environ.get("NO_COLOR")
    return os.isatty(1) and is_wanted and not is_redirected


def format_value(value, **options):
    """value as `print` shows it, on one line; `<error: …>` where it can't be read."""
    try:
        return value.format_string(pretty_structs=False, pretty_arrays=False, **options)
    except (gdb.error, RuntimeError, ValueError, UnicodeError) as error:
        return f"<error: {native.escape(str(error))}>"
