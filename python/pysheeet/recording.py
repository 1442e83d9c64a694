"""What tp or prof has seen in the current run, or in the last one: records in, lines and tables out."""

import time

import gdb

from pysheeet import engines, inferior, native, settings, variables


class Layout(settings.Setting):
    """lines: as they are reached, with the arguments below each other.  graph: nested
calls, with their durations and return values, as function tracers show them."""

    name = "pysheeet layout"
    kind = gdb.PARAM_ENUM
    values = ["lines", "graph"]
    default = "lines"
    what = "how tp and prof show calls"
    listeners = []

    def get_set_string(self):
        for listener in self.listeners:
            listener()
        return ""


class Lines(settings.Setting):
    """What comes after them is counted, but not shown.  `unlimited' shows all."""

    name = "pysheeet lines"
    kind = gdb.PARAM_ZUINTEGER_UNLIMITED
    default = 1000
    what = "how many lines tp and prof show in a run"


class Calls(settings.Setting):
    """`save tp' can tell those one by one; the rest is only counted."""

    name = "pysheeet calls"
    kind = gdb.PARAM_ZUINTEGER_UNLIMITED
    default = 1000000
    what = "how many calls tp keeps of a run"


_UNLIMITED = 2**63 - 1
_NO_FUNCTION = 2**32 - 1
# Plain numbers: each stop passes them.
_ENTER, _HIT, _SEEN = map(
    int, (native.RecordKind.ENTER, native.RecordKind.HIT, native.RecordKind.SEEN)
)
_UNKNOWN, _NOT_TIMED = int(native.End.UNKNOWN), int(native.End.NOT_TIMED)


class Recording(engines.Listener):
    """The recording of one command, which starts anew with each run."""

    def __init__(self, command):
        self.layout, self._lines, self._calls = map(settings.add, (Layout, Lines, Calls))
        self.command = command
        self.is_timed = command == "prof"
        self.noun = "profile" if self.is_timed else "tracepoint"
        self.result = 0  # text of what the call that ends now returns
        self._loaded = None  # a native.Trace in place of what was recorded here
        self._start()
        engines.current().listeners.append(self)

    def _start(self):
        keep = native.Keep.TREE if self.is_timed else native.Keep.CALLS
        self.recorder = native.Recorder(keep, _limit(self._calls))
        self.recorder.describe(
            gdb.current_progspace().filename or "", self.command, engines.current().name, time.time_ns()
        )
        self.lay_out()
        self._threads = {}  # gdb's global number: ours

    def lay_out(self):
        """Tell calls in the layout that is set from now on."""
        layout = native.Layout.COSTS if self.is_timed else native.Layout.REACHED
        if self.layout.value == "graph":
            layout = native.Layout.GRAPH
        self.lines = native.CallLines(self.recorder, layout, _limit(self._lines))
        self.recorder.set_listener(self.lines)

    def thread(self, number):
        """Our number of a thread."""
        known = self._threads.get(number)
        if known is None:
            thread = gdb.selected_thread()
            system = thread.ptid[1] or thread.ptid[2] or thread.ptid[0] if thread else 0
            name = thread.name or "" if thread else ""
            known = self._threads[number] = self.recorder.add_thread(system, name)
        return known

    def text(self, lines):
        """The number of a text that is new."""
        return self.recorder.add_text(lines) if lines else 0

    def entered(self, visit, function, text):
        """A call begins whose end will be told."""
        if visit.place is None:
            self.recorder.count_only(function)
            return
        _, stack, frame = visit.place
        thread = self.thread(visit.thread)
        self.recorder.add(_ENTER, thread, stack, frame, function, visit.time, _UNKNOWN, text)
        self.show()

    def hit(self, visit, function, text):
        """A place was reached; nothing more will be told of it."""
        _, stack, frame = visit.place or (0, 0, 0)
        thread = self.thread(visit.thread)
        self.recorder.add(_HIT, thread, stack, frame, function, visit.time, _NOT_TIMED, text)
        self.show()

    def passed(self, kind, place, time, how, verbs=None):
        if verbs is not None and self.command not in verbs:
            return
        number, stack, frame = place
        text, self.result = self.result, 0
        self.recorder.add(kind, self.thread(number), stack, frame, _NO_FUNCTION, time, how, text)
        self.show()

    def show(self):
        text = self.lines.take()
        if text:
            inferior.write_unpaged(text)

    def trace(self):
        """A native.Trace of all there is, with the calls that are open now."""
        if self._loaded is not None:
            return self._loaded
        self._tell_cost()
        self._tell_times()
        return self.recorder.trace()

    def load(self, path):
        """Take a recording that was saved for what is told, until the next run begins."""
        self._loaded = native.read_recording(path)

    def run_began(self):
        self._loaded = None
        self._start()

    def resumed(self):
        variables.note_settings()

    def stopped(self, event):
        self.lines.flush()
        self.show()

    def replaced(self):
        self._finish(native.End.EXEC)

    def run_ended(self, how):
        self._finish(how)
        self._tell_cost()

    def _finish(self, how):
        self._tell_times()
        self.recorder.finish(0, how)
        self.lines.flush()
        self.show()

    def _tell_times(self):
        """How far each thread has run since it was last seen."""
        for number, ours in self._threads.items():
            now = engines.current().time_of(number)
            self.recorder.add(_SEEN, ours, 0, 0, _NO_FUNCTION, now, _UNKNOWN, 0)

    def _tell_cost(self):
        held_up, left = engines.current().cost()
        self.recorder.set_cost(held_up, -1 if left is None else left)


def _limit(setting):
    return _UNLIMITED if setting.value in (-1, None) else setting.value


def interrupted(event):
    """Whether a stop is the user's Ctrl-C."""
    return isinstance(event, gdb.SignalEvent) and event.stop_signal == "SIGINT"


