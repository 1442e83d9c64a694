"""What tp and prof share: probes with numbers, and gdb's verbs for them."""

import os
import re

import gdb

from pysheeet import engines, native
from pysheeet.command import Command, one_line


class Site:
    """A place that a probe is reached at: how it is told, and the variables that are shown there."""

    def __init__(self, header, shown, symtab):
        self.header = header
        self.shown = shown
        self._symtab = symtab
        self.module = None  # the library it lies in, if any

    def is_valid(self, pc):
        """Whether it still is what lies at pc: a library may have gone, and another come."""
        if self._symtab is None:
            return self.module == gdb.solib_name(pc)
        return self._symtab.is_valid() and all(v.symbol.is_valid() for v in self.shown)


class Probe:
    """One `tp` or `prof` that the user has set; engines/__init__.py says what engines do with it.

    Subclasses give entered(visit), and make_site(visit), whose Site is kept by address.
    """

    wants_exit = False

    def __init__(self, number, location, condition):
        self.number = number
        self.location = location
        self.condition = condition
        # A line or an address lies within a function, not at its entry.
        self.is_inside = re.search(r"(^|:)\s*\d+$|^[*+-]", location) is not None
        self.count = 0
        self.failures = 0
        self.failure = None
        self._sites = {}  # by pc

    def site(self, visit):
        site = self._sites.get(visit.pc)
        if site is None or not site.is_valid(visit.pc):
            site = self._sites[visit.pc] = self.make_site(visit)
            site.module = gdb.solib_name(visit.pc)
        return site

    @property
    def text(self):
        """As the user typed it, safe for a terminal."""
        condition = f" if {self.condition}" if self.condition else ""
        return native.escape(self.location + condition)

    def retired(self):
        """It was disabled or deleted."""

    def failed(self, text):
        self.failures += 1
        self.failure = text

    def reset(self):
        """A new run begins: counts are zero, and its code may lie elsewhere."""
        self.count = self.failures = 0
        self._sites.clear()

    def failure_line(self):
        """What is to be said of conditions that could not be evaluated; empty if all could."""
        if not self.failures:
            return ""
        reason = native.escape(one_line(self.failure))
        return f"'{self.text}': its condition failed at {self.failures} hits: {reason}\n"


class ProbeList(engines.Listener):
    """The probes of one command, by number; their verbs are registered with it."""

    def __init__(self, verb, noun, probe_class):
        self.verb = verb  # "tp"
        self.noun = noun  # "tracepoint"
        self.probe_class = probe_class
        self.probes = {}
        self._last_number = 0
        for command in (_Delete, _Enable, _Disable):
            command(self)
        engines.current().listeners.append(self)

    def add(self, text):
        """Set a probe at `LOCATION [if COND]`; GdbError with the reason if that can't be."""
        location, condition = split_condition(text)
        if not location:
            raise gdb.GdbError(f"{self.verb}: where? Usage: {self.verb} LOCATION [if COND]")
        _check_location(self.verb, self.noun, location)
        probe = self.probe_class(self._last_number + 1, location, condition)
        note = engines.current().place(probe)
        self._last_number += 1
        self.probes[probe.number] = probe
        gdb.set_convenience_variable(f"_{self.verb}_number", probe.number)
        gdb.write(self._confirmation(probe) + (f"{note}\n" if note else ""))
        return probe

    def run_began(self):
        for probe in self.probes.values():
            probe.reset()

    def _confirmation(self, probe):
        engine = engines.current()
        title = f"{self.noun.capitalize()} {probe.number}"
        places = engine.locations(probe)
        if not places:
            return f"{title} ({probe.text}) pending.\n"
        address, file, line = places[0]
        if len(places) > 1:
            where = f": {probe.text}. ({len(places)} locations)"
        elif file:
            where = f": file {native.escape(file)}, line {line}."
        else:
            where = ""
        return f"{title} at {address:#x}{where}\n"

    def _forget_deleted(self):
        # Python code of the user's may delete every breakpoint there is, ours too.
        is_placed = engines.current().is_placed
        for probe in [p for p in self.probes.values() if not is_placed(p)]:
            self.delete(probe)

    def select(self, text):
        """The probes that a list of numbers (`1 3-5`) names; all if there is none."""
        self._forget_deleted()
        numbers = []
        for word in text.replace(",", " ").split():
            bounds = re.fullmatch(r"(\d+)(?:-(\d+))?", word)
            if bounds is None:
                raise gdb.GdbError(f"Bad {self.noun} number '{native.escape(word)}'")
            first, last = int(bounds[1]), int(bounds[2] or bounds[1])
            if last < first:
                raise gdb.GdbError("inverted range")
            if last > self._last_number:
                raise gdb.GdbError(f"No {self.noun} number {last}.")
            numbers += range(first, last + 1)
        if not numbers:
            return list(self.probes.values())
        missing = [n for n in numbers if n not in self.probes]
        if missing:
            raise gdb.GdbError(f"No {self.noun} number {missing[0]}.")
        return [self.probes[n] for n in dict.fromkeys(numbers)]

    def delete(self, probe):
        del self.probes[probe.number]
        engines.current().remove(probe)
        probe.retired()

    def table(self):
        """One line a probe, as `info breakpoints` lists its own."""
        self._forget_deleted()
        if not self.probes:
            return f"No {self.noun}s.\n"
        rows = [("Num", "Enb", "Hits", "What")]
        for probe in self.probes.values():
            places = engines.current().locations(probe)
            what = probe.text
            if not places:
                what += " (pending)"
            elif len(places) > 1:
                what += f" ({len(places)} locations)"
            elif places[0][1]:
                what += f" at {native.escape(places[0][1])}:{places[0][2]}"
            enabled = "y" if engines.current().is_enabled(probe) else "n"
            rows.append((str(probe.number), enabled, str(probe.count), what))
        widths = [max(len(row[i]) for row in rows) for i in range(3)]
        return "".join(
            f"{row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]:>{widths[2]}}  {row[3]}\n"
            for row in rows
        )


class _Verb(Command):
    """A gdb verb for the probes of one list."""

    command_class = gdb.COMMAND_BREAKPOINTS
    help = ""

    def __init__(self, probes):
        self.probes = probes
        self.name = f"{self.verb} {probes.verb}"
        noun, command = probes.noun, self.name
        self.__doc__ = self.help.format(noun=noun, command=command, verb=probes.verb)
        super().__init__()

    def complete(self, text, word):
        return [str(n) for n in self.probes.probes if str(n).startswith(word or "")]

    def run(self, options, operand, from_tty):
        for probe in self.chosen(operand, from_tty):
            self.do(probe)


class _Delete(_Verb):
    verb = "delete"
    help = """Delete {noun}s that {verb} set, all of them without an argument.
Usage: {command} [NUMBER | RANGE]...

Example: {command} 1 3-5"""

    def run(self, options, operand, from_tty):
        chosen = self.probes.select(operand)
        if not operand and chosen and not _confirmed(f"Delete all {self.probes.noun}s? ", from_tty):
            return
        for probe in chosen:
            self.probes.delete(probe)


class _Switch(_Verb):
    on = None

    def run(self, options, operand, from_tty):
        for probe in self.probes.select(operand):
            engines.current().set_enabled(probe, self.on)
            if not self.on:
                probe.retired()


class _Enable(_Switch):
    verb = "enable"
    on = True
    help = """Enable {noun}s that {verb} set, all of them without an argument.
Usage: {command} [NUMBER | RANGE]..."""


class _Disable(_Switch):
    verb = "disable"
    on = False
    help = """Disable {noun}s that {verb} set, all of them without an argument.
Usage: {command} [NUMBER | RANGE]...

They keep their numbers and counts; `enable {verb}' puts them back."""


# C++'s operator functions whose names would look like brackets.
_OPERATOR = re.compile(r"\boperator\s*(<=>|<<=?|>>=?|<=?|>=?|->\*?|\(\))")


def split_condition(text):
    """(location, condition or None) of `LOCATION [if COND]`, the `if` outside quotes and brackets."""
    depth, quote, operator_end = 0, None, 0
    for i, c in enumerate(text):
        if quote:
            quote = None if c == quote else quote
        elif c in "'\"":
            quote = c
        elif i < operator_end:
            continue
        elif operator := _OPERATOR.match(text, i):
            operator_end = operator.end()
        elif c in "([<{":
            depth += 1
        elif c in ")]>}":
            depth -= 1
        elif depth <= 0 and re.match(r"if[\s(]", text[i:]) and (i == 0 or text[i - 1].isspace()):
            condition = text[i + 2 :].strip()
            if not condition:
                break
            return text[:i].strip(), condition
    if re.search(r"(?:^|\s)if$", text.strip()):
        raise gdb.GdbError("Argument required (the condition behind `if').")
    return text.strip(), None


def _check_location(verb, noun, location):
    """Refuse what gdb would not take whole, and ask about what is not loaded as gdb does."""
    if location.startswith("-"):
        raise gdb.GdbError(
            f"{verb}: unknown option {native.escape(location.split()[0])}; write a location as "
            "FUNCTION, FILE:LINE or *ADDRESS."
        )
    try:
        rest, _ = gdb.decode_line(location)
    except gdb.error as error:
        if not re.match(r'(Function ".*" not defined|No source file named|No symbol table)', str(error)):
            raise
        if not _may_be_pending(noun, str(error)):
            hint = "`set breakpoint pending on' takes it for a library that comes later."
            raise gdb.GdbError(f"{native.escape(one_line(error))} {hint}") from None
        return
    if rest:
        raise gdb.GdbError(f"{verb}: what is `{native.escape(rest)}' behind the location?")


def _may_be_pending(noun, reason):
    pending = gdb.parameter("breakpoint pending")  # None stands for auto
    if pending is not None:
        return pending
    if not os.isatty(0) or not gdb.parameter("confirm"):
        return False
    gdb.write(f"{native.escape(reason)}\n")
    return _says_yes(f"Make {noun} pending on future shared library load? (y or [n]) ")


def _confirmed(question, from_tty):
    if not from_tty or not gdb.parameter("confirm") or not os.isatty(0):
        return True
    return _says_yes(f"{question}(y or n) ")


def _says_yes(question):
    try:
        return input(question).strip().lower() in ("y", "yes")
    except EOFError:
        gdb.write("\n")
        return False
