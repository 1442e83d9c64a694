"""dm: where the memory comes from."""

import os
import tempfile

import gdb

from pysheeet import inferior, native

_DEVICE = "not RAM (a device, or the kernel's own page): never read"
_NEEDED = "dm: needs a live process or a core file; there is no program."


class Source:
    """The selected inferior's memory: mappings, reader, and what can be said of both.

    kind: "process", "core", "remote" or "replay". damage: what a core lost, a sentence or empty.
    unknown: why there are no mappings, likewise.
    """

    def __init__(self):
        kind = inferior.target_kind()
        self.pid = gdb.selected_inferior().pid
        self.damage = ""
        self.unknown = ""
        self._smaps_id = None
        if kind == "none":
            raise gdb.GdbError(_NEEDED)
        self.kind = "process" if kind == "native" else kind
        if kind == "native":
            self._open_process()
        elif kind == "core":
            self.reader = native.CoreFile(inferior.core_path())
            self.mappings = self.reader.mappings()
            self.damage = self.reader.damage
        else:
            self._open_remote()

    def _open_process(self):
        # Any thread has the memory; the first one's entry in /proc is empty once it has ended.
        thread = gdb.selected_thread()
        self._smaps_id = (thread and thread.ptid[1]) or self.pid
        self.mappings = native.read_maps(self._smaps_id)
        self.reader = native.ProcessMemory(self._smaps_id, self.mappings)

    def _open_remote(self):
        self.reader = native.CallableMemory(_read_by_gdb)
        try:
            self.mappings = native.parse_maps(_remote_file("maps", self.pid))
        except gdb.error as error:
            # As of a bare board: what an expression names can be read all the same.
            self.mappings = native.Mappings()
            self.unknown = f"dm: the target does not tell its mappings: {error}"

    def program(self):
        path = inferior.text_of(lambda: gdb.current_progspace().filename)
        return path or ("core" if self.kind == "core" else "program")

    def untouchable(self, chosen):
        """{start address: why} of those mappings that must not be read."""
        reasons = {m.start: _DEVICE for m in chosen if m.name == "[vsyscall]"}
        if self.kind == "core" or self.unknown:
            return reasons
        # Telling devices makes the kernel walk all of the program's pages: only if one may be there.
        plain = ("", "[stack]", "[heap]")
        suspects = {m.start for m in chosen if m.name not in plain}
        if suspects and self.kind == "process":
            starts = native.read_device_mappings(self._smaps_id)
        elif suspects:
            starts = native.parse_device_mappings(_remote_file("smaps", self.pid))
        else:
            starts = ()
        reasons.update((start, _DEVICE) for start in starts if start in suspects)
        return reasons

    def core_notes(self):
        """(notes, machine) for a core file of it; says whose registers are missing."""
        if self.kind == "core":
            if not self.reader.is_64_bit:
                raise gdb.GdbError("dm: a core is written of 64-bit programs only.")
            return self.reader.notes(), self.reader.machine
        if self.kind != "process":
            raise gdb.GdbError("dm: -core needs a live process of this machine, or a core file.")
        first = gdb.selected_thread()
        others = (t for t in gdb.selected_inferior().threads() if t is not first)
        threads = [t.ptid[1] for t in (first, *sorted(others, key=lambda t: t.num)) if t is not None]
        made = native.process_notes(self.pid, threads, _signal(), self.mappings)
        for thread in made.unreadable:
            gdb.write(f"LWP {thread} is left out: it runs, and its registers can't be read.\n")
        return made.notes, made.machine


def _signal():
    """The number of the signal that stopped the selected thread."""
    try:
        return int(gdb.parse_and_eval("$_siginfo.si_signo"))
    except gdb.error:
        return 0


def _read_by_gdb(address, size):
    try:
        return gdb.selected_inferior().read_memory(address, size)
    except gdb.error:
        return None


def _remote_file(name, pid):
    """A file of /proc/PID where the program runs, as text; gdb.error if it can't be had."""
    with tempfile.TemporaryDirectory() as directory:
        copy = os.path.join(directory, name)
        gdb.execute(f"remote get /proc/{pid}/{name} {copy}", to_string=True)
        with open(copy, "rb") as file:
            return file.read()
