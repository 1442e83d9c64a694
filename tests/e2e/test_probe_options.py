"""What the options of tp and prof choose, show and refuse."""

import json
import re
import subprocess

import pytest

from conftest import COMPILERS, every_build, line_of


@pytest.mark.parametrize("command", ["tp", "prof"])
def test_quiet_counts_and_prints_nothing(gdb, build, command):
    result = gdb(build("fib.cpp"), f"{command} -quiet fib", "run", f"info {command}")
    assert " @ " not in result.out
    assert re.search(r"^1 +y +5 +fib at", result.out, re.M)


def test_max_ends_the_telling_not_the_program(gdb, build):
    result = gdb(build("fib.cpp"), "tp -max 2 fib", "run")
    assert re.findall(r"\tn\(int: (\d)\)", result.out) == ["3", "2"]
    assert "Tracepoint 'fib' Count: 5" in result.out
    assert "exited normally" in result.out


def test_max_of_prof(gdb, build):
    result = gdb(build("fib.cpp"), "prof -max 2 fib", "run")
    assert result.out.count("\tCost: ") == 2


def test_callers(gdb, build):
    result = gdb(build("fib.cpp"), "tp -bt 2 fib if n == 2", "run")
    assert re.search(
        r"^fib @ \S*fib.cpp:3\n\tn\(int: 2\) \[4\]\n\t#1 +fib at \S*fib.cpp:6\n\t#2 +main at \S*fib.cpp:12$",
        result.out,
        re.M,
    )


def test_locals_as_they_are_at_the_return(gdb, build):
    result = gdb(build("places.cpp"), "tp -locals nested", "run")
    shown = result.out[result.out.index("nested => ") :]
    assert re.match(r"nested => \([\d.]+ \w+\)\n(\t.*\n)+", shown)
    assert "\touter(int: 4) [4]\n" in shown
    assert "\tlater_filled(std::vector<int, std::allocator<int> >: std::vector of length 1" in shown


def test_results(gdb, build):
    result = gdb(build("fib.cpp"), "tp -return fib", "run")
    assert re.findall(r"^fib => (\d) \([\d.]+ \w+\)$", result.out, re.M) == ["1", "1", "2", "1", "3"]


def test_results_of_prof(gdb, build):
    result = gdb(build("fib.cpp"), "prof -return fib", "run")
    assert re.findall(r"^\tReturned: (\d) \[int\]$", result.out, re.M) == ["1", "1", "2", "1", "3"]


def test_result_of_what_does_not_return(gdb, build):
    program = build("endings.cpp", "gcc", "-pthread")
    result = gdb(program, "tp -return thrower", "run", args=["throw"])
    told = re.findall(r"^thrower => (.*) \(.*?\)$", result.out, re.M)
    assert told == ["1", "ended by an exception", "1"]


def test_regular_expression_takes_all_that_match(gdb, build):
    result = gdb(build("places.cpp"), "tp -r ^add|^twice", "run", "info tp")
    assert re.search(r"^Tracepoints 1-4: 4 functions match '\^add\|\^twice'\.$", result.out, re.M)
    assert re.findall(r"^Tracepoint '(.*)' Count: 1$", result.out, re.M) == [
        "add(double, double)",
        "add(int, int)",
        "twice<double>(double)",
        "twice<int>(int)",
    ]


def test_regular_expression_says_what_was_refused(gdb, build):
    program = build("endings.cpp", "gcc", "-pthread")
    result = gdb(program, "prof work", "prof -r er$|^work", "run", args=["throw"])
    assert re.search(
        r"^Profiles 2-6: 5 functions match 'er\$\|\^work'; 1 refused: 1 as work is a profile already\.$",
        result.out,
        re.M,
    )


def test_functions_that_match_and_are_not_called_are_not_told(gdb, build):
    program = build("endings.cpp", "gcc", "-pthread")
    result = gdb(program, "tp -quiet -r er$", "run", args=["exit"])
    assert re.findall(r"^Tracepoint '(.*)' Count: \d$", result.out, re.M) == ["leaver(int)"]


def test_of_one_library(gdb, build):
    library = build("plugin_library.c", "gcc", "-shared", "-fPIC")
    program = build("plugin.c", "gcc", "-ldl")
    result = gdb(
        program, "catch load plugin_library", "run", "tp -r -lib plugin_library .", "info tp", "continue", args=[library]
    )
    assert "Tracepoint 1: 1 function matches '.'." in result.out
    assert "Tracepoint 'plugin_answer' Count: 1" in result.out


@pytest.mark.parametrize("linked", [(), ("-flto",)], ids=["", "flto"])
def test_of_some_source_files(gdb, build, linked):
    program = build("places.cpp", "gcc", *linked)
    result = gdb(program, "tp -r -file places.* nested", "tp -r -file *.h nested")
    assert "Tracepoint 1: 1 function matches 'nested'." in result.out
    assert "No function of files like *.h matches 'nested'." in result.err


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize("ending", [".c", ".cpp"])
def test_functions_of_one_name_are_told_apart(gdb, tmp_path, compiler, ending):
    helper = "static __attribute__((noinline)) int helper(int n) { return n; }\n"
    (tmp_path / f"one{ending}").write_text(
        f"{helper}int other(int n);\nint main(void) {{ return other(helper(0)); }}\n"
    )
    (tmp_path / f"other{ending}").write_text(f"{helper}int other(int n) {{ return helper(n) + helper(n); }}\n")
    command = COMPILERS[ending][compiler]
    flags = [command, "-g", "-o"]
    subprocess.run([*flags, "libother.so", f"other{ending}", "-shared", "-fPIC"], cwd=tmp_path, check=True)
    subprocess.run([*flags, "apart", f"one{ending}", "libother.so", f"-Wl,-rpath,{tmp_path}"], cwd=tmp_path, check=True)
    of_file, of_library = f"-file *one{ending}", "-lib libother.so"
    for options, count in ((of_file, 1), (of_library, 2)):
        setting = ["break main", "run", f"prof -quiet -r {options} helper", f"tp -quiet -r {options} helper"]
        result = gdb(tmp_path / "apart", *setting, "continue", "info prof", "info tp", "run", "continue", "info tp")
        assert result.err == ""
        hits = re.findall(r"^1 +y +(\d+)  helper\S* at ", result.out, re.M)
        assert hits == [str(count)] * 3, result.out


def test_names_and_results_in_a_place_inside(gdb, build):
    line = line_of("places.cpp", "the innermost line")
    result = gdb(build("places.cpp"), f"tp -bt 1 places.cpp:{line}", "run")
    assert re.search(r"\t#1 +main at", result.out)


@pytest.mark.parametrize(
    "command, says",
    [
        ("tp -bt fib", "tp: -bt takes a number of frames, not 'fib'."),
        ("tp -max -1 fib", "tp: -max takes a number of calls, not '-1'."),
        ("tp -lib x fib", "tp: -lib goes with -r REGEX."),
        ("tp -r (", "-r: '(' is no regular expression: "),
        ("tp -r nosuch$", "No function matches 'nosuch$'."),
        ("tp -r -lib nosuch .", "-lib: no object file 'nosuch' is loaded; there are: fib."),
        ("prof -load", "prof: -load needs the name of a recording."),
        ("info tp x", "info tp takes no argument but -json."),
        ("info prof -sort x", "info prof: -sort takes self, total, calls or max, not 'x'."),
        ("info prof nosuch", "nosuch"),
        ("save tp", "save tp: which file?"),
        ("save prof x.nosuch", ".speedscope.json"),
    ],
)
def test_wrong_use_is_one_line(gdb, build, command, says):
    result = gdb(build("fib.cpp"), command)
    assert says in result.err
    assert len(result.err.strip().splitlines()) == 1


@every_build
def test_files_are_those_that_functions_are_written_in(gdb, build, made_by):
    # Optimised, the first instruction of some is from a header.
    result = gdb(build("loop_entry.c", *made_by), "tp -quiet -file *loop_entry.c -r .", "info tp")
    told = set(re.findall(r"^\d+ +y +0 +(\w+)", result.out, re.M))
    assert {"main", "inside", "at_entry", "host"} <= told


@every_build
def test_names_that_a_pattern_takes(gdb, build, made_by):
    result = gdb(build("kinds.cpp", *made_by), "tp -quiet -r .", "info tp")
    told = re.findall(r"^\d+ +y +0 +(.*?)(?: at \S+| \(\d+ locations\))$", result.out, re.M)
    assert 'operator"" _twice(unsigned long long)' in told
    assert "Both::second(int)" in told
    assert len(told) == len(set(told))


@pytest.mark.parametrize("optimised", ["-O0", "-O2"])
def test_an_inlined_function_that_begins_with_another(gdb, build, optimised):
    program = build("loop_entry.c", "gcc", optimised)
    result = gdb(program, "tp inlined_twice", "run")
    line = line_of("loop_entry.c", "inline int inlined_twice") + 2
    assert re.search(rf"^inlined_twice @ \S*loop_entry.c:{line}\n\tn\(int: ", result.out, re.M)


@pytest.mark.parametrize("command", ["tp", "prof"])
def test_json_has_the_probes(gdb, build, command):
    commands = [f"{command} -quiet fib if n > 1", f"{command} -quiet main", f"disable {command} 2"]
    result = gdb(build("fib.cpp"), *commands, "run", f"info {command} -json")
    told = next(json.loads(line) for line in result.lines() if line.startswith("{"))
    assert told["probes"] == [
        {"number": 1, "location": "fib", "condition": "n > 1", "enabled": True, "count": 2},
        {"number": 2, "location": "main", "enabled": False, "count": 0},
    ]


def test_each_command_has_its_own_calls(gdb, build):
    probes = ["prof -quiet fib", "tp -return main"]
    result = gdb(build("fib.cpp"), *probes, "run", "info prof -json", "info tp -json")
    prof, tp = (json.loads(line) for line in result.lines() if line.startswith("{"))
    assert prof["losses"]["unpaired"] == tp["losses"]["unpaired"] == 0
    # The stops of both hold the program up, and count as what a call takes.
    assert prof["cost"]["per_call_ns"] == tp["cost"]["per_call_ns"] > 0
