"""The time that the program had, while gdb stops it again and again."""

import time
from collections import defaultdict


class Clock:
    """The program's time per thread: what passes less what gdb is known to have taken of it.

    gdb's thread sleeps while the program runs free, so the processor time it used between two stops
    is what it took to resume the one and to report the other.
    """

    def __init__(self):
        self._debugger = defaultdict(int)  # by thread
        self._processor = time.thread_time_ns()
        self._paused = 0
        self._paused_at = time.monotonic_ns()
        self._held = 0
        self._stops = []  # when each stop() that has not ended began: a condition may call functions

    def stopped(self, thread):
        """A probe's stop() begins: the thread's time now, ns."""
        wall = time.monotonic_ns()
        if self._paused_at is None:
            self._debugger[thread] += time.thread_time_ns() - self._processor
        self._stops.append(wall)
        return wall - self._debugger[thread] - self._paused

    def resumed(self, thread):
        """It ends: what it took was not the program's."""
        took = time.monotonic_ns() - self._stops.pop()
        if self._paused_at is None and not self._stops:
            self._debugger[thread] += took
        self._processor = time.thread_time_ns()

    def pause(self):
        """gdb has the program, until proceed()."""
        if self._paused_at is None:
            self._paused_at = time.monotonic_ns()

    def proceed(self):
        if self._paused_at is not None and not self._held:
            self._paused += time.monotonic_ns() - self._paused_at
            self._paused_at = None
        self._processor = time.thread_time_ns()

    def hold(self):
        """The program runs for gdb's own ends, until release(): that counts as a pause."""
        self._held += 1

    def release(self):
        self._held -= 1
