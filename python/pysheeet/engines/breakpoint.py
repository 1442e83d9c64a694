"""The engine that serves every target gdb has breakpoints for, at gdb's cost of a stop.

A probe is an internal breakpoint whose stop() looks and lets the program go on. Where the end of
calls is wanted, each return instruction (and jump to another function) gets one too, once, when the
function's address is known; inside stop() nothing is created or deleted, which gdb forbids.
"""

import gdb

from pysheeet import functions, inferior, native
from pysheeet.engines import Visit, locations
from pysheeet.engines.clock import Clock
from pysheeet.engines.placed import Placed
from pysheeet.engines.places import Places, evaluate
from pysheeet.engines.point import Point, Points, calls_of_gdb
from pysheeet.engines.repeats import Repeats

# Where frames are dropped without a return, and how: what to tell the listener, and the kind of end.
_LANDMARKS = (
    ("__cxa_throw", native.RecordKind.UNWINDING, native.End.EXCEPTION),
    ("__cxa_rethrow", native.RecordKind.UNWINDING, native.End.EXCEPTION),
    ("__cxa_begin_catch", native.RecordKind.UNWOUND, native.End.EXCEPTION),
    ("longjmp", native.RecordKind.UNWINDING, native.End.LONGJMP),
    ("__longjmp_chk", native.RecordKind.UNWINDING, native.End.LONGJMP),
    ("pthread_exit", native.RecordKind.UNWINDING, native.End.THREAD_END),
    ("_Unwind_ForcedUnwind", native.RecordKind.UNWINDING, native.End.THREAD_END),  # pthread_cancel
)
# A system call of the program's own that does so is seen a little later.
_HANDLER_SETTERS = ("sigaction", "signal", "__sysv_signal", "sigset")
# Stops for calibration, at every second instruction behind the program's entry point.
_SAMPLES = 6

_engine = None


def engine():
    global _engine
    if _engine is None:
        _engine = BreakpointEngine()
    return _engine


class BreakpointEngine:
    name = "breakpoint"

    def __init__(self):
        self.listeners = []
        self._placed = {}  # by probe
        self._repeats = Repeats()
        self._helpers = Points(self._repeats)
        self._leaving = {}  # by the entry of a function: the probes that want to see it return
        self._ending = {}  # by the same: the verbs of those for which its calls end
        self._sample_points = []  # addresses that every run gets to once, one after the other
        self._clock = Clock()
        self._calls = 0  # that the clock's costs are of
        self._inferior = None  # number of the one that helper points are for
        self._progspace = None  # its own
        self._program = None  # its file
        self._crowded = False  # whether there are inferiors beside it that are no forks of it
        self._timed = False  # whether time runs as the program sees it
        self._armed = False  # whether helper points were set for it
        self._is_fresh = False  # whether it was armed just now
        self._places = None  # of its calls; None while it is not live
        self._functions = {}  # by entry and the file it is from, as long as the program lives
        self._new_run = True
        gdb.events.new_objfile.connect(self._on_new_objfile)
        gdb.events.stop.connect(self._on_stop)
        gdb.events.exited.connect(self._on_exited)
        gdb.events.new_inferior.connect(self._on_new_inferior)
        gdb.events.inferior_deleted.connect(self._on_inferior_deleted)
        gdb.events.inferior_call.connect(self._on_inferior_call)
        self._awaits_cont = False
        self._await_cont()

    # Probes

    def place(self, probe):
        sites = self._resolve(probe.location)
        locations.check_condition(probe, sites)
        placed = Placed(probe, sites)
        note = None
        if probe.wants_exit:
            note = self._check_exits(probe, sites)
        placed.point = Point(probe.location, lambda thread: self._enter(placed, thread), self._repeats)
        self._placed[probe] = placed
        return note

    def check_exits(self, probe):
        self._check_exits(probe, self._resolve(probe.location))

    def _check_exits(self, probe, sites):
        self._check_time(probe)
        self._check_twice(probe, sites)
        return locations.check_returns(probe, sites)

    def settle(self):
        if self._placed:
            self._rearm()
        else:
            self._sync()

    def remove(self, probe):
        point = self._placed.pop(probe).point
        if point.is_valid():
            point.delete()

    def is_placed(self, probe):
        return self._placed[probe].point.is_valid()

    def is_enabled(self, probe):
        return self._placed[probe].point.enabled

    def set_enabled(self, probe, on):
        self._placed[probe].point.enabled = on

    def _check_time(self, probe):
        if gdb.parameter("non-stop"):
            raise gdb.GdbError(f"{probe.verb}: in non-stop mode the program's own time can't be told.")
        if self._crowded and len(gdb.inferiors()) > 1:
            raise gdb.GdbError(
                f"{probe.verb}: returns can be watched in one inferior only; remove the others."
            )
        self._crowded = False

    def _check_twice(self, probe, sites):
        entries = {site.pc for site in sites if site.function is not None}
        for placed in self._placed.values():
            other = placed.probe
            is_same = other is probe or other.verb != probe.verb
            if other.wants_exit and not is_same and not entries.isdisjoint(placed.entries):
                raise gdb.GdbError(
                    f"{probe.verb}: {other.text} is {other.noun} {other.number} already."
                )

    def locations(self, probe):
        """[(address, file or None, line)] as far as they are known."""
        found = []
        for location in self._placed[probe].point.locations:
            found.append((location.address, *locations.source_of(location)))
        return found

    # Helper points, whose addresses are known only while the program is live

    def _rearm(self):
        for placed in [p for p in self._placed.values() if not p.point.is_valid()]:
            del self._placed[placed.probe]
        if not self._placed:
            return
        live = inferior.is_live()
        if live and not self._armed:
            self._adopt(gdb.selected_inferior())
            self._armed = self._is_fresh = True
        for placed in self._placed.values():
            if live and self._can_place():
                placed.learn(self._resolve(placed.probe.location))
            else:
                placed.forget()
        self._sync()
        self._is_fresh = False

    def _disarm(self):
        self._armed = False
        self._repeats.drop()
        self._functions.clear()
        for placed in self._placed.values():
            placed.forget()
        self._sync()

    def _adopt(self, live_inferior):
        self._inferior = live_inferior.num
        self._progspace = live_inferior.progspace
        self._program = live_inferior.progspace.filename
        self._places = Places(live_inferior)
        if self._places.stack_pointer == "$rsp" and live_inferior.connection.type == "native":
            self._repeats.adopt(live_inferior.pid)

    def _can_place(self):
        return self._places is not None and self._places.stack_pointer is not None

    def _resolve(self, location):
        """The Sites of a location; empty while nothing of that name is loaded."""
        sites = []
        for pc in locations.addresses(location):
            key = pc, gdb.solib_name(pc) or gdb.current_progspace().filename
            try:
                function = self._functions.get(key) or functions.at(pc)
            except gdb.error:  # gdb.MemoryError, too: not relocated yet
                continue
            if function.entry == pc:
                if self._armed:
                    self._functions[key] = function
                sites.append(locations.Site(pc, function, None))
            else:
                sites.append(locations.Site(pc, None, function))
        return sites

    def _sync(self):
        """Create the helper points that are wanted, delete those that no longer are."""
        wanted = {}
        exits_wanted = False
        self._leaving.clear()
        self._ending.clear()
        for placed in self._placed.values():
            if self._crowded or not placed.point.is_valid() or not placed.point.enabled:
                continue
            for entry in placed.arrivals:
                wanted[entry, "arrival"] = self._arriver(entry)
            for jump in placed.returns:
                wanted[jump.address, "return"] = self._returner(jump)
            if placed.probe.wants_exit:
                exits_wanted = exits_wanted or bool(placed.functions)
                for function in placed.functions:
                    self._ending.setdefault(function.entry, set()).add(placed.probe.verb)
                    if placed.probe.wants_leaving:
                        self._leaving.setdefault(function.entry, []).append(placed.probe)
                    for exit_ in function.exits:
                        wanted[exit_.address, "exit"] = self._leaver(function, exit_)
        if exits_wanted:
            for name, kind, how in _LANDMARKS:
                for address in locations.global_addresses(name):
                    wanted[address, name] = self._dropper(kind, how)
            if self._is_fresh and self._new_run:
                self._sample_points = locations.first_addresses(_SAMPLES)
            for address in self._sample_points:
                wanted[address, "sample"] = self._sample
        if self._placed and not self._crowded and self._repeats.awaits_handlers:
            for name in _HANDLER_SETTERS:
                for address in locations.global_addresses(name):
                    wanted[address, name] = lambda thread: self._repeats.handler_is_set()
        self._helpers.keep(wanted)

    # Inside stop()

    def _enter(self, placed, thread):
        now = self._clock.stopped(thread)
        try:
            probe = placed.probe
            pc = placed.pc or self._location(placed)
            if pc in placed.forwarded or self._has_returned(placed, pc, thread):
                return
            self._calls += 1
            place = None
            if probe.wants_exit:
                # In a child that gdb follows not even that is known.
                if self._armed and pc in placed.inlined:
                    return
                if self._timed and self._armed and not self._crowded and self._can_place():
                    place = self._places.of_visit(placed, pc, thread)
            elif probe.wants_place and self._can_place() and pc not in placed.inlined:
                place = self._places.of_visit(placed, pc, thread)
            if pc in placed.loops:
                place = place or self._places.of_visit(placed, pc, thread)
                if place is None or place[2] not in placed.arrived[thread]:
                    return  # an iteration, not a call
                placed.arrived[thread].discard(place[2])
            if probe.condition is not None and not self._holds(probe, thread):
                if probe.wants_exit and place is not None:
                    self._pass(native.RecordKind.ARRIVE, place, now, native.End.UNKNOWN)
                return
            line, is_inlined = placed.lines.get(pc, 0), pc in placed.inlined
            is_fixed = pc in placed.distances
            probe.entered(Visit(pc, line, place, thread, now, is_inlined, is_fixed))
        finally:
            self._clock.resumed(thread)

    def _has_returned(self, placed, pc, thread):
        """Whether the function's own loop led to its entry, where the probe is."""
        if not placed.returned[thread]:
            return False
        return _take_out((pc, self._places.at_call(thread)[2]), placed.returned[thread])

    def _location(self, placed):
        pc = evaluate("$pc")
        if pc not in placed.lines:
            placed.learn_location(pc, 0)  # of a library that gdb told of before its breakpoints
        # gdb tells of a library, which makes this forgotten, before it finds new locations there.
        if len(placed.point.locations) == 1:
            placed.pc = pc
        return pc

    def _holds(self, probe, thread):
        try:
            gdb.selected_frame()  # so that the language is that of the frame
            with calls_of_gdb(thread):
                value = gdb.parse_and_eval(probe.condition)
            if value.type.strip_typedefs().code in (gdb.TYPE_CODE_REF, gdb.TYPE_CODE_RVALUE_REF):
                value = value.referenced_value()
            return bool(value)
        except (gdb.error, RuntimeError) as error:
            probe.failed(str(error))
            return False

    def _arriver(self, entry):
        def arrive(thread):
            frame = self._places.at_call(thread)[2]
            for placed in self._placed.values():
                if entry not in placed.arrivals:
                    continue
                # Where the probe is at the entry itself, it is the one to look.
                if entry in placed.lines or not _take_out((entry, frame), placed.returned[thread]):
                    placed.arrived[thread].add(frame)

        return arrive

    def _returner(self, jump):
        def return_(thread):
            if jump.condition is None or functions.taken(jump.condition, evaluate("(int) $eflags")):
                frame = self._places.at_call(thread)[2]
                for placed in self._placed.values():
                    if jump in placed.returns:
                        placed.returned[thread].add((jump.target, frame))

        return return_

    def _leaver(self, function, exit_):
        how = native.End.TAIL_CALL if exit_.tail_call else native.End.RETURNED

        def leave(thread):
            now = self._clock.stopped(thread)
            try:
                taken = exit_.condition is None or functions.taken(
                    exit_.condition, evaluate("(int) $eflags")
                )
                if taken:
                    place = self._places.at_call(thread)
                    if how == native.End.RETURNED:
                        for probe in self._leaving.get(function.entry, ()):
                            probe.leaving(function, thread)
                    verbs = self._ending.get(function.entry, ())
                    self._pass(native.RecordKind.LEAVE, place, now, how, verbs)
            finally:
                self._clock.resumed(thread)

        return leave

    def _dropper(self, kind, how):
        def drop(thread):
            now = self._clock.stopped(thread)
            try:
                is_placed = kind == native.RecordKind.UNWOUND
                place = self._places.at_call(thread) if is_placed else (thread, 0, 0)
                self._pass(kind, place, now, how)
            finally:
                self._clock.resumed(thread)

        return drop

    def _sample(self, thread):
        self._clock.sample(thread)
        if evaluate("$pc") == self._sample_points[-1]:
            self._clock.calibrate()

    def _pass(self, *arguments):
        for listener in self.listeners:
            listener.passed(*arguments)

    def _tell(self, what, *arguments):
        for listener in self.listeners:
            getattr(listener, what)(*arguments)

    def time_of(self, thread):
        return self._clock.time_of(thread)

    def cost(self):
        total, left = self._clock.cost()
        return total // self._calls if self._calls else 0, left

    # Events

    def _on_cont(self, event):
        # gdb resumes after each probe's stop too; the first time is enough.
        gdb.events.cont.disconnect(self._on_cont)
        self._awaits_cont = False
        if self._new_run:
            self._clock, self._calls = Clock(), 0
        self._clock.proceed()
        # A recording steps through the program, and a replay has no time.
        self._timed = gdb.current_recording() is None and not gdb.parameter("non-stop")
        if self._new_run:
            self._new_run = False
            gdb.set_convenience_variable("_exitsignal", None)
            self._tell("run_began")
        self._tell("resumed")

    def _on_new_objfile(self, event):
        # While gdb sets up the program space of a child that it follows, to disassemble loses its
        # way, and what is inserted fails.
        if self._inferior is None or self._armed and event.new_objfile.progspace == self._progspace:
            if self._armed and self._progspace.filename != self._program:
                self._program = self._progspace.filename
                self._tell("replaced")
            self._rearm()

    def _on_new_inferior(self, event):
        # Helper points are addresses, which gdb would put into the other program, too. A fork has the
        # same program; it comes while the program runs.
        if self._awaits_cont and len(gdb.inferiors()) > 1:
            self._crowded = True
            self._sync()

    def _on_inferior_deleted(self, event):
        others = [other for other in gdb.inferiors() if other.num != event.inferior.num]
        if self._crowded and len(others) == 1:
            self._crowded = False
            self._sync()

    def _on_inferior_call(self, event):
        # gdb resumes the program for it, but the time is the user's. It ends without a stop event.
        if isinstance(event, gdb.InferiorCallPreEvent):
            self._clock.hold()
        else:
            self._clock.release()
            self._await_cont()

    def _on_stop(self, event):
        self._clock.pause()
        self._await_cont()
        self._tell("stopped", event)
        if inferior.is_live() and not self._armed:
            self._rearm()  # attached, in a child, or a target that has no libraries to tell of

    def _on_exited(self, event):
        if self._inferior not in (None, event.inferior.num):
            return
        for other in gdb.inferiors():
            if other.pid and other.num != event.inferior.num:
                # A child that gdb follows: the run goes on. Its helper points can't be set before
                # it stops; until then calls have no known ends there.
                # gdb 13 aborts if asked for its program space now, when vfork led to it.
                self._inferior, self._places = other.num, None
                self._disarm()
                return
        self._clock.pause()
        self._await_cont()
        ended = hasattr(event, "exit_code") or gdb.convenience_variable("_exitsignal") is not None
        if not self._new_run:  # a core file that is closed never ran
            self._tell("run_ended", native.End.EXIT if ended else native.End.OPEN)
        self._new_run = True
        self._inferior = self._places = None
        self._sample_points = []
        self._disarm()

    def _await_cont(self):
        if not self._awaits_cont:
            self._awaits_cont = True
            gdb.events.cont.connect(self._on_cont)


def _take_out(item, items):
    """Whether it was among them."""
    found = item in items
    items.discard(item)
    return found
