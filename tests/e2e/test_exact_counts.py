"""tp and prof count what the program counts itself, and the program does not notice."""

import re
import subprocess

import pytest

from conftest import every_build

WAYS = "recursion mutual threads exceptions longjmp signals altstack names fork".split()
LINES = re.compile(r"^count (\S+) (\d+)$", re.M)


def probed(gdb, program, command, way, names):
    """{name: count} as the pack tells, and what gdb printed."""
    function = "_tp_count" if command == "tp" else "_prof_calls"
    asked = [f'printf "told {name} %d\\n", ${function}("{name}")' for name in names]
    probes = [f"{command} -quiet {name}" for name in names]
    quiet = ["handle SIGUSR1 nostop noprint", "set print thread-events off"]
    result = gdb(program, *quiet, *probes, "run", *asked, args=[way])
    return dict(re.findall(r"^told (\S+) (\d+)$", result.out, re.M)), result


@pytest.mark.parametrize("command", ["tp", "prof"])
@pytest.mark.parametrize("way", WAYS)
@every_build
def test_counts_are_the_programs_own(gdb, build, made_by, way, command):
    program = build("self_counting.cpp", *made_by, "-pthread", "-fno-optimize-sibling-calls")
    alone = subprocess.run([program, way], capture_output=True, text=True, check=True).stdout
    own = dict(LINES.findall(alone))
    assert own
    # At -O2 constructors and destructors are inlined, and have no calls to count.
    names = [n for n in own if made_by[1] == "-O0" or not re.search(r"::~?Box$", n)]
    told, result = probed(gdb, program, command, way, names)
    assert told == {name: own[name] for name in names}, result.text
    assert LINES.findall(result.out) == LINES.findall(alone)
    assert "exited normally" in result.out
    assert result.err == ""
