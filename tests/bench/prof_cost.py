#!/usr/bin/python3
"""What prof costs a call, beside two empty Python stops and the article's prof.

usage: prof_cost.py [CALLS [ROUNDS]]

Each round runs all of them in turn on the same program; a ratio is taken within a round, and the
median of the ratios is printed. Only the program's run is timed, not gdb's start.
"""

import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SEED = ROOT.parent / "shared" / "seed"

TIMED = """
import time
begin = time.monotonic()
gdb.execute("continue")
gdb.write("TOOK %f\\n" % (time.monotonic() - begin))
"""

# What any Python breakpoint pays: one stop at the entry, one at the return, nothing done in either.
EMPTY = """
class Empty(gdb.Breakpoint):
    def stop(self):
        return False

Empty("leaf", internal=True)
for line in gdb.execute("disassemble leaf", to_string=True).splitlines():
    if line.split(":")[-1].strip() == "ret":
        Empty("*" + line.split()[0], internal=True)
"""


def took(program, calls, *setup):
    with tempfile.NamedTemporaryFile("w", suffix=".py") as script:
        script.write(TIMED)
        script.flush()
        command = ["gdb", "-nx", "-batch", "-iex", "set debuginfod enabled off"]
        for line in ["start", *setup, f"source {script.name}"]:
            command += ["-ex", line]
        run = subprocess.run(
            [*command, "--args", program, str(calls)], capture_output=True, text=True, check=True
        )
    return float(re.search(r"TOOK (.*)", run.stdout)[1])


def main():
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with tempfile.TemporaryDirectory() as directory:
        program = f"{directory}/many_calls"
        source = ROOT / "tests" / "programs" / "many_calls.c"
        subprocess.run(["gcc", "-g", "-o", program, source], check=True)
        empty = pathlib.Path(directory) / "empty.py"
        empty.write_text(EMPTY)
        ways = {
            "two empty Python stops": [f"source {empty}"],
            "prof": [f"source {ROOT}/gdbinit/pysheeet.gdb", "prof leaf"],
        }
        if (SEED / "prof.py").exists():
            ways["the article's prof"] = [f"source {SEED}/prof.py", "prof leaf"]
        else:
            print("the article's prof: left out, its scripts are not beside the tree")
        times = {way: [] for way in ways}
        for _ in range(rounds):
            for way, setup in ways.items():
                # The article's cost grows with the square of the calls.
                n = min(calls, 500) if "article" in way else calls
                times[way].append(took(program, n, *setup) / n * 1e6)
    base = times["two empty Python stops"]
    for way, each in times.items():
        ratio = statistics.median(a / b for a, b in zip(each, base))
        print(f"{way:24} {statistics.median(each):8.0f} us a call  {ratio:6.2f} x")


main()
