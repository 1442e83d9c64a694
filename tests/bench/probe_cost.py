#!/usr/bin/python3
"""What tp and prof cost a call, beside one and two empty Python stops and the article's scripts.

usage: probe_cost.py [CALLS [ROUNDS]]

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

# What any Python breakpoint pays: a stop at the entry, nothing done in it.
ONE_STOP = """
class Empty(gdb.Breakpoint):
    def stop(self):
        return False

Empty("leaf", internal=True)
"""

# One more at the return.
TWO_STOPS = ONE_STOP + """
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
        empty = {}
        for name, text in (("one", ONE_STOP), ("two", TWO_STOPS)):
            empty[name] = pathlib.Path(directory) / f"{name}.py"
            empty[name].write_text(text)
        unlimited = "set pysheeet lines unlimited"
        pack = f"source {ROOT}/gdbinit/pysheeet.gdb"
        # Each group's first is what the others are compared with.
        groups = [
            {
                "one empty Python stop": [f"source {empty['one']}"],
                "tp -quiet": [pack, "tp -quiet leaf"],
                "tp": [pack, unlimited, "tp leaf"],
            },
            {
                "two empty Python stops": [f"source {empty['two']}"],
                "prof -quiet": [pack, "prof -quiet leaf"],
                "prof": [pack, unlimited, "prof leaf"],
                "tp -return": [pack, unlimited, "tp -return leaf"],
            },
        ]
        if SEED.exists():
            groups[0]["the article's tp"] = [f"source {SEED}/tp.py", "tp leaf"]
            groups[1]["the article's prof"] = [f"source {SEED}/prof.py", "prof leaf"]
        else:
            print(f"the article's scripts: left out, they are not at {SEED}")
        for ways in groups:
            compare(program, calls, rounds, ways)


def compare(program, calls, rounds, ways):
    times = {way: [] for way in ways}
    for _ in range(rounds):
        for way, setup in ways.items():
            # The cost of the article's prof grows with the square of the calls.
            n = min(calls, 500) if way == "the article's prof" else calls
            times[way].append(took(program, n, *setup) / n * 1e6)
    base = next(iter(times.values()))
    for way, each in times.items():
        ratio = statistics.median(a / b for a, b in zip(each, base))
        print(f"{way:24} {statistics.median(each):8.0f} us a call  {ratio:6.2f} x")


main()
