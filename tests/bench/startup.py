#!/usr/bin/python3
"""What sourcing the pack adds to the start of gdb.

startup.py [RUNS [PYSHEEET_GDB_FILE]]: plain `gdb -nx -batch` and one that sources the pack take
turns; printed are the medians, their difference and their ratio.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLAIN = [os.environ.get("PYSHEEET_GDB", "gdb"), "-nx", "-batch"]


def seconds(command):
    start = time.perf_counter()
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    taken = time.perf_counter() - start
    if done.stderr:
        sys.exit(f"{command}: {done.stderr.decode()}")
    return taken


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    pack = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else ROOT / "gdbinit" / "pysheeet.gdb")
    sourced = [*PLAIN, "-ex", f"source {pack.resolve()}"]
    for command in (PLAIN, sourced):  # page cache, __pycache__
        seconds(command)
    taken = [(seconds(PLAIN), seconds(sourced)) for _ in range(runs)]
    plain, with_pack = (1000 * statistics.median(column) for column in zip(*taken))
    print(f"gdb -nx -batch            {plain:6.1f} ms (median of {runs}, taking turns)")
    print(f"with the pack sourced     {with_pack:6.1f} ms")
    print(f"added by sourcing         {with_pack - plain:6.1f} ms, ratio {with_pack / plain:.2f}")


main()
