"""dm: mappings into files, and what is said of it."""

import os

import gdb

from pysheeet import native
from pysheeet.dump.text import Progress, counted, range_text, shown_name, size_text

# ext4 takes files up to 16 TiB.
_LARGEST_FILE = 1 << 43


class Files:
    """Where a dump goes: one file for all, or a directory for a file each."""

    def __init__(self, source, chosen, options):
        self._source, self._options = source, options
        self.is_core = "core" in options
        self.is_packed = "zstd" in options
        target = os.path.expanduser(options.get("o", ""))
        is_directory = not target or target.endswith("/") or os.path.isdir(target)
        self.is_single = self.is_core or "single" in options or (not is_directory and len(chosen) == 1)
        if not self.is_single and target and not os.path.isdir(target):
            hint = "" if target.endswith("/") else " -single writes all into one file."
            raise gdb.GdbError(f"dm: no such directory: {native.escape(target)}.{hint}")
        if self.is_single:
            path = os.path.join(target, self._single_name()) if is_directory else target
            self.paths, self.manifest = [path], path + ".json"
            self.target = path
        else:
            self.paths = [os.path.join(target, self._name(m)) for m in chosen]
            self.manifest = self.paths[0] + ".json"
            self.target = target
        self._check()

    def _single_name(self):
        # Of no mapping: what is left is PROGRAM.PID.
        empty = native.Mapping(0, 0, "", "")
        stem = native.dump_file_name(self._source.program(), self._source.pid, empty).rsplit(".", 3)[0]
        if self.is_core:
            return stem + ".core"
        return stem + (".bin.zst" if self.is_packed else ".bin")

    def _name(self, mapping):
        name = native.dump_file_name(self._source.program(), self._source.pid, mapping)
        return name + (".zst" if self.is_packed else "")

    def _check(self):
        """Refuse before anything is written what can't succeed."""
        for directory in {os.path.dirname(path) for path in self.paths}:
            if not os.path.isdir(directory or "."):
                raise gdb.GdbError(f"dm: no such directory: {native.escape(directory)}.")
        if "force" in self._options:
            return
        there = next((path for path in (*self.paths, self.manifest) if os.path.lexists(path)), None)
        if there is not None:
            raise gdb.GdbError(
                f"dm: {native.escape(there)} exists; -force replaces it, -o writes elsewhere."
            )

    def native_options(self, total):
        encodings = native.Encoding
        packed = encodings.ZSTD if self.is_packed else encodings.RAW
        level = self._options.get("zstd", True)
        return native.DumpOptions(
            encoding=encodings.CORE if self.is_core else packed,
            level=3 if level is True else level,
            is_single=self.is_single,
            path=self.target,
            manifest=self.manifest,
            replace="force" in self._options,
            leaves_file_pages="clean" in self._options,
            packs=self.is_single and total > _LARGEST_FILE,
        )


class DumpRun:
    """One run of the command: its files, lines and totals."""

    def __init__(self, source, chosen, options):
        self._source, self._chosen = source, chosen
        self._files = Files(source, chosen, options)
        self._untouchable = source.untouchable(chosen)
        total = sum(m.size for m in chosen if m.start not in self._untouchable)
        self._progress = Progress(total)
        self._options = self._files.native_options(total)
        self._count = self._bytes = 0

    def run(self):
        source = self._source
        notes, machine = source.core_notes() if self._files.is_core else (b"", 0)
        build_ids = native.build_ids(source.reader, source.mappings)
        dump = native.Dump(
            source.reader, source.kind, source.program(), source.pid, self._options, build_ids
        )
        for mapping in self._chosen:
            self._write(dump, mapping)
        if self._count:
            dump.finish(notes, machine)
        self._tell_total()

    def _write(self, dump, mapping):
        reason = self._untouchable.get(mapping.start)
        if reason is not None:
            dump.skip(mapping, reason)
            gdb.write(f"{shown_name(mapping)} {range_text(mapping)} skipped: {reason}\n")
            return
        with self._progress:
            report = dump.write(mapping, self._progress.show)
        self._progress.finished += mapping.size
        if not report.files:
            reason = report.gaps[0].reason if report.gaps else "it is empty"
            gdb.write(f"{shown_name(mapping)} {range_text(mapping)} skipped: {reason}\n")
            return
        self._count += 1 if self._files.is_single else len(report.files)
        self._bytes += report.size
        what = "" if self._files.is_single else f"{', '.join(map(native.escape, report.files))}: "
        line = f"{what}{size_text(report.size)} of {shown_name(mapping)}"
        if self._files.is_single:
            line = f"{range_text(mapping)} {line}"
        if report.holes:
            line += f", {size_text(report.holes)} of it never touched"
        if report.in_file:
            line += f", {size_text(report.in_file)} of it as in its file"
        gdb.write(line + "\n")
        for gap in report.gaps:
            gdb.write(f"  {range_text(gap)} left out, {size_text(gap.end - gap.start)}: {gap.reason}\n")
        if report.more_gaps:
            gdb.write(f"  and {report.more_gaps} more ranges; {size_text(report.unreadable)} in all\n")

    def _tell_total(self):
        if self._files.is_single:
            what = f"{native.escape(self._files.target)}: {counted(self._count, 'mapping')}"
        else:
            what = counted(self._count, "file")
        gdb.write(f"{what}, {size_text(self._bytes)}.\n")
