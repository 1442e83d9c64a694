"""The probes that one command has set: their numbers, and gdb's verbs for them."""

import re
from collections import Counter

import gdb

from pysheeet import engines, native, probe_text, selection
from pysheeet.command import Command, Option, one_line
from pysheeet.probes import Probe

_REASONS = 5  # of refusals that are told


# What tp and prof take before the location.
OPTIONS = (
    Option("return", help="what the call returns"),
    Option("locals", help="the local variables as they are when it returns"),
    Option("bt", "a number of frames", kind=probe_text.count, help="that many callers"),
    Option("max", "a number of calls", kind=probe_text.count, help="tell that many, and no more"),
    Option("quiet", help="count only"),
    Option("r", help="LOCATION is a regular expression: every function whose name it matches"),
    Option("lib", "the name of an object file", help="with -r: only its functions"),
    Option("file", "a pattern of file names", help="with -r: only functions of such source files"),
)

OPTIONS_HELP = """  -return     show what each call returns
  -locals     show the local variables as they are when the call returns
  -bt N       show N callers with each call
  -max N      tell N calls, and no more
  -quiet      print nothing for a call, only count
  -r          LOCATION is a regular expression: take every function it matches,
              with -lib NAME only those of one object file, with -file GLOB only
              those of such source files"""


class ProbeList(engines.Listener):
    """The probes of one command, by number; their verbs are registered with it."""

    def __init__(self, recording):
        self.verb = recording.command  # "tp"
        self.noun = recording.noun  # "tracepoint"
        self.recording = recording
        self.probes = {}
        self._last_number = 0
        for command in (_Delete, _Enable, _Disable):
            command(self)
        engines.current().listeners.append(self)
        recording.layout.listeners.append(self._lay_out)

    def _lay_out(self):
        """The layout was set: the graph takes ends of calls that lines do without."""
        self.recording.lay_out()
        for probe in self.probes.values():
            if probe.asks_exit and not probe.wants_exit:
                try:
                    engines.current().check_exits(probe)
                except gdb.GdbError:
                    continue  # its hits are shown
            probe.watch_exit(probe.asks_exit)
            probe.forget_sites()
        engines.current().settle()

    def add(self, options, text):
        """Set a probe at `LOCATION [if COND]`; GdbError with the reason if that can't be."""
        location, condition = probe_text.split_condition(text)
        if not location:
            raise gdb.GdbError(f"{self.verb}: where? Usage: {self.verb} [OPTION]... LOCATION [if COND]")
        if options.get("r"):
            self._add_matching(options, location, condition)
            return
        for name in ("lib", "file"):
            if name in options:
                raise gdb.GdbError(f"{self.verb}: -{name} goes with -r REGEX.")
        probe_text.check_location(self.verb, self.noun, location)
        probe, note = self._place(options, location, condition)
        engines.current().settle()
        gdb.write(self._confirmation(probe) + (f"{note}\n" if note else ""))

    def _place(self, options, location, condition, name=None):
        probe = Probe(self._last_number + 1, location, condition, options, self.recording, name)
        note = engines.current().place(probe)
        self._last_number += 1
        self.probes[probe.number] = probe
        gdb.set_convenience_variable(f"_{self.verb}_number", probe.number)
        return probe, note

    def _add_matching(self, options, pattern, condition):
        first = self._last_number + 1
        refused = Counter()
        matches = selection.matching(pattern, options.get("lib"), options.get("file"))
        try:
            for match in matches:
                try:
                    self._place(options, match.location, condition, match.name)
                except (gdb.error, gdb.GdbError) as error:
                    refused[_reason(error, self.verb, match)] += 1
        finally:
            engines.current().settle()
        taken = self._last_number + 1 - first
        if taken == 1:
            text = f"{self.noun.capitalize()} {first}: 1 function matches"
        elif taken:
            text = f"{self.noun.capitalize()}s {first}-{self._last_number}: {taken} functions match"
        else:
            text = f"No {self.noun} set: nothing can be taken of what matches"
        text += f" '{native.escape(pattern)}'"
        reasons = [f"{count} as {reason}" for reason, count in refused.most_common(_REASONS)]
        if reasons:
            rest = len(refused) - len(reasons)
            reasons += [f"others for {rest} more reasons"] if rest else []
            text += f"; {sum(refused.values())} refused: {'; '.join(reasons)}"
        if not taken:
            raise gdb.GdbError(f"{text}.")
        gdb.write(f"{text}.\n")

    def run_began(self):
        for probe in self.probes.values():
            probe.reset()

    def has(self, location):
        """Whether there is a probe at this location, as it was typed or is shown."""
        return any(location in (p.location, p.name, p.text) for p in self.probes.values())

    def named(self, location):
        """The probes at a location; GdbError if there are none."""
        found = [p for p in self.probes.values() if location in (p.location, p.name, p.text)]
        if not found:
            raise gdb.GdbError(f"No {self.noun} at '{native.escape(location)}'.")
        return found

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
        self.recording.show()

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

    def json(self):
        """What there is to know, as JSON text: the probes, and all that was recorded."""
        self._forget_deleted()
        is_enabled = engines.current().is_enabled
        probes = [
            (probe.number, probe.name, probe.condition or "", is_enabled(probe), probe.count)
            for probe in self.probes.values()
        ]
        return native.trace_json(self.recording.trace(), probes)


def _reason(error, verb, match):
    """Why a function was refused, without what is its own, so that reasons can be counted."""
    reason = one_line(error).removeprefix(f"{verb}: ").rstrip(".")
    for name in (match.name, match.location):
        reason = reason.replace(native.escape(name), "it")
    return re.sub(r"(profile|tracepoint) \d+", r"a \1", re.sub(r"0x[0-9a-f]+", "an address", reason))


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
        question = f"Delete all {self.probes.noun}s? "
        if not operand and chosen and not probe_text.confirmed(question, from_tty):
            return
        for probe in chosen:
            self.probes.delete(probe)
        engines.current().settle()


class _Switch(_Verb):
    on = None

    def run(self, options, operand, from_tty):
        for probe in self.probes.select(operand):
            engines.current().set_enabled(probe, self.on)
            if not self.on:
                probe.retired()
        engines.current().settle()
        self.probes.recording.show()


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
