"""What is watched by tp and prof: one place of the program, or one function."""

import re

import gdb

from pysheeet import inferior, native, results, variables
from pysheeet.command import one_line


class Site:
    """A place that a probe is reached at: which function it is, and what is shown there."""

    def __init__(self, function, shown, symtab):
        self.function = function  # its number in the recording
        self.shown = shown  # [variables.Variable]
        self.labels = [f"{v.name}\t{v.type}\t" for v in shown]
        self.distances = None  # of the variables from the caller's frame, once known
        self.symbol = None  # of the function
        self.module = None  # the library it lies in, if any
        self._symtab = symtab

    def is_valid(self, pc):
        """Whether it still is what lies at pc: a library may have gone, and another come."""
        if self._symtab is None:
            return self.module == gdb.solib_name(pc)
        return self._symtab.is_valid() and all(v.symbol.is_valid() for v in self.shown)


class Probe:
    """One place to watch; engines/__init__.py says what engines do with it.

    options: those that were typed. recording: what is told of it. name: what it is called, instead
    of the location as typed.
    """

    def __init__(self, number, location, condition, options, recording, name=None):
        self.number = number
        self.location = location
        self.condition = condition
        self.name = name or location
        self.verb, self.noun = recording.command, recording.noun
        # A line or an address lies within a function, not at its entry.
        self.is_inside = re.search(r"(^|:)\s*\d+$|^[*+-]", location) is not None
        self.is_one_of_many = options.get("r", False)
        self._recording = recording
        self._is_quiet = options.get("quiet", False)
        self._most = options.get("max")
        self._callers = options.get("bt", 0)
        self._wants_locals = options.get("locals", False)
        self._asks_result = options.get("return", False)
        self.watch_exit(self.asks_exit)
        self.count = 0
        self.failures = 0
        self.failure = None
        self._sites = {}  # by pc
        self._results = {}  # by the entry of a function: what reads its result, or why that can't be

    @property
    def asks_exit(self):
        """Whether the ends of calls are of use, with the layout as it is."""
        is_graph = self._recording.layout.value == "graph" and not self._is_quiet
        asks_end = self._asks_result or self._wants_locals or is_graph
        return self._recording.is_timed or bool(asks_end and not self.is_inside)

    def watch_exit(self, on):
        is_graph = self._recording.layout.value == "graph"
        self.wants_exit = on
        self.wants_result = on and bool(self._asks_result or is_graph)
        self.wants_leaving = on and bool(self.wants_result or self._wants_locals)

    @property
    def wants_place(self):
        return not (self._is_quiet or self.is_inside)

    @property
    def text(self):
        """As the user typed it, safe for a terminal."""
        condition = f" if {self.condition}" if self.condition else ""
        return native.escape(self.name + condition)

    def failed(self, text):
        self.failures += 1
        self.failure = text

    def retired(self):
        """It was disabled or deleted: nobody watches any longer how its open calls end."""
        for site in self._sites.values():
            self._recording.recorder.abandon(site.function, native.End.OPEN)

    def forget_sites(self):
        """What was learnt of the places where it was reached is learnt again."""
        self._sites.clear()
        self._results.clear()

    def reset(self):
        """A new run begins: counts are zero, and its code may lie elsewhere."""
        self.count = self.failures = 0
        self.forget_sites()

    def failure_line(self):
        """What is to be said of conditions that could not be evaluated; empty if all could."""
        if not self.failures:
            return ""
        reason = native.escape(one_line(self.failure))
        return f"'{self.text}': its condition failed at {self.failures} hits: {reason}\n"

    def entered(self, visit):
        self.count += 1
        if self._is_quiet and not self.wants_exit:
            return
        if self._most is not None and self.count > self._most:
            if self.wants_exit and visit.place is not None:
                unknown = native.End.UNKNOWN
                self._recording.passed(native.RecordKind.ARRIVE, visit.place, visit.time, unknown)
            return
        site = self._sites.get(visit.pc)
        if site is None or not site.is_valid(visit.pc):
            site = self._sites[visit.pc] = self._make_site(visit)
        text = 0 if self._is_quiet else self._recording.text(self._values(site, visit))
        if self.wants_exit:
            self._recording.entered(visit, site.function, text)
        else:
            self._recording.hit(visit, site.function, text)

    def leaving(self, function, thread):
        """A call of a functions.Function returns now: the recording is given what it returns."""
        lines = []
        if self.wants_result:
            lines.append(self._result(function))
        if self._wants_locals:
            frame = gdb.newest_frame()
            for v in variables.locals_in(variables.scope_of(frame)):
                lines.append(f"{v.name}\t{v.type}\t{v.value_text(frame)}\t{v.size_in(frame)}\n")
        self._recording.result = self._recording.text("".join(lines))

    def _values(self, site, visit):
        """The text of a recording (trace/arguments.h) that has the variables and the callers."""
        parts = []
        if site.distances is not None and visit.is_fixed:
            base = visit.place[2]
            for v, label, distance in zip(site.shown, site.labels, site.distances):
                parts.append(f"{label}{v.text_at(base + distance)}\t{v.size}\n")
        elif site.shown:
            frame = self._frame(visit)
            if visit.is_fixed and visit.place is not None:
                distances = [v.distance_from(visit.place[2], frame) for v in site.shown]
                site.distances = None if None in distances else distances
            for v, label in zip(site.shown, site.labels):
                parts.append(f"{label}{v.value_text(frame)}\t{v.size_in(frame)}\n")
        if self._callers:
            parts += _callers(visit.frame, self._callers)
        return "".join(parts)

    def _frame(self, visit):
        """The frame of the function that is probed."""
        frame = visit.frame
        if not self.is_inside and not visit.is_inlined:
            # At -O2 its first statement may be a call that is inlined.
            while frame.type() == gdb.INLINE_FRAME:
                frame = frame.older()
        return frame

    def _result(self, function):
        known = self._results.get(function.entry)
        if known is None:
            known = self._results[function.entry] = _result_reader(function)
        type_, read = known
        if read is None:
            return f"\t{type_}\t\t0\n"
        try:
            value = inferior.format_value(read(), pretty_structs=False, pretty_arrays=False)
        except (gdb.error, RuntimeError) as error:
            value = f"<error: {error}>"
        return f"\t{type_}\t{native.escape(value)}\t0\n"

    def _make_site(self, visit):
        frame = self._frame(visit)
        sal = frame.find_sal()
        place, line = inferior.frame_place(frame), sal.line
        symbol, name = _function_of(frame)
        if not self._recording.is_timed:
            name = inferior.frame_name(frame)
        scope = variables.scope_of(frame)
        if visit.is_inlined and sal.symtab is not None and visit.line not in (0, line):
            # An inlined call begins here; gdb shows that only for breakpoints of the user's own.
            inlined, called_in = variables.inlined_scope(visit.pc, {self.location, self.name})
            if inlined:
                scope, symbol, line = inlined, inlined[-1].function, called_in or visit.line
                name = native.escape(symbol.print_name)
                place = f"{inferior.displayed_file(symbol.symtab)}:{line}"
        shown = variables.arguments(scope)
        if self.is_inside:  # at an entry variables have no values yet
            shown += variables.locals_declared(scope, sal.symtab, line)
        file = _full_name(sal.symtab)
        module = gdb.solib_name(visit.pc)
        program = gdb.current_progspace().filename or ""
        number = self._recording.recorder.add_function(
            name, place, file, line if file else 0, visit.pc, module or program
        )
        if self._is_quiet:
            self._recording.lines.hide(number)
        site = Site(number, shown, sal.symtab)
        site.module = module
        return site


def _function_of(frame):
    """(symbol or None, name safe for a terminal) of a frame's function."""
    try:
        symbol = frame.function()
        if symbol is None:
            return None, inferior.frame_name(frame)
        name = symbol.print_name
        if name.startswith("operator()"):
            # Of a lambda gcc's debug information has no more; the symbol table tells whose it is.
            told = re.match(r"(.*?)(?: \+ \d+)? in section ", inferior.output(f"info symbol {frame.pc()}"))
            name = told[1] if told else name
        return symbol, native.escape(name)
    except UnicodeDecodeError:
        return None, inferior.frame_name(frame)


def _full_name(symtab):
    return inferior.text_of(symtab.fullname) if symtab is not None else ""


def _result_reader(function):
    """(type as text, what reads the value a function returns, None if it returns none)."""
    block = gdb.block_for_pc(function.entry)
    symbol = block.function if block is not None else None
    if symbol is None or symbol.type.code != gdb.TYPE_CODE_FUNC:
        return "<no debug information>", None
    type_ = symbol.type.target()
    try:
        return native.escape(str(type_)), results.reader(type_)
    except results.Unknown as error:
        return f"<{native.escape(str(error))}>", None


def _callers(frame, count):
    """The frames outside a frame, as packed lines."""
    lines = []
    try:
        for _ in range(count):
            frame = frame.older()
            if frame is None:
                break
            where = f"{inferior.frame_name(frame)} at {inferior.frame_place(frame)}"
            lines.append(f"#{frame.level()}\t\t{where}\t0\n")
    except gdb.error as error:
        lines.append(f"#\t\t<{native.escape(one_line(error))}>\t0\n")
    return lines
