"""tp and prof count what the program counts itself, and the program does not notice."""

import os
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


@every_build
def test_loops_back_to_the_breakpoint_are_no_calls(gdb, build, made_by):
    program = build("loop_entry.c", *made_by)
    names = {"at_entry": "3", "inside": "2", "main": "1"}
    for command, more in (("tp", {"in_a_copy": "3"}), ("prof", {})):
        told, result = probed(gdb, program, command, "", names | more)
        assert told == names | more, result.text
        assert "Did not return" not in result.out and "could not be told" not in result.out
        assert result.err == ""


@pytest.mark.parametrize("command", ["tp", "prof"])
@pytest.mark.parametrize("debug", ["-g", "-g0"])
@every_build
def test_each_kind_of_constructor_counts_once(gdb, build, made_by, debug, command):
    program = build("kinds.cpp", *made_by, debug)
    own = dict(re.findall(r"^count (.*) (\d+)$", subprocess.check_output([program], text=True), re.M))
    assert own["Both::~Both()"] == "3" and own["Both::second(int)"] == "1"
    function = "_tp_count" if command == "tp" else "_prof_calls"
    asked = [f'printf "told {name} %d\\n", ${function}("{name}")' for name in own]
    result = gdb(program, f"{command} -quiet -r ^(Both|Diamond)::", "run", *asked)
    assert dict(re.findall(r"^told (.*) (\d+)$", result.out, re.M)) == own, result.text
    assert result.err == "" and "refused" not in result.out


@pytest.mark.parametrize("command", ["tp", "prof"])
def test_a_source_file_named_in_other_bytes(gdb, tmp_path, command):
    source = os.fsencode(tmp_path) + b"/q\xe9s.c"
    with open(source, "w") as file:
        file.write("int add(int n) { return n + 1; }\nint main(void) { return add(-1); }\n")
    program = tmp_path / "named"
    subprocess.run([b"gcc", b"-g", b"-o", os.fsencode(program), source], check=True)
    result = gdb(program, f"{command} add", "run", f"info {command}", f"save {command} out.psr", "prof -load out.psr")
    assert result.err == ""
    assert re.search(r"1 at 0x\w+: file .*q\\xe9s\.c, line 1\.", result.out), result.out
    assert re.search(r"^1    y +1  add at .*q\\xe9s\.c:1$", result.out, re.M), result.out
    assert "ended by" not in result.out and "exited normally" in result.out


@pytest.mark.parametrize("command", ["tp", "prof"])
@every_build
def test_a_signal_at_a_breakpoint_does_not_count_twice(gdb, build, made_by, command):
    program = build("alarms.c", *made_by, "-pthread")
    probes = [f"{command} -quiet {name}" for name in ("on_alarm", "visit")]
    function = "_tp_count" if command == "tp" else "_prof_calls"
    asked = [f'printf "told {n} %d\\n", ${function}("{n}")' for n in ("on_alarm", "visit")]
    result = gdb(program, *probes, "run", *asked)
    # gdb's own lines, of threads that end, may have it in their middle.
    own = dict(re.findall(r"\bcount (\w+) (\d+)$", result.out, re.M))
    assert own.get("visit") == "900", result.text
    assert int(own["on_alarm"]) > 0
    assert dict(re.findall(r"^told (\w+) (\d+)$", result.out, re.M)) == own, result.text
    assert "ends of calls whose begin" not in result.out
