"""dm: how sizes, ranges and mappings are told."""

import os
import time

import gdb

from pysheeet import native

ANONYMOUS = "[anon]"


def human(size):
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if round(size, 1) < 1024:
            return counted(size, "byte") if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} TiB"


def size_text(size):
    return human(size) if size < 1024 else f"{human(size)} ({size} bytes)"


def range_text(place):
    return f"0x{place.start:x}-0x{place.end:x}"


def name_of(mapping):
    return mapping.name or ANONYMOUS


def shown_name(mapping):
    return native.escape(name_of(mapping))


def counted(number, what):
    return f"{number} {what}{'' if number == 1 else 's'}"


class Progress:
    """A line that shows how far the work is, after half a second and on a terminal only."""

    def __init__(self, total):
        self.finished = 0
        self._total = total
        self._shown = ""
        self._begun = self._last = time.monotonic()
        self._wanted = os.isatty(1)

    def show(self, done):
        now = time.monotonic()
        if not self._wanted or now - self._begun < 0.5 or now - self._last < 0.1:
            return
        self._last = now
        done = min(done + self.finished, self._total)
        rate = done / (now - self._begun)
        left = (self._total - done) / rate if rate else 0
        self._replace(
            f"{human(done)} of {human(self._total)} ({100 * done // max(self._total, 1)}%), "
            f"{human(int(rate))}/s, {_duration(left)} left"
        )

    def _replace(self, text):
        gdb.write(f"\r{text}{' ' * (len(self._shown) - len(text))}")
        gdb.flush()
        self._shown = text

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.clear()

    def clear(self):
        """Take the line away, for something else to be written."""
        if self._shown:
            self._replace("")
            gdb.write("\r")


def _duration(seconds):
    seconds = round(seconds)
    if seconds < 60:
        return f"{seconds} s"
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes} min {seconds} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min"
