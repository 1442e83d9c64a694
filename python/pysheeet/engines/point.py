"""Internal breakpoints that never stop the program."""

import contextlib

import gdb

from pysheeet import native

_reported = set()
_calling = set()  # threads that run what gdb calls


class Point(gdb.Breakpoint):
    """Where the program gets there, action(gdb's global number of the thread) is called.

    repeats: repeats.Repeats, which know of stops that are told twice.
    """

    def __init__(self, spec, action, repeats):
        super().__init__(spec, internal=True)
        self.silent = True
        self._action = action
        self._repeats = repeats

    def stop(self):
        try:
            thread = gdb.selected_thread()
            number = thread.global_num if thread else 0
            if number not in _calling and not (thread and self._repeats.has(thread)):
                self._action(number)
        except KeyboardInterrupt:
            gdb.write("\nInterrupted; `frame' shows where.\n")
            return True  # the user's own wish
        except Exception as error:  # whatever it is, the program must not stop for it
            _report(error)
        return False


class Points:
    """Those that an engine needs besides its probes, by key: (address, what for)."""

    def __init__(self, repeats):
        self._points = {}
        self._repeats = repeats

    def keep(self, wanted):
        """Have those of wanted, {key: action}, and no others; not to be called inside a stop()."""
        for key in [key for key in self._points if key not in wanted]:
            point = self._points.pop(key)
            if point.is_valid():
                point.delete()
        for key, action in wanted.items():
            if key not in self._points:
                # Decimal: not every source language knows 0x.
                self._points[key] = Point(f"*{key[0]}", action, self._repeats)


@contextlib.contextmanager
def calls_of_gdb(thread):
    """What the thread runs meanwhile is not the program's: no Point looks at it."""
    _calling.add(thread)
    try:
        yield
    finally:
        _calling.discard(thread)


def _report(error):
    """Say once what went wrong in a stop(); the program runs on."""
    text = f"{type(error).__name__}: {error}"
    if text not in _reported:
        _reported.add(text)
        gdb.write(f"pysheeet: a probe failed: {native.escape(text)}\n", gdb.STDERR)
