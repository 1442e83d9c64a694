#!/usr/bin/python3
"""What dm takes, beside gdb's own commands for the same.

usage: dump_cost.py [ROUNDS [DIRECTORY]]

In each round all ways run in turn, each in a gdb of its own on the same program, stopped at the same
place; only the command is timed. A ratio is taken within a round, and the median of the ratios is
printed. Files go to DIRECTORY, and are removed.
"""

import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
GDB = [os.environ.get("PYSHEEET_GDB", "gdb"), "-nx", "-batch", "-iex", "set debuginfod enabled off"]
PACK = f"source {ROOT}/gdbinit/pysheeet.gdb"
STOP = ["break stopped", "run"]

# COMMAND as gdb's Python runs it; then the size of FILE, in blocks, and gdb's own memory.
TIMED = """
import os, re, time
begin = time.monotonic()
gdb.execute(COMMAND, to_string=True)
taken = time.monotonic() - begin
blocks = os.stat(FILE).st_blocks * 512 if FILE and os.path.exists(FILE) else 0
peak = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]
gdb.write(f"TOOK {taken} {blocks} {peak}\\n")
"""

# What the disk takes: the same bytes from gdb's memory, without reading any program's.
PLAIN_WRITE = """
import gdb, os, time
data = os.urandom(1 << 20)
class PlainWrite(gdb.Command):
    def __init__(self):
        super().__init__("plain-write", gdb.COMMAND_DATA)
    def invoke(self, argument, from_tty):
        path, mebibytes = argument.split()
        file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
        for _ in range(int(mebibytes)):
            os.write(file, data)
        os.close(file)
PlainWrite()
"""


def run(program, arguments, setup, command, file, directory):
    """(seconds, bytes on disk, KiB of gdb at most) of one command."""
    script = pathlib.Path(directory, "timed.py")
    script.write_text(f"COMMAND, FILE = {command!r}, {str(file)!r}\n{TIMED}")
    line = [*GDB]
    for step in [*setup, f"source {script}"]:
        line += ["-ex", step]
    tail = ["--args", program, *arguments] if arguments is not None else [program]
    done = subprocess.run([*line, *tail], capture_output=True, text=True, check=False, cwd=directory)
    took = re.search(r"TOOK (\S+) (\d+) (\d+)", done.stdout)
    if took is None:
        sys.exit(f"{command}: {done.stderr}")
    return float(took[1]), int(took[2]), int(took[3])


def clean(directory):
    for path in pathlib.Path(directory).iterdir():
        if path.suffix in (".bin", ".json", ".core", ".zst"):
            path.unlink()


def compare(title, rounds, ways, program, arguments, directory):
    """ways: {name: (setup, command, file)}; the first is dm, whose time the others are told in."""
    print(title)
    results = {name: [] for name in ways}
    for _ in range(rounds):
        for name, (setup, command, file) in ways.items():
            clean(directory)
            os.sync()
            target = pathlib.Path(directory, file) if file else ""
            results[name].append(run(program, arguments, setup, command, target, directory))
    clean(directory)
    first = next(iter(results.values()))
    for name, each in results.items():
        seconds, size, peak = (statistics.median(column) for column in zip(*each))
        ratio = statistics.median(a[0] / b[0] for a, b in zip(each, first))
        line = f"  {name:24} {seconds:8.3f} s  {ratio:6.2f} x"
        if size:
            line += f"  {size / 2**20:8.1f} MiB"
        print(f"{line}  gdb {peak / 1024:5.0f} MiB at most")


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as directory:
        program = f"{directory}/large"
        subprocess.run(["gcc", "-g", "-O2", "-o", program, ROOT / "tests/programs/large.c"], check=True)
        pathlib.Path(directory, "plain.py").write_text(PLAIN_WRITE)
        setup = [PACK, *STOP, "source plain.py"]
        out = "out.bin"
        ways = {
            "dm": (setup, f"dm -addr large -o {out}", out),
            "plain write": (setup, f"plain-write {out} 1024", out),
            "dump memory": (STOP, f"dump memory {out} large (char*)large+size", out),
            "dm -core": (setup, "dm -core -o out.core -all", "out.core"),
            "gcore": (STOP, "gcore out.core", "out.core"),
        }
        compare("1 GiB dense", rounds, ways, program, ["dense", "1024"], directory)
        ways.pop("plain write")
        sparse = {"dm -core": ways.pop("dm -core"), **ways}
        compare("2 GiB, 128 MiB touched", rounds, sparse, program, ["sparse", "2048", "128"], directory)
        reserved = {
            "dm": (setup, "dm -addr large", ""),
            "dm -core": (setup, "dm -core -o out.core", "out.core"),
            "dm -zstd": (setup, "dm -addr large -zstd", ""),
        }
        compare("20 TiB reserved", rounds, reserved, program, ["reserved", "20"], directory)
        searches = {
            "dm -find": (setup, 'dm -find "no such text" in anon', ""),
            "find": (STOP, 'find large, +size-1, "no such text"', ""),
        }
        compare("search in 1 GiB", rounds, searches, program, ["dense", "1024"], directory)
        of_a_core(rounds, program, directory)


def of_a_core(rounds, program, directory):
    """The same memory from a core file."""
    subprocess.run(
        [*GDB, *sum((["-ex", c] for c in (*STOP, "gcore kept")), []), "--args", program, "dense", "1024"],
        cwd=directory, capture_output=True, check=True,
    )  # fmt: skip
    setup = [PACK, "core kept"]
    ways = {
        "dm": (setup, "dm -addr large -o out.bin", "out.bin"),
        "dump memory": (["core kept"], "dump memory out.bin large (char*)large+size", "out.bin"),
    }
    compare("1 GiB of a core file", rounds, ways, program, None, directory)


if shutil.which("gcc") is None:
    sys.exit("dump_cost.py: it needs gcc")
main()
