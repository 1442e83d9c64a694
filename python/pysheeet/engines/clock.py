"""The time that the program had, while gdb stops it again and again."""

import time
from collections import defaultdict


# Below this two stop() were called in one stop, as of tp and of prof at the same place.
_ONE_STOP = 5000


class Clock:
    """The program's time per thread: what passes less what gdb is known to have taken of it.

    gdb's thread sleeps while the program runs free, so the processor time it used between two stops
    is what it took to resume the one and to report the other. What the kernel and the waking of
    both sides took beyond that is known once it was calibrated: the time between two stops with but
    one instruction between them.
    """

    def __init__(self):
        self._debugger = defaultdict(int)  # by thread
        self._seen = {}  # by thread: its time at its last stop
        self._processor = time.thread_time_ns()
        self._began = time.monotonic_ns()
        self._paused = 0
        self._paused_at = self._began
        self._held = 0
        self._stops = []  # when each stop() that has not ended began: a condition may call functions
        self._trap = 0  # what a stop takes that no clock of gdb's shows
        self._samples = []
        self._sampled_at = None
        self._held_up = 0  # by stops, of all threads
        self._is_between = False  # whether a stop came before, and no pause since

    def stopped(self, thread):
        """A probe's stop() begins: the thread's time now, ns."""
        wall = time.monotonic_ns()
        if self._paused_at is None:
            took = time.thread_time_ns() - self._processor
            ran = wall - self._began - self._debugger[thread] - self._paused - took
            ran -= self._seen.get(thread, 0)
            if ran > _ONE_STOP:
                # A stop takes no more than the time in which one came and something ran besides.
                self._trap = min(self._trap, ran)
                took += self._trap
            self._debugger[thread] += took
            self._held_up += took if self._is_between else self._trap
        self._stops.append(wall)
        now = wall - self._began - self._debugger[thread] - self._paused
        self._seen[thread] = now
        return now

    def resumed(self, thread):
        """It ends: what it took was not the program's."""
        took = time.monotonic_ns() - self._stops.pop()
        if self._paused_at is None and not self._stops:
            self._debugger[thread] += took
            self._held_up += took
        self._is_between = True
        self._processor = time.thread_time_ns()

    def time_of(self, thread):
        """The thread's time now, without a stop of its own."""
        wall = self._paused_at or time.monotonic_ns()
        return wall - self._began - self._debugger[thread] - self._paused

    def sample(self, thread):
        """A stop for calibration; two in turn have one instruction between them."""
        now = self.stopped(thread)
        if self._sampled_at is not None:
            self._samples.append(now - self._sampled_at)
        self._sampled_at = now
        self.resumed(thread)

    def calibrate(self):
        """Take what the samples tell into account; they are used once."""
        if self._samples:
            self._trap = max(0, min(self._samples))

    def cost(self):
        """(ns that stops took from all threads, how far that may be off at one call, None if unknown)."""
        return self._held_up, max(self._samples) - self._trap if self._samples else None

    def pause(self):
        """gdb has the program, until proceed()."""
        self._is_between = False
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
